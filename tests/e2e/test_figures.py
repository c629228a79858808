"""The main job, end to end: the seed's year on the page, each number opening its records, and the file."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.e2e.test_roles import shoot, violations

SEED = [
    ["事業目標", "支援機関につながった件数", "アウトカム", "15件", "11件", "73%"],
    ["個別ケース会議の実施回数", "6回", "10回", "100%"],
    ["事業KPI", "相談件数", "アウトプット", "180件", "185件", "100%"],
    ["カフェ延参加者数", "850人", "919人", "100%"],
]


def test_manager_gets_the_seeds_table_and_the_same_in_the_file(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = visit("manager")
    page.goto("/kpi/2025/")

    rows = page.locator("table").first.locator("tbody tr")
    assert [row.locator("th, td").all_inner_texts() for row in rows.all()] == SEED
    assert violations(page) == []
    shoot(page, "kpi-1280")

    with page.expect_download() as download:
        page.get_by_role("link", name="Excelに出力").click()
    path = tmp_path / "report.xlsx"
    download.value.save_as(path)
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name("事業報告").to_python()
    head = next(number for number, row in enumerate(sheet) if row[0] == "区分")
    assert [row[3:6] for row in sheet[head + 1 : head + 5]] == [
        [15, 11, 0.73],
        [6, 10, 1],
        [180, 185, 1],
        [850, 919, 1],
    ]


def test_each_number_opens_its_records(visit: Callable[..., Page]) -> None:
    page = visit("counselor")

    for label, count in (("11件", 11), ("10回", 10), ("185件", 185)):
        page.goto("/kpi/2025/")
        page.locator("table").first.get_by_role("link", name=label, exact=True).click()

        expect(page.locator(".figure-value").first).to_contain_text(str(count))
        assert violations(page) == []


def test_months_open_their_records(visit: Callable[..., Page]) -> None:
    page = visit("manager", width="phone")
    page.goto("/kpi/2025/consultations/5/")

    expect(page.get_by_role("heading", level=1)).to_contain_text("令和7年5月")
    assert violations(page) == []
    shoot(page, "evidence-phone")

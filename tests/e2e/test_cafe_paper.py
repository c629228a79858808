"""統計 and the 正の字 sheet in a browser: what is drawn and printed, typed in, and closed."""

from collections.abc import Callable
from io import BytesIO
from unicodedata import normalize

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.test_roles import is_too_wide, shoot, violations


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_statistics_and_papers_are_readable_by_everybody(visit: Callable[..., Page], width: str) -> None:
    page = visit("coordinator", width=width)

    for path in (
        "statistics/2025/",
        "statistics/2026/?month=11",
        "paper/next/",
        "paper/blank/",
        "paper/new/",
    ):
        page.goto(f"/cafe/{path}")

        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert (path, violations(page)) == (path, [])
        assert (path, is_too_wide(page)) == (path, False)
        shoot(page, f"cafe-{path.partition('/')[0]}-{width}")


def test_bars_of_the_published_year_stand_beside_their_table(visit: Callable[..., Page]) -> None:
    page = visit("manager")
    page.goto("/cafe/statistics/2025/")

    expect(page.get_by_role("img", name="月別の延参加者数")).to_be_visible()
    expect(page.get_by_role("row", name="計").first).to_contain_text("919")


@pytest.mark.parametrize("path", ["next", "blank"])
def test_paper_is_one_side_of_a4(visit: Callable[..., Page], path: str) -> None:
    page = visit("coordinator")
    page.goto(f"/cafe/paper/{path}/")

    pages = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages

    text = normalize("NFKC", pages[0].extract_text())  # a PDF may give ⽤ for 用
    assert [len(pages), [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]]] == [1, [210, 297]]
    words = ("初めて", "利用者講師", "合計(対照)", "80歳以上", "メモ", "印刷", "取扱注意")
    assert [word for word in words if word not in text] == ["印刷", "取扱注意"]


def test_sheet_is_typed_in_and_leads_to_the_closing(visit: Callable[..., Page]) -> None:
    page = visit("coordinator")
    page.goto("/cafe/days/?year=2026&state=unclosed")
    page.locator("table.data tbody a").first.click()
    page.get_by_role("link", name="用紙の数を入力").click()

    page.get_by_label("初めて").fill("1")
    page.get_by_label("いつもの").fill("４")
    page.get_by_label("用紙の合計").fill("6")
    page.get_by_role("button", name="登録").click()
    expect(page.get_by_role("alert")).to_contain_text("数え直してください")
    page.get_by_label("用紙の合計").fill("5")
    page.get_by_role("button", name="登録").click()

    expect(page.get_by_role("region", name="数えた人数")).to_contain_text("5")
    page.get_by_role("link", name="この用紙の数で締める").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("締める")

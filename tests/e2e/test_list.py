"""相談一覧 by hand: narrowed, kept, applied again; and 相談票 as the printer gets it."""

from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.door import lands, next_page
from tests.e2e.test_roles import shoot, violations


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_condition_is_kept_and_applied_again(visit: Callable[..., Page], width: str) -> None:
    page = visit("counselor2", width=width)
    name = f"緊急度 高（{width}）"
    page.goto("/consultations/?year=2025")
    if width == "phone":
        page.get_by_text("絞り込み", exact=True).click()
    page.get_by_text("くわしく", exact=True).click()
    page.get_by_label("緊急度").select_option(label="高")
    page.locator("details.more").get_by_role("button", name="絞り込む").click()
    expect(page.get_by_role("link", name="緊急度: 高")).to_be_visible()
    narrowed = page.get_by_role("status").last.inner_text()
    assert violations(page) == []

    page.get_by_role("link", name="この条件を保存").click()
    page.get_by_label("名前").fill(name)
    assert violations(page) == []
    with next_page(page):
        page.get_by_role("button", name="登録").click()
    page.goto("/consultations/?year=2024")
    page.get_by_role("navigation", name="保存した条件").get_by_role("link", name=name).click()

    expect(page.get_by_role("link", name="緊急度: 高")).to_be_visible()
    expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
    assert page.get_by_role("status").last.inner_text() == narrowed
    shoot(page, f"list-{width}")

    page.get_by_role("link", name="緊急度: 高").click()
    expect(page.get_by_role("link", name="緊急度: 高")).to_have_count(0)


def test_wrong_day_opens_its_box_and_says_what_to_type(visit: Callable[..., Page]) -> None:
    page = visit("counselor2")

    page.goto("/consultations/?year=2025&since=xx")

    expect(page.get_by_text("日付を読み取れません")).to_be_visible()
    expect(page.get_by_label("この日から")).to_be_focused()
    assert violations(page) == []


def test_paper_is_a4_with_its_head_on_every_page(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("counselor2")
    page.goto("/consultations/new/")
    page.get_by_label("相談内容", exact=True).fill("くりかえしの話です。\n" * 120)
    page.get_by_label("主訴 住まい", exact=True).check()
    page.get_by_role("radio", name="電話", exact=True).check()
    page.get_by_role("button", name="登録").click()
    lands(page, r"/consultations/\d+/$")
    with next_page(page):
        page.get_by_role("link", name="印刷").click()
    assert violations(page) == []

    pages = printed(page, tmp_path / "filled.pdf")
    assert len(pages) >= 3
    heads = [
        [word in text for word in ("相 談 票", "匿名", "取扱注意", f"{number} / {len(pages)}")]
        for number, text in enumerate(pages, 1)
    ]
    assert heads == [[True] * 4] * len(pages)
    assert "".join(pages).count("くりかえしの話です。") == 120


def test_blank_paper_is_two_pages_to_write_on(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("counselor2")
    page.goto("/consultations/blank/")
    assert violations(page) == []

    front, back = printed(page, tmp_path / "blank.pdf")
    assert [word in front for word in ("取扱注意", "相 談 票", "こころの不調", "ハローワーク")] == [True] * 4
    assert [word in back for word in ("取扱注意", "相 談 票", "相談内容", "2 / 2")] == [True] * 4


def printed(page: Page, path: Path) -> list[str]:
    """The text of each sheet, which must be A4. A PDF names some kanji by their radicals."""
    page.pdf(path=path, prefer_css_page_size=True)
    sheets = PdfReader(path).pages
    sizes = {(round(each.mediabox.width), round(each.mediabox.height)) for each in sheets}
    assert sizes == {(595, 842)}
    return [normalize("NFKC", each.extract_text()) for each in sheets]

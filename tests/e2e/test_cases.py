"""Cases and 申し送り before a real browser: accessible on every width, and on paper as the office hands it on."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.test_roles import is_too_wide, shoot, violations

CASE = "/consultations/cases/?status=open"
SHEET = "/consultations/handovers/?year=all"


def first_of(page: Page, list_path: str) -> str:
    """The address of the first record of a list."""
    page.goto(list_path)
    return str(page.locator("tbody a").first.get_attribute("href"))


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_pages_of_case_and_sheet_are_accessible(visit: Callable[..., Page], width: str) -> None:
    page = visit("lead", width=width)
    case, sheet = first_of(page, CASE), first_of(page, SHEET)

    for path in (case, *(f"{case}{verb}/" for verb in ("close", "policies", "history")), sheet):
        page.goto(path)

        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert (path, violations(page)) == (path, [])
        assert (path, is_too_wide(page)) == (path, False)
        shoot(page, f"{path.strip('/').replace('/', '-')}-{width}")


def test_sheet_is_printed_with_its_warning_and_page_numbers(visit: Callable[..., Page]) -> None:
    page = visit("lead")
    page.goto(first_of(page, SHEET))

    paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages

    text = paper[0].extract_text().replace("\n", " ")
    size = [round(float(side) / 72 * 25.4) for side in paper[0].mediabox[2:]]
    assert size == [210, 297]
    assert [words in text for words in ("取扱注意", f"1 / {len(paper)}", "申し送り")] == [True, True, True]
    assert "受け取りました" not in text

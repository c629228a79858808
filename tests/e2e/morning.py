"""What a morning at the desk is told with: the two figures of the year, and the hands that are asked for often."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page
from python_calamine import CalamineWorkbook

from tests.e2e.door import lands, sign_in
from tests.served import Site

YEAR = """
from komatsu_support.fiscal import current_fiscal_year, fiscal_year
from kpi.indicators import INDICATORS
from kpi.tables import MonthlyRows
year = current_fiscal_year()
sheet = {row.labels[0]: row.cells[12] for row in MonthlyRows(year).table().rows}
counted = sum(INDICATORS["consultations"].months(fiscal_year(year))[year])
assert counted == sheet["相談件数"], (counted, sheet)
print(year, counted, sheet["相談の実人数"])
"""
LINE = re.compile(r"(R\d+-\d{4})")


@dataclass(frozen=True)
class Figures:
    """延べ and 実人数 of the running 年度."""

    talks: int
    persons: int

    def __sub__(self, other: "Figures") -> "Figures":
        return Figures(self.talks - other.talks, self.persons - other.persons)


class Year:
    """The running 年度 as the product counts it, and what it must come to after each step of the story."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.number, self.begun = self._counted()
        self.due = self.begun

    def _counted(self) -> tuple[int, Figures]:
        year, talks, persons = map(int, self._site.ask(YEAR).split())
        return year, Figures(talks, persons)

    def grows(self, talks: int, persons: int, *, by: str) -> None:
        """The step makes so many 件 and so many 人, and not one more or less."""
        before, self.due = self.due, Figures(self.due.talks + talks, self.due.persons + persons)

        after = self._counted()[1]

        assert (by, after - before) == (by, Figures(talks, persons))

    def on_the_page(self, lead: Page, folder: Path) -> Figures:
        """The same as lead reads them: 延べ on 指標, and both in the workbook she takes from there."""
        lead.goto(f"/kpi/{self.number}/")
        row = lead.locator(".annual tbody tr").filter(has=lead.get_by_role("rowheader", name="相談件数"))
        shown = int(re.sub(r"\D", "", row.locator("td").nth(-2).inner_text()))
        with lead.expect_download() as download:
            lead.get_by_role("link", name="Excelに出力").click()
        download.value.save_as(folder / "year.xlsx")
        sheet = CalamineWorkbook.from_path(folder / "year.xlsx").get_sheet_by_name("月別実績").to_python()
        talks, persons = (
            next(int(float(str(line[14]))) for line in sheet if line[0] == label)
            for label in ("相談件数", "相談の実人数")
        )
        assert talks == shown
        return Figures(talks, persons)


def press(page: Page, label: str) -> None:
    """A button, by its whole name."""
    page.get_by_role("button", name=label, exact=True).click()


def timeline(page: Page) -> Locator:
    """What stands under これまでの記録, the newest first."""
    return page.locator(".timeline > li")


def file_on(page: Page) -> tuple[str, str]:
    """Number and path of the client whose page is open."""
    found = LINE.search(page.locator("h1").inner_text())
    assert found, page.url
    return found[1], re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)


def look_for(page: Page, words: str) -> None:
    """相談者を探す, by Enter."""
    page.goto("/")
    page.locator("#find-person").fill(words)
    page.locator("#find-person").press("Enter")
    lands(page, "/consultations/clients/")


def end_session(page: Page) -> None:
    """The cookie of the session is gone, as when it has run out."""
    others = [cookie for cookie in page.context.cookies() if cookie["name"] != "sessionid"]
    page.context.clear_cookies()
    page.context.add_cookies(others)  # type: ignore[arg-type]


def sign_in_again(page: Page, username: str) -> None:
    """In another tab of the same browser, as the page asks."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="ログインする（新しいタブ）").click()
    tab = opened.value
    lands(tab, "/accounts/login/")
    sign_in(tab, username)
    tab.close()
    page.bring_to_front()


def post(page: Page, path: str, **fields: str) -> int:
    """What the server answers to a form that the page never offered."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    answer = page.request.post(
        path,
        form={"csrfmiddlewaretoken": token, **fields},
        headers={"Referer": page.url},
        max_redirects=0,
    )
    return answer.status


def status_of(page: Page, path: str) -> int:
    """What the server says to somebody who opens this page."""
    answer = page.goto(path)
    assert answer is not None
    return answer.status

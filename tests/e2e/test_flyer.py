"""月間予定表 by hand: on one sheet however full the month is, on a phone, as a file, and under a secret address."""

from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.test_roles import is_too_wide, shoot, violations
from tests.served import Site

MONTH = "2028-01"  # begins on a Saturday: six weeks; the sample has no day in it
TITLES = ["からだほぐしヨガ", "おにぎりとカレーの日", "おしゃべりの会"]
CONTACT = "とんとんカフェ 電話 0761-00-0000"
FULL = f"""
from datetime import date, time
from cafe.models import Event, Flyer, OpenDay
from komatsu_support.models import User
by = User.objects.get(username="coordinator")
for number in range(1, 32):
    day = OpenDay(held_on=date(2028, 1, number), starts_at=time(10), ends_at=time(15), place="カフェスペース")
    day.save(by=by)
    for at, title in enumerate({TITLES}):
        Event(open_day=day, title=title, starts_at=time(10 + at, 30), ends_at=time(11 + at, 30),
              needs_booking=at == 1).save(by=by)
words = {{"hours": "10:00～15:00", "place": "カフェスペース", "contact": "{CONTACT}", "booking": "要りません"}}
Flyer(month=date(2028, 1, 1), heading="1月のとんとんカフェ", **words).save(by=by)
"""


@pytest.fixture(scope="module")
def full_month(site: Site) -> None:
    """Six weeks with three events on every single day."""
    site.ask(FULL)


@pytest.mark.usefixtures("full_month")
@pytest.mark.parametrize(("paper", "size"), [("portrait", (595, 842)), ("landscape", (842, 595))])
def test_fullest_month_stays_on_one_sheet_either_way(
    visit: Callable[..., Page], tmp_path: Path, paper: str, size: tuple[int, int]
) -> None:
    page = visit("coordinator")
    page.goto(f"/cafe/flyers/{MONTH}/print/?paper={paper}")
    assert violations(page) == []

    page.pdf(path=tmp_path / "flyer.pdf", prefer_css_page_size=True)

    [sheet] = PdfReader(tmp_path / "flyer.pdf").pages
    text = normalize("NFKC", sheet.extract_text()).replace("\n", "").replace(" ", "")
    assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == size
    assert [text.count(title) for title in TITLES] == [31, 31, 31]
    assert text.count("◆要予約") == 31 + 1
    for words in (
        "1月のとんとんカフェ",
        "元日",
        CONTACT.replace(" ", ""),
        "予定は変更になることがあります。",
    ):
        assert normalize("NFKC", words) in text
    assert "とんとん業務" not in text
    shoot(page, f"flyer-{paper}")


@pytest.mark.usefixtures("full_month")
def test_flyer_is_a_list_of_days_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("manager", width="phone")

    page.goto(f"/cafe/flyers/{MONTH}/print/")

    expect(page.get_by_text("（土）").first).to_be_visible()
    assert not is_too_wide(page)
    assert violations(page) == []
    shoot(page, "flyer-phone")


@pytest.mark.usefixtures("full_month")
def test_month_is_downloaded_as_a_calendar(visit: Callable[..., Page]) -> None:
    page = visit("coordinator")
    page.goto(f"/cafe/flyers/{MONTH}/print/")

    with page.expect_download() as download:
        page.get_by_role("link", name="1回だけ取り込む（.ics）").click()

    calendar = Calendar.from_ical(Path(download.value.path()).read_bytes())
    assert download.value.suggested_filename == f"tonton-cafe-{MONTH}.ics"
    assert len(calendar.events) == 31 * 4
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert str(calendar.events[0].start) == "2028-01-01 10:00:00+09:00"


def test_address_is_given_away_and_taken_back(visit: Callable[..., Page]) -> None:
    page = visit("coordinator", width="phone")
    page.goto("/cafe/flyers/")
    page.get_by_role("link", name="カレンダー配信").click()
    page.get_by_role("link", name="カレンダー配信を登録").click()
    page.get_by_label("渡した先").fill("となりの公民館")
    page.get_by_role("button", name="登録").click()
    address = page.get_by_label("アドレス", exact=True).input_value()
    page.get_by_role("button", name="アドレスを写す").click()
    expect(page.locator("#feed-address-copied")).not_to_be_empty()
    assert violations(page) == []
    assert not is_too_wide(page)
    stranger = visit()  # has not signed in

    with stranger.expect_download() as download:
        stranger.evaluate("address => { location.href = address }", address)
    assert Calendar.from_ical(Path(download.value.path()).read_bytes())["X-WR-CALNAME"] == "とんとんカフェ"
    assert stranger.request.get(address).status == 200

    page.get_by_role("link", name="配信を止める").click()
    page.get_by_label("理由").fill("渡した先が変わったため")
    page.get_by_role("button", name="止める", exact=True).click()
    expect(page.get_by_text("この配信は止めました")).to_be_visible()
    assert stranger.request.get(address).status == 404

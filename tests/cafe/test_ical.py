"""The plan as iCalendar, read back by a parser: right times, stable names, nothing of anybody."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from icalendar.prop import vDDDTypes

from cafe import ical
from cafe.models import OpenDay
from tests.factories import EventFactory, OpenDayFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TOKYO = ZoneInfo("Asia/Tokyo")
DAY: dict[str, Any] = {
    "held_on": date(2025, 5, 13),
    "starts_at": time(10),
    "ends_at": time(15),
    "place": "カフェスペース",
}


def read():
    """The calendar of every day there is."""
    return Calendar.from_ical(ical.calendar(OpenDay.objects.all()))


def entries():
    """{title: entry}."""
    return {str(entry["SUMMARY"]): entry for entry in read().events}


def test_day_and_event_stand_at_their_hours_in_japan():
    EventFactory(
        OpenDayFactory(**DAY), title="ヨガ, からだ; ほぐし", starts_at=time(10, 30), ends_at=time(11, 30)
    )

    found = entries()

    assert {title: (entry.start, entry.end) for title, entry in found.items()} == {
        "とんとんカフェ": (
            datetime(2025, 5, 13, 10, tzinfo=TOKYO),
            datetime(2025, 5, 13, 15, tzinfo=TOKYO),
        ),
        "ヨガ, からだ; ほぐし": (
            datetime(2025, 5, 13, 10, 30, tzinfo=TOKYO),
            datetime(2025, 5, 13, 11, 30, tzinfo=TOKYO),
        ),
    }
    assert {str(entry["LOCATION"]) for entry in found.values()} == {"カフェスペース"}
    assert found["とんとんカフェ"]["DTSTART"].params["TZID"] == "Asia/Tokyo"


def test_time_zone_comes_along_with_its_one_offset():
    OpenDayFactory(**DAY)

    [zone] = read().walk("VTIMEZONE")

    assert str(zone["TZID"]) == "Asia/Tokyo"
    assert [part["TZOFFSETTO"].to_ical() for part in zone.walk("STANDARD")] == ["+0900"]
    assert zone.walk("DAYLIGHT") == []


def test_calendar_says_what_it_is_and_when_to_look_again():
    whole = read()

    assert (str(whole["VERSION"]), str(whole["X-WR-CALNAME"]), str(whole["X-WR-TIMEZONE"])) == (
        *("2.0", "とんとんカフェ"),
        "Asia/Tokyo",
    )
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in ical.calendar(OpenDay.objects.none())
    assert "相談" not in whole.to_ical().decode()


def test_day_without_hours_is_a_whole_day_and_an_open_end_stays_open():
    day = OpenDayFactory(held_on=date(2025, 5, 13))
    EventFactory(day, title="展示")
    EventFactory(day, title="お茶", starts_at=time(13))

    found = entries()

    assert found["とんとんカフェ"].start == date(2025, 5, 13)
    assert found["展示"]["DTEND"].dt == date(2025, 5, 14)
    assert found["お茶"].start == datetime(2025, 5, 13, 13, tzinfo=TOKYO)
    assert "DTEND" not in found["お茶"]


def test_cancelled_day_is_cancelled_with_all_that_was_on_it():
    day = OpenDayFactory(**DAY)
    EventFactory(day, title="ヨガ")
    before = {str(entry["UID"]): entry["SEQUENCE"] for entry in read().events}

    day.cancel("職員の体調不良のため", by=UserFactory("coordinator"))

    found = entries()
    assert {title: str(entry["STATUS"]) for title, entry in found.items()} == {
        "【休止】とんとんカフェ": "CANCELLED",
        "【休止】ヨガ": "CANCELLED",
    }
    assert {str(entry["UID"]) for entry in found.values()} == set(before)
    assert all(entry["SEQUENCE"] > before[str(entry["UID"])] for entry in found.values())


def test_event_that_moves_to_another_day_keeps_its_name_and_counts_on():
    by = UserFactory("coordinator")
    day = OpenDayFactory(**DAY)
    event = EventFactory(day, title="ヨガ")
    for place in ("二階", "三階"):
        day.place = place
        day.save(by=by)
    before = entries()["ヨガ"]

    event.open_day = OpenDayFactory(held_on=date(2025, 5, 14))
    event.save(by=by)

    after = entries()["ヨガ"]
    assert after.start == date(2025, 5, 14)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_booking_is_in_the_title():
    EventFactory(OpenDayFactory(**DAY), title="料理", needs_booking=True)

    assert "料理（要予約）" in entries()


def test_fee_and_belongings_are_in_the_description():
    day = OpenDayFactory(**DAY)
    EventFactory(day, title="料理", fee_yen=300, belongings="エプロン")
    EventFactory(day, title="茶話会")

    found = entries()

    assert str(found["料理"]["DESCRIPTION"]) == "300円・エプロン"
    assert "DESCRIPTION" not in found["茶話会"]
    assert "DESCRIPTION" not in found["とんとんカフェ"]


def test_entry_says_when_it_was_changed_and_makes_nobody_busy():
    day = OpenDayFactory(**DAY)

    [entry] = read().events

    assert vDDDTypes(day.updated_at.replace(microsecond=0)).dt == entry["LAST-MODIFIED"].dt
    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt
    assert str(entry["TRANSP"]) == "TRANSPARENT"


def test_what_was_voided_is_gone():
    by = UserFactory("coordinator")
    day = OpenDayFactory(**DAY)
    EventFactory(day, title="ヨガ").void("二重に登録した", by=by)
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 14)), title="茶話会").open_day.void("誤り", by=by)

    assert list(entries()) == ["とんとんカフェ"]


def test_nothing_but_the_plan_is_told():
    by = UserFactory("coordinator")
    day = OpenDayFactory(
        **DAY, note="秘密のメモ", staff=[by], heads={"visitor": 37}, weather="snow", meals=41, by=by
    )
    EventFactory(
        day,
        title="ヨガ",
        comment="秘密の様子",
        heads=43,
        lecturer="秘密の講師",
        items_needed="秘密の物",
        photo_note="秘密の写真",
        by=by,
    )
    OpenDayFactory(held_on=date(2025, 5, 14), state="cancelled", cancel_reason="秘密の理由")

    text = ical.calendar(OpenDay.objects.all()).decode()

    assert [word for word in ("秘密", by.display_name) if word in text] == []
    assert {name for entry in read().events for name in entry} == {
        *("SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE"),
        *("LAST-MODIFIED", "LOCATION", "STATUS", "TRANSP"),
    }

"""The hours of the desk, read from the settings, and the days on which it opens."""

from datetime import date, time

import pytest
from django.test import override_settings

from komatsu_support.checks import desk_hours_can_be_read
from komatsu_support.desk import Span, desk_hours
from komatsu_support.models.calendar import desk_closures
from tests.factories import OfficeDayFactory


def test_hours_are_those_of_the_settings():
    hours = desk_hours()

    assert (str(hours.open), str(hours.lunch), hours.step) == ("9:00～16:00", "12:00～13:00", 30)


@override_settings(DESK_LUNCH="")
def test_blank_lunch_is_none():
    assert desk_hours().outside(time(12), time(13)) == ""


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (time(9), time(9, 30), ""),
        (time(15, 30), time(16), ""),
        (time(11, 30), time(12), ""),
        (time(13), time(13, 15), ""),
        (time(8, 45), time(9, 15), "窓口の時間は9:00～16:00です。"),
        (time(15, 45), time(16, 15), "窓口の時間は9:00～16:00です。"),
        (time(11, 45), time(12, 15), "12:00～13:00は昼休みです。"),
        (time(12, 45), time(13, 15), "12:00～13:00は昼休みです。"),
    ],
)
def test_time_outside_the_hours_is_told_why(start, end, why):
    assert desk_hours().outside(start, end) == why


@override_settings(DESK_HOURS="9:00-10:30", DESK_LUNCH="")
def test_rows_are_stretched_in_whole_steps_to_hold_a_visit():
    rows = desk_hours().rows(Span(time(8, 15), time(8, 30)), Span(time(10, 30), time(11, 15)))

    assert rows == [time(8), time(8, 30), time(9), time(9, 30), time(10), time(10, 30), time(11)]


@pytest.mark.parametrize(
    ("setting", "written"),
    [
        ("DESK_HOURS", ""),
        ("DESK_HOURS", "9-16"),
        ("DESK_HOURS", "16:00-9:00"),
        ("DESK_HOURS", "9:10-16:00"),
        ("DESK_HOURS", "25:00-26:00"),
        ("DESK_LUNCH", "8:00-9:30"),
        ("DESK_LUNCH", "noon"),
        ("DESK_STEP", 20),
    ],
)
def test_nonsense_in_the_settings_is_found_at_start(setting, written):
    with override_settings(**{setting: written}):
        assert [error.id for error in desk_hours_can_be_read()] == ["komatsu_support.E006"]


def test_settings_as_they_come_are_no_nonsense():
    assert desk_hours_can_be_read() == []


@pytest.mark.django_db
def test_day_is_closed_by_the_calendar_and_by_the_ordinance_where_there_is_none():
    OfficeDayFactory(date(2025, 5, 8), desk_open=False, reason="研修のため")
    OfficeDayFactory(date(2025, 5, 10), desk_open=True)

    closed = desk_closures([date(2025, 5, day) for day in (6, 7, 8, 10, 11)])

    assert list(closed.values()) == ["みどりの日 振替休日", "", "研修のため", "", "日曜日"]

"""月間予定表: what a month tells everybody, in words that are right, and nothing of anybody."""

from datetime import date, time
from typing import Any

import pytest

from cafe.flyer import CANCELLED, CLOSED, OPEN, Item, plan_of, words_of
from cafe.models import Flyer
from tests.factories import EventFactory, FlyerFactory, OfficeDayFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
MAY = date(2025, 5, 1)
USUAL: dict[str, Any] = {"starts_at": time(10), "ends_at": time(15), "place": "カフェスペース"}


@pytest.fixture
def coordinator(user):
    return user("coordinator")


def squares(plan):
    """{day of the month: its square}."""
    return {day.on.day: day for day in plan.days}


def grid(plan):
    """The days of the month as they lie."""
    return [[day.on.day if day else None for day in week] for week in plan.weeks]


# --- the grid


def test_month_without_weekend_days_has_five_columns(coordinator):
    OpenDayFactory(held_on=date(2025, 5, 8))

    plan = plan_of(MAY, coordinator)

    assert plan.weekdays == "月火水木金"
    assert grid(plan) == [
        [None, None, None, 1, 2],
        [5, 6, 7, 8, 9],
        [12, 13, 14, 15, 16],
        [19, 20, 21, 22, 23],
        [26, 27, 28, 29, 30],
    ]


def test_one_weekend_day_makes_seven_columns_from_sunday_on(coordinator):
    OpenDayFactory(held_on=date(2025, 5, 31))

    plan = plan_of(MAY, coordinator)

    assert plan.weekdays == "日月火水木金土"
    assert grid(plan)[0] == [None, None, None, None, 1, 2, 3]
    assert grid(plan)[-1] == [25, 26, 27, 28, 29, 30, 31]


def test_month_of_six_weeks_has_six_rows(coordinator):
    OpenDayFactory(held_on=date(2025, 3, 1))

    plan = plan_of(date(2025, 3, 1), coordinator)

    assert grid(plan)[0] == [None, None, None, None, None, None, 1]
    assert grid(plan)[-1] == [30, 31, None, None, None, None, None]
    assert len(plan.weeks) == 6


def test_february_of_four_weeks_has_four_rows(coordinator):
    OpenDayFactory(held_on=date(2026, 2, 1))

    assert len(plan_of(date(2026, 2, 1), coordinator).weeks) == 4


# --- a day


def test_day_is_open_cancelled_or_shut(coordinator, user):
    OpenDayFactory(held_on=date(2025, 5, 8))
    OpenDayFactory(held_on=date(2025, 5, 7), heads={"visitor": 3})
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 9), state="cancelled"))
    OpenDayFactory(held_on=date(2025, 5, 12)).void("二重に登録した", by=user("coordinator"))

    days = squares(plan_of(MAY, coordinator))

    assert [days[number].mark for number in (7, 8, 9, 12)] == [OPEN, OPEN, CANCELLED, CLOSED]
    assert days[9].items == ()


def test_nothing_is_said_of_days_that_may_yet_open(coordinator):
    plan = plan_of(MAY, coordinator)

    assert not plan.is_planned
    assert {number: day.mark for number, day in squares(plan).items() if day.mark} == {
        5: CLOSED,
        6: CLOSED,
    }


def test_holidays_and_closures_have_their_names_and_weekends_none(coordinator):
    OpenDayFactory(held_on=date(2025, 5, 10))
    OfficeDayFactory(date(2025, 5, 8), cafe_open=False, reason="設備の点検")
    OfficeDayFactory(date(2025, 5, 9), desk_open=False, cafe_open=True, reason="職員の研修")
    OfficeDayFactory(date(2025, 5, 7), desk_open=True, cafe_open=False, reason="")

    days = squares(plan_of(MAY, coordinator))

    named = {number: day.name for number, day in days.items() if day.name}
    assert named == {
        3: "憲法記念日",
        4: "みどりの日",
        5: "こどもの日",
        6: "みどりの日 振替休日",
        8: "設備の点検",
    }
    assert [days[number].mark for number in (7, 8)] == [CLOSED, CLOSED]


def test_hours_and_place_stand_where_they_differ_from_most_days(coordinator):
    for number in (7, 8, 9):
        OpenDayFactory(held_on=date(2025, 5, number), **USUAL)
    OpenDayFactory(held_on=date(2025, 5, 12), **{**USUAL, "starts_at": time(13)})
    OpenDayFactory(held_on=date(2025, 5, 13), **{**USUAL, "place": "すこやかセンター"})

    plan = plan_of(MAY, coordinator)

    remarks = {number: day.remarks for number, day in squares(plan).items() if day.remarks}
    assert (plan.hours, plan.place) == ("10:00～15:00", "カフェスペース")
    assert remarks == {12: ("13:00～15:00",), 13: ("すこやかセンター",)}


def test_events_stand_in_the_order_of_the_day(coordinator, user):
    day = OpenDayFactory(held_on=date(2025, 5, 8))
    EventFactory(day, title="展示")
    EventFactory(day, title="午後の会", starts_at=time(13, 30))
    EventFactory(day, title="料理", starts_at=time(10), ends_at=time(12), needs_booking=True)
    EventFactory(day, title="取消").void("二重に登録した", by=user("coordinator"))

    items = squares(plan_of(MAY, coordinator))[8].items

    assert items == (
        Item("10:00～12:00", "料理", needs_booking=True),
        Item("13:30～", "午後の会", needs_booking=False),
        Item("", "展示", needs_booking=False),
    )
    assert [item.start for item in items] == ["10:00～", "13:30～", ""]


@pytest.mark.parametrize(
    ("fields", "wording"),
    [
        ({}, "料理"),
        ({"fee_yen": 1300}, "料理（1,300円）"),
        ({"belongings": "エプロン"}, "料理（エプロン）"),
        ({"fee_yen": 300, "belongings": "エプロン"}, "料理（300円・エプロン）"),
        ({"fee_yen": 0}, "料理"),
    ],
)
def test_event_tells_what_it_costs_and_what_to_bring(coordinator, fields, wording):
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)), title="料理", **fields)

    assert [item.wording for item in squares(plan_of(MAY, coordinator))[8].items] == [wording]


@pytest.mark.parametrize(
    ("fee", "doubted"),
    [
        ("無料", ["300円", "1,300円"]),
        ("無料（料理の日は３００円）", ["1,300円"]),
        ("無料（料理の日は300円、遠足は1,300円）", []),
        ("300円", []),
        ("", []),
    ],
)
def test_footer_that_says_free_is_compared_with_the_fees_of_the_events(coordinator, fee, doubted):
    day = OpenDayFactory(held_on=date(2025, 5, 8))
    for yen in (1300, 300, 0, None):
        EventFactory(day, fee_yen=yen)

    assert plan_of(MAY, coordinator).fees_beside(Flyer(month=MAY, fee=fee)) == doubted


def test_plan_is_closed_to_those_who_may_not_see_the_days(user):
    OpenDayFactory(held_on=date(2025, 5, 8))
    FlyerFactory(MAY, heading="見出し")

    plan = plan_of(MAY, user("viewer"))

    assert not plan.is_planned
    assert words_of(plan, user("viewer")).heading == "5月のとんとんカフェ"


# --- its words


def test_words_are_those_of_the_month(coordinator):
    words = FlyerFactory(MAY, heading="五月の会")

    assert words_of(plan_of(MAY, coordinator), coordinator) == words


def test_lines_come_from_the_month_before_and_its_greeting_does_not(coordinator):
    FlyerFactory(date(2025, 2, 1), heading="2月のカフェ", fee="100円")
    FlyerFactory(date(2025, 3, 1), heading="3月のカフェ　卒業おめでとう", lead="春です", fee="無料", note="")
    FlyerFactory(date(2025, 6, 1), heading="6月のカフェ", fee="後の月")

    words = words_of(plan_of(MAY, coordinator), coordinator)

    assert words._state.adding
    assert (words.month, words.heading, words.lead) == (MAY, "5月のとんとんカフェ", "")
    assert (words.fee, words.note) == ("無料", "")


def test_first_words_come_from_the_days(coordinator):
    OpenDayFactory(held_on=date(2025, 5, 8), **USUAL)

    words = words_of(plan_of(MAY, coordinator), coordinator)

    assert words.heading == "5月のとんとんカフェ"
    assert words.footer == [("場所", "カフェスペース"), ("時間", "10:00～15:00")]
    assert words.note == "予定は変更になることがあります。"

"""Lists and tables of the café: what is 0, what is －, and what adds up."""

from datetime import date, time

import pytest

from cafe.models import Event, EventSeries, OpenDay
from cafe.sheets import (
    ages_table,
    event_sheet,
    eventseries_sheet,
    heads_table,
    hours,
    openday_sheet,
    program_sheet,
)
from tests.factories import EventFactory, EventSeriesFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]


def cells(sheet):
    """Every row as the sheet holds it."""
    return [sheet.cells(row) for row in sheet.rows]


def lines(table):
    """Every line as the screen prints it."""
    return [[cell.text for cell in line.cells] for line in table.lines()]


def test_days_tell_nobody_from_not_held_and_not_entered():
    OpenDayFactory(held_on=date(2025, 5, 9))
    OpenDayFactory(held_on=date(2025, 5, 7))
    OpenDayFactory(held_on=date(2025, 5, 6), state="cancelled")
    OpenDayFactory(held_on=date(2025, 5, 2), heads={"visitor": 0}, meals=0)
    OpenDayFactory(held_on=date(2025, 5, 1), heads={"visitor": 5, "child": 2, "staff": 3}, weather="rain")

    assert cells(openday_sheet(OpenDay.objects.all())) == [
        [date(2025, 5, 9), "予定", None, None, None, None, None],
        [date(2025, 5, 7), "未入力", None, None, None, None, None],
        [date(2025, 5, 6), "休止", None, None, None, None, None],
        [date(2025, 5, 2), "開催", 0, 0, None, None, 0],
        [date(2025, 5, 1), "開催", 7, 2, None, "雨", None],
    ]


def test_days_name_their_standing_events_in_order(user):
    day = OpenDayFactory(heads={"visitor": 3})
    EventFactory(day, title="時刻未定")
    EventFactory(day, title="午後", starts_at=time(13), heads=9)
    EventFactory(day, title="午前", starts_at=time(10))
    EventFactory(day, title="取消").void("二重に登録した", by=user("coordinator"))

    [row] = openday_sheet(OpenDay.objects.all()).rows

    assert [event.title for event in row.program] == ["午前", "午後", "時刻未定"]
    assert row.heads == 3


def test_days_count_who_counts_even_where_that_is_nobody(settings):
    settings.CAFE_COUNTED_ROLES = ["user_lecturer"]
    OpenDayFactory(heads={"visitor": 3})

    assert cells(openday_sheet(OpenDay.objects.all()))[0][2:4] == [0, 0]


def test_day_shows_heads_by_role_and_who_does_not_count_beneath():
    day = OpenDayFactory(heads={"visitor": 5, "child": 2, "staff": 3}, first_heads=1)

    assert lines(heads_table(day)) == [
        ["利用者", "5", "1"],
        ["子ども", "2", ""],
        ["利用者企画者", "0", ""],
        ["利用者講師", "0", ""],
        ["延参加者数", "7", ""],
        ["職員（数えない）", "3", ""],
    ]


def test_day_shows_ages_with_the_rest_unknown():
    day = OpenDayFactory(heads={"visitor": 5, "child": 2, "staff": 3}, ages={"u20": 2, "70s": 1})

    assert lines(ages_table(day)) == [["20歳未満", "2"], ["70代", "1"], ["不明", "4"], ["延参加者数", "7"]]


def test_ages_never_show_less_than_nobody_unknown(settings):
    day = OpenDayFactory(heads={"visitor": 1, "child": 2}, ages={"u20": 2, "70s": 1})
    settings.CAFE_COUNTED_ROLES = ["visitor"]

    assert lines(ages_table(day))[-2:] == [["不明", "0"], ["延参加者数", "1"]]


def test_events_tell_their_day_and_its_state():
    series = EventSeriesFactory(name="月いちの集い")
    held = OpenDayFactory(held_on=date(2025, 5, 1), heads={"visitor": 3})
    EventFactory(
        held, title="カレー", kind="meal", series=series, heads=5, starts_at=time(11), ends_at=time(13)
    )
    EventFactory(
        OpenDayFactory(held_on=date(2025, 5, 7)), title="ヨガ", proposer="user", lecturer="架空の団体"
    )

    assert cells(event_sheet(Event.objects.all())) == [
        ["ヨガ", date(2025, 5, 7), "未入力", None, "イベント", None, "利用者", "架空の団体", None],
        ["カレー", date(2025, 5, 1), "開催", "11:00～13:00", "食の日", "月いちの集い", "職員", None, 5],
    ]
    assert [row[0] for row in cells(program_sheet(Event.objects.filter(open_day=held)))] == ["カレー"]


def test_series_count_events_that_stand(user):
    series = EventSeriesFactory(name="月いちの集い")
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 1)), series=series)
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 7)), series=series).void("誤り", by=user("lead"))
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 6)), series=series).open_day.void(
        "誤り", by=user("lead")
    )
    for on in (date(2025, 5, 20), date(2025, 5, 9)):
        EventFactory(OpenDayFactory(held_on=on), series=series)
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 8), state="cancelled"), series=series)
    EventFactory(OpenDayFactory(held_on=date(2025, 4, 3), heads={"visitor": 1}), series=series)
    EventSeriesFactory(name="終わった集い", active=False)

    assert cells(eventseries_sheet(EventSeries.objects.all())) == [
        ["月いちの集い", 5, date(2025, 5, 9), date(2025, 4, 3), True],
        ["終わった集い", 0, None, None, False],
    ]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "printed"),
    [
        (time(9, 30), time(12), "09:30～12:00"),
        (time(10), None, "10:00～"),
        (None, time(15), "～15:00"),
        (None, None, ""),
    ],
)
def test_hours_print_what_is_known(starts_at, ends_at, printed):
    assert hours(starts_at, ends_at) == printed

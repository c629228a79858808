"""Which days, events and series a list shows."""

from datetime import date

import pytest

from cafe.filters import EventFilter, EventSeriesFilter, OpenDayFilter
from cafe.models import Event, EventSeries, OpenDay
from tests.factories import EventFactory, EventSeriesFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]


def days(**asked):
    """Days the list shows, as ISO."""
    return [f"{day.held_on}" for day in OpenDayFilter(asked, OpenDay.objects.all()).qs.order_by("held_on")]


@pytest.fixture
def calendar():
    OpenDayFactory(held_on=date(2024, 5, 7), heads={"visitor": 1})
    OpenDayFactory(held_on=date(2025, 4, 30), heads={"visitor": 1})
    OpenDayFactory(held_on=date(2025, 5, 6), state="cancelled")
    OpenDayFactory(held_on=date(2025, 5, 7))
    OpenDayFactory(held_on=date(2025, 5, 8))
    OpenDayFactory(held_on=date(2026, 3, 31))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["2025-05-06", "2025-05-07", "2025-05-08"]),
        ({"page": "2"}, ["2025-05-06", "2025-05-07", "2025-05-08"]),
        ({"month": ""}, ["2025-04-30", "2025-05-06", "2025-05-07", "2025-05-08", "2026-03-31"]),
        ({"year": "2025"}, ["2025-04-30", "2025-05-06", "2025-05-07", "2025-05-08", "2026-03-31"]),
        ({"year": "2024"}, ["2024-05-07"]),
        ({"month": "5"}, ["2025-05-06", "2025-05-07", "2025-05-08"]),
        ({"month": "3"}, ["2026-03-31"]),
        ({"year": "all", "month": "5"}, ["2024-05-07", "2025-05-06", "2025-05-07", "2025-05-08"]),
        ({"state": "held"}, ["2025-04-30"]),
        ({"state": "cancelled"}, ["2025-05-06"]),
        ({"state": "unclosed"}, ["2025-05-07"]),
        ({"state": "planned"}, ["2025-05-08", "2026-03-31"]),
        ({"month": "13"}, []),
        ({"state": "open"}, []),
        ({"year": "99999"}, []),
        ({"year": "99999", "month": "5"}, []),
    ],
)
def test_days_are_narrowed_by_year_month_and_state(calendar, asked, shown):
    assert days(**asked) == shown


def test_list_opens_on_the_whole_year_while_the_running_month_has_no_day():
    OpenDayFactory(held_on=date(2025, 6, 3))

    assert days() == ["2025-06-03"]


def test_voided_days_are_shown_on_demand(user):
    OpenDayFactory(held_on=date(2025, 5, 7)).void("二重に登録した", by=user("coordinator"))

    assert days() == []
    assert days(voided="on") == ["2025-05-07"]


def test_events_are_narrowed_by_kind_proposer_series_and_month():
    may, june = OpenDayFactory(held_on=date(2025, 5, 7)), OpenDayFactory(held_on=date(2025, 6, 2))
    series = EventSeriesFactory()
    yoga = EventFactory(may, kind="event", proposer="user")
    curry = EventFactory(june, kind="meal", series=series)

    def shown(**asked):
        return list(EventFilter(asked, Event.objects.all()).qs.order_by("pk"))

    assert shown() == [yoga, curry]
    assert shown(kind="meal") == [curry]
    assert shown(proposer="user") == [yoga]
    assert shown(series=str(series.pk)) == [curry]
    assert shown(month="5") == [yoga]
    assert shown(series="x") == []


def test_event_of_a_voided_day_goes_with_it(user):
    event = EventFactory(OpenDayFactory(held_on=date(2025, 5, 7)))
    event.open_day.void("二重に登録した", by=user("coordinator"))

    assert list(EventFilter({}, Event.objects.all()).qs) == []
    assert list(EventFilter({"voided": "on"}, Event.objects.all()).qs) == [event]


def test_series_that_ended_or_were_voided_are_shown_on_demand(user):
    goes_on, ended, voided = (
        EventSeriesFactory(),
        EventSeriesFactory(active=False),
        EventSeriesFactory(),
    )
    voided.void("二重に登録した", by=user("coordinator"))

    def shown(**asked):
        return list(EventSeriesFilter(asked, EventSeries.objects.all()).qs.order_by("pk"))

    assert shown() == [goes_on]
    assert shown(ended="on") == [goes_on, ended]
    assert shown(voided="on") == [goes_on, voided]

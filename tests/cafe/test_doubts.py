"""確かめてください: what can hardly be so about an event is told, and refused by nobody."""

from datetime import date, time
from typing import Any

import pytest
from django.urls import reverse

from cafe.doubts import doubts
from cafe.models import Event
from tests.browser import html, typed
from tests.factories import EventFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)
HOURS: dict[str, Any] = {"starts_at": time(10), "ends_at": time(15)}


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "is_out"),
    [
        (time(10), time(15), False),
        (time(9, 59), time(11), True),
        (time(14), time(15, 1), True),
        (time(16), None, True),
        (None, time(9), True),
        (time(10, 30), None, False),
        (None, None, False),
    ],
)
def test_event_within_the_hours_of_its_day_is_beyond_doubt(starts_at, ends_at, is_out):
    event = EventFactory(OpenDayFactory(held_on=TODAY, **HOURS), starts_at=starts_at, ends_at=ends_at)

    assert event.is_out_of_hours is is_out
    assert bool(doubts(event)) is is_out


def test_day_without_hours_doubts_none():
    event = EventFactory(OpenDayFactory(held_on=TODAY), starts_at=time(5))

    assert doubts(event) == []


@pytest.mark.parametrize(
    ("heads", "capacity", "told"),
    [
        (12, 12, []),
        (13, 12, ["企画の参加者数（13人）が定員（12人）を超えています。"]),
        (20, None, []),
        (
            21,
            20,
            [
                "企画の参加者数（21人）が定員（20人）を超えています。",
                "企画の参加者数（21人）が、この日の延参加者数（20人）を超えています。",
            ],
        ),
        (None, 12, []),
    ],
)
def test_more_heads_than_seats_or_visitors_are_doubted(heads, capacity, told):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 17, "child": 3, "staff": 5})

    assert doubts(EventFactory(day, heads=heads, capacity=capacity)) == told


def test_heads_wait_for_the_closing_of_the_day():
    assert doubts(EventFactory(OpenDayFactory(held_on=TODAY), heads=40)) == []


def test_event_is_saved_and_its_page_says_what_to_look_at(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY, **HOURS)
    page = f"{reverse('cafe:event_create')}?day={day.pk}"

    answer = coordinator.post(
        page,
        typed(coordinator.get(page), title="早朝の会", starts_at="08:00", ends_at="09:00"),
        follow=True,
    )

    assert Event.objects.get().starts_at == time(8)
    assert "企画の時間（08:00～09:00）が、この日の開いている時間（10:00～15:00）の外に出ています。" in html(
        answer
    )


def test_month_marks_an_event_out_of_hours_and_the_panel_says_so(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY, **HOURS)
    panel = reverse("cafe:openday_panel", args=[day.pk])
    form = coordinator.get(panel).context["forms"]["event"]
    fields = {"do": "event", "submission": form["submission"].value(), "title": "夜の会", "kind": "event"}

    answer = coordinator.post(panel, {**fields, "starts_at": "18:00"}, follow=True)

    assert "令和7年5月8日（木）　企画を加えました。企画の時間（18:00～）が、" in html(answer)
    assert html(answer).count("時間外") == 1

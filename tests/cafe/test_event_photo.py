"""写真の同意 of an event: told by word and shape, and asked for on the day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cafe.models import Event
from tests.browser import html, typed
from tests.factories import EventFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)
REMINDER = "写真の同意を確かめていない企画があります"


@pytest.mark.parametrize(
    ("consent", "badge", "mark"),
    [
        ("unasked", '<span class="state state-todo">確かめていない</span>', ""),
        ("all", '<span class="state state-done">全員が同意</span>', ""),
        ("some", '<span class="state state-alert">同意しない人がいる</span>', "写真: 同意しない人がいます"),
        ("none", '<span class="state state-void">撮らない</span>', "写真: 撮らない企画です"),
    ],
)
def test_event_tells_its_consent_by_word_and_shape(login, consent, badge, mark):
    event = EventFactory(OpenDayFactory(held_on=date(2025, 5, 1)), photo_consent=consent)

    text = html(login("manager").get(event.get_absolute_url()))

    assert badge in text
    assert [each for each in ("写真: 同意しない人がいます", "写真: 撮らない企画です") if each in text] == (
        [mark] if mark else []
    )


def test_what_was_agreed_stands_beside_the_mark(login):
    event = EventFactory(photo_consent="some", photo_note="手元だけを写します")

    assert "約束: 手元だけを写します" in html(login("coordinator").get(event.get_absolute_url()))


@pytest.mark.parametrize(
    ("days", "state", "reminded"),
    [(0, "planned", True), (1, "planned", False), (-1, "planned", False), (0, "cancelled", False)],
)
def test_day_reminds_of_photos_nobody_was_asked_about_on_the_day_itself(login, days, state, reminded):
    day = OpenDayFactory(held_on=TODAY + timedelta(days), state=state)
    event = EventFactory(day, title="笑いヨガ")
    coordinator = login("coordinator")

    of_day, of_event = (html(coordinator.get(each.get_absolute_url())) for each in (day, event))

    assert (REMINDER in of_day, "写真の同意を確かめていません" in of_event) == (reminded, reminded)


@pytest.mark.parametrize(
    ("heads", "sentence"),
    [(None, "撮る前に、写る人に"), ({"visitor": 3}, "撮った写真を使う前に、写っている人に")],
)
def test_closed_day_asks_before_the_photos_are_used(login, heads, sentence):
    day = OpenDayFactory(held_on=TODAY, heads=heads)
    event = EventFactory(day)
    coordinator = login("coordinator")

    of_day, of_event = (html(coordinator.get(each.get_absolute_url())) for each in (day, event))

    assert [f"{sentence}確かめてください。" in text for text in (of_day, of_event)] == [True, True]


def test_day_reminds_of_nothing_once_everybody_was_asked_or_the_event_is_voided(login, user):
    day = OpenDayFactory(held_on=TODAY)
    EventFactory(day, photo_consent="all")
    EventFactory(day).void("誤り", by=user("lead"))

    response = login("coordinator").get(day.get_absolute_url())

    assert response.context["unasked"] == []
    assert REMINDER not in html(response)


def test_event_asks_on_the_day_and_the_answer_is_kept(login):
    event = EventFactory(OpenDayFactory(held_on=TODAY))
    coordinator = login("coordinator")
    page = reverse("cafe:event_edit", args=[event.pk])

    asked = html(coordinator.get(event.get_absolute_url()))
    coordinator.post(page, typed(coordinator.get(page), photo_consent="none"))
    answered = html(coordinator.get(event.get_absolute_url()))

    assert ("写真の同意を確かめていません" in asked, page in asked) == (True, True)
    assert "写真の同意を確かめていません" not in answered
    assert Event.objects.get().photo_consent == "none"


def test_events_nobody_was_asked_about_are_found(login):
    day = OpenDayFactory(held_on=TODAY)
    EventFactory(day, title="笑いヨガ")
    EventFactory(day, title="染め紙", photo_consent="all")

    response = login("coordinator").get(reverse("cafe:event_list"), {"photo_consent": "unasked"})

    assert [cells[0] for _, cells in response.context["rows"]] == ["笑いヨガ"]
    assert "写真の同意: 確かめていない" in html(response)

"""カレンダー配信: an address opens the plan to whoever holds it, until it is stopped, and nothing else."""

import logging
from datetime import date

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from cafe.models import CalendarFeed
from komatsu_support.logs import without_keys
from komatsu_support.models import AuditEvent
from tests.browser import html, typed
from tests.factories import CalendarFeedFactory, EventFactory, OpenDayFactory, TabletFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]


def fetch(token, client=None):
    return (client or Client()).get(reverse("cafe:feed_show", args=[token]))


# --- the address


def test_address_opens_the_plan_without_a_log_in(django_assert_max_num_queries):
    for on in ("2024-03-31", "2024-04-01", "2025-05-13", "2027-03-31", "2027-04-01"):
        EventFactory(OpenDayFactory(held_on=date.fromisoformat(on)), title="ヨガ")
    feed = CalendarFeedFactory()

    with django_assert_max_num_queries(3):
        response = fetch(feed.token)

    entries = Calendar.from_ical(response.content).events
    assert [str(entry.start) for entry in entries] == [
        on for on in ("2024-04-01", "2025-05-13", "2027-03-31") for _ in range(2)
    ]
    assert {str(entry["SUMMARY"]) for entry in entries} == {"とんとんカフェ", "ヨガ"}
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert response.cookies == {}


def test_same_plan_is_the_same_file():
    OpenDayFactory(held_on=date(2025, 5, 13))
    feed, other = CalendarFeedFactory(), CalendarFeedFactory()

    assert fetch(feed.token).content == fetch(feed.token).content == fetch(other.token).content


def test_stopped_address_does_not_exist_while_others_stay(user):
    stopped, other = CalendarFeedFactory(), CalendarFeedFactory()

    stopped.void("渡した先が変わった", by=user("coordinator"))

    assert [fetch(each.token).status_code for each in (stopped, other)] == [404, 200]


def test_forged_address_does_not_exist():
    feed, other = CalendarFeedFactory(), CalendarFeedFactory()
    number, _, signature = feed.token.partition(":")
    forged = [
        number,
        f"{number}:",
        f"{number}:{signature[:-1]}",
        f"{number}:{signature.swapcase()}",
        f"{other.pk}:{signature}",
        f"0{number}:{signature}",
        f" {feed.token}",
        f"{feed.token}x",
        signing.Signer(key="somebody else's", salt="cafe.feed").sign(number),
        signing.Signer(salt="cafe.tablet").sign(number),
        signing.Signer(salt="cafe.feed").sign("x"),
        signing.Signer(salt="cafe.feed").sign("9" * 30),
        TabletFactory().token,
        "あ",
    ]

    assert {token: fetch(token).status_code for token in forged} == dict.fromkeys(forged, 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_address_is_to_read_alone(method):
    assert (
        getattr(Client(), method)(reverse("cafe:feed_show", args=[CalendarFeedFactory().token])).status_code
        == 405
    )


def test_address_opens_nothing_else():
    client = Client()
    fetch(CalendarFeedFactory().token, client)

    answer = client.get(reverse("cafe:openday_list"))

    assert answer["Location"].startswith(reverse("account_login"))


def test_fetching_leaves_no_trace_in_the_trail():
    feed = CalendarFeedFactory()
    before = AuditEvent.objects.count()

    fetch(feed.token)

    assert AuditEvent.objects.count() == before


def test_address_stands_in_no_line_of_the_log(caplog, settings):
    feed, gone = CalendarFeedFactory(), "7:" + "x" * 43
    with caplog.at_level(logging.INFO):
        fetch(feed.token)
        fetch(gone)
    lines = [
        record.msg if isinstance(record.msg, dict) else {"event": record.getMessage()}
        for record in caplog.records
    ]

    written = str([without_keys(None, "info", {k: str(v) for k, v in line.items()}) for line in lines])

    assert without_keys in settings.LOGGING["formatters"]["plain"]["processors"]
    assert "/cafe/feed/" in written
    assert [token for token in (feed.token, gone) if token in written] == []


# --- its pages


def test_address_is_made_for_somebody_and_shown_in_full(login):
    browser = login("coordinator")
    page = reverse("cafe:calendarfeed_create")

    answer = browser.post(page, typed(browser.get(page), label="となりの公民館"))

    feed = CalendarFeed.objects.get()
    text = html(browser.get(answer["Location"]))
    event = AuditEvent.objects.filter(object_type="cafe.calendarfeed").latest("number")
    assert f"http://testserver{reverse('cafe:feed_show', args=[feed.token])}" in text
    assert "となりの公民館" in text
    assert (event.action, event.object_id, event.user) == ("create", feed.pk, browser.user)


def test_address_is_not_on_the_list(login):
    feed = CalendarFeedFactory(label="となりの公民館")

    text = html(login("coordinator").get(reverse("cafe:calendarfeed_list")))

    assert "となりの公民館" in text
    assert feed.token not in text


def test_stopping_asks_why_and_takes_the_address_off_the_page(login):
    feed = CalendarFeedFactory()
    browser = login("coordinator")

    answer = browser.post(reverse("cafe:calendarfeed_void", args=[feed.pk]), {"reason": "渡した先が変わった"})

    text = html(browser.get(answer["Location"]))
    assert "この配信は止めました" in text
    assert feed.token not in text
    assert "止める" not in text
    assert fetch(feed.token).status_code == 404


def test_stopped_ones_leave_the_list_until_asked_for(login):
    feed = CalendarFeedFactory(label="となりの公民館")
    feed.void("渡した先が変わった", by=feed.created_by)
    browser = login("coordinator")

    lists = [html(browser.get(reverse("cafe:calendarfeed_list") + query)) for query in ("", "?voided=on")]

    assert ["となりの公民館" in text for text in lists] == [False, True]


def test_correcting_whom_it_was_given_to_keeps_the_address(login):
    feed = CalendarFeedFactory()
    before = feed.token
    browser = login("coordinator")
    page = reverse("cafe:calendarfeed_edit", args=[feed.pk])

    browser.post(page, typed(browser.get(page), label="別の先"))

    feed.refresh_from_db()
    assert (feed.label, feed.token) == ("別の先", before)

"""あとを追う方 and 架電: nobody falls out of the list, and no call counts as a consultation."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.followup import FollowUps, Show
from consultations.models import BreakGlass, CallAttempt, Consultation
from komatsu_support.models import AuditEvent
from tests.browser import html, typed
from tests.factories import (
    AppointmentFactory,
    CallAttemptFactory,
    CaseFactory,
    ClientFactory,
    ConsultationFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)
LIST = reverse("consultations:followup_list")
CALL = reverse("consultations:callattempt_create")


def days(number):
    return TODAY - timedelta(days=number)


def promise(next_on=TODAY, **fields):
    """A talk a week ago with a promise."""
    return ConsultationFactory(**{"consulted_on": days(7), "next_on": next_on, "next_plan": "電話", **fields})


def listed(user, show, *, only_mine=False):
    follow_ups = FollowUps.of(user, only_mine=only_mine)
    found = list(follow_ups.rows(show))
    assert follow_ups.counts()[show] == len(found)
    return [each.client for each in found]


# -- what settles a promise -------------------------------------------------------------------------------


def test_promise_is_due_from_its_day_on_and_soon_in_the_week_before():
    me = UserFactory()
    late, today, soon = promise(days(1)), promise(), promise(TODAY + timedelta(days=7))
    promise(TODAY + timedelta(days=8))

    assert listed(me, Show.DUE) == [late.client, today.client]
    assert listed(me, Show.SOON) == [soon.client]


def test_promise_is_settled_by_a_later_talk_or_an_answered_call_and_by_nothing_else():
    talks = [promise() for _ in range(6)]
    later, answered, unanswered, voided, earlier, another = (each.client for each in talks)
    ConsultationFactory(client=later, consulted_on=days(3))
    CallAttemptFactory(answered, called_on=days(3), result="talked")
    CallAttemptFactory(unanswered, called_on=days(3), result="message")
    taken_back = CallAttemptFactory(voided, called_on=days(3), result="talked")
    taken_back.void("別の方", by=taken_back.staff)
    ConsultationFactory(client=earlier, consulted_on=days(9))
    ConsultationFactory(client=ClientFactory(), consulted_on=days(1))

    assert set(listed(UserFactory(), Show.DUE)) == {unanswered, voided, earlier, another}


def test_call_answered_on_the_day_of_the_talk_settles_what_was_promised_before_it():
    talk = promise(consulted_on=TODAY)
    later = talk.created_at + timedelta(minutes=30)
    CallAttemptFactory(talk.client, called_on=TODAY, result="talked", created_at=later)

    assert listed(UserFactory(), Show.DUE) == []


def test_call_answered_before_the_talk_of_the_same_day_settles_nothing():
    client = ClientFactory()
    call = CallAttemptFactory(client, called_on=TODAY, result="talked")
    promise(consulted_on=TODAY, client=client, created_at=call.created_at + timedelta(minutes=30))

    assert listed(UserFactory(), Show.DUE) == [client]


def test_home_and_the_list_have_the_same_promises(login):
    kept, open_one = promise(), promise()
    CallAttemptFactory(kept.client, called_on=days(1), result="talked")

    cards = {card.title: card for card in login().get("/").context["cards"]}

    assert [item.url for item in cards["次回予定（今日まで）"].items] == [open_one.get_absolute_url()]


# -- silence ----------------------------------------------------------------------------------------------


def case_last_heard(number, **fields):
    case = CaseFactory(opened_on=days(200), **fields)
    ConsultationFactory(case=case, consulted_on=days(number))
    return case


def test_silence_is_thirty_and_sixty_days_without_a_contact_in_a_case_that_is_followed():
    me = UserFactory()
    case_last_heard(29)
    thirty, sixty, watched = case_last_heard(30), case_last_heard(60), case_last_heard(45, status="watch")
    case_last_heard(90, status="interrupted")
    case_last_heard(90, closed_on=days(80))
    called = case_last_heard(90)
    CallAttemptFactory(called.client, called_on=days(10), result="talked")
    tried = case_last_heard(90)
    CallAttemptFactory(tried.client, called_on=days(10))

    assert listed(me, Show.SILENT) == [each.client for each in (tried, sixty, watched, thirty)]
    assert listed(me, Show.LONG_SILENT) == [tried.client, sixty.client]


def test_case_opened_lately_is_not_silent_and_one_never_talked_about_is():
    CaseFactory(opened_on=days(29))
    old = CaseFactory(opened_on=days(30))

    assert listed(UserFactory(), Show.SILENT) == [old.client]


def test_interrupted_cases_stand_by_themselves():
    case = case_last_heard(5, status="interrupted")

    assert listed(UserFactory(), Show.INTERRUPTED) == [case.client]


# -- whose ------------------------------------------------------------------------------------------------


def test_list_has_everybodys_and_on_request_only_mine():
    me = UserFactory()
    others, mine = promise(), promise(client=ClientFactory(staff=me))

    assert listed(me, Show.DUE) == [others.client, mine.client]
    assert listed(me, Show.DUE, only_mine=True) == [mine.client]


def test_closed_client_is_not_listed_even_through_a_broken_glass(login):
    browser = login()
    closed = promise(client=ClientFactory(name="封印 しおり", protection="restricted")).client
    glass = BreakGlass(client=closed, reason="今夜の安全を確かめる", until="2025-05-08T04:00:00Z")
    glass.save(by=browser.user)

    assert "しおり" not in html(browser.get(LIST))


def test_list_is_a_look_and_says_what_is_next(login):
    browser = login()
    talk = promise(days(2))
    CallAttemptFactory(talk.client, called_on=days(1))
    AppointmentFactory(talk.client, day=date(2025, 5, 9))

    response = browser.get(LIST)

    (line,) = response.context["lines"]
    assert (line.last_on, line.calls, line.booked_on) == (days(7), 1, date(2025, 5, 9))
    assert "過ぎています" in html(response)
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.object_type, event.count) == ("list", "consultations.client", 1)


@pytest.mark.parametrize("query", ["?show=x", "?page=999", "?page=x", "?whose=x"])
def test_what_cannot_be_read_shows_what_is_due(login, query):
    response = login().get(LIST + query)

    assert (response.status_code, response.context["show"]) == (200, "due")


def test_list_asks_no_more_for_more_lines(login):
    browser = login()

    def asked(show):
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{LIST}?show={show}")
        return len(queries)

    case_last_heard(90)
    browser.get(LIST)  # the session has been seen
    before = asked("silent")
    for _ in range(4):
        case_last_heard(90)

    assert asked("silent") == before <= 18


# -- calls ------------------------------------------------------------------------------------------------


def call(browser, client, result, **changes):
    page = browser.get(f"{CALL}?client={client.pk}")
    return browser.post(CALL, typed(page, result=result, **changes))


def test_call_is_one_press_and_counts_as_no_consultation(login):
    browser, client = login(), ClientFactory()

    answer = call(browser, client, "absent")

    made = CallAttempt.objects.get()
    assert answer["Location"] == client.get_absolute_url()
    assert (made.client, made.staff, made.called_on, made.result) == (client, browser.user, TODAY, "absent")
    assert Consultation.objects.count() == 0


def test_call_that_was_answered_leads_to_the_consultations_form(login):
    browser, case = login(), CaseFactory()
    page = browser.get(f"{CALL}?case={case.pk}")

    answer = browser.post(CALL, typed(page, result="talked"))

    assert answer["Location"] == reverse("consultations:consultation_create") + f"?case={case.pk}"


def test_message_for_whom_no_voicemail_may_be_left_asks_back(login):
    browser, client = login(), ClientFactory(voicemail=False)

    refused = call(browser, client, "message")
    saved = browser.post(CALL, typed(refused, result="message", message_is_safe="on"))

    assert list(refused.context["form"].errors) == ["message_is_safe"]
    assert (refused.status_code, saved.status_code) == (422, 302)


def test_message_is_asked_about_also_where_the_number_was_typed(login):
    browser, client = login(), ClientFactory(voicemail=False)

    refused = browser.post(CALL, typed(browser.get(CALL), result="message", client=client.number))

    assert list(refused.context["form"].errors) == ["message_is_safe"]
    assert 'type="checkbox" name="message_is_safe"' in html(refused)


def test_message_is_left_at_once_where_it_may_be(login):
    assert call(login(), ClientFactory(voicemail=True), "message").status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"result": None}, "result"),
        ({"result": "x"}, "result"),
        ({"called_on": "2025-05-09"}, "called_on"),
        ({"called_at": "23:00"}, "called_at"),
        ({"client": ""}, "client"),
    ],
)
def test_call_that_cannot_be_is_told_at_its_field(login, changes, field):
    browser, client = login(), ClientFactory()
    page = browser.get(f"{CALL}?client={client.pk}")

    answer = browser.post(CALL, typed(page, **{"result": "absent", **changes}))

    assert list(answer.context["form"].errors) == [field]


def test_call_cannot_be_moved_to_a_case_of_somebody_else(login):
    browser, made, other = login(), CallAttemptFactory(), CaseFactory()
    page = reverse("consultations:callattempt_edit", args=[made.pk])

    answer = browser.post(page, typed(browser.get(page), case=other.pk))

    assert list(answer.context["form"].errors) == ["case"]


def test_call_to_a_closed_client_does_not_exist(login):
    made = CallAttemptFactory(ClientFactory(protection="restricted"))

    assert login().get(made.get_absolute_url()).status_code == 404


def test_client_with_a_call_or_an_appointment_is_not_voided(login):
    browser = login()
    clients: list[Any] = [CallAttemptFactory().client, AppointmentFactory().client]
    for client in clients:
        browser.post(reverse("consultations:client_void", args=[client.pk]), {"reason": "重複"})

        client.refresh_from_db()
        assert not client.is_voided

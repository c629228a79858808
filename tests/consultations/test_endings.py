"""A case is ended and reopened on small pages of their own; what waits is named, what ended stays written."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from consultations.models import Case, Reopening
from komatsu_support.models import AuditEvent
from tests.browser import html, labels, typed
from tests.factories import (
    AgencyFactory,
    CaseFactory,
    ClientFactory,
    ConsultationFactory,
    ReferralFactory,
    ReopeningFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
MAY, JUNE, JULY = date(2025, 5, 7), date(2025, 6, 1), date(2025, 7, 1)


def url(name, case):
    return reverse(f"consultations:case_{name}", args=[case.pk])


def close(browser, case, **changes):
    """Send the small page of the end, filled in."""
    changes = {"close_reason": "wish", **changes}
    return browser.post(url("close", case), typed(browser.get(url("close", case)), **changes))


def test_case_is_closed_with_day_and_reason(login):
    browser, case = login(), CaseFactory(opened_on=MAY)

    answer = close(browser, case, closed_on="R7.6.1")

    case.refresh_from_db()
    assert answer.url == case.get_absolute_url()
    assert (case.status, case.closed_on, case.close_reason) == ("closed", JUNE, "wish")


def test_close_page_proposes_today_and_asks_for_the_reason(login):
    browser, case = login(), CaseFactory(opened_on=MAY)

    answer = close(browser, case, close_reason="")

    assert typed(answer)["closed_on"] == [TODAY().isoformat()]
    assert (answer.status_code, "終結理由を選んでください。" in html(answer)) == (422, True)


def test_handing_over_is_an_end_of_its_own(login):
    browser, case = login(), CaseFactory(opened_on=MAY)

    close(browser, case, status="handed_over", close_reason="handed_over")

    case.refresh_from_db()
    assert (case.status, case.closed_on) == ("handed_over", TODAY())


def test_case_does_not_go_on_through_the_page_of_the_end(login):
    browser, case = login(), CaseFactory(opened_on=MAY)

    answer = close(browser, case, status="watch")

    assert (answer.status_code, Case.objects.get().status) == (422, "open")


def test_waiting_referral_is_named_with_its_consequence_and_does_not_hinder(login):
    browser, case = login(), CaseFactory(opened_on=MAY)
    ReferralFactory(case, AgencyFactory(name="架空の窓口"), started_on=MAY, sent_on=MAY)

    page = html(browser.get(url("close", case)))
    close(browser, case)

    assert ("架空の窓口" in page, "返事を待っているつなぎがあります" in page) == (True, True)
    assert Case.objects.get().status == "closed"


def test_promise_asks_whether_it_is_kept(login):
    browser, case = login(), CaseFactory(opened_on=MAY)
    ConsultationFactory(case=case, next_on=TODAY() + timedelta(days=3), next_plan="電話をする")

    answer = close(browser, case)

    assert (answer.status_code, "電話をする" in html(answer)) == (422, True)
    assert "次回予定を残すか、取りやめるかを選んでください。" in html(answer)


@pytest.mark.parametrize(("answer", "left"), [("keep", "電話をする"), ("drop", "")])
def test_promise_is_kept_or_dropped_as_somebody_says(login, answer, left):
    browser, case = login(), CaseFactory(opened_on=MAY)
    talk = ConsultationFactory(case=case, next_on=TODAY() + timedelta(days=3), next_plan="電話をする")

    close(browser, case, promises=answer)

    talk.refresh_from_db()
    assert (talk.next_plan, talk.next_on is None) == (left, not left)
    assert talk.history.order_by("version").first().next_plan == "電話をする"


def test_promise_in_another_case_of_hers_is_not_touched(login):
    browser, case = login(), CaseFactory(opened_on=MAY)
    other = CaseFactory(case.client, opened_on=MAY)
    talk = ConsultationFactory(case=other, next_on=TODAY() + timedelta(days=3), next_plan="電話をする")

    close(browser, case)

    talk.refresh_from_db()
    assert (Case.objects.get(pk=case.pk).status, talk.next_plan) == ("closed", "電話をする")


def test_case_is_reopened_and_its_end_stays_written(login):
    browser, case = login(), CaseFactory(opened_on=MAY, closed_on=JUNE, close_reason="wish")

    fields = typed(browser.get(url("reopen", case)), reopened_on="R7.7.1", reason="また電話があった")
    answer = browser.post(url("reopen", case), fields)

    case.refresh_from_db()
    undone = Reopening.objects.get()
    assert answer.url == case.get_absolute_url()
    assert (case.status, case.closed_on, case.close_reason, case.reopened_on) == ("open", None, "", JULY)
    assert (undone.closed_on, undone.status, undone.close_reason) == (JUNE, "closed", "wish")
    assert (undone.reason, undone.created_by) == ("また電話があった", browser.user)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reopened_on": "R7.5.31", "reason": "電話"}, "再開日は終了日以降の日付にしてください。"),
        ({"reopened_on": "R9.5.31", "reason": "電話"}, "今日までの日付を入力してください。"),
        ({"reopened_on": "R7.7.1", "reason": ""}, "再開の理由を入力してください。"),
    ],
)
def test_reopening_is_refused_with_a_sentence(login, changes, sentence):
    browser, case = login(), CaseFactory(opened_on=MAY, closed_on=JUNE)

    answer = browser.post(url("reopen", case), typed(browser.get(url("reopen", case)), **changes))

    assert (answer.status_code, sentence in html(answer), Reopening.objects.count()) == (422, True, 0)


def test_second_press_of_either_page_changes_nothing(login):
    browser, case = login(), CaseFactory(opened_on=MAY)
    ending = typed(browser.get(url("close", case)), close_reason="wish", closed_on="R7.6.1")
    for _ in range(2):
        browser.post(url("close", case), ending)
    again = typed(browser.get(url("reopen", case)), reason="電話")
    for _ in range(2):
        browser.post(url("reopen", case), again)

    case.refresh_from_db()
    assert (case.version, Reopening.objects.count()) == (3, 1)


def test_case_ends_after_it_went_on_again(login):
    browser = login()
    case = ReopeningFactory(CaseFactory(opened_on=MAY, closed_on=JUNE), on=JULY).case

    answer = close(browser, case, closed_on="R7.6.30")

    assert "終了日は再開日以降の日付にしてください。" in html(answer)


def test_reopening_before_the_end_is_refused_by_the_database():
    case = CaseFactory(opened_on=MAY, closed_on=JUNE)

    with pytest.raises(IntegrityError), transaction.atomic():
        case.reopen(on=MAY, reason="電話", by=UserFactory())


def test_case_does_not_begin_after_it_went_on_again():
    case = ReopeningFactory(CaseFactory(opened_on=MAY, closed_on=JUNE), on=JULY).case
    case.opened_on = JULY + timedelta(days=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        case.save(by=UserFactory())


def test_look_at_the_page_of_the_end_is_in_the_trail(login):
    browser, case = login(), CaseFactory()

    browser.get(url("close", case))

    look = AuditEvent.objects.get(user=browser.user)
    assert (look.action, look.subject_id, look.basis) == ("view", case.client.pk, "相談員チーム")


def test_page_of_the_case_tells_each_end_and_offers_the_turn(login):
    browser, case = login(), CaseFactory(opened_on=MAY, closed_on=JUNE)
    before = labels(browser.get(url("detail", case)))
    case.reopen(on=JULY, reason="また電話があった", by=browser.user)

    page = browser.get(url("detail", case))

    told = [(entry.on, entry.title) for entry in page.context["timeline"].entries]
    assert told == [(JULY, "支援を再開しました"), (JUNE, "終結（主訴解消）"), (MAY, "支援を始めました")]
    assert ("再開する" in before, "支援を終える" in labels(page)) == (True, True)


@pytest.mark.parametrize("name", ["close", "reopen", "policies", "history"])
def test_pages_of_a_closed_client_are_as_if_there_were_none(login, name):
    case = CaseFactory(ClientFactory(protection="restricted"), opened_on=MAY, closed_on=JUNE)

    assert login().get(url(name, case)).status_code == 404

"""The pages of the network: who may, what stands on them, what they write to the trail."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from komatsu_support.fiscal import fiscal_year
from komatsu_support.models import AuditEvent
from referrals.models import Agency, Conference, Consent, Referral
from tests.browser import html, typed
from tests.factories import (
    AgencyFactory,
    CaseFactory,
    ClientFactory,
    ConferenceFactory,
    ConsentFactory,
    ReferralFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PERSONAL = ["referral", "consent", "conference"]
WAYS: dict[str, Any] = {
    "phone": "0761-00-4321",
    "mobile": "090-0000-4321",
    "address": "架空町九丁目",
    "watchword": "ひまわりの種",
}


def url(name, *args):
    return reverse(f"referrals:{name}", args=args)


def looks(user):
    """What the trail says this person did, oldest first."""
    events = AuditEvent.objects.filter(user=user).order_by("number")
    return list(events.values_list("action", "object_type", "object_id", "subject_id", "count"))


def network(client=None):
    """One of each about one client."""
    case = CaseFactory(client or ClientFactory())
    referral = ReferralFactory(case, sent_on=date(2025, 5, 8))
    return {
        "referral": referral,
        "consent": referral.consent,
        "conference": ConferenceFactory(cases=[case], held_on=date(2025, 5, 9)),
        "case": case,
    }


# -- the trail ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", PERSONAL)
def test_list_is_a_look_with_its_count(login, noun):
    browser = login()
    network()

    browser.get(url(f"{noun}_list") + "?year=all")

    assert looks(browser.user) == [("list", f"referrals.{noun}", None, None, 1)]


@pytest.mark.parametrize("noun", PERSONAL)
def test_page_of_one_record_is_a_look_at_the_person(login, noun):
    browser, rows = login(), network()

    browser.get(url(f"{noun}_detail", rows[noun].pk))

    subject = None if noun == "conference" else rows["case"].client.pk
    assert looks(browser.user) == [("view", f"referrals.{noun}", rows[noun].pk, subject, None)]


def test_choice_among_ones_own_cases_is_a_look(login):
    browser = login()
    mine = CaseFactory(staff=browser.user)
    CaseFactory()
    CaseFactory(staff=browser.user, closed_on=date(2025, 6, 1))

    page = browser.get(url("referral_create"))

    assert list(page.context["cases"]) == [mine]
    assert looks(browser.user) == [("list", "consultations.case", None, None, 1)]


@pytest.mark.parametrize("noun", PERSONAL)
def test_file_has_the_number_and_no_name_or_text(login, noun):
    browser = login()
    rows = network(ClientFactory(name="秘密 すみれ", **WAYS))
    rows["referral"].request = rows["conference"].discussion = "聞かれては困ること"
    for name in ("referral", "conference"):
        rows[name].save(by=UserFactory())

    answer = browser.get(url(f"{noun}_export") + "?year=all")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))

    text = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    secrets = ("秘密 すみれ", "聞かれては困ること", *WAYS.values())
    assert (rows["case"].client.number in text, [s for s in secrets if s in text]) == (True, [])
    assert looks(browser.user) == [("export", f"referrals.{noun}", None, None, 1)]


# -- closed files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", PERSONAL)
@pytest.mark.parametrize(("verb", "method"), [("detail", "get"), ("edit", "post"), ("void", "post")])
@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_page_about_a_closed_client_is_as_if_there_were_none(login, noun, verb, method, protection):
    browser = login()
    record = network(ClientFactory(protection=protection, assigned=[UserFactory()]))[noun]

    answer = getattr(browser, method)(url(f"{noun}_{verb}", record.pk), {"reason": "まちがい"})

    assert answer.status_code == 404
    assert looks(browser.user) == []


def test_lead_approves_nothing_of_a_sealed_client(login):
    case = CaseFactory(ClientFactory(protection="sealed", assigned=[UserFactory()]))
    referral = ReferralFactory(case, legal_basis="court_law")

    answer = login("lead").post(url("referral_approve", referral.pk), {"version": 1})

    assert (answer.status_code, Referral.objects.get().approved_on) == (404, None)


def test_hidden_ones_are_counted_so_that_the_list_agrees_with_the_figure(login):
    browser = login()
    network()
    network(ClientFactory(protection="restricted"))

    pages = [browser.get(url(f"{noun}_list") + "?year=2025").context for noun in ("referral", "conference")]

    assert [(page["total"], page["hidden_count"]) for page in pages] == [(1, 1), (1, 1)]
    assert Conference.objects.individual().in_period(fiscal_year(2025)).count() == 2


@pytest.mark.parametrize("name", ["referral_create", "consent_create", "conference_create"])
def test_address_with_a_closed_client_fills_nothing_in(login, name):
    case = CaseFactory(ClientFactory(name="秘密 すみれ", protection="restricted"))

    page = html(login().get(f"{url(name)}?case={case.pk}&client={case.client.pk}"))

    assert ("秘密 すみれ" in page, case.client.number in page) == (False, False)


@pytest.mark.parametrize("noun", PERSONAL)
@pytest.mark.parametrize("verb", ["list", "detail", "edit", "void"])
def test_ways_to_reach_her_stand_on_no_page_of_the_network(login, noun, verb):
    rows = network(ClientFactory(**WAYS))
    args = [] if verb == "list" else [rows[noun].pk]

    page = html(login().get(url(f"{noun}_{verb}", *args), follow=True))

    assert [way for way in WAYS.values() if way in page] == []


# -- the ladder ---------------------------------------------------------------------------------------------


def test_referral_page_shows_the_ladder_with_its_days(login):
    referral = ReferralFactory(
        started_on=date(2025, 5, 7), sent_on=date(2025, 5, 8), connected_on=date(2025, 5, 20)
    )

    page = login().get(url("referral_detail", referral.pk))

    assert page.context["ladder"] == [
        ("情報提供", date(2025, 5, 7)),
        ("依頼", date(2025, 5, 8)),
        ("先方受付", None),
        ("利用開始", date(2025, 5, 20)),
        ("1か月後も継続", None),
    ]


def test_referral_that_failed_says_why(login):
    referral = ReferralFactory(outcome="no_reply", outcome_reason="三度電話した")

    page = html(login().get(url("referral_detail", referral.pk)))

    assert ("返答なし" in page, "三度電話した" in page) == (True, True)


def test_referral_is_begun_from_its_case_and_climbs(login):
    browser, agency = login(), AgencyFactory()
    case = CaseFactory(opened_on=date(2025, 4, 1))
    consent = ConsentFactory(case.client, agencies=[agency], obtained_on=date(2025, 5, 1))
    begin = f"{url('referral_create')}?case={case.pk}"
    fields = typed(
        browser.get(begin), agency=agency.pk, consent=consent.pk, started_on="R7.5.7", sent_on="R7.5.8"
    )

    browser.post(begin, fields)
    referral = Referral.objects.get()
    edit = url("referral_edit", referral.pk)
    browser.post(edit, typed(browser.get(edit), accepted_on="R7.5.9", connected_on="R7.5.20"))

    referral.refresh_from_db()
    assert (referral.case, referral.rung, referral.follow_up_on) == (case, "利用開始", date(2025, 5, 22))
    assert Referral.objects.connected().in_period(fiscal_year(2025)).get() == referral


def test_voided_connection_leaves_the_figure(login):
    referral = ReferralFactory(sent_on=date(2025, 5, 8), connected_on=date(2025, 5, 20))

    login().post(url("referral_void", referral.pk), {"reason": "まちがい"})

    assert Referral.objects.connected().count() == 0


# -- 承認 ---------------------------------------------------------------------------------------------------


def test_lead_approves_on_the_page_of_the_referral(login):
    browser, referral = login("lead"), ReferralFactory(legal_basis="court_law", by=UserFactory())

    page = browser.get(url("referral_detail", referral.pk))
    answer = browser.post(url("referral_approve", referral.pk), typed(page), follow=True)

    referral.refresh_from_db()
    assert (referral.approved_by, referral.approved_on) == (browser.user, timezone.localdate())
    assert "根拠を承認しました。" in html(answer)
    assert browser.get(url("referral_detail", referral.pk)).context["approve"] is None


def test_counselor_neither_sees_nor_presses_the_approval(login):
    browser, referral = login(), ReferralFactory(legal_basis="court_law", by=UserFactory())

    page = browser.get(url("referral_detail", referral.pk))
    answer = browser.post(url("referral_approve", referral.pk), {"version": 1})

    assert (page.context["approve"], answer.status_code) == (None, 403)
    assert Referral.objects.get().approved_on is None


def test_refused_approval_says_why(login):
    browser = login("lead")
    referral = ReferralFactory(legal_basis="court_law", by=browser.user)

    answer = browser.post(url("referral_approve", referral.pk), {"version": 1}, follow=True)

    assert "自分が書いた根拠は承認できません" in html(answer)
    assert Referral.objects.get().approved_on is None


# -- 支援機関・同意・会議 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "expected"), [("counselor", 200), ("coordinator", 403), ("manager", 403), ("viewer", 403)]
)
def test_directory_is_written_by_the_desk_alone(login, role, expected):
    agency = AgencyFactory()

    assert login(role).get(url("agency_edit", agency.pk)).status_code == expected


def test_directory_offers_its_file_to_those_who_may_take_it(login):
    AgencyFactory()

    pages = [html(login(role).get(url("agency_list"))) for role in ("counselor", "manager")]

    assert [url("agency_export") in page for page in pages] == [True, False]


def test_entry_nobody_confirmed_for_a_year_is_marked_and_found(login):
    today = timezone.localdate()
    last_year = today.replace(year=today.year - 2, day=1)
    old, fresh = AgencyFactory(confirmed_on=last_year), AgencyFactory(confirmed_on=today)
    browser = login()

    page = browser.get(url("agency_list") + "?confirmed=stale")

    assert [record for record, _ in page.context["rows"]] == [old]
    assert [browser.get(url("agency_detail", agency.pk)).context["is_stale"] for agency in (old, fresh)] == [
        True,
        False,
    ]


def test_entry_with_referrals_is_not_voided(login):
    agency = ReferralFactory().agency

    login().post(url("agency_void", agency.pk), {"reason": "まちがい"})

    assert Agency.objects.standing().get() == agency


@pytest.mark.parametrize(
    "rests",
    [lambda agency: ConsentFactory(agencies=[agency]), lambda agency: ConferenceFactory(lead_agency=agency)],
)
def test_agency_named_in_a_consent_or_leading_in_a_conference_is_not_voided(login, rests):
    agency = AgencyFactory()
    rests(agency)

    login().post(url("agency_void", agency.pk), {"reason": "まちがい"})

    assert Agency.objects.standing().filter(pk=agency.pk).exists()


def test_consent_a_referral_rests_on_is_not_voided(login):
    consent: Any = ReferralFactory(sent_on=date(2025, 5, 8)).consent

    login().post(url("consent_void", consent.pk), {"reason": "まちがい"})

    assert Consent.objects.standing().get() == consent


def test_conference_is_begun_from_a_case(login):
    browser, case = login(), CaseFactory()
    begin = f"{url('conference_create')}?case={case.pk}"

    browser.post(begin, typed(browser.get(begin), held_on="R7.5.9", state="held", discussion="話したこと"))

    meeting = Conference.objects.individual().get()
    assert (list(meeting.cases.all()), meeting.discussion) == ([case], "話したこと")


def test_stale_conference_shows_both_minutes(login):
    browser, meeting = login(), ConferenceFactory(cases=[CaseFactory()], policy="はじめの方針")
    page = browser.get(url("conference_edit", meeting.pk))
    meeting.policy = "ほかの人の方針"
    meeting.save(by=UserFactory())

    answer = browser.post(url("conference_edit", meeting.pk), typed(page, policy="わたしの方針"))

    meeting.refresh_from_db()
    assert (answer.status_code, meeting.policy) == (409, "ほかの人の方針")
    assert [text in html(answer) for text in ("わたしの方針", "ほかの人の方針")] == [True, True]


# -- what the pages ask of the database ---------------------------------------------------------------------


LOOK = 3  # the trail's head, its row, its head again: short transaction of its own
ABOUT_ME = 2  # session and user


@pytest.mark.parametrize("noun", [*PERSONAL, "agency"])
def test_list_asks_six_times_at_most_however_long_it_is(login, noun):
    browser, page = login(), url(f"{noun}_list") + "?year=all"

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(page)
        return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) - ABOUT_ME

    network()
    browser.get(page)
    few = queries()
    for _ in range(3):
        network()

    assert (queries(), few <= 6 + LOOK) == (few, True)

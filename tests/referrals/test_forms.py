"""The forms of the network: what carries a referral, what they refuse and where they say so."""

from datetime import date, timedelta
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.utils import timezone

from referrals.forms import (
    AgencyForm,
    ApproveForm,
    ConferenceForm,
    ConsentChangeForm,
    ConsentForm,
    ReferralChangeForm,
    ReferralForm,
)
from referrals.models import Conference, Referral
from tests.browser import sent, typed
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
TODAY = timezone.localdate


@pytest.fixture
def me():
    """A counselor."""
    return UserFactory()


@pytest.fixture
def case():
    """An open case."""
    return CaseFactory(opened_on=date(2025, 4, 1))


@pytest.fixture
def agency():
    """An agency of the directory."""
    return AgencyFactory(name="架空の窓口")


def filled(form_class, by, instance=None, initial=None, **changes):
    """The form as it comes back after these changes to what it showed."""
    fresh = form_class(by=by, instance=instance, initial=initial)
    return form_class(sent(typed(render_crispy_form(fresh), **changes)), by=by, instance=instance)


def referral_form(by, case, agency, **changes):
    """A new referral begun on 7 May 2025, unless changed."""
    changes = {"agency": agency.pk, "started_on": "2025-05-07", **changes}
    return filled(ReferralForm, by, initial={"case": case, "client": case.client}, **changes)


def errors(form):
    """The errors by field, in words."""
    assert form.saved() is None
    return {name: [str(each) for each in found] for name, found in form.errors.items()}


# -- つなぎ -------------------------------------------------------------------------------------------------


def test_referral_begins_with_a_word_to_the_client(me, case, agency):
    referral = referral_form(me, case, agency).saved()

    assert (referral.case, referral.agency, referral.staff) == (case, agency, me)
    assert (referral.rung, referral.follow_up_on) == ("情報提供", None)


def test_referral_on_a_fitting_consent_is_sent_and_followed_up_in_fourteen_days(me, case, agency):
    consent = ConsentFactory(case.client, agencies=[agency], obtained_on=date(2025, 5, 1))

    referral = referral_form(me, case, agency, consent=consent.pk, sent_on="R7.5.8").saved()

    assert (referral.rung, referral.follow_up_on) == ("依頼", date(2025, 5, 22))


def test_day_to_ask_again_is_kept_as_typed(me, case, agency):
    consent = ConsentFactory(case.client, agencies=[agency], obtained_on=date(2025, 5, 1))

    referral = referral_form(
        me, case, agency, consent=consent.pk, sent_on="R7.5.8", follow_up_on="R7.5.10"
    ).saved()

    assert referral.follow_up_on == date(2025, 5, 10)


def test_second_press_makes_one_referral(me, case, agency):
    consent = ConsentFactory(case.client, agencies=[agency], obtained_on=date(2025, 5, 1))
    changes = {
        "agency": agency.pk,
        "consent": consent.pk,
        "started_on": "2025-05-07",
        "sent_on": "2025-05-08",
    }
    fields = typed(render_crispy_form(ReferralForm(by=me, initial={"case": case})), **changes)

    first, second = (ReferralForm(sent(fields), by=me).saved() for _ in range(2))

    assert (first == second, Referral.objects.count()) == (True, 1)


def test_consents_on_offer_are_the_clients_own(me, case, agency):
    mine = ConsentFactory(case.client, agencies=[agency], obtained_on=date(2025, 5, 1))
    ConsentFactory(agencies=[agency])

    offered: Any = ReferralForm(by=me, initial={"case": case}).fields["consent"]

    assert [key for key, _ in offered.choices] == ["", str(mine.pk)]


def test_consent_of_another_client_is_refused_at_the_consent(me, case, agency):
    other = ConsentFactory(agencies=[agency], obtained_on=date(2025, 5, 1))

    assert errors(referral_form(me, case, agency, consent=other.pk)) == {
        "consent": ["この同意は別の方のものです。この方の同意を選んでください。"]
    }


def test_consent_of_a_closed_client_cannot_be_named(me, case, agency):
    closed = ConsentFactory(ClientFactory(protection="restricted"), agencies=[agency])

    assert list(errors(referral_form(me, case, agency, consent=closed.pk))) == ["consent"]


def test_consent_that_leaves_the_agency_out_says_what_to_do(me, case, agency):
    consent = ConsentFactory(case.client, obtained_on=date(2025, 5, 1))

    assert errors(referral_form(me, case, agency, consent=consent.pk)) == {
        "consent": [
            "この同意は架空の窓口を含みません。架空の窓口を含む同意を登録するか、この同意に機関を加えてください。"
        ]
    }


@pytest.mark.parametrize(
    "ends",
    [{"valid_until": date(2025, 5, 7)}, {"withdrawn_on": date(2025, 5, 8)}],
    ids=["expired", "withdrawn"],
)
def test_consent_that_does_not_hold_on_the_sent_day_says_what_to_do(me, case, agency, ends):
    consent = ConsentFactory(case.client, agencies=[agency], obtained_on=date(2025, 5, 1), **ends)

    assert errors(referral_form(me, case, agency, consent=consent.pk, sent_on="R7.5.8")) == {
        "consent": [
            "令和7年5月8日（木）に有効な同意ではありません。有効な同意を選ぶか、新しい同意を登録してください。"
        ]
    }


def test_referral_without_consent_says_so_at_the_sent_day(me, case, agency):
    assert errors(referral_form(me, case, agency, sent_on="R7.5.8")) == {
        "sent_on": ["同意、または承認された根拠がないと依頼できません。"]
    }


def test_basis_without_reason_says_so_at_the_reason(me, case, agency):
    assert errors(referral_form(me, case, agency, legal_basis="court_law")) == {
        "legal_reason": ["根拠とした事情を入力してください。"]
    }


def test_second_connection_of_case_and_agency_is_refused_at_the_day(me, agency):
    first: Any = ReferralFactory(agency=agency, sent_on=date(2025, 5, 1), connected_on=date(2025, 5, 2))
    form = referral_form(
        me,
        first.case,
        agency,
        consent=first.consent.pk,
        sent_on="2025-05-08",
        connected_on="2025-05-09",
    )

    assert errors(form) == {
        "connected_on": [
            "この支援ケースとこの機関は既につながっています。先のつなぎ記録に続けて書いてください。"
        ]
    }


@pytest.mark.parametrize("name", ["started_on", "sent_on", "accepted_on", "connected_on", "continued_on"])
def test_step_of_tomorrow_is_refused_at_its_day(me, case, agency, name):
    tomorrow = (TODAY() + timedelta(days=1)).isoformat()

    assert errors(referral_form(me, case, agency, **{name: tomorrow}))[name] == [
        "今日までの日付を入力してください。"
    ]


def test_case_of_a_closed_client_cannot_be_named(me, agency):
    closed = CaseFactory(ClientFactory(protection="restricted"))
    fields = typed(render_crispy_form(ReferralForm(by=me, initial={})), agency=agency.pk, case=closed.pk)

    assert list(errors(ReferralForm(sent(fields), by=me))) == ["case"]


def test_referral_keeps_its_case(me):
    referral = ReferralFactory()

    filled(ReferralChangeForm, me, referral, case=CaseFactory().pk, request="書き足しました").saved()

    assert Referral.objects.get().case == referral.case
    assert "case" not in ReferralChangeForm(by=me, instance=referral).fields


def test_agency_out_of_use_is_offered_to_the_referral_that_has_it(me):
    old, other = AgencyFactory(active=False), AgencyFactory(active=False)
    referral = ReferralFactory(agency=old)

    offered: Any = ReferralChangeForm(by=me, instance=referral).fields["agency"]

    assert (old in offered.queryset, other in offered.queryset) == (True, False)


# -- 承認 ---------------------------------------------------------------------------------------------------


def on_a_basis(by, **fields):
    """A referral that waits for lead."""
    return ReferralFactory(legal_basis="court_law", legal_reason="裁判所の照会", by=by, **fields)


def approve(referral, by, **changes):
    """Lead presses 承認する."""
    return ApproveForm({"version": referral.version, **changes}, referral=referral, by=by)


def test_lead_approves_a_colleagues_referral(me):
    referral, lead = on_a_basis(me), UserFactory("lead")

    assert approve(referral, lead).approved()
    assert (referral.approved_by, referral.approved_on) == (lead, TODAY())


def test_approval_is_for_the_text_as_it_was_read(me):
    referral = on_a_basis(me)

    form = approve(referral, UserFactory("lead"), version=referral.version - 1)

    assert (form.approved(), form.non_field_errors()) == (
        False,
        ["内容が変わりました。読み直してから承認してください。"],
    )


def test_lead_cannot_approve_a_ground_she_wrote_into_a_colleagues_referral(me):
    lead = UserFactory("lead")
    referral = ReferralFactory(by=me)
    filled(ReferralChangeForm, lead, referral, legal_basis="court_law", legal_reason="裁判所の照会").saved()
    referral = Referral.objects.get()

    assert not approve(referral, lead).approved()
    assert approve(referral, UserFactory("lead")).approved()


@pytest.mark.parametrize("field", ["legal_reason", "legal_basis", "agency"])
def test_approval_lapses_when_what_was_approved_changes(me, field):
    referral = on_a_basis(me)
    approve(referral, UserFactory("lead")).approved()
    other = {"legal_reason": "別の事情", "legal_basis": "coordination_15", "agency": AgencyFactory().pk}[
        field
    ]

    filled(ReferralChangeForm, me, Referral.objects.get(), **{field: other}).saved()

    assert Referral.objects.get().approved_on is None


def test_approval_stays_when_something_else_changes(me):
    referral = on_a_basis(me, started_on=date(2025, 5, 7))
    approve(referral, UserFactory("lead")).approved()

    sent_on = filled(ReferralChangeForm, me, Referral.objects.get(), sent_on="2025-05-08").saved().sent_on

    assert (sent_on, Referral.objects.get().approved_on) == (date(2025, 5, 8), TODAY())


# -- 同意 ---------------------------------------------------------------------------------------------------


def consent_form(by, client, agencies, /, **changes):
    """A consent by word of mouth."""
    given = {"method": "verbal", "items": "相談の内容", "purpose": "支援につなぐため"}
    changes = {**given, "agencies": [agency.pk for agency in agencies], **changes}
    return filled(ConsentForm, by, initial={"client": client}, **changes)


def test_consent_names_client_agencies_and_scope(me, case, agency):
    consent = consent_form(me, case.client, [agency]).saved()

    assert (consent.client, list(consent.agencies.all())) == (case.client, [agency])


def test_consent_without_agencies_is_refused_at_the_agencies(me, case):
    assert errors(consent_form(me, case.client, [])) == {
        "agencies": ["伝えてよい機関を1つ以上選んでください。"]
    }


def test_consent_by_proxy_without_name_is_refused_at_the_name(me, case, agency):
    assert errors(consent_form(me, case.client, [agency], method="proxy")) == {
        "guardian_note": ["代理で同意した人を入力してください。"]
    }


def test_consent_of_a_closed_client_cannot_be_written(me, agency):
    closed = ClientFactory(protection="restricted")

    assert list(errors(consent_form(me, None, [agency], client=closed.number))) == ["client"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agencies": []}, "agencies"),
        ({"obtained_on": "2025-05-09"}, "obtained_on"),
        ({"valid_until": "2025-05-07"}, "valid_until"),
        ({"withdrawn_on": "2025-05-08"}, "withdrawn_on"),
    ],
)
def test_consent_keeps_covering_what_was_sent_with_it(me, case, agency, changes, field):
    other = AgencyFactory()
    consent = ConsentFactory(case.client, agencies=[agency, other], obtained_on=date(2025, 5, 1))
    ReferralFactory(case, agency, consent=consent, sent_on=date(2025, 5, 8))
    changes = {name: [other.pk] if name == "agencies" else value for name, value in changes.items()}

    assert list(errors(filled(ConsentChangeForm, me, consent, **changes))) == [field]


def test_consent_is_withdrawn_after_what_was_sent(me, case, agency):
    consent = ConsentFactory(case.client, agencies=[agency], obtained_on=date(2025, 5, 1))
    ReferralFactory(case, agency, consent=consent, sent_on=date(2025, 5, 8))

    saved = filled(ConsentChangeForm, me, consent, withdrawn_on="2025-05-09").saved()

    assert saved.withdrawn_on == date(2025, 5, 9)


# -- 会議 ---------------------------------------------------------------------------------------------------


def conference_form(by, instance=None, **changes):
    """A conference held on 7 May 2025, unless changed."""
    changes = {"state": "held", "held_on": "R7.5.7", **changes} if instance is None else changes
    return filled(ConferenceForm, by, instance, **changes)


def test_conference_names_cases_by_the_numbers_of_their_clients(me):
    first, second = CaseFactory(), CaseFactory()

    meeting = conference_form(me, cases=f"{first.client.number}、{second.client.number.lower()}").saved()

    assert set(meeting.cases.all()) == {first, second}


def test_number_means_the_case_that_goes_on(me):
    client = ClientFactory()
    CaseFactory(client, opened_on=date(2025, 4, 1), closed_on=date(2025, 5, 1))
    goes_on = CaseFactory(client, opened_on=date(2025, 3, 1))

    assert list(conference_form(me, cases=client.number).saved().cases.all()) == [goes_on]


def test_number_means_the_case_that_stands_in_the_record(me):
    client = ClientFactory()
    ended = CaseFactory(client, opened_on=date(2024, 4, 1), closed_on=date(2025, 5, 1))
    meeting = ConferenceFactory(cases=[ended])
    CaseFactory(client, opened_on=date(2025, 6, 1))

    conference_form(me, meeting, policy="書き足しました").saved()

    assert list(Conference.objects.get().cases.all()) == [ended]


def test_individual_conference_is_about_somebody(me):
    assert errors(conference_form(me)) == {
        "cases": ["個別ケース会議には、支援ケースの相談者番号を入力してください。"]
    }
    assert conference_form(me, kind="liaison").saved().kind == "liaison"


def test_conference_about_a_closed_client_cannot_be_written(me):
    closed = CaseFactory(ClientFactory(protection="restricted")).client.number

    assert errors(conference_form(me, cases=closed)) == {
        "cases": [
            f"{closed} の支援ケースは見つかりません。番号を確かめるか、先に支援ケースを登録してください。"
        ]
    }


def test_conference_of_tomorrow_is_planned_and_not_held(me):
    number, tomorrow = CaseFactory().client.number, (TODAY() + timedelta(days=1)).isoformat()

    held = conference_form(me, cases=number, held_on=tomorrow)
    planned = conference_form(me, cases=number, held_on=tomorrow, state="planned")

    assert errors(held) == {
        "held_on": ["開催した会議の日付は今日までです。これからの会議は状態を「予定」にしてください。"]
    }
    assert planned.saved().state == "planned"


def test_second_press_makes_one_conference(me):
    number = CaseFactory().client.number
    fields = typed(render_crispy_form(ConferenceForm(by=me)), held_on="R7.5.7", cases=number)

    first, second = (ConferenceForm(sent(fields), by=me).saved() for _ in range(2))

    assert (first == second, Conference.objects.count()) == (True, 1)


# -- 支援機関 -----------------------------------------------------------------------------------------------


def test_agency_is_entered_once_per_name_and_section(me):
    AgencyFactory(name="架空の窓口", section="相談係")

    assert errors(filled(AgencyForm, me, name="架空の窓口", section="相談係")) == {
        "name": ["同じ機関名・部署が登録されています。"]
    }
    assert filled(AgencyForm, me, name="架空の窓口", section="別の係").saved().section == "別の係"


def test_agency_that_was_taken_back_stays_in_the_records_that_name_it(me):
    kept, gone = AgencyFactory(), AgencyFactory()
    consent = ConsentFactory(agencies=[kept, gone])
    meeting = ConferenceFactory(kind="liaison", lead_agency=gone)
    gone.void("二重の登録", by=me)

    filled(ConsentChangeForm, me, consent, items="氏名と電話番号").saved()
    filled(ConferenceForm, me, meeting, place="会議室").saved()

    meeting.refresh_from_db()
    assert (set(consent.agencies.all()), meeting.lead_agency, meeting.place) == ({kept, gone}, gone, "会議室")


def test_agency_that_was_taken_back_is_not_offered_anew(me):
    AgencyFactory().void("二重の登録", by=me)
    form: Any = ConferenceForm(by=me)

    assert list(form.fields["agencies"].queryset) == []

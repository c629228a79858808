"""What counts as つながった and as 個別ケース会議, what may be sent, and who sees it, at the models."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from komatsu_support.fiscal import fiscal_year
from referrals.models import Conference, Consent, Referral
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
YEAR = fiscal_year(2025)


def refused():
    """The database says no."""
    return pytest.raises(IntegrityError)


# -- つながった ---------------------------------------------------------------------------------------------


def test_connection_counts_in_the_year_of_its_day_not_of_the_sending():
    ReferralFactory(sent_on=date(2025, 3, 1), connected_on=date(2025, 4, 1))
    ReferralFactory(sent_on=date(2026, 3, 1), connected_on=date(2026, 4, 1))
    ReferralFactory(sent_on=date(2025, 5, 1))

    assert Referral.objects.connected().in_period(YEAR).count() == 1


def test_acceptance_by_the_agency_alone_is_no_connection():
    ReferralFactory(sent_on=date(2025, 5, 1), accepted_on=date(2025, 5, 2))

    assert Referral.objects.connected().count() == 0


def test_case_and_agency_connect_once():
    first = ReferralFactory(sent_on=date(2025, 5, 1), connected_on=date(2025, 5, 2))

    with refused(), transaction.atomic():
        ReferralFactory(first.case, first.agency, sent_on=date(2025, 6, 1), connected_on=date(2025, 6, 2))
    ReferralFactory(first.case, sent_on=date(2025, 6, 1), connected_on=date(2025, 6, 2))

    assert Referral.objects.connected().in_period(YEAR).count() == 2


def test_voided_connection_leaves_the_figure_and_the_place():
    first = ReferralFactory(sent_on=date(2025, 5, 1), connected_on=date(2025, 5, 2))

    first.void("まちがい", by=UserFactory())
    ReferralFactory(first.case, first.agency, sent_on=date(2025, 6, 1), connected_on=date(2025, 6, 2))

    assert Referral.objects.connected().in_period(YEAR).count() == 1


def test_connection_counts_once_at_the_earliest_where_the_office_counts_acceptance(settings):
    settings.CONNECTED_RUNG = "accepted"
    first = ReferralFactory(sent_on=date(2025, 5, 1), accepted_on=date(2025, 5, 2))
    ReferralFactory(first.case, first.agency, sent_on=date(2025, 6, 1), accepted_on=date(2025, 6, 2))

    assert list(Referral.objects.connected().in_period(YEAR)) == [first]


@pytest.mark.parametrize(
    "days",
    [
        {"started_on": date(2025, 5, 2), "sent_on": date(2025, 5, 1)},
        {"sent_on": date(2025, 5, 2), "accepted_on": date(2025, 5, 1)},
        {"sent_on": date(2025, 5, 2), "connected_on": date(2025, 5, 1)},
        {"sent_on": date(2025, 5, 1), "accepted_on": date(2025, 5, 3), "connected_on": date(2025, 5, 2)},
        {"sent_on": date(2025, 5, 1), "connected_on": date(2025, 5, 3), "continued_on": date(2025, 5, 2)},
        {"sent_on": date(2025, 5, 1), "continued_on": date(2025, 6, 2)},
        {"sent_on": None, "connected_on": date(2025, 5, 2)},
    ],
)
def test_ladder_is_climbed_step_by_step(days):
    with refused(), transaction.atomic():
        ReferralFactory(**days)


def test_referral_that_failed_has_a_reason_and_no_connection():
    with refused(), transaction.atomic():
        ReferralFactory(outcome="declined", outcome_reason="")
    with refused(), transaction.atomic():
        ReferralFactory(outcome="declined", sent_on=date(2025, 5, 1), connected_on=date(2025, 5, 2))


def test_referral_waits_until_it_connects_or_ends():
    waiting = ReferralFactory(sent_on=date(2025, 5, 1))
    ReferralFactory(sent_on=date(2025, 5, 1), connected_on=date(2025, 5, 2))
    ReferralFactory(sent_on=date(2025, 5, 1), outcome="no_reply")
    ReferralFactory()

    assert list(Referral.objects.waiting()) == [waiting]


# -- what may be sent ---------------------------------------------------------------------------------------


def test_referral_without_consent_and_basis_cannot_be_sent():
    with refused(), transaction.atomic():
        ReferralFactory(sent_on=date(2025, 5, 1), consent=None)


def test_referral_on_a_basis_waits_for_approval_before_it_is_sent():
    with refused(), transaction.atomic():
        ReferralFactory(sent_on=date(2025, 5, 1), legal_basis="court_law")

    referral = ReferralFactory(legal_basis="court_law", by=UserFactory())
    referral.approve(by=UserFactory("lead"))
    referral.sent_on = referral.approved_on
    referral.save(by=UserFactory())

    assert Referral.objects.sent().get() == referral


@pytest.mark.parametrize("basis", ["life_danger", "child_abuse_report"])
def test_danger_and_abuse_are_sent_at_once(basis):
    assert ReferralFactory(sent_on=date(2025, 5, 1), legal_basis=basis).approved_on is None


def test_basis_has_its_reason():
    with refused(), transaction.atomic():
        ReferralFactory(legal_basis="court_law", legal_reason="")


@pytest.mark.parametrize("own", ["created_by", "staff"])
def test_nobody_approves_her_own_referral(own):
    lead = UserFactory("lead")
    fields: Any = {"by": lead} if own == "created_by" else {"staff": lead}
    referral = ReferralFactory(legal_basis="court_law", **fields)

    with pytest.raises(ValueError, match="自分が担当する"):
        referral.approve(by=lead)


# -- 同意 ---------------------------------------------------------------------------------------------------


def test_consent_is_valid_from_its_day_to_its_last_day():
    ConsentFactory(obtained_on=date(2025, 5, 1), valid_until=date(2025, 5, 31))

    days = [date(2025, 4, 30), date(2025, 5, 1), date(2025, 5, 31), date(2025, 6, 1)]

    assert [Consent.objects.valid_on(day).count() for day in days] == [0, 1, 1, 0]


def test_consent_ends_on_the_day_of_withdrawal():
    ConsentFactory(obtained_on=date(2025, 5, 1), withdrawn_on=date(2025, 5, 10))

    days = [date(2025, 5, 9), date(2025, 5, 10)]

    assert [Consent.objects.valid_on(day).count() for day in days] == [1, 0]


def test_consent_by_proxy_names_the_proxy():
    with refused(), transaction.atomic():
        ConsentFactory(method="proxy")


# -- 会議 ---------------------------------------------------------------------------------------------------


def test_only_individual_conferences_that_were_held_count():
    ConferenceFactory(held_on=date(2025, 5, 1), agencies=AgencyFactory.create_batch(3))
    ConferenceFactory(held_on=date(2025, 5, 1), state="planned")
    ConferenceFactory(held_on=date(2025, 5, 1), state="cancelled")
    ConferenceFactory(held_on=date(2025, 5, 1), kind="liaison")
    ConferenceFactory(held_on=date(2025, 5, 1), kind="internal")
    ConferenceFactory(held_on=date(2025, 5, 1)).void("まちがい", by=UserFactory())
    ConferenceFactory(held_on=date(2025, 3, 31))

    assert Conference.objects.individual().in_period(YEAR).count() == 1


# -- who sees it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protection", "expected"),
    [
        ("normal", {"other": True, "named": True, "lead": True, "coordinator": False}),
        ("restricted", {"other": False, "named": True, "lead": True, "coordinator": False}),
        ("sealed", {"other": False, "named": True, "lead": False, "coordinator": False}),
    ],
)
def test_protection_decides_who_sees_referral_consent_and_conference(protection, expected):
    people = {"other": UserFactory(), "named": UserFactory()}
    people |= {"lead": UserFactory("lead"), "coordinator": UserFactory("coordinator")}
    case = CaseFactory(ClientFactory(protection=protection, assigned=[people["named"]]))
    ReferralFactory(case, sent_on=date(2025, 5, 1))
    ConferenceFactory(cases=[case, CaseFactory()])

    for kind in (Referral, Consent, Conference):
        seen = {name: kind.objects.visible_to(person).exists() for name, person in people.items()}
        assert seen == expected


def test_directory_is_open_to_the_roles_of_the_table():
    from referrals.models import Agency

    AgencyFactory()
    roles = ["counselor", "lead", "coordinator", "manager", "viewer", "admin"]

    seen = [Agency.objects.visible_to(UserFactory(role)).exists() for role in roles]

    assert seen == [True, True, True, True, False, False]

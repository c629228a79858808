"""The foundation of the other tests: rows that the product itself would accept, and a database that empties."""

from datetime import date

import pytest

from komatsu_support import audit
from komatsu_support.checks import missing_triggers
from komatsu_support.models import AuditEvent, Record, Term, User
from referrals.models import Consent
from tests import factories
from tests.factories import (
    CaseFactory,
    ConsultationFactory,
    Factory,
    OpenDayFactory,
    ReferralFactory,
    SessionFactory,
    term,
)

EVERY = {name: each for name, each in vars(factories).items() if isinstance(each, Factory)}


@pytest.mark.django_db
@pytest.mark.parametrize("name", EVERY)
def test_factory_makes_rows_that_the_product_accepts(name):
    several = 1 if name in ("OfficeDayFactory", "TargetFactory", "OverrideFactory") else 3

    made = EVERY[name].create_batch(several)

    assert len({each.pk for each in made}) == several
    for each in made:
        each.full_clean()
        assert isinstance(each, User) or (isinstance(each, Record) and each.history.exists())
    assert audit.verify().faults == []


@pytest.mark.django_db
def test_consultation_is_made_as_its_form_would():
    first = ConsultationFactory(
        consulted_on=date(2024, 11, 5), method="phone", topics=["dv", "work"], awareness=["sns"]
    )
    second = ConsultationFactory(consulted_on=date(2024, 12, 5), client=first.client)
    left_out = ConsultationFactory(client=None, is_countable=False)

    ticked = set(first.terms.values_list("kind", "code"))
    assert ticked == {("topic", "dv"), ("topic", "work"), ("awareness", "sns")}
    assert (first.main_topic, first.method) == (term("topic", "dv"), term("method", "phone"))
    assert [each.visit_type for each in (first, second, left_out)] == ["new", "continuing", ""]


@pytest.mark.django_db
def test_open_day_is_held_only_with_heads():
    held = OpenDayFactory(heads={"visitor": 3, "child": 1})
    empty = OpenDayFactory(heads={"visitor": 0})
    planned = OpenDayFactory()

    assert [day.state for day in (held, empty, planned)] == ["held", "held", "planned"]
    assert [list(day.attendances.values_list("heads", flat=True)) for day in (empty, planned)] == [[0], []]


@pytest.mark.django_db
def test_referral_that_was_sent_has_a_fitting_consent():
    referral = ReferralFactory(sent_on=date(2026, 3, 1), connected_on=date(2026, 4, 1))

    consent = Consent.objects.get()
    assert (referral.consent, consent.client) == (consent, referral.case.client)
    assert list(consent.agencies.all()) == [referral.agency]
    assert (referral.started_on, referral.case.opened_on) == (date(2026, 3, 1), date(2026, 3, 1))


@pytest.mark.django_db
def test_case_and_session_follow_from_what_is_given():
    closed, session = CaseFactory(closed_on=date(2025, 3, 31)), SessionFactory(forms=["lecture"])

    assert (closed.status, closed.close_reason) == ("closed", "resolved")
    assert list(session.terms.all()) == [term("session_form", "lecture")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_database_is_emptied_past_the_trail_and_refilled(time):
    assert (AuditEvent.objects.count(), Term.objects.count(), User.objects.count()) == (0, 146, 1)
    assert missing_triggers() == []

    ConsultationFactory()

    assert audit.verify().faults == []

"""Figures from real records: what counts, on which day, and what an override changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from time import sleep

import pytest
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from kpi.figures import figures
from kpi.indicators import INDICATORS
from kpi.models import Target, copy_targets
from tests.factories import (
    CaseFactory,
    ClientFactory,
    ConferenceFactory,
    ConsultationFactory,
    OpenDayFactory,
    OverrideFactory,
    ReferralFactory,
    TargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def line(code, year=2025):
    """The figure of one indicator."""
    if not Target.objects.of(year).filter(code=code).exists():
        TargetFactory(code, fiscal_year=year)
    return next(each for each in figures(year) if each.target.code == code)


def actual(code, year=2025):
    return line(code, year).actual


def test_consultations_count_from_1_april_to_31_march():
    for day in (date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1)):
        ConsultationFactory(consulted_on=day)

    assert actual("consultations") == 2


def test_consultations_leave_out_what_does_not_count_and_what_is_voided():
    ConsultationFactory(consulted_on=date(2025, 5, 1))
    ConsultationFactory(consulted_on=date(2025, 5, 2), is_countable=False)
    voided = ConsultationFactory(consulted_on=date(2025, 5, 3))
    voided.void("二重登録", by=UserFactory())

    assert actual("consultations") == 1


def test_consultation_with_several_topics_is_one():
    ConsultationFactory(consulted_on=date(2025, 5, 1), topics=["mental", "economic", "housing"])

    assert actual("consultations") == 1


def test_connected_counts_by_the_day_of_connection_not_of_sending():
    ReferralFactory(sent_on=date(2025, 3, 1), connected_on=date(2025, 4, 1))
    ReferralFactory(sent_on=date(2026, 3, 1), connected_on=date(2026, 4, 1))
    ReferralFactory(sent_on=date(2025, 5, 1))

    assert actual("connected") == 1


def test_connected_needs_more_than_the_agency_having_received_it():
    ReferralFactory(sent_on=date(2025, 5, 1), accepted_on=date(2025, 5, 2))

    assert actual("connected") == 0


def test_connected_by_another_rung_counts_by_that_rung_once_per_case_and_agency(settings):
    settings.CONNECTED_RUNG = "accepted"
    first = ReferralFactory(sent_on=date(2025, 5, 1), accepted_on=date(2025, 5, 2))
    ReferralFactory(
        case=first.case, agency=first.agency, sent_on=date(2025, 6, 1), accepted_on=date(2025, 6, 2)
    )
    ReferralFactory(sent_on=date(2026, 3, 30), accepted_on=date(2026, 4, 2), connected_on=date(2026, 4, 2))

    months = line("connected").months

    assert months == [0, 1] + [0] * 10


def test_case_conferences_count_only_individual_ones_that_were_held():
    ConferenceFactory(held_on=date(2025, 6, 1))
    ConferenceFactory(held_on=date(2025, 6, 2), kind="liaison")
    ConferenceFactory(held_on=date(2025, 6, 3), kind="internal")
    ConferenceFactory(held_on=date(2025, 6, 4), state="planned")
    ConferenceFactory(held_on=date(2025, 6, 5), state="cancelled")

    assert actual("case_conferences") == 1


def test_conference_about_two_cases_is_one():
    ConferenceFactory(held_on=date(2025, 6, 1), cases=CaseFactory.create_batch(2))

    assert actual("case_conferences") == 1


def test_cafe_attendance_counts_visitors_and_not_those_who_work_there():
    everybody = {
        "visitor": 4,
        "child": 2,
        "user_planner": 1,
        "user_lecturer": 1,
        "staff": 3,
        "volunteer": 2,
        "lecturer": 1,
        "observer": 5,
    }
    OpenDayFactory(held_on=date(2025, 7, 1), heads=everybody)

    assert actual("cafe_attendance") == 8


def test_cafe_attendance_obeys_the_setting(settings):
    settings.CAFE_COUNTED_ROLES = ["visitor"]
    OpenDayFactory(held_on=date(2025, 7, 1), heads={"visitor": 4, "child": 2})

    assert actual("cafe_attendance") == 4


def test_cafe_days_count_a_day_without_visitors_but_no_cancelled_and_no_unclosed_one():
    OpenDayFactory(held_on=date(2025, 7, 1), heads={})
    OpenDayFactory(held_on=date(2025, 7, 2), state="cancelled")
    OpenDayFactory(held_on=date(2025, 7, 3))

    assert [actual("cafe_days"), actual("cafe_attendance")] == [1, 0]


def test_months_run_from_april_and_add_up_to_the_year():
    for day in (date(2025, 4, 30), date(2025, 12, 1), date(2026, 1, 5), date(2026, 3, 31)):
        ConsultationFactory(consulted_on=day)

    found = line("consultations")

    assert found.months == [1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1]
    assert sum(found.months) == found.actual


def test_running_total_ends_in_the_year():
    ConsultationFactory(consulted_on=date(2025, 4, 1))
    ConsultationFactory(consulted_on=date(2025, 6, 1))

    assert line("consultations").running == [1, 1] + [2] * 10


def test_override_changes_the_actual_and_not_the_months():
    ConsultationFactory(consulted_on=date(2025, 5, 1))
    TargetFactory("consultations", fiscal_year=2025, target=180)
    OverrideFactory("consultations", fiscal_year=2025, actual=90)

    found = line("consultations")

    assert (found.actual, found.computed, sum(found.months), found.achievement) == (90, 1, 1, 50)


def test_last_year_is_what_that_year_had_or_its_override_or_nothing():
    ConsultationFactory(consulted_on=date(2024, 5, 1))
    ReferralFactory(sent_on=date(2025, 5, 1), connected_on=date(2025, 5, 1))
    OverrideFactory("cafe_attendance", fiscal_year=2024, actual=700)

    last_years = [line(code).last_year for code in ("consultations", "connected", "cafe_attendance")]

    assert last_years == [1, None, 700]


def test_persons_are_counted_once_a_period_however_often_they_come():
    from komatsu_support.fiscal import fiscal_year, month_of
    from kpi.measures import distinct

    client = ClientFactory()
    for day in (date(2025, 4, 1), date(2025, 4, 2), date(2025, 9, 1)):
        ConsultationFactory(client=client, consulted_on=day)
    ConsultationFactory(client=None, consulted_on=date(2025, 4, 3))
    ConsultationFactory(client=client, consulted_on=date(2026, 4, 1))
    counted = INDICATORS["consultations"].records()
    periods = [fiscal_year(2025), month_of(2025, 4), month_of(2025, 5), fiscal_year(2026)]

    assert [counted.in_period(period).count() for period in periods] == [4, 3, 0, 1]
    assert distinct(counted, "client", periods) == [1, 1, 0, 1]


def test_figures_take_six_queries_whatever_the_size(django_assert_max_num_queries):
    for code in ("connected", "case_conferences", "consultations", "cafe_attendance"):
        TargetFactory(code, fiscal_year=2025)
    ConsultationFactory.create_batch(3, consulted_on=date(2025, 5, 1))

    with django_assert_max_num_queries(6):
        figures(2025)


def test_copy_targets_takes_over_what_is_missing_and_nothing_twice():
    by = UserFactory("manager")
    TargetFactory("connected", fiscal_year=2025, target=15)
    TargetFactory("consultations", fiscal_year=2025, target=180)
    TargetFactory("connected", fiscal_year=2026, target=20)

    copied = [copy_targets(2026, by=by), copy_targets(2026, by=by)]

    assert copied == [1, 0]
    assert list(Target.objects.of(2026).values_list("code", "target").order_by("code")) == [
        ("connected", 20),
        ("consultations", 180),
    ]


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_the_same_moment_copy_the_targets_once():
    TargetFactory("connected", fiscal_year=2025)
    TargetFactory("consultations", fiscal_year=2025)
    people, start = [UserFactory("manager") for _ in range(8)], Barrier(8)

    def copy(by):
        start.wait()
        while True:
            try:
                return copy_targets(2026, by=by)
            except OperationalError:  # SQLite in memory does not wait for its turn: press again
                sleep(0.01)
            finally:
                BaseDatabaseWrapper.close(connections["default"])  # one in memory too

    with ThreadPoolExecutor(8) as pool:
        copied = list(pool.map(copy, people))

    assert sorted(copied) == [0] * 7 + [2]
    assert Target.objects.of(2026).count() == 2

"""Rates of a survey, and what the database refuses of a session."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from komatsu_support.fiscal import fiscal_year
from tests.factories import LecturerFactory, SeriesFactory, SessionFactory, SurveyFactory
from training.models import Session, Survey

pytestmark = pytest.mark.django_db


def test_rates_of_a_survey():
    survey = SurveyFactory(
        distributed=20,
        collected=16,
        satisfaction_5=8,
        satisfaction_4=4,
        satisfaction_2=3,
        understanding_4=5,
        understanding_1=5,
    )

    assert survey.response_rate == Decimal("80.0")
    assert survey.satisfaction == Decimal("80.0")  # 12 of 15 who answered, not of 16 sheets
    assert survey.understanding == Decimal("50.0")


def test_rates_without_answers_are_none_and_not_zero():
    survey = SurveyFactory(distributed=20, collected=0)

    assert survey.response_rate == Decimal("0.0")
    assert (survey.satisfaction, survey.understanding) == (None, None)


def test_response_rate_without_sheets_is_none():
    assert SurveyFactory(distributed=0, collected=0).response_rate is None


def test_heads_of_a_session_add_up_and_may_be_nobody():
    full = SessionFactory(staff_heads=4, agency_heads=9, citizen_heads=6, online_heads=5)

    assert full.heads == 19
    assert SessionFactory().heads == 0


def test_held_sessions_are_those_that_took_place(user):
    held = SessionFactory(held_on=date(2025, 5, 1))
    SessionFactory(state="planned")
    SessionFactory(state="cancelled")
    SessionFactory().void("誤り", by=user("lead"))

    assert list(Session.objects.held()) == [held]


def test_session_belongs_to_the_year_it_was_held_in():
    SessionFactory(held_on=date(2025, 3, 31))
    april = SessionFactory(held_on=date(2025, 4, 1))

    assert list(Session.objects.in_period(fiscal_year(2025))) == [april]


def test_number_is_there_once_in_a_series_but_may_come_back_after_it_was_voided(user):
    series = SeriesFactory()
    first = SessionFactory(series, number=1)
    SessionFactory(SeriesFactory(), number=1)
    SessionFactory(series), SessionFactory(series)
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionFactory(series, number=1)
    first.void("誤り", by=user("lead"))

    assert SessionFactory(series, number=1).number == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"staff_heads": 2, "online_heads": 3},
        {"starts_at": time(12), "ends_at": time(12)},
        {"staff_heads": -1},
    ],
)
def test_database_refuses_a_session_that_cannot_be(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionFactory(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"distributed": 3, "collected": 4},
        {"distributed": 3, "collected": 3, "satisfaction_5": 2, "satisfaction_1": 2},
        {"distributed": 3, "collected": 3, "understanding_3": 4},
    ],
)
def test_database_refuses_a_survey_that_cannot_be(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyFactory(**fields)


def test_session_has_one_survey():
    survey = SurveyFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyFactory(survey.session)

    assert Survey.objects.get() == survey


def test_words_of_series_session_lecturer_and_survey():
    series = SeriesFactory(title="考える会", nickname="プラサポ35")
    session = SessionFactory(series, number=1, theme="地域の今")

    assert (str(series), str(SeriesFactory(title="健康講座"))) == ("考える会〈プラサポ35〉", "健康講座")
    assert (str(session), str(SessionFactory(theme="更年期"))) == ("第1回 地域の今", "更年期")
    assert str(LecturerFactory(session, name="架空の医師", affiliation="架空病院")) == "架空病院 架空の医師"
    assert str(SurveyFactory(session)) == "アンケート 10／20"


def test_lecturer_and_survey_are_shown_on_the_page_of_the_session():
    session = SessionFactory()

    assert LecturerFactory(session).get_absolute_url() == session.get_absolute_url()
    assert SurveyFactory(session).get_absolute_url() == session.get_absolute_url()

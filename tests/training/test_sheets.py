"""Lists and tables of training: － without answers, and nobody is not the same as not yet."""

from datetime import date, time
from decimal import Decimal

import pytest

from tests.factories import LecturerFactory, SeriesFactory, SessionFactory, SurveyFactory, term
from training.models import Series, Session
from training.sheets import answers_table, hours, numbered_sheet, series_sheet, session_sheet, survey_of

pytestmark = pytest.mark.django_db


def cells(sheet):
    """Every row as the sheet holds it."""
    return [sheet.cells(row) for row in sheet.rows]


def lines(table):
    """Every line as the screen prints it."""
    return [[cell.text for cell in line.cells] for line in table.lines()]


def test_sessions_carry_lecturers_and_what_the_survey_says(user):
    series = SeriesFactory(title="考える会", nickname="プラサポ35")
    session = SessionFactory(
        series,
        number=1,
        theme="地域の今",
        held_on=date(2025, 5, 1),
        forms=["report", "workshop"],
        staff_heads=4,
    )
    LecturerFactory(session, name="架空の団体い")
    LecturerFactory(session, name="架空の団体ろ")
    LecturerFactory(session, name="取り消した団体").void("誤り", by=user("lead"))
    SurveyFactory(session, distributed=20, collected=16, satisfaction_5=12, satisfaction_3=3)

    [row] = cells(session_sheet(Session.objects.all()))

    assert row == [
        "第1回 地域の今",
        date(2025, 5, 1),
        "考える会〈プラサポ35〉",
        "報告、ワークショップ",
        "架空の団体い、架空の団体ろ",
        "実施",
        4,
        Decimal("80.0"),
        Decimal("80.0"),
        None,
    ]
    sheet = session_sheet(Session.objects.all())
    assert [sheet.shown(each)[-2:] for each in sheet.rows] == [["80.0", "－"]]


def test_session_nobody_came_to_is_not_one_to_come():
    SessionFactory(held_on=date(2025, 5, 2), state="planned", staff_heads=3)
    SessionFactory(held_on=date(2025, 5, 1))

    assert [row[6] for row in cells(session_sheet(Session.objects.all()))] == [None, 0]


def test_voided_survey_says_nothing(user):
    survey = SurveyFactory(satisfaction_5=10)
    survey.void("誤り", by=user("lead"))

    assert survey_of(Session.objects.select_related("survey").get()) is None
    assert cells(session_sheet(Session.objects.all()))[0][-3:] == [None, None, None]


def test_sessions_of_a_series_stand_in_their_order():
    series = SeriesFactory()
    SessionFactory(series, number=2, held_on=date(2025, 4, 1))
    SessionFactory(series, number=1, held_on=date(2025, 5, 1))

    assert [session.number for session in numbered_sheet(Session.objects.all()).rows] == [1, 2]


def test_series_count_sessions_that_took_place(user):
    series = SeriesFactory(title="い")
    SessionFactory(series, held_on=date(2025, 4, 1))
    SessionFactory(series, held_on=date(2025, 6, 1), state="planned")
    SessionFactory(series, held_on=date(2025, 5, 1)).void("誤り", by=user("lead"))
    SeriesFactory(title="ろ", kind="public_lecture")

    assert cells(series_sheet(Series.objects.all())) == [
        ["い", "人材育成研修", 1, date(2025, 4, 1)],
        ["ろ", "市民講座", 0, None],
    ]


def test_answers_show_counts_and_shares_the_best_first():
    survey = SurveyFactory(satisfaction_5=2, satisfaction_4=3, satisfaction_1=1)

    assert lines(answers_table(survey, "satisfaction", "満足度")) == [
        ["大変満足", "2", "33.3%"],
        ["満足", "3", "50.0%"],
        ["普通", "0", "0.0%"],
        ["やや不満", "0", "0.0%"],
        ["不満", "1", "16.7%"],
        ["計", "6", "－"],
    ]


def test_shares_of_answers_say_that_they_are_rounded():
    assert answers_table(SurveyFactory(), "satisfaction", "満足度").note == (
        "四捨五入のため合計が100%にならない場合がある"
    )


def test_answers_of_nobody_have_no_shares():
    assert [row[2] for row in lines(answers_table(SurveyFactory(), "understanding", "理解度"))] == ["－"] * 6


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "printed"),
    [(time(13, 30), time(15), "13:30～15:00"), (time(10), None, "10:00～"), (None, None, "")],
)
def test_hours_print_what_is_known(starts_at, ends_at, printed):
    assert hours(starts_at, ends_at) == printed


def test_session_without_a_number_stands_below_the_numbered():
    series = SeriesFactory()
    SessionFactory(series, held_on=date(2025, 4, 1))
    SessionFactory(series, number=1, held_on=date(2025, 5, 1))

    assert [session.number for session in numbered_sheet(Session.objects.all()).rows] == [1, None]


def test_forms_of_a_session_stand_in_the_order_of_their_list(user):
    SessionFactory(forms=["report", "workshop"])
    workshop = term("session_form", "workshop")
    workshop.order = 1
    workshop.save(by=user("admin"))

    assert [row[3] for row in cells(session_sheet(Session.objects.all()))] == ["ワークショップ、報告"]

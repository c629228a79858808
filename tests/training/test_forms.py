"""The forms of training: each refusal in words, at its field."""

from datetime import date
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form

from tests.browser import typed, typed_in
from tests.factories import LecturerFactory, SeriesFactory, SessionFactory, SurveyFactory, term
from training.forms import LecturerForm, SeriesForm, SessionForm, SessionStart, SurveyForm
from training.models import Lecturer, Series, Session, Survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


@pytest.fixture
def by(user):
    return user("counselor")


def new(form, by, initial=None, **changes):
    """A new record as typed, bound."""
    return form(typed_in(form(by=by, initial=initial), **changes), by=by)


def changed(form, by, record, **changes):
    """An existing record as typed over, bound."""
    return form(typed_in(form(by=by, instance=record), **changes), by=by, instance=record)


def offered(form: Any, name):
    """The records one may choose from."""
    return list(form.fields[name].queryset)


def errors(form):
    """Every sentence by field."""
    return {name: list(sentences) for name, sentences in form.errors.items()}


# --- sessions


def test_session_begins_today_as_the_next_of_its_series(by):
    series = SeriesFactory()
    SessionFactory(series, number=2, held_on=date(2025, 4, 1), place="会議室", audience="職員")
    SessionFactory(series, number=7).void("誤り", by=by)

    fields = typed(render_crispy_form(SessionForm(by=by, initial={"series": series})))

    begun = {
        name: fields[name][0] for name in ("series", "number", "held_on", "starts_at", "place", "audience")
    }
    assert begun == {
        "series": str(series.pk),
        "number": "3",
        "held_on": "2025-05-08",
        "starts_at": "10:00",
        "place": "会議室",
        "audience": "職員",
    }


def test_first_session_of_a_series_is_number_one(by):
    fields = typed(render_crispy_form(SessionForm(by=by, initial={"series": SeriesFactory()})))

    assert fields["number"] == ["1"]


def test_session_keeps_its_forms_and_counts_empty_boxes_as_nobody(by):
    forms = [term("session_form", "report").pk, term("session_form", "workshop").pk]

    form = new(
        SessionForm,
        by,
        {"series": SeriesFactory()},
        theme="地域の今",
        state="held",
        forms_of_session=forms,
        staff_heads="４",
    )
    saved = form.saved()

    assert list(saved.terms.order_by("order").values_list("pk", flat=True)) == forms
    assert (saved.staff_heads, saved.agency_heads, saved.heads) == (4, 0, 4)


def test_change_of_one_field_keeps_the_rest(by):
    session = SessionFactory(forms=["lecture"], staff_heads=4)

    form = changed(SessionForm, by, session, theme="言い直したテーマ")
    form.saved()

    assert form.changed_names() == ["theme"]
    assert [each.code for each in session.terms.all()] == ["lecture"]
    assert Session.objects.get().staff_heads == 4


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        (
            {"staff_heads": "2", "online_heads": "3"},
            {"online_heads": ["「うちオンライン」は参加者の合計までです。"]},
        ),
        ({"starts_at": "12:00", "ends_at": "10:00"}, {"ends_at": ["終了は開始より後の時刻にしてください。"]}),
        ({"number": "1"}, {"number": ["この回はシリーズに登録されています。"]}),
        (
            {"state": "held", "held_on": "R7.5.9"},
            {"state": ["開催日がまだ来ていません。「予定」にしてください。"]},
        ),
        ({"theme": ""}, {"theme": ["入力してください。"]}),
        ({"citizen_heads": "10000"}, {"citizen_heads": ["この値は 9999 以下でなければなりません。"]}),
        ({"held_on": "0001-01-01"}, None),
        ({"forms_of_session": "999999"}, None),
    ],
)
def test_session_that_cannot_be_is_refused_at_its_field(by, changes, refused):
    series = SeriesFactory()
    SessionFactory(series, number=1)

    form = new(SessionForm, by, {"series": series}, **{"theme": "地域の今", **changes})

    assert form.saved() is None
    assert errors(form) == refused or list(form.errors) == list(changes)
    assert Session.objects.count() == 1


def test_planned_session_may_lie_ahead(by):
    saved = new(SessionForm, by, {"series": SeriesFactory()}, theme="秋の会", held_on="R7.11.5").saved()

    assert (saved.held_on, saved.state) == (date(2025, 11, 5), "planned")


def test_session_of_a_voided_series_cannot_be_made(by):
    series = SeriesFactory()
    form = SessionForm(by=by, initial={"series": series})
    data = typed_in(form, theme="地域の今")
    series.void("誤り", by=by)

    refused = SessionForm(data, by=by)

    assert refused.saved() is None
    assert list(refused.errors) == ["series"]


def test_second_press_makes_one_session(by):
    data = typed_in(SessionForm(by=by, initial={"series": SeriesFactory()}), theme="地域の今")

    first, second = (SessionForm(data, by=by).saved() for _ in range(2))

    assert first == second
    assert Session.objects.count() == 1


def test_series_is_made(by):
    saved = new(SeriesForm, by, title="考える会", nickname="プラサポ35").saved()

    assert str(saved) == "考える会〈プラサポ35〉"
    assert Series.objects.get().kind == "staff_training"


def test_session_of_a_series_that_was_taken_back_can_still_be_put_right(by):
    session = SessionFactory(staff_heads=4)
    session.series.void("誤り", by=by)

    assert changed(SessionForm, by, session, staff_heads=5).saved().staff_heads == 5
    assert session.series not in offered(SessionForm(by=by), "series")


# --- lecturers


def test_lecturer_is_added_to_the_session_at_hand(by):
    session = SessionFactory(held_on=date(2020, 1, 1))

    saved = LecturerForm(
        typed_in(LecturerForm(by=by, initial={"session": session}), name="架空の団体"),
        by=by,
        initial={"session": session},
    ).saved()

    assert (saved.session, saved.name, saved.kind) == (session, "架空の団体", "organisation")


def test_lecturer_offers_sessions_of_the_last_year_and_the_one_at_hand(by):
    recent, old = SessionFactory(held_on=date(2024, 5, 9)), SessionFactory(held_on=date(2020, 1, 1))
    SessionFactory().void("誤り", by=by)

    assert offered(LecturerForm(by=by), "session") == [recent]
    at_hand = offered(LecturerForm(by=by, instance=LecturerFactory(old)), "session")
    assert at_hand == [recent, old]


def test_lecturer_without_a_name_is_refused(by):
    form = new(LecturerForm, by, {"session": SessionFactory()}, name="　")

    assert form.saved() is None
    assert errors(form) == {"name": ["入力してください。"]}
    assert not Lecturer.objects.exists()


# --- surveys


def test_survey_counts_empty_boxes_as_zero(by):
    saved = new(SurveyForm, by, {"session": SessionFactory()}, distributed=20, collected=0).saved()

    assert (saved.distributed, saved.collected, saved.satisfaction_5) == (20, 0, 0)
    assert saved.satisfaction is None


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"collected": 21}, {"collected": ["回収は配布の枚数までです。"]}),
        (
            {"satisfaction_5": 9, "satisfaction_1": 2},
            {"satisfaction_5": ["回答の合計は回収の枚数までです。"]},
        ),
        ({"understanding_3": 11}, {"understanding_5": ["回答の合計は回収の枚数までです。"]}),
        (
            {"collected": 9999, "distributed": 9999} | {f"satisfaction_{step}": 9999 for step in range(1, 6)},
            {"satisfaction_5": ["回答の合計は回収の枚数までです。"]},
        ),
        ({"session": ""}, {"session": ["入力してください。"]}),
    ],
)
def test_survey_that_cannot_be_is_refused_at_its_field(by, changes, refused):
    counts = {"distributed": 20, "collected": 10, **changes}

    form = new(SurveyForm, by, {"session": SessionFactory()}, **counts)

    assert form.saved() is None
    assert errors(form) == refused
    assert not Survey.objects.exists()


def test_second_survey_of_a_session_is_refused(by):
    survey = SurveyFactory()

    form = new(SurveyForm, by, {"session": survey.session}, distributed=5, collected=5)

    assert form.saved() is None
    assert errors(form) == {"session": ["この研修のアンケート集計は登録されています。"]}


def test_survey_may_be_written_anew_after_it_was_voided(by):
    voided = SurveyFactory(distributed=20, collected=10, comments="誤り")
    voided.void("別の研修の集計だった", by=by)
    data = typed_in(SurveyForm(by=by, initial={"session": voided.session}), distributed=5, collected=4)

    saved = [SurveyForm(data, by=by).saved() for _ in range(2)]

    survey = Survey.objects.get()
    assert saved == [survey, survey]
    assert (survey.is_voided, survey.distributed, survey.collected, survey.comments) == (False, 5, 4, "")
    reasons = list(survey.history.order_by("history_id").values_list("void_reason", flat=True))
    assert reasons == ["", "別の研修の集計だった", ""]


def test_survey_that_is_refused_leaves_the_voided_one_alone(by):
    voided = SurveyFactory()
    voided.void("誤り", by=by)

    form = new(SurveyForm, by, {"session": voided.session}, distributed=5, collected=6)

    assert form.saved() is None
    assert errors(form) == {"collected": ["回収は配布の枚数までです。"]}
    assert Survey.objects.get().is_voided


def test_survey_changed_by_two_shows_both_numbers(by, user):
    survey = SurveyFactory(distributed=20, collected=10)
    mine = changed(SurveyForm, by, survey, collected=12)
    changed(SurveyForm, user("lead"), Survey.objects.get(), collected=11).saved()

    again = SurveyForm(mine.data, by=by, instance=Survey.objects.get())

    assert again.saved() is None
    assert again.status == 409
    assert [(each.label, each.mine, each.theirs) for each in again.conflict] == [("回収", "12", "11")]


# --- where something begins


def test_beginning_is_read_from_the_address(by):
    series, session = SeriesFactory(), SessionFactory()

    start = SessionStart({"series": series.pk, "session": session.pk}, by=by).initial_values()

    assert start == {"series": series, "session": session}


@pytest.mark.parametrize("nonsense", ["", "0", "abc", "-1", "9" * 30])
def test_beginning_that_cannot_be_read_begins_nothing(by, nonsense):
    assert SessionStart({"series": nonsense, "session": nonsense}, by=by).initial_values() == {}


def test_nothing_begins_with_what_one_may_not_see(user):
    assert SessionStart({"session": SessionFactory().pk}, by=user("admin")).initial_values() == {}

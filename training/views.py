"""Pages of training: sessions with their lecturers and survey, series."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import Record
from komatsu_support.pages import (
    add_action,
    allowed,
    detail_page,
    export_response,
    find,
    form_page,
    list_page,
    record_actions,
    rows_shown,
    void_page,
)
from training.filters import SeriesFilter, SessionFilter
from training.forms import LecturerForm, SeriesForm, SessionForm, SessionStart, SurveyForm
from training.models import Lecturer, Series, Session, Survey
from training.sheets import (
    FORMS,
    HELD_BY,
    answers_table,
    hours,
    names,
    numbered_sheet,
    series_sheet,
    session_sheet,
    survey_of,
)

PEOPLE = ("created_by", "updated_by", "voided_by")
SHAPES = {Session.State.PLANNED: "todo", Session.State.HELD: "done", Session.State.CANCELLED: "void"}

# -- sessions --------------------------------------------------------------------------------------------


@allowed("training.view_session", methods=["GET", "HEAD"])
def session_list(request: Request) -> HttpResponse:
    """Sessions of a 年度."""
    series = {"label": "研修シリーズ", "url": reverse("training:series_list"), "kind": "secondary"}
    return list_page(
        request,
        SessionFilter(request.GET, Session.objects.visible_to(request.user)),
        session_sheet,
        heading="研修",
        actions=[*add_action(request, Session), series],
        notes=["満足度・理解度 = 上位2段階の回答 ÷ 回答数。回収率 = 回収 ÷ 配布。回答がないときは「－」。"],
        empty_text="この年度の研修はまだありません。",
    )


@allowed("training.view_session", methods=["GET", "HEAD"])
def session_detail(request: Request, pk: int) -> HttpResponse:
    """One session, in the order of the 研修実施報告書."""
    sessions = Session.objects.select_related("series", "survey", *PEOPLE)
    session = find(sessions.prefetch_related(FORMS, HELD_BY), request, pk)
    survey = survey_of(session)
    return detail_page(
        request,
        session,
        facts=_facts(session),
        heading=str(session),
        shape=SHAPES[session.state],
        lecturers=[(each, record_actions(request, each)) for each in session.speakers],
        survey=survey,
        collected=f"回収 {survey.collected}枚 ÷ 配布 {survey.distributed}枚" if survey else "",
        survey_actions=record_actions(request, survey) if survey else [],
        tables=_tables(survey) if survey else [],
        add_lecturer_url=_start_url(request, session, Lecturer),
        add_survey_url="" if survey else _start_url(request, session, Survey),
        back_url=session.series.get_absolute_url(),
        back_label=str(session.series),
    )


def _facts(session: Any) -> list[tuple[str, Any]]:
    heads = f"{session.heads}人（職員 {session.staff_heads}、関係機関 {session.agency_heads}、市民 {session.citizen_heads}）"
    online = f"　うちオンライン {session.online_heads}人" if session.online_heads else ""
    return [
        ("シリーズ", str(session.series)),
        ("目的", session.series.purpose),
        ("開催日", " ".join([wareki(session.held_on), hours(session.starts_at, session.ends_at)]).strip()),
        ("場所", session.place),
        ("形式", names(session.terms.all())),
        ("対象", session.audience),
        ("参加者数", heads + online if session.state == Session.State.HELD else None),
    ]


def _tables(survey: Survey) -> list[Any]:
    return [
        answers_table(survey, "satisfaction", "満足度"),
        answers_table(survey, "understanding", "理解度"),
    ]


def _start_url(request: Request, session: Session, model: type[Record]) -> str:
    """Where a part of the session is made, for those who may; else ""."""
    noun = str(model._meta.model_name)
    if session.is_voided or not request.user.has_perm(f"training.add_{noun}"):
        return ""
    return f"{reverse(f'training:{noun}_create')}?session={session.pk}"


@allowed("training.add_session")
def session_create(request: Request) -> HttpResponse:
    """A session, perhaps the next of a series (?series=)."""
    return _create(request, SessionForm, "series", reverse("training:session_list"))


@allowed("training.change_session")
def session_edit(request: Request, pk: int) -> HttpResponse:
    """An existing session."""
    return form_page(request, SessionForm, instance=find(Session.objects.standing(), request, pk))


@allowed("training.void_session")
def session_void(request: Request, pk: int) -> HttpResponse:
    """Take a session back."""
    return void_page(request, find(Session.objects.all(), request, pk))


@allowed("training.export_session", methods=["GET", "HEAD"])
def session_export(request: Request) -> HttpResponseBase:
    """The list as a file."""
    sessions = SessionFilter(request.GET, Session.objects.visible_to(request.user)).qs
    return export_response(request, session_sheet(sessions), model=Session, count=sessions.count())


def _create(request: Request, form: Any, origin: str, or_else: str) -> HttpResponse:
    """A form that begins where the reader came from, and leads back there."""
    start = SessionStart(request.GET, by=request.user).initial_values()
    given = {name: value for name, value in start.items() if name == origin}
    back_url = given[origin].get_absolute_url() if given else or_else
    return form_page(request, form, initial=given, back_url=back_url)


# -- lecturers and survey of a session -------------------------------------------------------------------


@allowed("training.add_lecturer")
def lecturer_create(request: Request) -> HttpResponse:
    """A lecturer, from the page of the session (?session=)."""
    return _create(request, LecturerForm, "session", reverse("training:session_list"))


@allowed("training.change_lecturer")
def lecturer_edit(request: Request, pk: int) -> HttpResponse:
    """An existing lecturer."""
    return form_page(request, LecturerForm, instance=find(Lecturer.objects.standing(), request, pk))


@allowed("training.void_lecturer")
def lecturer_void(request: Request, pk: int) -> HttpResponse:
    """Take a lecturer back."""
    return void_page(request, find(Lecturer.objects.all(), request, pk))


@allowed("training.add_survey")
def survey_create(request: Request) -> HttpResponse:
    """A survey, from the page of the session (?session=)."""
    return _create(request, SurveyForm, "session", reverse("training:session_list"))


@allowed("training.change_survey")
def survey_edit(request: Request, pk: int) -> HttpResponse:
    """An existing survey."""
    return form_page(request, SurveyForm, instance=find(Survey.objects.standing(), request, pk))


@allowed("training.void_survey")
def survey_void(request: Request, pk: int) -> HttpResponse:
    """Take a survey back; another may be written afterwards."""
    return void_page(request, find(Survey.objects.all(), request, pk))


# -- series ----------------------------------------------------------------------------------------------


@allowed("training.view_series", methods=["GET", "HEAD"])
def series_list(request: Request) -> HttpResponse:
    """Every series."""
    return list_page(
        request,
        SeriesFilter(request.GET, Series.objects.visible_to(request.user)),
        series_sheet,
        heading="研修シリーズ",
        empty_text="研修シリーズはまだありません。シリーズを登録してから、第1回を登録します。",
        back_url=reverse("training:session_list"),
        back_label="研修の一覧",
    )


@allowed("training.view_series", methods=["GET", "HEAD"])
def series_detail(request: Request, pk: int) -> HttpResponse:
    """One series with its sessions."""
    series = find(Series.objects.select_related(*PEOPLE), request, pk)
    sheet = numbered_sheet(series.sessions.standing())
    may_add = request.user.has_perm("training.add_session") and not series.is_voided
    section = {
        "title": "研修",
        "sheet": sheet,
        "rows": rows_shown(sheet, sheet.rows),
        "add_url": f"{reverse('training:session_create')}?series={series.pk}" if may_add else "",
        "add_label": "次の回を登録",
        "empty_text": "このシリーズの研修はまだありません。",
    }
    return detail_page(
        request,
        series,
        facts=[("種類", series.get_kind_display()), ("目的", series.purpose)],
        heading=str(series),
        sections=[section],
        back_url=reverse("training:series_list"),
        back_label="研修シリーズの一覧",
    )


@allowed("training.add_series")
def series_create(request: Request) -> HttpResponse:
    """A new series."""
    return form_page(request, SeriesForm)


@allowed("training.change_series")
def series_edit(request: Request, pk: int) -> HttpResponse:
    """An existing series."""
    return form_page(request, SeriesForm, instance=find(Series.objects.standing(), request, pk))


@allowed("training.void_series")
def series_void(request: Request, pk: int) -> HttpResponse:
    """Take a series back; its sessions stay."""
    return void_page(request, find(Series.objects.all(), request, pk))


@allowed("training.export_series", methods=["GET", "HEAD"])
def series_export(request: Request) -> HttpResponseBase:
    """The list as a file."""
    series = SeriesFilter(request.GET, Series.objects.visible_to(request.user)).qs
    return export_response(request, series_sheet(series), model=Series, count=series.count())

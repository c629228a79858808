"""Lists and tables of training: on the screen and in the file alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q

from komatsu_support.excel import Format, Row, Sheet, Table
from komatsu_support.models import Term
from komatsu_support.rates import share
from training.models import Lecturer, SeriesQuerySet, Session, SessionQuerySet, Survey

HELD_BY = Prefetch("lecturers", Lecturer.objects.standing().order_by("pk"), to_attr="speakers")
FORMS = Prefetch("terms", Term.objects.in_order())
NUMBERED = F("number").asc(nulls_last=True)
"""第n回 in their order, those without a number last on both engines."""


def hours(starts_at: time | None, ends_at: time | None) -> str:
    """10:00～12:00; "" where neither is known."""
    begins, finishes = (f"{each:%H:%M}" if each else "" for each in (starts_at, ends_at))
    return f"{begins}～{finishes}" if begins or finishes else ""


def survey_of(session: Session) -> Survey | None:
    """The survey of a session, unless there is none or it was taken back."""
    survey: Survey | None = getattr(session, "survey", None)
    return None if survey is None or survey.is_voided else survey


def names(words: Iterable[Any]) -> str | None:
    """報告、講演; None without a word."""
    return "、".join(str(word) for word in words) or None


def session_sheet(sessions: SessionQuerySet) -> Sheet[Any]:
    """研修一覧, with lecturers and what the surveys say."""
    return Sheet(
        title="研修",
        columns={
            "研修": str,
            "開催日": lambda s: s.held_on,
            "シリーズ": lambda s: str(s.series),
            "形式": lambda s: names(s.terms.all()),
            "講師": lambda s: names(s.speakers),
            "状態": lambda s: s.get_state_display(),
            "参加者数": _heads,
            "回収率(%)": lambda s: _rate(s, "response_rate"),
            "満足度(%)": lambda s: _rate(s, "satisfaction"),
            "理解度(%)": lambda s: _rate(s, "understanding"),
        },
        rows=_with_parts(sessions).order_by("-held_on", "-pk"),
        note="満足度・理解度 = 上位2段階の回答 ÷ 回答数。回収率 = 回収 ÷ 配布。",
        wide=True,
    )


def numbered_sheet(sessions: SessionQuerySet) -> Sheet[Any]:
    """第n回 beneath their series, as the annual report lists them."""
    return Sheet(
        title="研修",
        columns={
            "研修": str,
            "開催日": lambda s: s.held_on,
            "形式": lambda s: names(s.terms.all()),
            "講師": lambda s: names(s.speakers),
            "状態": lambda s: s.get_state_display(),
            "参加者数": _heads,
        },
        rows=_with_parts(sessions).order_by(NUMBERED, "held_on", "pk"),
    )


def _with_parts(sessions: SessionQuerySet) -> SessionQuerySet:
    return sessions.select_related("series", "survey").prefetch_related(FORMS, HELD_BY)


def _heads(session: Session) -> int | None:
    """0 at a session nobody came to; None at one that was not held, or not yet."""
    return session.heads if session.state == Session.State.HELD else None


def _rate(session: Session, name: str) -> Decimal | None:
    return getattr(survey_of(session), name, None)


def series_sheet(series: SeriesQuerySet) -> Sheet[Any]:
    """研修シリーズ一覧."""
    held = Q(sessions__voided_at=None, sessions__state=Session.State.HELD)
    rows = series.annotate(times=Count("sessions", filter=held), latest=Max("sessions__held_on", filter=held))
    return Sheet(
        title="研修シリーズ",
        columns={
            "シリーズ": str,
            "種類": lambda s: s.get_kind_display(),
            "実施回数": lambda s: s.times,
            "最後の実施日": lambda s: s.latest,
        },
        rows=rows.order_by("title", "pk"),
    )


def answers_table(survey: Survey, scale: str, title: str) -> Table:
    """Answers of one scale, the best first, with 構成比."""
    counts = {step: getattr(survey, f"{scale}_{step}") for step in range(5, 0, -1)}
    total = sum(counts.values())
    fields: dict[int, Any] = {step: survey._meta.get_field(f"{scale}_{step}") for step in counts}
    shares = {step: share(count, total) for step, count in counts.items()}
    return Table(
        title=title,
        head=["回答", "件数", "構成比"],
        rows=[
            *(
                Row([str(fields[step].verbose_name)], [count, _hundredth(shares[step])])
                for step, count in counts.items()
            ),
            Row(["計"], [total, None], total=True),
        ],
        formats=[Format.COUNT, Format.PERCENT1],
        missing="－",
        note="四捨五入のため合計が100%にならない場合がある",
    )


def _hundredth(number: Decimal | None) -> Decimal | None:
    return None if number is None else number / 100

"""Lists and tables of the café: on the screen and in the file alike. No names of guests."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, Prefetch, Q, Sum
from django.utils import timezone

from cafe.models import (
    BY_TIME,
    HEADS,
    Attendance,
    Event,
    EventQuerySet,
    EventSeriesQuerySet,
    OpenDay,
    OpenDayQuerySet,
)
from cafe.statistics import CHILDREN, with_unknown
from komatsu_support.excel import Row, Sheet, Table

SHAPES = {"予定": "todo", "開催": "done", "休止": "void", "未入力": "alert"}
"""The shape of a state beside its word, as parts.html draws it."""


def state_word(day: OpenDay) -> str:
    """予定・開催・休止, or 未入力 for a past day that was never closed."""
    return "未入力" if day.is_unclosed else day.get_state_display()


def hours(starts_at: time | None, ends_at: time | None) -> str:
    """10:00～15:00; "" where neither is known."""
    begins, finishes = (f"{each:%H:%M}" if each else "" for each in (starts_at, ends_at))
    return f"{begins}～{finishes}" if begins or finishes else ""


def openday_sheet(days: OpenDayQuerySet) -> Sheet[Any]:
    """開催日一覧."""
    program = Prefetch("events", Event.objects.standing().in_order(), to_attr="program")
    rows = days.with_heads().annotate(children=Sum(HEADS, filter=CHILDREN)).prefetch_related(program)
    return Sheet(
        title="開催日",
        columns={
            "開催日": lambda d: d.held_on,
            "状態": state_word,
            "延参加者数": lambda d: _of_held(d, d.heads),
            "うち子ども": lambda d: _of_held(d, d.children),
            "企画": lambda d: "、".join(event.title for event in d.program) or None,
            "天気": lambda d: d.get_weather_display() or None,
            "食数": lambda d: d.meals,
        },
        rows=rows.order_by("-held_on", "-pk"),
    )


def _of_held(day: OpenDay, heads: int | None) -> int | None:
    """0 on a day that was held without them; None on one that was not held, or not yet."""
    return (heads or 0) if day.state == OpenDay.State.HELD else None


def event_sheet(events: EventQuerySet) -> Sheet[Any]:
    """企画一覧."""
    return Sheet(
        title="企画",
        columns={
            "企画名": lambda e: e.title,
            "開催日": lambda e: e.open_day.held_on,
            "状態": lambda e: state_word(e.open_day),
            "時間": lambda e: hours(e.starts_at, e.ends_at) or None,
            "種類": lambda e: e.get_kind_display(),
            "シリーズ": lambda e: e.series and e.series.name,
            "企画した人": lambda e: e.get_proposer_display(),
            "講師": lambda e: e.lecturer or None,
            "参加者数": lambda e: e.heads,
        },
        rows=events.select_related("open_day", "series").order_by("-open_day__held_on", *BY_TIME),
        note="企画の参加者数は、開催日の延参加者数に加わりません。",
        wide=True,
    )


def program_sheet(events: EventQuerySet) -> Sheet[Any]:
    """その日の企画, on the page of the day."""
    return Sheet(
        title="企画",
        columns={
            "企画名": lambda e: e.title,
            "時間": lambda e: hours(e.starts_at, e.ends_at) or None,
            "種類": lambda e: e.get_kind_display(),
            "企画した人": lambda e: e.get_proposer_display(),
            "参加者数": lambda e: e.heads,
        },
        rows=events.in_order(),
    )


def eventseries_sheet(series: EventSeriesQuerySet) -> Sheet[Any]:
    """企画シリーズ一覧."""
    standing = Q(events__voided_at=None, events__open_day__voided_at=None)
    held = standing & Q(events__open_day__state=OpenDay.State.HELD)
    coming = standing & Q(
        events__open_day__state=OpenDay.State.PLANNED, events__open_day__held_on__gte=timezone.localdate()
    )
    rows = series.annotate(
        times=Count("events", filter=standing),
        next_on=Min("events__open_day__held_on", filter=coming),
        last_on=Max("events__open_day__held_on", filter=held),
    )
    return Sheet(
        title="企画シリーズ",
        columns={
            "シリーズ名": lambda s: s.name,
            "企画の数": lambda s: s.times,
            "次の開催日": lambda s: s.next_on,
            "最後に開いた日": lambda s: s.last_on,
            "続いている": lambda s: s.active,
        },
        rows=rows.order_by("-active", "name", "pk"),
    )


# -- one day ---------------------------------------------------------------------------------------------


def heads_table(day: OpenDay) -> Table:
    """参加形態別: every role that counts, their sum, then those who do not count."""
    heads = {each.role: each for each in day.attendances.all()}
    counted = [role for role in Attendance.Role if role in settings.CAFE_COUNTED_ROLES]
    others = [role for role in Attendance.Role if role not in counted and role in heads]
    total = sum(heads[role].heads for role in counted if role in heads)
    return Table(
        title="参加形態別",
        head=["参加形態", "人数", "うち初めて"],
        rows=[
            *(_role_row(role, heads.get(role)) for role in counted),
            Row(["延参加者数"], [total, None], total=True),
            *(_role_row(role, heads[role], "（数えない）") for role in others),
        ],
        unit="人",
        missing="",
    )


def _role_row(role: Attendance.Role, attendance: Attendance | None, mark: str = "") -> Row:
    heads, first = (attendance.heads, attendance.first_heads) if attendance else (0, None)
    return Row([role.label + mark], [heads, first])


def ages_table(day: OpenDay) -> Table:
    """年代別 of those who count. What nobody noted is 不明."""
    total = counted_of(day)
    ages = with_unknown({each.age_band: each.heads for each in day.age_heads.all()}, total)
    return Table(
        title="年代別",
        head=["年代", "人数"],
        rows=[
            *(Row([band.label], [heads]) for band, heads in ages.items()),
            Row(["延参加者数"], [total], total=True),
        ],
        unit="人",
    )


def counted_of(day: OpenDay) -> int:
    """延参加者数 of one day, from its attendances. Unit: 人."""
    return sum(each.heads for each in day.attendances.all() if each.role in settings.CAFE_COUNTED_ROLES)

"""Lists and tables of 札名 and 担い手: on the screen and in the file alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q

from cafe.carriers import Carried, by_month, carried
from cafe.models import ContributionQuerySet, OpenDay, VisitorQuerySet
from cafe.sheets import state_word
from komatsu_support.excel import Format, Row, Sheet, Table
from komatsu_support.fiscal import fiscal_year, month_of

CAME = Q(
    visits__voided_at=None,
    visits__open_day__voided_at=None,
    visits__open_day__state=OpenDay.State.HELD,
)


def visitor_sheet(visitors: VisitorQuerySet) -> Sheet[Any]:
    """札名の一覧: 五十音, with how often she came on days held and when last."""
    came = visitors.annotate(
        days=Count("visits", filter=CAME), latest=Max("visits__open_day__held_on", filter=CAME)
    )
    return Sheet(
        title="札名",
        columns={
            "札名": lambda v: v.name,
            "よみ": lambda v: v.kana or None,
            "来た日数": lambda v: v.days,
            "最後に来た日": lambda v: v.latest,
            "来ている": lambda v: v.active,
        },
        rows=came.in_order(),
        personal=True,
    )


def visits_sheet(visits: Any) -> Sheet[Any]:
    """来た日, on the page of a 札名."""
    return Sheet(
        title="来た日",
        columns={
            "開催日": lambda v: v.open_day.held_on,
            "状態": lambda v: state_word(v.open_day),
            "参加形態": lambda v: v.get_role_display(),
        },
        rows=visits.select_related("open_day").order_by("-open_day__held_on", "-pk"),
    )


def deeds_sheet(contributions: ContributionQuerySet) -> Sheet[Any]:
    """担ったこと, on the page of a 札名."""
    return Sheet(
        title="担ったこと",
        columns={
            "企画": lambda c: c.event.title,
            "開催日": lambda c: c.event.open_day.held_on,
            "したこと": lambda c: c.get_deed_display(),
        },
        rows=_newest_first(contributions),
    )


def contribution_sheet(contributions: ContributionQuerySet) -> Sheet[Any]:
    """担い手の一覧, without a name: what the file holds."""
    return Sheet(
        title="担い手",
        columns={
            "企画": lambda c: c.event.title,
            "開催日": lambda c: c.event.open_day.held_on,
            "状態": lambda c: state_word(c.event.open_day),
            "したこと": lambda c: c.get_deed_display(),
            "札名の有無": lambda c: "あり" if c.visitor_id else "なし",
            "人数": lambda c: c.heads,
        },
        rows=_newest_first(contributions),
        wide=True,
    )


def named_contribution_sheet(contributions: ContributionQuerySet) -> Sheet[Any]:
    """担い手の一覧 as the screen shows it, with 札名."""
    plain = contribution_sheet(contributions.select_related("visitor"))
    columns = {("札名" if label == "札名の有無" else label): ask for label, ask in plain.columns.items()} | {
        "札名": lambda c: c.visitor.name if c.visitor else None
    }
    return Sheet(title=plain.title, columns=columns, rows=plain.rows, personal=True, wide=True)


def _newest_first(contributions: ContributionQuerySet) -> Any:
    joined = contributions.select_related("event__open_day")
    by_time = F("event__starts_at").asc(nulls_last=True)
    return joined.order_by("-event__open_day__held_on", by_time, "event", "-deed", "pk")


def months_table(year: int, today: date) -> Table:
    """担い手の月別: user-led events, their share, 担い手 延べ and 実. The year's 実 is asked anew; a month to come
    is empty."""
    return Table(
        title="月別の担い手",
        head=[
            "月",
            "開催した企画（件）",
            "うち利用者主導（件）",
            "割合",
            "担い手 延べ（人）",
            "担い手 実（人）",
        ],
        rows=[
            *(
                _row(f"{month}月", each if month_of(year, month).start <= today else None)
                for month, each in by_month(year)
            ),
            _row("年度", carried(fiscal_year(year)), total=True),
        ],
        formats=[Format.COUNT, Format.COUNT, Format.PERCENT1, Format.COUNT, Format.COUNT],
    )


def _row(label: str, each: Carried | None, *, total: bool = False) -> Row:
    if each is None:
        return Row([label], [None] * 5, total=total)
    ratio = None if each.share is None else each.share / 100
    return Row([label], [each.events, each.user_led, ratio, each.heads, each.persons], total=total)

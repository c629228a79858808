"""費用 as a list and added up, by month and by kind of event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from cafe.models import Event, ExpenseQuerySet
from komatsu_support.excel import Row, Sheet, Table
from komatsu_support.fiscal import fiscal_year_of, month_of

NOTE = "月は企画の開催日で数えます。休止の日の企画にかかった費用も入ります。"


def expense_sheet(expenses: ExpenseQuerySet) -> Sheet[Any]:
    """費用一覧."""
    return Sheet(
        title="費用",
        columns={
            "品目": lambda e: e.item,
            "金額（円）": lambda e: e.amount_yen,
            "企画": lambda e: e.event.title,
            "種類": lambda e: e.event.get_kind_display(),
            "開催日": lambda e: e.event.open_day.held_on,
            "支払った日": lambda e: e.paid_on,
            "備考": lambda e: e.note or None,
        },
        rows=expenses.select_related("event__open_day").order_by("-event__open_day__held_on", "event", "pk"),
        note=NOTE,
        wide=True,
    )


@dataclass(frozen=True)
class Cost:
    """What one event cost."""

    held_on: date
    kind: str
    yen: int
    """Unit: 円."""


def costs(expenses: ExpenseQuerySet) -> list[Cost]:
    """What each event cost, the earliest first, with one query. Voided lines, events and days stay out."""
    per_event = expenses.counted().order_by("event__open_day__held_on", "event")
    rows = per_event.values_list("event__open_day__held_on", "event__kind", "event")
    return [Cost(day, kind, yen) for day, kind, _, yen in rows.annotate(yen=Sum("amount_yen"))]


def months_table(of_events: Iterable[Cost]) -> Table:
    """月別: the months in which an event cost something."""
    return _table("月別", "月", of_events, lambda cost: _month(cost.held_on))


def kinds_table(of_events: Iterable[Cost]) -> Table:
    """企画の種類別, in the order of the kinds."""
    kinds = list(Event.Kind.values)
    ordered = sorted(of_events, key=lambda cost: kinds.index(cost.kind))
    return _table("企画の種類別", "種類", ordered, lambda cost: Event.Kind(cost.kind).label)


def _month(day: date) -> str:
    return month_of(fiscal_year_of(day), day.month).label


def _table(title: str, label: str, of_events: Iterable[Cost], group: Callable[[Cost], Any]) -> Table:
    """One row for each group in the order of its first event, then the sum."""
    groups: dict[str, list[int]] = {}
    for cost in of_events:
        groups.setdefault(str(group(cost)), []).append(cost.yen)
    every = [yen for amounts in groups.values() for yen in amounts]
    return Table(
        title=title,
        head=[label, "企画の数", "金額（円）"],
        rows=[
            *(Row([name], [len(amounts), sum(amounts)]) for name, amounts in groups.items()),
            Row(["計"], [len(every), sum(every)], total=True),
        ],
    )

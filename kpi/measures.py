"""How a figure is measured: a queryset in, numbers out. Figures are folded from one GROUP BY day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.expressions import Combinable

from komatsu_support.fiscal import MONTHS, Period, fiscal_year_of
from komatsu_support.models import RecordQuerySet
from komatsu_support.rates import share

type Months = list[int]


@dataclass(frozen=True)
class Measure:
    """How records become a number per day, and so per month and per 年度: all of them add up."""

    by_day: Callable[[RecordQuerySet], Any]

    def months(self, records: RecordQuerySet) -> dict[int, Months]:
        """{年度: [4月 … 3月]} of the records, with one query: one row per day, folded here.

        Grouping by the plain date column is index-only on both engines; Django's ExtractMonth would call
        Python per row on SQLite.
        """
        years: dict[int, Months] = {}
        for day, number in self.by_day(records):
            months = years.setdefault(fiscal_year_of(day), [0] * 12)
            months[MONTHS.index(day.month)] += number or 0
        return years


def _count(records: RecordQuerySet) -> Any:
    day = records.dated_by
    return records.order_by().values(day).annotate(number=Count("*")).values_list(day, "number")


count = Measure(_count)
"""延べ: every record is 1."""


def apart(records: RecordQuerySet, column: str) -> dict[Any, dict[int, Months]]:
    """延べ by the values of a column: {value: {年度: [4月 … 3月]}}, with one query."""
    day = records.dated_by
    grouped = records.order_by().values(column, day).annotate(number=Count("pk"))
    values: dict[Any, dict[int, Months]] = {}
    for value, on, number in grouped.values_list(column, day, "number"):
        months = values.setdefault(value, {}).setdefault(fiscal_year_of(on), [0] * 12)
        months[MONTHS.index(on.month)] += number
    return values


def total(path: str | Combinable, only: Callable[[], Any]) -> Measure:
    """合計: the sum of a column over the rows that `only` lets through. Unit: that of the column."""

    def by_day(records: RecordQuerySet) -> Any:
        day = records.dated_by
        rows = records.filter(only()).order_by().values(day)
        return rows.annotate(number=Sum(path)).values_list(day, "number")

    return Measure(by_day)


def distinct(records: RecordQuerySet, path: str, periods: Sequence[Period]) -> list[int]:
    """実人数: how many different `path` the records of each period name. Unit: 人.

    Asked of every period, never added up, with one query.
    """
    day = records.dated_by
    within = {
        f"period_{number}": Count(path, distinct=True, filter=Q(**{f"{day}__range": (each.start, each.end)}))
        for number, each in enumerate(periods)
    }
    whole = (min(each.start for each in periods), max(each.end for each in periods))
    return list(records.filter(**{f"{day}__range": whole}).aggregate(**within).values())


def achievement(actual: int, target: int | None) -> int | None:
    """達成率: how much of the target was reached, as the annual report prints it.

    Unit: whole percent, 0 to 100. Half rounds up; the cap is 100; a target missed by a hair is 99.
    None without a target, printed 「－」. Source: 事例シート (11/15 → 73%, 10/6 → 100%).
    """
    if not target:
        return None
    percent = (Decimal(100 * actual) / target).quantize(Decimal(1), ROUND_HALF_UP)
    return min(int(percent), 100 if actual >= target else 99)


def raw_achievement(actual: int, target: int | None) -> Decimal | None:
    """実達成率: actual ÷ target, uncapped. Unit: percent, one decimal, half up; None without a target."""
    return share(actual, target or 0)

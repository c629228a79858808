"""統計: every number the café tells about its days, each from the closings alone.

Taps, 正の字 and 札名 propose what a closing writes; they are in no figure here but 実人数. One GROUP BY day
over two years is folded in Python: ExtractMonth would call Python for each row on SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum

from cafe.models import HEADS, Attendance, Event, OpenDay, OpenDayQuerySet, Visit, counted_heads
from komatsu_support.fiscal import MONTHS, Period, fiscal_year, fiscal_year_of, month_of
from komatsu_support.models import AgeBand
from komatsu_support.rates import average, share

ROLE = Attendance.Role
CHILDREN = Q(attendances__role=ROLE.CHILD)
LOOKED_AT = Q(attendances__first_heads__isnull=False)


@dataclass(frozen=True)
class Totals:
    """Days held, added up."""

    days: int = 0
    """開催日数. Unit: 日."""
    heads: int = 0
    """延参加者数. Unit: 人."""
    children: int = 0
    """うち子ども. Unit: 人."""
    first_heads: int = 0
    """うち初めて, of the days on which somebody looked. Unit: 人."""
    looked_days: int = 0
    """Days on which somebody looked who came for the first time. Unit: 日."""
    looked_visitors: int = 0
    """利用者 of those days. Unit: 人."""

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(mine + more for mine, more in zip(astuple(self), astuple(other), strict=True)))

    @property
    def average(self) -> Decimal | None:
        """1日平均 = heads ÷ days held. Unit: 人, one decimal, half up; None without a day."""
        return average(self.heads, self.days)

    @property
    def children_share(self) -> Decimal | None:
        """子どもの割合. Unit: percent of the heads, where children count among them."""
        return share(self.children, self.heads) if ROLE.CHILD in settings.CAFE_COUNTED_ROLES else None

    @property
    def first_share(self) -> Decimal | None:
        """初回率 = 初めて ÷ 利用者 of the days looked at. Unit: percent; None where nobody looked or came."""
        return share(self.first_heads, self.looked_visitors)


def _sums() -> dict[str, Any]:
    """The columns of Totals, for aggregate() and annotate() alike."""
    return {
        "days": Count("pk", distinct=True),
        "heads": Sum(HEADS, filter=counted_heads()),
        "children": Sum(HEADS, filter=CHILDREN),
        "first_heads": Sum("attendances__first_heads"),
        "looked_days": Count("attendances", filter=LOOKED_AT),
        "looked_visitors": Sum(HEADS, filter=LOOKED_AT),
    }


def counted_roles() -> list[Attendance.Role]:
    """Roles whose heads are 延参加者数 (setting CAFE_COUNTED_ROLES), in their order."""
    return [role for role in ROLE if role in settings.CAFE_COUNTED_ROLES]


def totals(days: OpenDayQuerySet) -> Totals:
    """The days held among these, added up with one query."""
    return _totals(days.held().order_by().aggregate(**_sums()))


def _totals(sums: Mapping[str, int | None]) -> Totals:
    return Totals(**{name: value or 0 for name, value in sums.items()})


@dataclass(frozen=True)
class HeldDay:
    """One day that was held, and what it adds."""

    held_on: date
    weather: str
    totals: Totals


def held_days(days: OpenDayQuerySet) -> list[HeldDay]:
    """The days held among these in their order, with one query."""
    rows = days.held().order_by("held_on").values("held_on", "weather").annotate(**_sums())
    return [HeldDay(row.pop("held_on"), row.pop("weather"), _totals(row)) for row in rows]


def added(days: Iterable[HeldDay]) -> Totals:
    """The sum of some days."""
    return sum((day.totals for day in days), Totals())


def months(days: Iterable[HeldDay]) -> dict[int, list[Totals]]:
    """{年度: [4月 … 3月]}, for every 年度 in which a day was held."""
    years: dict[int, list[Totals]] = {}
    for day in days:
        year = years.setdefault(fiscal_year_of(day.held_on), [Totals()] * len(MONTHS))
        year[MONTHS.index(day.held_on.month)] += day.totals
    return years


def grouped[Key](days: Iterable[HeldDay], key: Callable[[HeldDay], Key]) -> dict[Key, Totals]:
    """The days by what they have in common."""
    groups: dict[Key, Totals] = {}
    for day in days:
        groups[key(day)] = groups.get(key(day), Totals()) + day.totals
    return groups


def with_unknown(noted: Mapping[str, int], heads: int) -> dict[AgeBand, int]:
    """年代 in their order, then 不明: what remains of the heads that nobody noted."""
    bands = {band: noted[band] for band in AgeBand if band in noted and band != AgeBand.UNKNOWN}
    return bands | {AgeBand.UNKNOWN: max(heads - sum(bands.values()), 0)}


# -- a 年度, or a month of it ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happening:
    """企画 on a day that was held. Its own heads never add to the day's."""

    name: str
    kind: str
    held_on: date
    heads: int | None


@dataclass(frozen=True)
class Statistics:
    """What the café tells of a period. `both` are the days held in its 年度 and the one before."""

    year: int
    period: Period
    today: date
    both: list[HeldDay]
    cancelled: int
    unclosed: int
    named: int
    roles: Mapping[str, int]
    ages: Mapping[str, int]
    happenings: list[Happening]

    @property
    def is_whole_year(self) -> bool:
        """Whether no month was chosen."""
        return self.period == fiscal_year(self.year)

    @property
    def days(self) -> list[HeldDay]:
        """The days held in the period."""
        return [day for day in self.both if self.period.contains(day.held_on)]

    @property
    def totals(self) -> Totals:
        """The period added up."""
        return added(self.days)


def statistics_of(year: int, month: int | None, today: date) -> Statistics:
    """The figures of a 年度, or of one of its months, with seven queries."""
    period = month_of(year, month) if month else fiscal_year(year)
    both = Period(fiscal_year(year - 1).start, fiscal_year(year).end)
    days = OpenDay.objects.in_period(period)
    held = days.held().order_by()
    return Statistics(
        year=year,
        period=period,
        today=today,
        both=held_days(OpenDay.objects.in_period(both)),
        cancelled=days.standing().filter(state=OpenDay.State.CANCELLED).count(),
        unclosed=days.unclosed(today).count(),
        named=_named(period),
        roles=dict(held.values_list("attendances__role").annotate(Sum(HEADS))),
        ages=dict(
            held.filter(age_heads__isnull=False)
            .values_list("age_heads__age_band")
            .annotate(Sum("age_heads__heads"))
        ),
        happenings=_happenings(period),
    )


def _named(period: Period) -> int:
    """実人数: different 札名 on days held, in a role that counts. Unit: 人; guests without 札名 are not in it."""
    visits = Visit.objects.standing().in_period(period)
    on_held_days = visits.filter(open_day__in=OpenDay.objects.held(), visitor__voided_at=None)
    counted = on_held_days.filter(role__in=settings.CAFE_COUNTED_ROLES)
    return counted.values("visitor").distinct().count()


def _happenings(period: Period) -> list[Happening]:
    events = Event.objects.held().in_period(period).order_by("open_day__held_on", "pk")
    rows = events.values_list("series__name", "title", "kind", "open_day__held_on", "heads")
    return [Happening(series or title, *rest) for series, title, *rest in rows]

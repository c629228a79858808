"""The annual table: each indicator of a 年度 with target, actual, rates, months and last year.

Six queries whatever the size: targets, overrides, and one GROUP BY day for each indicator over two years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from komatsu_support.fiscal import Period, fiscal_year
from komatsu_support.models import User
from kpi.indicators import INDICATORS, Indicator
from kpi.measures import Months, achievement, raw_achievement
from kpi.models import Override, Target


@dataclass(frozen=True)
class Figure:
    """One line of the table. Numbers are in the target's unit; months run from 4月 to 3月."""

    target: Target
    indicator: Indicator
    months: Months
    override: Override | None
    last_year: int | None

    @property
    def computed(self) -> int:
        """The sum of the months."""
        return sum(self.months)

    @property
    def actual(self) -> int:
        """実績: the override of a paper year, else what the records say."""
        return self.computed if self.override is None else self.override.actual

    @property
    def achievement(self) -> int | None:
        """達成率 as printed."""
        return achievement(self.actual, self.target.target)

    @property
    def raw(self) -> Decimal | None:
        """実達成率, uncapped."""
        return raw_achievement(self.actual, self.target.target)

    @property
    def difference(self) -> int | None:
        """増減 against last year; None without a last year."""
        return None if self.last_year is None else self.actual - self.last_year

    @property
    def running(self) -> Months:
        """累計: the months added up so far."""
        return [sum(self.months[: number + 1]) for number in range(12)]


def open_to(indicator: Indicator, user: User) -> bool:
    """Whether the reader may see the figure: all of them, or the café's alone."""
    if user.has_perm("kpi.view_indicator"):
        return True
    return indicator.area == "cafe" and user.has_perm("kpi.view_cafe_indicator")


def figures(year: int, user: User | None = None, *, code: str = "") -> list[Figure]:
    """The table of a 年度 in report order; for a reader, the lines open to her; with a code that line alone."""
    targets = [
        each
        for each in Target.objects.of(year)
        if each.code in INDICATORS
        and code in ("", each.code)
        and (user is None or open_to(INDICATORS[each.code], user))
    ]
    by_hand = {
        (each.fiscal_year, each.code): each
        for each in Override.objects.standing().filter(fiscal_year__in=(year - 1, year))
    }
    return [_figure(each, year, by_hand) for each in targets]


def figure(year: int, code: str, user: User) -> Figure | None:
    """One line of the table; None where there is no such line for this reader."""
    return next(iter(figures(year, user, code=code)), None)


def _figure(target: Target, year: int, by_hand: dict[tuple[int, str], Override]) -> Figure:
    indicator = INDICATORS[target.code]
    both = Period(fiscal_year(year - 1).start, fiscal_year(year).end)
    months = indicator.months(both)
    before = by_hand.get((year - 1, target.code))
    last_year = before.actual if before else (sum(months[year - 1]) if year - 1 in months else None)
    return Figure(
        target=target,
        indicator=indicator,
        months=months.get(year, [0] * 12),
        override=by_hand.get((year, target.code)),
        last_year=last_year,
    )


def has_come(year: int, month: int, today: date) -> bool:
    """Whether a month of the 年度 has begun: months to come are empty on the page, 0 in the file."""
    first = date(year if month >= 4 else year + 1, month, 1)
    return first <= today

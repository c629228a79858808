"""Which years the sample fills, how far, and with which figures.

With `--year Y` there are four: Y-2 and Y-1, whole and lower than Y; Y with exactly the published figures;
Y+1 up to yesterday in proportion to the days gone by, and nothing where it has not begun. Where Y itself is
the running 年度 its figures are exact as well, spread over the days gone by. "Yesterday", because today's
work is still to be entered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from komatsu_support.fiscal import fiscal_year
from komatsu_support.models import OfficeDay

FIRST_YEAR = 2021
"""The earliest `--year`: two years before it is 令和元年度, the first that file numbers (R1-0001) know."""


@dataclass(frozen=True)
class Numbers:
    """How much of everything, or how much was aimed at. Units: 件, 人, 件, 回."""

    consultations: int
    cafe_heads: int
    connected: int
    conferences: int

    def part(self, share: float) -> Numbers:
        """The same for a part of the year, 0 to 1."""
        return Numbers(
            round(self.consultations * share),
            round(self.cafe_heads * share),
            round(self.connected * share),
            round(self.conferences * share),
        )


ACTUALS = {
    -2: Numbers(138, 702, 7, 5),
    -1: Numbers(163, 846, 9, 7),
    0: Numbers(185, 919, 11, 10),  # as published
    1: Numbers(197, 985, 12, 10),  # of a whole year
}
TARGETS = {
    -2: Numbers(150, 800, 10, 6),
    -1: Numbers(170, 850, 12, 6),
    0: Numbers(180, 850, 15, 6),  # as published
    1: Numbers(190, 920, 15, 8),
}


@dataclass(frozen=True)
class SampleYear:
    """One 年度 of the sample."""

    year: int
    days: list[date]  # on which the desk was open and of which there are records
    coming: list[date]  # on which it will be open, today included
    actual: Numbers
    target: Numbers
    is_published: bool  # whether it carries the published figures and texts
    share: float  # of its open days that have gone by, 0 to 1

    @property
    def is_running(self) -> bool:
        """Whether open days are still to come."""
        return bool(self.coming)


def sample_years(year: int, today: date) -> list[SampleYear]:
    """The years to fill, in order; those that have not begun are left out. Asks the office calendar."""
    return [
        _sample_year(year + offset, offset, today)
        for offset in ACTUALS
        if fiscal_year(year + offset).start <= today
    ]


def _sample_year(year: int, offset: int, today: date) -> SampleYear:
    calendar = OfficeDay.objects.desk_open().in_period(fiscal_year(year)).order_by("day")
    days = list(calendar.values_list("day", flat=True))
    # On the first morning of a 年度 there is only today.
    past = [day for day in days if day < today] or [day for day in days if day == today]
    share = len(past) / len(days)
    return SampleYear(
        year=year,
        days=past,
        coming=[day for day in days if day not in set(past)],
        actual=ACTUALS[offset].part(share if offset > 0 else 1),
        target=TARGETS[offset],
        is_published=offset == 0,
        share=share,
    )


def is_cafe_day(day: date) -> bool:
    """The café opens four and five days a week in turn: not on every other Wednesday."""
    return not (day.weekday() == 2 and day.isocalendar().week % 2)

"""年度 and 令和: periods of whole days, how they are written, and how a typed date is read.

A 年度 is named by the Gregorian year in which it begins: 2024 is 令和6年度, 2024-04-01 to 2025-03-31.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from komatsu_support.text import half_width

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
"""The months of a 年度, in its order."""

EARLIEST = date(1900, 1, 1)
"""The first day any record may carry: nobody the office meets was born before it."""

WEEKDAYS = "月火水木金土日"


class Era(NamedTuple):
    """元号: an era by its own days, both included."""

    name: str
    letter: str
    first: date
    last: date

    def year(self, on: date) -> int:
        return on.year - self.first.year + 1


ERAS = (
    Era("令和", "R", date(2019, 5, 1), date.max),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 29)),
)
"""Newest first. The day of an accession belongs to the new era alone."""


# --- Periods ---------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Period:
    """期間: the days from start to end, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("終わりの日は、始まりの日以後にしてください。")

    def contains(self, on: date) -> bool:
        return self.start <= on <= self.end

    def months(self) -> list["Period"]:
        """The period cut at the turn of each calendar month; the first and last may be short."""
        slices = []
        start = self.start
        while start <= self.end:
            end = min(_month_end(start), self.end)
            slices.append(Period(start, end))
            start = end + timedelta(days=1)
        return slices

    def previous_year(self) -> "Period":
        """The same days a year earlier; whole months stay whole, leap day or not."""
        start, end = years_later(self.start, -1), years_later(self.end, -1)
        return Period(start, _month_end(end) if self._is_whole_months else end)

    @property
    def label(self) -> str:
        """令和6年度（2024年度） for a 年度, 令和6年11月 for a month, else the days with ～ between."""
        if self == fiscal_year(fiscal_year_of(self.start)):
            return nendo(self.start.year)
        if self._is_whole_months and _month_end(self.start) == self.end:
            return f"{_era_year(self.start)}年{self.start.month}月"
        if self.start == self.end:
            return wareki(self.start)
        return f"{_era_day(self.start)}～{_era_day(self.end)}"

    @property
    def _is_whole_months(self) -> bool:
        return self.start.day == 1 and self.end == _month_end(self.end)


def fiscal_year(year: int) -> Period:
    """年度: 1 April of that year to 31 March of the next."""
    return Period(date(year, 4, 1), date(year + 1, 3, 31))


def fiscal_year_of(on: date) -> int:
    """The 年度 a day belongs to: 2025-03-31 is still 2024."""
    return on.year if on.month >= MONTHS[0] else on.year - 1


def current_fiscal_year(today: date | None = None) -> int:
    return fiscal_year_of(today or timezone.localdate())


def month_of(year: int, month: int) -> Period:
    """A month of a 年度: month_of(2024, 1) is January 2025."""
    first = date(year if month >= MONTHS[0] else year + 1, month, 1)
    return Period(first, _month_end(first))


def month_at(on: date) -> Period:
    """The month a day lies in."""
    return month_of(fiscal_year_of(on), on.month)


def age_on(birth_date: date, on: date) -> int:
    """満年齢 on a day.

    Unit: whole years; negative before birth, which the forms refuse. Someone born on 29 February is a year
    older from 1 March in a common year: by law (年齢計算ニ関スル法律) the age is reached as 28 February ends.
    """
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


# --- Writing ---------------------------------------------------------------------------------------


def wareki(on: date) -> str:
    """令和6年11月5日（火）. The first year of an era is 元年."""
    return f"{_era_day(on)}（{WEEKDAYS[on.weekday()]}）"


def wareki_short(on: date) -> str:
    """R6.11.5, for narrow columns. The first year is R1."""
    era = _era(on)
    return f"{era.letter}{era.year(on)}.{on.month}.{on.day}" if era else f"{on.year}.{on.month}.{on.day}"


def nendo(year: int) -> str:
    """令和6年度（2024年度）: both calendars, as the rule for machine-readable tables asks.

    The era is that of 1 May, so that 2019 is 令和元年度 throughout, as the national budget was.
    """
    return f"{_era_year(date(year, 5, 1))}年度（{year}年度）"


def _era(on: date) -> Era | None:
    return next((era for era in ERAS if era.first <= on <= era.last), None)


def _era_year(on: date) -> str:
    """令和6, 令和元; a day before 明治 keeps its Gregorian year."""
    era = _era(on)
    if era is None:
        return str(on.year)
    return f"{era.name}{'元' if era.year(on) == 1 else era.year(on)}"


def _era_day(on: date) -> str:
    return f"{_era_year(on)}年{on.month}月{on.day}日"


# --- Reading ---------------------------------------------------------------------------------------

_ERA_OF_MARK = {mark: era for era in ERAS for mark in (era.letter, era.name[0])}

# 。 and ・ are what the keys . and / give while kana are being typed; the long mark is a "-" by half_width().
_TYPED_DATE = re.compile(
    r"""
    (?: (?P<era> 令和? | 平成? | 昭和? | 大正? | 明治? | [RHSTM]\.? ) \s* (?P<era_year> 元 | [0-9]{1,3} )
      | (?P<year> [0-9]{4} ) )
    \s* [年\-/.。・] \s* (?P<month> [0-9]{1,2} )
    \s* [月\-/.。・] \s* (?P<day> [0-9]{1,2} ) \s* 日?
    \s* (?: \( [月火水木金土日] (?: 曜日? )? \) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


_TYPED_DAY = re.compile(
    r"([0-9]{1,2})\s*[月\-/.。・]\s*([0-9]{1,2})\s*日?\s*(?:\([月火水木金土日](?:曜日?)?\))?"
)


def latest_date(today: date | None = None) -> date:
    """The last day any record may carry: two years from today."""
    return years_later(today or timezone.localdate(), 2)


def parse_date(text: str, *, today: date | None = None) -> date:
    """The day someone typed, in either calendar and any width: 2024-11-05, R6.11.5, 令和6年11月5日（火）.

    A ValueError is a sentence for the form. The weekday is not compared: whoever corrects the day of a
    date shown with its weekday should not have to correct both.
    """
    match = _TYPED_DATE.fullmatch(half_width(text).strip())
    if match is None:
        raise ValueError(
            "日付を読み取れません。2024-11-05、R6.11.5、令和6年11月5日 のように入力してください。"
        )
    era = _ERA_OF_MARK[match["era"][0].upper()] if match["era"] else None
    on = _day(_gregorian_year(match, era), int(match["month"]), int(match["day"]))
    latest = latest_date(today)
    if not EARLIEST <= on <= latest:
        raise ValueError(
            f"{_gregorian_day(EARLIEST)}から{_gregorian_day(latest)}までの日付を入力してください。"
        )
    if era and era is not _era(on):
        raise ValueError(f"その日は{era.name}ではありません。{_era_day(on)}と入力してください。")
    return on


def parse_day_near(text: str, near: date, *, today: date | None = None) -> date:
    """As `parse_date`, and a day without its year, 1/31 or １月２９日, as of the year of `near`.

    Refused where that month lies as close, or closer, in the year before or after: on a page of January,
    12/28 may be either.
    """
    match = _TYPED_DAY.fullmatch(half_width(text).strip())
    if match is None:
        return parse_date(text, today=today)
    month, day = int(match[1]), int(match[2])
    if 1 <= month <= 12 and abs(month - near.month) >= 6:
        raise ValueError(
            f"何年の{month}月{day}日か分かりません。年も入力してください（例 {near.year}-{month}-{day}）。"
        )
    return parse_date(f"{near.year}-{month}-{day}", today=today)


def _gregorian_year(match: re.Match[str], era: Era | None) -> int:
    if era is None:
        return int(match["year"])
    year = 1 if match["era_year"] == "元" else int(match["era_year"])
    return era.first.year + year - 1


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{year}年{month}月{day}日という日はありません。日付を確かめてください。") from None


def _gregorian_day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


# --- Days ------------------------------------------------------------------------------------------


def _month_end(on: date) -> date:
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def years_later(on: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    year = on.year + years
    return on.replace(year=year, day=min(on.day, calendar.monthrange(year, on.month)[1]))

"""When the consultation desk is open (窓口の時間): hours, lunch and the step of the appointment book.

Read from DESK_HOURS, DESK_LUNCH and DESK_STEP. What cannot be read is found at start, by `checks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from functools import cache

from django.conf import settings

GRID = 15  # minutes: appointments begin and end on the quarter hours
STEPS = (15, 30, 60)


def minutes_of(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def time_of(minutes: int) -> time:
    """The time of so many minutes since midnight; the day's end is 00:00."""
    return time(minutes // 60 % 24, minutes % 60)


@dataclass(frozen=True)
class Span:
    """From one time to another of the same day, as 9:00-16:00."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start.hour}:{self.start:%M}～{self.end.hour}:{self.end:%M}"

    def holds(self, start: time, end: time) -> bool:
        """Whether the whole of another span lies in this one."""
        return self.start <= start and end <= self.end

    def meets(self, start: time, end: time) -> bool:
        """Whether the two have a minute in common."""
        return self.start < end and start < self.end


@dataclass(frozen=True)
class DeskHours:
    """The hours of the desk, without lunch where there is one, and the rows of a day."""

    open: Span
    lunch: Span | None
    step: int

    def rows(self, *also: Span) -> list[time]:
        """When the rows of a day begin, stretched to hold what lies outside the hours."""
        first = min(minutes_of(each.start) for each in (self.open, *also))
        last = max(minutes_of(each.end) for each in (self.open, *also))
        begin = minutes_of(self.open.start)
        begin -= -(-max(0, begin - first) // self.step) * self.step
        return [time_of(each) for each in range(max(0, begin), last, self.step)]

    def outside(self, start: time, end: time) -> str:
        """Why a time is not the desk's, in a sentence; "" where it is."""
        if not self.open.holds(start, end):
            return f"窓口の時間は{self.open}です。"
        if self.lunch and self.lunch.meets(start, end):
            return f"{self.lunch}は昼休みです。"
        return ""


def desk_hours() -> DeskHours:
    """The hours as set. Raises ValueError with a sentence where the setting is nonsense."""
    return _read(settings.DESK_HOURS, settings.DESK_LUNCH, settings.DESK_STEP)


@cache
def _read(hours: str, lunch: str, step: int) -> DeskHours:
    opening, pause = _span("DESK_HOURS", hours), _span("DESK_LUNCH", lunch) if lunch.strip() else None
    if pause and not (opening.start < pause.start and pause.end < opening.end):
        raise ValueError("DESK_LUNCH は DESK_HOURS の間の時間にしてください。")
    if step not in STEPS:
        raise ValueError(f"DESK_STEP は {'・'.join(map(str, STEPS))} 分のどれかです。")
    return DeskHours(opening, pause, step)


def _span(name: str, written: str) -> Span:
    """Two times on the quarter hours, the second later."""
    try:
        start, end = (_time(each) for each in written.split("-"))
    except ValueError:
        raise ValueError(f"{name} は 9:00-16:00 のように、15分単位で書いてください。") from None
    if start >= end:
        raise ValueError(f"{name} の終わりは、始まりより後にしてください。")
    return Span(start, end)


def _time(written: str) -> time:
    hour, minute = written.strip().split(":")
    if int(minute) % GRID:
        raise ValueError(written)
    return time(int(hour), int(minute))

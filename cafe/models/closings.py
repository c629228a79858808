"""締めの記録: what was closed, cancelled and opened again on a day, as its history tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.conf import settings

from cafe.models.openday import Attendance, OpenDay
from komatsu_support.models import User

State, Role = OpenDay.State, Attendance.Role
CLOSED = {State.PLANNED: "締めた", State.HELD: "締め直した", State.CANCELLED: "開催として締めた"}
OPENED = {State.HELD: "締めを開いた", State.CANCELLED: "予定に戻した"}


@dataclass(frozen=True)
class Counted:
    """What a closing wrote: heads by role, the 初めて among the visitors, heads by 年代. Unit: 人."""

    heads: dict[str, int]
    first_heads: int | None
    ages: dict[str, int]

    @property
    def total(self) -> int:
        """延参加者数."""
        return sum(heads for role, heads in self.heads.items() if role in settings.CAFE_COUNTED_ROLES)


@dataclass(frozen=True)
class Step:
    """One closing, 休止 or reopening: when, by whom, with how many who count, and why."""

    at: datetime
    by: User | None
    deed: str
    heads: int | None
    reason: str


def last_closing(open_day: OpenDay) -> Counted | None:
    """What a day was closed with, although it may have been opened again since."""
    if open_day.state != State.HELD:
        return closed_before(open_day)
    attendances = list(open_day.attendances.all())
    return Counted(
        heads={each.role: each.heads for each in attendances},
        first_heads=next((each.first_heads for each in attendances if each.role == Role.VISITOR), None),
        ages={each.age_band: each.heads for each in open_day.age_heads.all()},
    )


def closed_before(open_day: OpenDay) -> Counted | None:
    """The closing of a day that was opened again since; None where it is not open, or was 休止 in between."""
    if open_day.state != State.PLANNED:
        return None
    closings = list(open_day.history.exclude(state=State.PLANNED).order_by("-version", "-history_id"))
    if not closings or closings[0].state != State.HELD:
        return None
    return next((counted for row in closings if (counted := _counted(row))), None)


def steps(open_day: OpenDay, *, at_most: int) -> list[Step]:
    """The latest of them, the newest first."""
    rows = open_day.history.select_related("history_user").order_by("-version", "-history_id")
    found = [step for row, older in pairwise([*rows, None]) if (step := _step(row, older))]
    return found[:at_most]


def _step(row: Any, older: Any) -> Step | None:
    """What a save did to the state of the day; None where it did nothing to it."""
    before = State(older.state) if older else State.PLANNED
    counted, reasons = _counted(row), [row.ticked.get("reason", "")]
    if counted:
        deed = CLOSED[before]
    elif row.state == State.CANCELLED:
        is_news = before != State.CANCELLED or row.cancel_reason != older.cancel_reason
        deed = "休止にした" if is_news else ""
        reasons.insert(0, row.cancel_reason)
    else:
        deed = OPENED.get(before, "") if row.state == State.PLANNED else ""
    if not deed:
        return None
    reason = "。".join(filter(None, reasons))
    return Step(row.history_date, row.history_user, deed, counted.total if counted else None, reason)


def _counted(row: Any) -> Counted | None:
    """The heads that were written with this version, where it is a closing."""
    kept = row.ticked
    return Counted(kept["heads"], kept["first_heads"], kept["ages"]) if "heads" in kept else None

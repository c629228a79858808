"""The week of the appointment book: days by times, what is taken, what is free, why a day is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from consultations.models import Appointment
from komatsu_support.desk import DeskHours, Span, minutes_of, time_of
from komatsu_support.models import User

CLOSED_TO_ME = "閲覧制限の方"
SHAPES = {"booked": "todo", "kept": "done", "no_show": "alert", "cancelled": "void"}


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Block:
    """One appointment in the book. Of a closed person it tells the time and the counselor alone."""

    span: Span
    staff: str
    who: str = CLOSED_TO_ME
    purpose: str = ""
    url: str = ""
    state: str = ""
    word: str = ""
    takes_time: bool = True
    is_twice: bool = False

    @classmethod
    def of(cls, each: Any, *, is_twice: bool = False) -> Block:
        """As far as `is_open` lets it be read."""
        if not each.is_open:
            return cls(each.span, str(each.staff), takes_time=each.state != Appointment.State.CANCELLED)
        return cls(
            span=each.span,
            staff=str(each.staff),
            who=each.who,
            purpose=each.purpose,
            url=each.get_absolute_url(),
            state=SHAPES[each.state],
            word=each.get_state_display(),
            takes_time=each.state != Appointment.State.CANCELLED,
            is_twice=is_twice,
        )


@dataclass
class Slot:
    """One row of one day: what begins here, whether something goes on, and the way to book it where it is free."""

    at: time
    blocks: list[Block] = field(default_factory=list)
    goes_on: Block | None = None
    pause: str = ""
    url: str = ""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing stands here but a place to book."""
        return bool(self.url) and not self.blocks


@dataclass
class Day:
    """One day of the week: closed with a reason, or its slots."""

    on: date
    closed: str
    is_today: bool
    slots: list[Slot]
    blocks: list[Block]

    @property
    def runs(self) -> list[tuple[str, list[Slot]]]:
        """The slots as a narrow screen lists them: "free" ones in a row, "taken" and "pause" one by one."""
        kinds = ((self._kind(slot), slot) for slot in self.slots)
        told = [(kind, slot) for kind, slot in kinds if kind]
        return [(kind, [slot for _, slot in run]) for kind, run in groupby(told, key=lambda each: each[0])]

    @staticmethod
    def _kind(slot: Slot) -> str:
        if slot.blocks:
            return "taken"
        return "pause" if slot.pause else "free" if slot.url else ""


@dataclass
class Week:
    """The week: its days and, for a table, its rows."""

    days: list[Day]
    times: list[time]

    @property
    def rows(self) -> list[tuple[time, list[tuple[Day, Slot]]]]:
        """Each time with the slot of every day."""
        return [(at, [(day, day.slots[n]) for day in self.days]) for n, at in enumerate(self.times)]

    @property
    def is_empty(self) -> bool:
        """Whether nobody is booked."""
        return not any(day.blocks for day in self.days)


def week(
    appointments: Sequence[Any], closures: dict[date, str], hours: DeskHours, *, counselor: User | None
) -> Week:
    """Monday to Friday, and a day of the week-end that opens or has somebody in it."""
    taken = {each.day for each in appointments}
    days = [day for day in closures if day.weekday() < 5 or not closures[day] or day in taken]
    rows = hours.rows(*(each.span for each in appointments))
    twice = _twice(appointments)
    made = [
        _day(
            day,
            closures[day],
            [Block.of(each, is_twice=each.pk in twice) for each in appointments if each.day == day],
            rows,
            hours,
            counselor,
        )
        for day in days
    ]
    return Week(made, rows)


def _twice(appointments: Iterable[Any]) -> set[int]:
    """Appointments of a client who has another one at the same time, where it may be told."""
    mine = [a for a in appointments if a.is_open and a.client_id and a.state != Appointment.State.CANCELLED]
    return {
        one.pk
        for one in mine
        for other in mine
        if one.pk != other.pk
        and one.client_id == other.client_id
        and one.day == other.day
        and one.span.meets(other.starts_at, other.ends_at)
    }


def _day(
    day: date, closed: str, blocks: list[Block], rows: list[time], hours: DeskHours, counselor: User | None
) -> Day:
    slots = [_slot(day, at, blocks, hours, counselor, is_closed=bool(closed)) for at in rows]
    return Day(day, closed, day == timezone.localdate(), slots, blocks)


def _slot(
    day: date, at: time, blocks: list[Block], hours: DeskHours, counselor: User | None, *, is_closed: bool
) -> Slot:
    until = time_of(min(minutes_of(at) + hours.step, 24 * 60 - 1))
    begin = [each for each in blocks if at <= each.span.start < until]
    on = [each for each in blocks if each.takes_time and each.span.start < at < each.span.end]
    slot = Slot(at, begin, goes_on=on[0] if on and counselor else None)
    if is_closed:
        return slot
    if hours.lunch and hours.lunch.meets(at, until):
        slot.pause = "昼休み"
    is_taken = counselor is not None and (bool(on) or any(each.takes_time for each in begin))
    if not is_taken and not hours.outside(at, until) and _is_to_come(day, at):
        place = {"day": day.isoformat(), "time": f"{at:%H:%M}"}
        staff = {"staff": counselor.pk} if counselor else {}
        slot.url = f"{reverse('consultations:appointment_create')}?{urlencode({**place, **staff})}"
    return slot


def _is_to_come(day: date, at: time) -> bool:
    now = timezone.localtime()
    return (day, at) >= (now.date(), time(now.hour, 0))

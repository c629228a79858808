"""Days and events made many at once: by weekdays, from last month, one event on several days.

Every press has a key, and what it makes has keys that follow from it: pressed twice, it makes nothing twice
and answers the same.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Prefetch, Q

from cafe.models import Event, EventQuerySet, OpenDay
from cafe.sheets import hours
from cafe.staff import RUNS_THE_CAFE
from komatsu_support.fiscal import WEEKDAYS, latest_date, month_at
from komatsu_support.models import Record, User
from komatsu_support.models.calendar import cafe_openings
from komatsu_support.models.record import New

PLANNED = ("starts_at", "ends_at", "place")
NAMED = 8  # days named for one reason; the rest is counted


@dataclass(frozen=True)
class Wish:
    """A day somebody wants made: when, like what, with whom, with which events; or why it cannot be."""

    on: date
    plan: Mapping[str, Any] = field(default_factory=dict)
    staff: Sequence[User] = ()
    events: Sequence[Event] = ()
    like: date | None = None
    """The day it repeats."""
    why_not: str = ""

    @property
    def hours(self) -> str:
        """10:00～15:00."""
        return hours(self.plan.get("starts_at"), self.plan.get("ends_at"))

    def is_like(self, day: OpenDay) -> bool:
        """Whether a day is planned as it is wished."""
        return all(getattr(day, name) == value for name, value in self.plan.items())

    def key(self, press: uuid.UUID) -> uuid.UUID:
        """The submission of its day."""
        return uuid.uuid5(press, self.on.isoformat())


@dataclass(frozen=True)
class Outcome:
    """What a press has made, and what it left out."""

    made: list[Wish]
    left_out: list[Wish]

    @property
    def told(self) -> str:
        """A sentence for the page."""
        events = sum(len(each.events) for each in self.made)
        what = f"開催日を{len(self.made)}日" + (f"、企画を{events}件" if events else "")
        said = f"{what}作りました。" if self.made else "新しく作った開催日はありません。"
        reasons: dict[str, list[date]] = {}
        for each in self.left_out:
            reasons.setdefault(each.why_not, []).append(each.on)
        return said + (f"作らなかった日: {'、'.join(map(_reason, reasons.items()))}。" if reasons else "")


def _reason(why: tuple[str, list[date]]) -> str:
    reason, days = why
    named = "・".join(f"{day.month}月{day.day}日" for day in days[:NAMED])
    return f"{reason}（{named}{f' ほか{len(days) - NAMED}日' if len(days) > NAMED else ''}）"


# -- what is wanted --------------------------------------------------------------------------------------


def on_weekdays(weekdays: Iterable[int], first: date, last: date) -> list[date]:
    """The days from first to last that fall on the weekdays (0 is Monday)."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    wanted = set(weekdays)
    return [day for day in days if day.weekday() in wanted]


def usual(before: date) -> dict[str, Any]:
    """How the office opened in the last month that has days, before that day; {} where there is none."""
    earlier = OpenDay.objects.standing().filter(held_on__lt=before)
    last = earlier.order_by("-held_on").first()
    if last is None:
        return {}
    month = earlier.filter(held_on__gte=last.held_on.replace(day=1)).order_by("-held_on")
    days = list(month.prefetch_related("staff"))
    weekdays = Counter(day.held_on.weekday() for day in days)
    often = [weekday for weekday, times in weekdays.items() if times > 1] or list(weekdays)
    staff = Counter(person.pk for day in days for person in day.staff.all())
    most = {name: Counter(getattr(day, name) for day in days).most_common(1)[0][0] for name in PLANNED}
    return {**most, "weekdays": sorted(often), "staff": [pk for pk, n in staff.items() if n * 2 >= len(days)]}


def last_month_again(first: date) -> list[Wish]:
    """Last month's days on the same weekdays of this month (第1火曜 → 第1火曜), with their events."""
    last = month_at((first - timedelta(days=1)).replace(day=1))
    program = Prefetch("events", repeatable(), to_attr="program")
    days = OpenDay.objects.standing().in_period(last).order_by("held_on")
    staff = Prefetch("staff", User.objects.filter(RUNS_THE_CAFE), to_attr="still_there")
    return [_again(day, first) for day in days.prefetch_related(program, staff)]


def _again(day: Any, first: date) -> Wish:
    on = same_weekday(day.held_on, first)
    if on is None:
        nth = f"第{_nth(day.held_on)}{WEEKDAYS[day.held_on.weekday()]}曜"
        return Wish(day.held_on, like=day.held_on, why_not=f"{first.month}月に{nth}はありません")
    plan = {name: getattr(day, name) for name in PLANNED}
    return Wish(on, plan, staff=day.still_there, events=day.program, like=day.held_on)


def repeatable() -> EventQuerySet:
    """Events that may come again, in the order of their day: not those of a series that has ended."""
    goes_on = Q(series=None) | Q(series__active=True, series__voided_at=None)
    return Event.objects.standing().filter(goes_on).order_by(F("starts_at").asc(nulls_last=True), "pk")


def _nth(day: date) -> int:
    return (day.day - 1) // 7 + 1


def same_weekday(day: date, first: date) -> date | None:
    """The same weekday, as often into the month that begins on `first`; None where there is no fifth."""
    on = first + timedelta(days=(day.weekday() - first.weekday()) % 7 + 7 * (_nth(day) - 1))
    return on if on.month == first.month else None


# -- what can be made ------------------------------------------------------------------------------------


def checked(wishes: Iterable[Wish], *, press: uuid.UUID, skip_closed: bool = True) -> list[Wish]:
    """The wishes, each with the reason why it cannot be, where there is one."""
    wishes = list(wishes)
    days = [each.on for each in wishes]
    openings = cafe_openings(days)
    concerned = Q(held_on__in=days) | Q(submission__in=[each.key(press) for each in wishes])
    there = list(OpenDay.objects.filter(concerned))
    taken = {day.held_on for day in there if not day.is_voided}
    mine = {day.submission: day for day in there}

    def why_not(wish: Wish) -> str:
        if made := mine.get(wish.key(press)):
            return "取り消した日" if made.is_voided else "" if wish.is_like(made) else "登録済み"
        if wish.on > latest_date():
            return "2年より先"
        if skip_closed and not openings[wish.on].is_open:
            return openings[wish.on].name
        return "登録済み" if wish.on in taken else ""

    return [each if each.why_not else replace(each, why_not=why_not(each)) for each in wishes]


# -- making it -------------------------------------------------------------------------------------------


def make(wishes: Sequence[Wish], *, by: User, press: uuid.UUID, skip_closed: bool = True) -> Outcome:
    """Make the days that can be made, with their events, all or nothing."""
    return once_more(lambda: _make(checked(wishes, press=press, skip_closed=skip_closed), by, press))


def once_more[T](write: Callable[[], T]) -> T:
    """Somebody may be quicker between the look and the writing: then what she made is there at a second look."""
    try:
        return write()
    except IntegrityError:
        return write()


def _make(wishes: list[Wish], by: User, press: uuid.UUID) -> Outcome:
    made = [each for each in wishes if not each.why_not]
    outcome = Outcome(made, [each for each in wishes if each.why_not])
    known = _known(OpenDay, [each.key(press) for each in made])
    new = [each for each in made if each.key(press) not in known]
    days = [OpenDay(held_on=each.on, submission=each.key(press), **each.plan) for each in new]
    with transaction.atomic():
        OpenDay.objects.add_all(
            [
                New(day, {"staff": each.staff}, ["held_on", *each.plan])
                for day, each in zip(days, new, strict=True)
            ],
            by=by,
        )
        copies = [
            event.copied_to(day, uuid.uuid5(day.submission, str(event.pk)))
            for day, each in zip(days, new, strict=True)
            for event in each.events
        ]
        Event.objects.add_all([New(copy, changed=Event.REPEATED) for copy in copies], by=by)
    return outcome


def repeat(event: Event, days: Iterable[OpenDay], *, by: User, press: uuid.UUID) -> int:
    """The event on other days too. Answers on how many this press has put it."""
    copies = [event.copied_to(day, uuid.uuid5(press, str(day.pk))) for day in days]

    def write() -> int:
        known = _known(Event, [each.submission for each in copies])
        new = [New(each, changed=Event.REPEATED) for each in copies if each.submission not in known]
        Event.objects.add_all(new, by=by)
        return len(copies)

    return once_more(write)


def _known(kind: type[Record], keys: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the submissions that were received before."""
    found = kind._base_manager.filter(submission__in=keys)
    return set(found.values_list("submission", flat=True))

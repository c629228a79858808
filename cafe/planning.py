"""Days and events made many at once: by weekdays, from last month, one event on several days.

Every press has a key, and what it makes has keys that follow from it: pressed twice, it makes nothing twice
and answers the same. Events go onto planned days that are there already, where no such event is.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q

from cafe.models import Event, OpenDay
from cafe.staff import RUNS_THE_CAFE
from cafe.wishes import Outcome, Wish
from komatsu_support import audit
from komatsu_support.fiscal import WEEKDAYS, latest_date, month_at
from komatsu_support.models import Record, User
from komatsu_support.models.calendar import cafe_openings
from komatsu_support.models.record import New

PLANNED = ("starts_at", "ends_at", "place")


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
    staff = Counter(person.pk for day in days for person in day.staff.all())
    most = {name: Counter(getattr(day, name) for day in days).most_common(1)[0][0] for name in PLANNED}
    often = [pk for pk, n in staff.items() if n * 2 >= len(days)]
    return {**most, "weekdays": _usual_weekdays([day.held_on for day in days]), "staff": often}


def _usual_weekdays(days: Sequence[date]) -> list[int]:
    """The weekdays on more than half of which the café was planned, closures aside; all where none was."""
    month = month_at(days[0])
    openings = cafe_openings(on_weekdays(range(7), month.start, month.end))
    planned = Counter(day.weekday() for day in days)

    def is_usual(weekday: int) -> bool:
        mine = [on for on in openings if on.weekday() == weekday]
        could_be = [on for on in mine if openings[on].is_open] or mine
        return planned[weekday] * 2 > len(could_be)

    return [each for each in sorted(planned) if is_usual(each)] or sorted(planned)


def last_month_again(first: date) -> list[Wish]:
    """Last month's days on the same weekdays of this month (第1火曜 → 第1火曜), with their events."""
    last = month_at((first - timedelta(days=1)).replace(day=1))
    program = Prefetch(
        "events", Event.objects.standing().in_order().select_related("series"), to_attr="program"
    )
    days = OpenDay.objects.standing().in_period(last).order_by("held_on")
    staff = Prefetch("staff", User.objects.filter(RUNS_THE_CAFE), to_attr="still_there")
    return [_again(day, first) for day in days.prefetch_related(program, staff)]


def _again(day: Any, first: date) -> Wish:
    on = same_weekday(day.held_on, first)
    wish = Wish(
        on or day.held_on,
        {name: getattr(day, name) for name in PLANNED},
        staff=day.still_there,
        events=[each for each in day.program if _goes_on(each)],
        ended=[each for each in day.program if not _goes_on(each)],
        like=day.held_on,
    )
    if on is None:
        nth = f"第{_nth(day.held_on)}{WEEKDAYS[day.held_on.weekday()]}曜"
        return replace(wish, why_not=f"{first.month}月に{nth}はありません")
    return wish


def _goes_on(event: Event) -> bool:
    """Whether it may come again: no series that has ended says no."""
    return event.series is None or (event.series.active and not event.series.is_voided)


def _nth(day: date) -> int:
    return (day.day - 1) // 7 + 1


def same_weekday(day: date, first: date) -> date | None:
    """The same weekday, as often into the month that begins on `first`; None where there is no fifth."""
    on = first + timedelta(days=(day.weekday() - first.weekday()) % 7 + 7 * (_nth(day) - 1))
    return on if on.month == first.month else None


# -- what can be made ------------------------------------------------------------------------------------


def checked(wishes: Iterable[Wish], *, press: uuid.UUID, skip_closed: bool = True) -> list[Wish]:
    """The wishes, each with the day that is there, or the reason why it cannot be."""
    wishes = list(wishes)
    days = [each.on for each in wishes]
    openings = cafe_openings(days)
    concerned = Q(held_on__in=days) | Q(submission__in=[each.key(press) for each in wishes])
    program = Prefetch("events", Event.objects.all(), to_attr="program")
    found = list(OpenDay.objects.filter(concerned).prefetch_related(program))
    there = {day.held_on: day for day in found if not day.is_voided}
    mine = {day.submission: day for day in found}

    def look(wish: Wish) -> Wish:
        made = mine.get(wish.key(press))
        if wish.why_not or (made and not made.is_voided and wish.is_like(made)):
            return wish
        if made and made.is_voided:
            return replace(wish, why_not="取り消した日")
        if wish.on in there:
            return _joining(wish, there[wish.on], press)
        if wish.on > latest_date():
            return replace(wish, why_not="2年より先")
        return replace(
            wish, why_not=openings[wish.on].name if skip_closed and not openings[wish.on].is_open else ""
        )

    return [look(each) for each in wishes]


def _joining(wish: Wish, day: Any, press: uuid.UUID) -> Wish:
    """The wish where a day is there already: its events join a planned one, but none by a title or series it has."""
    if day.state != OpenDay.State.PLANNED:
        return replace(wish, why_not=f"登録済み・{day.get_state_display()}")
    mine = {wish.key_of(each, press) for each in wish.events}
    gone = {each.submission for each in day.program if each.is_voided} & mine  # taken back since this press
    others = [each for each in day.program if not each.is_voided and each.submission not in mine]
    titles, series = {each.title for each in others}, {each.series_id for each in others} - {None}
    doubled = [each for each in wish.events if each.title in titles or each.series_id in series]
    events = [each for each in wish.events if each not in doubled and wish.key_of(each, press) not in gone]
    return replace(
        wish,
        events=events,
        doubled=[*wish.doubled, *doubled],
        there=day if events else None,
        why_not="" if events else "取り消した企画" if gone else "登録済み",
    )


# -- making it -------------------------------------------------------------------------------------------


def make(wishes: Sequence[Wish], *, by: User, press: uuid.UUID, skip_closed: bool = True) -> Outcome:
    """Make the days that can be made, and put the events on them and on those that are there, all or nothing."""
    return once_more(lambda: _make(checked(wishes, press=press, skip_closed=skip_closed), by, press))


def once_more[T](write: Callable[[], T]) -> T:
    """Somebody may be quicker between the look and the writing: then what she made is there at a second look."""
    try:
        return write()
    except IntegrityError:
        return write()


def _make(wishes: list[Wish], by: User, press: uuid.UUID) -> Outcome:
    made = [each for each in wishes if each.is_new]
    known = _known(OpenDay, [each.key(press) for each in made])
    new = [each for each in made if each.key(press) not in known]
    days = [OpenDay(held_on=each.on, submission=each.key(press), **each.plan) for each in new]
    with transaction.atomic():
        audit.wait_for_my_turn()  # of two who put the same event on a day, the second finds it there
        OpenDay.objects.add_all(
            [
                New(day, {"staff": each.staff}, ["held_on", *each.plan])
                for day, each in zip(days, new, strict=True)
            ],
            by=by,
        )
        again = iter(checked([each for each in wishes if each.there], press=press))
        outcome = Outcome([next(again) if each.there else each for each in wishes])
        targets = list(zip(days, new, strict=True))
        targets += [(each.there, each) for each in outcome.wishes if each.there]
        copies = [
            event.copied_to(day, each.key_of(event, press)) for day, each in targets for event in each.events
        ]
        _add_events(copies, by)
    return outcome


def _add_events(copies: Sequence[Event], by: User) -> None:
    """Store those that no earlier press has stored."""
    known = _known(Event, [each.submission for each in copies])
    new = [New(each, changed=Event.REPEATED) for each in copies if each.submission not in known]
    Event.objects.add_all(new, by=by)


def repeat(event: Event, days: Iterable[OpenDay], *, by: User, press: uuid.UUID) -> int:
    """The event on other days too. Answers on how many it stands that this press has put it on."""
    copies = [event.copied_to(day, uuid.uuid5(press, str(day.pk))) for day in days]

    def write() -> int:
        _add_events(copies, by)
        return Event.objects.standing().filter(submission__in=[each.submission for each in copies]).count()

    return once_more(write)


def _known(kind: type[Record], keys: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the submissions that were received before."""
    found = kind._base_manager.filter(submission__in=keys)
    return set(found.values_list("submission", flat=True))

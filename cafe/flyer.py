"""月間予定表: what a month of the café tells everybody. Days, events, closures; of nobody who was there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from cafe.models import Event, Flyer, OpenDay, OpenDayQuerySet
from cafe.sheets import hours
from komatsu_support.fiscal import WEEKDAYS, Period, month_at
from komatsu_support.models import OfficeDay, User
from komatsu_support.models.calendar import closed_because
from komatsu_support.text import half_width

WEEKEND = (5, 6)
OPEN, CLOSED, CANCELLED = "○", "休", "×休止"
BOOKING = "◆要予約"
LEGEND = f"{OPEN}＝開いている日　{CLOSED}＝お休み　{CANCELLED}＝予定していた日のお休み"


@dataclass(frozen=True)
class Item:
    """An event as the flyer prints it."""

    span: str
    """10:30～11:30, or as much of it as is known."""
    title: str
    needs_booking: bool
    note: str = ""
    """300円・エプロン: what it costs and what to bring."""
    fee_yen: int = 0

    @property
    def wording(self) -> str:
        """料理（300円・エプロン）."""
        return f"{self.title}（{self.note}）" if self.note else self.title

    @property
    def start(self) -> str:
        """10:30～, where a narrow paper has no room for more; ～15:00 where only the end is known."""
        begins, wave, _ = self.span.partition("～")
        return begins + wave if begins else self.span


@dataclass(frozen=True)
class Day:
    """One square of the grid."""

    on: date
    mark: str = ""
    """○, 休 or ×休止; "" while nothing is planned."""
    name: str = ""
    """祝日名 or why the office is closed."""
    remarks: tuple[str, ...] = ()
    """Hours and place where they differ from the month's usual ones."""
    items: tuple[Item, ...] = ()

    @property
    def weekday(self) -> str:
        """月 to 日."""
        return WEEKDAYS[self.on.weekday()]

    @property
    def is_open(self) -> bool:
        """Whether the café opens."""
        return self.mark == OPEN

    @property
    def is_cancelled(self) -> bool:
        """Whether it was to open and does not."""
        return self.mark == CANCELLED


@dataclass(frozen=True)
class Plan:
    """A month of the café in weeks, Sunday first; of weekdays alone where no weekend day is used."""

    first: date
    weekdays: str
    weeks: Sequence[Sequence[Day | None]]
    hours: str
    """The hours of most days; "" where nothing is planned."""
    place: str

    @property
    def days(self) -> list[Day]:
        """The squares in their order, without those of other months."""
        return [day for week in self.weeks for day in week if day]

    @property
    def is_planned(self) -> bool:
        """Whether there is any day of the café in it."""
        return any(day.is_open or day.is_cancelled for day in self.days)

    @property
    def has_booking(self) -> bool:
        """Whether an event asks for it."""
        return any(item.needs_booking for day in self.days for item in day.items)

    def fees_beside(self, words: Flyer) -> list[str]:
        """Fees of events, 300円, of which a footer that says 無料 knows nothing."""
        said = half_width(words.fee).replace(",", "")
        fees = {item.fee_yen for day in self.days for item in day.items if item.fee_yen}
        return [f"{fee:,}円" for fee in sorted(fees) if "無料" in said and f"{fee}円" not in said]

    @property
    def legend(self) -> str:
        """What the marks mean."""
        return f"{LEGEND}　{BOOKING}＝前もって申込み" if self.has_booking else LEGEND


def with_program(days: OpenDayQuerySet) -> OpenDayQuerySet:
    """Standing days in their order, each with its standing events in theirs as `program`."""
    events = Event.objects.standing().in_order()
    return days.standing().order_by("held_on").prefetch_related(Prefetch("events", events, to_attr="program"))


def fee_and_belongings(event: Event) -> str:
    """300円・エプロン: what it costs and what to bring; "" where neither is known. What is free says so in the footer."""
    return "・".join(filter(None, [f"{event.fee_yen:,}円" if event.fee_yen else "", event.belongings]))


def plan_of(first: date, user: User) -> Plan:
    """The plan of the month that begins on that day, as this person may see it."""
    period = month_at(first)
    planned = {day.held_on: day for day in with_program(OpenDay.objects.visible_to(user).in_period(period))}
    opening = [day for day in planned.values() if day.state != OpenDay.State.CANCELLED]
    usual_hours = _most_common(hours(day.starts_at, day.ends_at) for day in opening)
    usual_place = _most_common(day.place for day in opening)
    every_day = [period.start + timedelta(days=n) for n in range((period.end - period.start).days + 1)]
    closed, names = _closures(period, every_day)
    squares = {
        on: _square(on, planned.get(on), bool(planned) or on in closed, names[on], usual_hours, usual_place)
        for on in every_day
    }
    weekend = any(on.weekday() in WEEKEND for on in planned)
    columns = (6, 0, 1, 2, 3, 4, 5) if weekend else (0, 1, 2, 3, 4)
    return Plan(
        first=first,
        weekdays="".join(WEEKDAYS[each] for each in columns),
        weeks=_weeks(squares, columns),
        hours=usual_hours,
        place=usual_place,
    )


def words_of(plan: Plan, user: User) -> Flyer:
    """The words around the plan: the month's own, else the last lines carried over, else plain ones.

    Only the month's own have a key.
    """
    flyers = Flyer.objects.visible_to(user)
    own = flyers.of_month(plan.first)
    if own is not None:
        return own
    if (last := flyers.before(plan.first)) is not None:
        return last.carried_to(plan.first)
    return Flyer.plain(plan.first, place=plan.place, hours=plan.hours)


def _square(
    on: date, day: OpenDay | None, is_known: bool, name: str, usual_hours: str, usual_place: str
) -> Day:
    """A day as it is printed. While nothing of the month is planned, a day that may yet open stays blank."""
    if day is None:
        return Day(on, CLOSED if is_known else "", name)
    if day.state == OpenDay.State.CANCELLED:
        return Day(on, CANCELLED, name)
    mine = hours(day.starts_at, day.ends_at)
    remarks = [mine if mine != usual_hours else "", day.place if day.place != usual_place else ""]
    items = [
        Item(
            hours(each.starts_at, each.ends_at),
            each.title,
            each.needs_booking,
            fee_and_belongings(each),
            each.fee_yen or 0,
        )
        for each in day.program  # type: ignore[attr-defined]  # of with_program
    ]
    return Day(on, OPEN, name, tuple(filter(None, remarks)), tuple(items))


def _closures(period: Period, days: Iterable[date]) -> tuple[set[date], dict[date, str]]:
    """The days on which the calendar keeps the café closed, and what each day is called; 土曜日 is no name."""
    kept = {each.day: each for each in OfficeDay.objects.in_period(period)}
    closed, names = set(), {}
    for on in days:
        by_law = closed_because(on)
        mine = kept.get(on)
        if (mine is None and by_law) or (mine is not None and not mine.cafe_open):
            closed.add(on)
        name = mine.reason if mine and not mine.cafe_open and mine.reason else by_law
        names[on] = "" if name in ("土曜日", "日曜日") else name
    return closed, names


def _most_common(values: Iterable[str]) -> str:
    """The value most days have; the earlier one of two; "" without any."""
    return next((value for value, _ in Counter(filter(None, values)).most_common(1)), "")


def _weeks(squares: dict[date, Day], columns: Sequence[int]) -> list[list[Day | None]]:
    """Rows of the grid; a week of which no day of the month is shown has none."""
    start = next(iter(squares))
    sunday = start - timedelta(days=(start.weekday() + 1) % 7)
    weeks = []
    while sunday <= max(squares):
        by_weekday = {(sunday + timedelta(days=n)).weekday(): sunday + timedelta(days=n) for n in range(7)}
        week = [squares.get(by_weekday[each]) for each in columns]
        if any(week):
            weeks.append(week)
        sunday += timedelta(days=7)
    return weeks

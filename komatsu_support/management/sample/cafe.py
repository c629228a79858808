"""とんとんカフェ: the days of the sample, with exactly the heads of each year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from cafe.models import AgeHeads, Attendance, Event, EventSeries, OpenDay
from komatsu_support.management.sample.dice import Dice, moment, month_before
from komatsu_support.management.sample.events import PLANS, Plan, happenings
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.management.sample.years import SampleYear, is_cafe_day
from komatsu_support.models import AgeBand

ROLE, STATE = Attendance.Role, OpenDay.State
CLOSURES = 5  # a year: days planned and not held
WITHOUT_VISITORS = 2  # a year: days held on which nobody came
UNCLOSED_AGO = 3  # the café day before the last that nobody has closed yet, counted back
WEATHERS = {
    "winter": {"snow": 5, "cloudy": 5, "rain": 4, "fine": 2},
    "rainy": {"rain": 6, "cloudy": 5, "fine": 4},
    "other": {"fine": 8, "cloudy": 5, "rain": 3},
}
DRAW = {"snow": 0.5, "rain": 0.85}  # of the usual number of visitors
AGES = {
    AgeBand.D20: 3,
    AgeBand.D30: 13,
    AgeBand.D40: 14,
    AgeBand.D50: 17,
    AgeBand.D60: 20,
    AgeBand.D70: 22,
    AgeBand.P80: 8,
}


@dataclass
class Cafe:
    """Opens the café day by day."""

    ledger: Ledger
    dice: Dice
    staff: Staff
    series: dict[str, EventSeries] = field(default_factory=dict)
    held: dict[date, OpenDay] = field(default_factory=dict)
    weathers: dict[date, str] = field(default_factory=dict)

    def found_series(self, first: date) -> None:
        """The events that come again."""
        for plan in PLANS:
            series = EventSeries(name=plan.title)
            self.series[plan.title] = self.ledger.add(
                series, by=self.staff.coordinator, at=moment(first, 9, 30)
            )

    def open(self, year: SampleYear, today: date) -> None:
        """Every café day of one year: past ones closed, those to come planned as far as the plan reaches."""
        past = [day for day in year.days if is_cafe_day(day)] or year.days
        reach = self._reach(today)
        coming = [day for day in year.coming if is_cafe_day(day) and day <= reach]
        plans = happenings([*past, *coming])
        missed = self._missed(past, plans, year)
        closed = [day for day in past if day not in missed]
        heads = self._heads(closed, plans, year.actual.cafe_heads)
        for day in [*past, *coming]:
            open_day = self._plan(day)
            if day in heads:
                self._hold(open_day, heads[day], plans.get(day, []))
            elif missed.get(day):
                self._cancel(open_day, missed[day])
            self._add_events(open_day, plans.get(day, []), heads.get(day))

    def _reach(self, today: date) -> date:
        """The last day planned: next month's days are made on the 20th."""
        month = today.replace(day=1) + timedelta(days=31 if today.day <= 20 else 62)
        return month.replace(day=1) - timedelta(days=1)

    def _missed(self, past: list[date], plans: dict[date, list[Plan]], year: SampleYear) -> dict[date, str]:
        """Past days that were not held, with the reason; "" for the one that nobody has closed yet."""
        usual = [day for day in past[:-UNCLOSED_AGO] if day not in plans]
        if len(past) < 20:
            return {}
        missed = {}
        for day in self.dice.sample(usual, round(CLOSURES * year.share)):
            snow = "大雪のため" if day.month in (1, 2) else "感染症の流行のため"
            missed[day] = self.dice.choice([snow, snow, "職員研修のため", "施設の点検のため"])
        if year.is_running:
            missed[past[-UNCLOSED_AGO]] = ""
        return missed

    def _heads(self, days: list[date], plans: dict[date, list[Plan]], total: int) -> dict[date, int]:
        """So many heads over the days, each head on a day drawn by what happened there."""
        self.weathers |= {day: self.dice.weighted(WEATHERS[_season(day)]) for day in days}
        weights = {
            day: DRAW.get(self.weathers[day], 1) * max([1.0, *(plan.draw for plan in plans.get(day, []))])
            for day in days
        }
        quiet = [day for day in days if day not in plans]
        if len(quiet) > 100:
            for day in self.dice.sample(quiet, WITHOUT_VISITORS):
                weights[day] = 0
        heads = dict.fromkeys(days, 0)
        for day in self.dice.choices(days, list(weights.values()), k=total):
            heads[day] += 1
        return heads

    # -- one day ----------------------------------------------------------------------------------------

    def _plan(self, day: date) -> OpenDay:
        """A day as it is planned the month before."""
        open_day = OpenDay(held_on=day, starts_at=time(10), ends_at=time(15), place="カフェスペース")
        staff = [self.staff.coordinator, self.dice.choice(self.staff.counselors)]
        at = moment(month_before(day), 14, 10)
        return self.ledger.add(open_day, by=self.staff.coordinator, at=at, ticked={"staff": staff})

    def _hold(self, open_day: OpenDay, total: int, plans: list[Plan]) -> None:
        """締める, as `OpenDay.close` would."""
        day = open_day.held_on
        heads = self._roles(total, plans)
        first_heads = None if self.dice.chance(0.1) else self._some(heads[ROLE.VISITOR], 0.08)
        ages = self._ages(heads)
        at = moment(day, 15, self.dice.randint(5, 55))
        is_meal = any(plan.kind == Event.Kind.MEAL for plan in plans)
        self.ledger.change(
            open_day,
            by=self.staff.coordinator,
            at=at,
            beside={"heads": dict(heads), "first_heads": first_heads, "ages": dict(ages)},
            state=STATE.HELD,
            closed_at=at,
            weather=self.weathers[day],
            meals=sum(heads.values()) if is_meal else None,
        )
        for role, count in heads.items():
            first = first_heads if role == ROLE.VISITOR else None
            self.ledger.row(Attendance(open_day=open_day, role=role, heads=count, first_heads=first))
        for band, count in ages.items():
            self.ledger.row(AgeHeads(open_day=open_day, age_band=band, heads=count))
        self.held[day] = open_day

    def _cancel(self, open_day: OpenDay, reason: str) -> None:
        """休止にする."""
        at = moment(open_day.held_on, 9, 10)
        self.ledger.change(
            open_day, by=self.staff.coordinator, at=at, state=STATE.CANCELLED, cancel_reason=reason
        )

    def _roles(self, total: int, plans: list[Plan]) -> dict[str, int]:
        """The heads that count, by role and adding up to the total, and those of others beside."""
        dice = self.dice
        user_led = any(plan.is_user_led for plan in plans)
        left = total
        lecturers = 1 if user_led and left > 2 else 0
        planners = dice.randint(1, 2) if user_led and left > 4 else 0
        children = self._some(max(0, left - lecturers - planners - 1), 0.16)
        heads = {
            ROLE.VISITOR: left - lecturers - planners - children,
            ROLE.CHILD: children,
            ROLE.USER_PLANNER: planners,
            ROLE.USER_LECTURER: lecturers,
            ROLE.LECTURER: sum(plan.has_guest for plan in plans),
            ROLE.VOLUNTEER: dice.randint(1, 3) if plans else dice.choice((0, 0, 1)),
            ROLE.STAFF: dice.randint(2, 3),
            ROLE.OBSERVER: dice.randint(1, 4) if dice.chance(0.04) else 0,
        }
        return {role: count for role, count in heads.items() if count or role == ROLE.VISITOR}

    def _ages(self, heads: dict[str, int]) -> dict[str, int]:
        """年代 of those who count, as far as anybody noted it."""
        ages: dict[str, int] = {}
        noted = self._some(heads.get(ROLE.CHILD, 0), 0.95)
        if noted:
            ages[AgeBand.U20] = noted
        adults = sum(heads.get(role, 0) for role in (ROLE.VISITOR, ROLE.USER_PLANNER, ROLE.USER_LECTURER))
        for _ in range(self._some(adults, 0.85)):
            band = self.dice.weighted(AGES)
            ages[band] = ages.get(band, 0) + 1
        return ages

    def _some(self, number: int, probability: float) -> int:
        """How many of a number it happens to."""
        return sum(self.dice.chance(probability) for _ in range(number))

    def _add_events(self, open_day: OpenDay, plans: Iterable[Plan], total: int | None) -> None:
        for plan in plans:
            event = plan.event(open_day, self.series.get(plan.title))
            by = self.staff.coordinator
            self.ledger.add(event, by=by, at=open_day.created_at + timedelta(minutes=5))
            if total is not None:
                heads = min(total, max(0, total - self.dice.randint(0, 2)))
                at = open_day.updated_at
                self.ledger.change(event, by=by, at=at, heads=heads, comment=plan.comment if heads else "")


def _season(day: date) -> str:
    if day.month in (12, 1, 2):
        return "winter"
    return "rainy" if day.month in (6, 7) else "other"

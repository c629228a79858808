"""月の予定: a month of the café on the office calendar."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from cafe.models import Event, OpenDay
from cafe.sheets import SHAPES, hours, state_word
from komatsu_support.fiscal import month_at
from komatsu_support.models import User
from komatsu_support.models.calendar import Opening, cafe_openings

MARKS = {
    Event.Kind.REGULAR: "通",
    Event.Kind.EVENT: "イ",
    Event.Kind.PEER: "ピ",
    Event.Kind.USER_LED: "利",
    Event.Kind.LECTURE: "講",
    Event.Kind.MEAL: "食",
}
"""種類 in one letter, for a narrow column."""
WEEKEND = ("土曜日", "日曜日")


@dataclass(frozen=True)
class PlanDay:
    """One day of the month: what the calendar says, and what the café does."""

    on: date
    opening: Opening
    day: Any  # an OpenDay with `heads` and `program`
    usual_place: str

    @property
    def is_today(self) -> bool:
        """Whether it is today."""
        return self.on == timezone.localdate()

    @property
    def is_weekend(self) -> bool:
        """Whether its column is a narrow one."""
        return self.on.weekday() >= 5

    @property
    def called(self) -> str:
        """The holiday's name, or why the café is closed; what the column says already is not said again."""
        return "休み" if self.opening.name in WEEKEND else self.opening.name

    @property
    def word(self) -> str:
        """予定・開催・休止・未入力."""
        return state_word(self.day) if self.day else ""

    @property
    def shape(self) -> str:
        """The shape beside the word."""
        return SHAPES[self.word]

    @property
    def beside(self) -> str:
        """開催 n人, 休止 reason."""
        if self.day.state == OpenDay.State.HELD:
            return f"{self.day.heads or 0}人"
        return self.day.cancel_reason if self.day.state == OpenDay.State.CANCELLED else ""

    @property
    def hours(self) -> str:
        """10:00～15:00; "" on a day that is 休止."""
        is_off = self.day.state == OpenDay.State.CANCELLED
        return "" if is_off else hours(self.day.starts_at, self.day.ends_at)

    @property
    def place(self) -> str:
        """Where, when it is not where it mostly is."""
        return "" if self.day.place == self.usual_place else self.day.place

    @property
    def events(self) -> list[tuple[Event, str]]:
        """What is on, with the mark of its kind."""
        return [(event, MARKS[Event.Kind(event.kind)]) for event in self.day.program]


@dataclass(frozen=True)
class MonthPlan:
    """The days of a month."""

    first: date
    days: list[PlanDay]

    @property
    def lacks_calendar(self) -> bool:
        """Whether the office has not made its calendar of these days yet."""
        return not all(each.opening.is_kept for each in self.days)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The marks that occur, with their words."""
        found = {event.kind for each in self.days if each.day for event, _ in each.events}
        return [(MARKS[kind], kind.label) for kind in Event.Kind if kind in found]

    @property
    def told(self) -> str:
        """予定 12日　開催 4日　休止 1日　延参加者数 38人; "" for a month without a day."""
        open_days = [each for each in self.days if each.day]
        words = Counter(each.word for each in open_days)
        told = [f"{word} {words[word]}日" for word in SHAPES if words[word]]
        if words["開催"]:
            told.append(
                f"延参加者数 {sum(each.day.heads or 0 for each in open_days if each.word == '開催'):,}人"
            )
        return "　".join(told)

    def of(self, on: date) -> PlanDay:
        """One of its days."""
        return self.days[on.day - 1]


def month_plan(first: date, user: User) -> MonthPlan:
    """The month as this person sees it."""
    period = month_at(first)
    in_order = Event.objects.standing().in_order()
    found = OpenDay.objects.visible_to(user).standing().in_period(period).with_heads()
    open_days = {
        each.held_on: each for each in found.prefetch_related(Prefetch("events", in_order, to_attr="program"))
    }
    places = Counter(each.place for each in open_days.values() if each.place).most_common(1)
    usual_place = places[0][0] if places else ""
    dates = [period.start + timedelta(days=n) for n in range((period.end - period.start).days + 1)]
    openings = cafe_openings(dates)
    return MonthPlan(first, [PlanDay(on, openings[on], open_days.get(on), usual_place) for on in dates])

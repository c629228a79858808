"""Chance that repeats itself: the same words thrown give the same year, on every machine."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone


class Dice(random.Random):
    """A source of chance named in words, so that adding to one area changes no other."""

    def __init__(self, *words: object) -> None:
        super().__init__("/".join(map(str, words)))

    def chance(self, probability: float) -> bool:
        """Whether it happens. Unit: 0 to 1."""
        return self.random() < probability

    def weighted[T](self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        return self.choices(list(weights), list(weights.values()))[0]

    def several[T](self, weights: Mapping[T, float], number: int) -> list[T]:
        """So many different keys, the heavier ones more often."""
        left = {key: weight for key, weight in weights.items() if weight > 0}
        found: list[T] = []
        while left and len(found) < number:
            found.append(self.weighted(left))
            del left[found[-1]]
        return found

    def spread(self, days: Sequence[date], number: int) -> list[date]:
        """So many of the days, evenly over them with some play, in order; a day may come twice."""
        return [days[int((index + self.uniform(0.1, 0.9)) / number * len(days))] for index in range(number)]

    def day_within(self, days: Sequence[date], first: date, last: date) -> date | None:
        """One of the days from first to last, both included; None where there is none."""
        within = [day for day in days if first <= day <= last]
        return self.choice(within) if within else None


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of a day in the office's own zone."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def month_before(day: date) -> date:
    """The 20th of the month before, when next month's café is planned."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=20)

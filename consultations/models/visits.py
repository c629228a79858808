"""新規・継続・再来: the rule of the office, and the verb that keeps a client's talks true to it.

Of a client's counted talks in order the first is 新規; one after 終結, or after twelve months without any, is
再来; every other is 継続. Silence beats an open case. What somebody corrected with a reason is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models, transaction

from komatsu_support.fiscal import years_later
from komatsu_support.models import User

if TYPE_CHECKING:
    from consultations.models.client import Client
    from consultations.models.consultation import Consultation

BY_OTHERS = "前後の記録による"
"""What the trail says of a talk that somebody else's record has settled anew."""


class VisitType(models.TextChoices):
    """新規・継続・再来."""

    NEW = "new", "新規"
    CONTINUING = "continuing", "継続"
    RETURNING = "returning", "再来"


@dataclass(frozen=True)
class Episode:
    """One stretch of a case, from its opening or reopening to its end. Handed over, it has no 終結."""

    began_on: date
    closed_on: date | None
    is_ended: bool

    def is_open_on(self, day: date) -> bool:
        """Whether it had begun before the day and went on: what begins on a day begins with that day's talk,
        and the talk on the day of the end still belongs to it."""
        return self.began_on < day and (self.closed_on is None or day <= self.closed_on)

    def ended_between(self, last: date, day: date) -> bool:
        """Whether 終結 fell on the day of the last talk or later, and before this day."""
        return self.is_ended and self.closed_on is not None and last <= self.closed_on < day


def is_silence(last: date, day: date) -> bool:
    """Twelve calendar months without a talk. 29 February and 28 February are a year apart."""
    return day >= years_later(last, 1)


def visit_type(day: date, last: date | None, episodes: Iterable[Episode]) -> VisitType:
    """The rule, for a talk on a day when the talk before it was on `last`. Asks for episodes only in doubt."""
    if last is None:
        return VisitType.NEW
    if is_silence(last, day):
        return VisitType.RETURNING
    known = list(episodes)
    is_open = any(each.is_open_on(day) for each in known)
    was_ended = any(each.ended_between(last, day) for each in known)
    return VisitType.RETURNING if was_ended and not is_open else VisitType.CONTINUING


class Visits:
    """A client's counted talks in their order: by day, then by time (untimed ones last), then as written."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @cached_property
    def talks(self) -> list[tuple[date, time | None, int]]:
        """Day, time and key of every talk that counts; none of a client who is not stored yet."""
        if self.client._state.adding:
            return []
        counted = self.client.consultations.counted()
        return list(counted.values_list("consulted_on", "started_at", "pk"))

    def type_of(self, talk: Consultation, also: Iterable[date] = ()) -> VisitType:
        """新規・継続・再来 of a talk of hers, stored or not. `also` are earlier days not stored yet."""
        day, here = talk.consulted_on, place(talk)
        before = [*also, *(each[0] for each in self._others(talk) if _place(*each) < here)]
        return visit_type(day, max(before, default=None), self._episodes(talk))

    def is_followed(self, talk: Consultation) -> bool:
        """Whether she has talked later: then more than this talk may be decided anew."""
        return any(_place(*each) > place(talk) for each in self._others(talk))

    def _others(self, talk: Consultation) -> Iterator[tuple[date, time | None, int]]:
        return (each for each in self.talks if each[2] != talk.pk)

    def _episodes(self, talk: Consultation) -> Iterator[Episode]:
        """All of hers; that of the talk's own case alone where it decides by being open."""
        own = talk.case.episode if talk.case is not None else None
        if own is not None and own.is_open_on(talk.consulted_on):
            yield own
        elif not self.client._state.adding:
            yield from self.client.cases.standing().episodes()


def place(talk: Consultation) -> tuple[date, bool, time, float]:
    """Where a talk stands among those of the same person; one that is not stored yet comes last of its time."""
    return _place(talk.consulted_on, talk.started_at, talk.pk)


def _place(day: date, at: time | None, pk: int | None) -> tuple[date, bool, time, float]:
    return day, at is None, at or time.min, pk or math.inf


def settle_visits(client: Client, *, by: User) -> int:
    """Bring the talks of a client back to the rule, but those corrected with a reason. Returns how many changed.

    For whatever puts a talk of hers elsewhere in time, takes one away or adds one, or moves an end of a case.
    """
    episodes = list(client.cases.standing().episodes())
    last: date | None = None
    changed = 0
    with transaction.atomic():
        for talk in sorted(client.consultations.counted(), key=place):
            proper = visit_type(talk.consulted_on, last, episodes)
            if talk.visit_type != proper and not talk.visit_type_reason:
                talk.visit_type = proper
                talk.save(by=by, changed=["visit_type"], basis=BY_OTHERS)
                changed += 1
            last = talk.consulted_on
    return changed

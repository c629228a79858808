"""What somebody wants planned, day by day, and what a press makes of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from cafe.models import Event, OpenDay
from cafe.sheets import hours
from komatsu_support.models import User

NAMED = 8  # days named for one reason; the rest is counted


@dataclass(frozen=True)
class Wish:
    """A day somebody wants: when, like what, with whom, with which events; or why it cannot be."""

    on: date
    plan: Mapping[str, Any] = field(default_factory=dict)
    staff: Sequence[User] = ()
    events: Sequence[Event] = ()
    """What is put on it."""
    ended: Sequence[Event] = ()
    """Events of a series that has ended."""
    doubled: Sequence[Event] = ()
    """Events that are on it already."""
    like: date | None = None
    """The day it repeats."""
    there: OpenDay | None = None
    """The planned day that stands there already: the events alone are added."""
    why_not: str = ""

    @property
    def hours(self) -> str:
        """10:00～15:00."""
        return hours(self.plan.get("starts_at"), self.plan.get("ends_at"))

    @property
    def is_new(self) -> bool:
        """Whether the day itself is made."""
        return not (self.why_not or self.there)

    @property
    def is_past(self) -> bool:
        """Whether it would be 未入力 as soon as it is made."""
        return self.is_new and self.on < timezone.localdate()

    @property
    def left_behind(self) -> list[tuple[Event, str]]:
        """Events that do not come along, and why: the reason of the day where it is none of their own."""
        on_their_own = [
            *((each, "シリーズ終了") for each in self.ended),
            *((each, "登録済み") for each in self.doubled),
        ]
        return [*((each, "") for each in self.events if self.why_not), *on_their_own]

    def is_like(self, day: OpenDay) -> bool:
        """Whether a day is planned as it is wished."""
        return all(getattr(day, name) == value for name, value in self.plan.items())

    def key(self, press: uuid.UUID) -> uuid.UUID:
        """The submission of its day."""
        return uuid.uuid5(press, self.on.isoformat())

    def key_of(self, event: Event, press: uuid.UUID) -> uuid.UUID:
        """The submission of an event on it."""
        return uuid.uuid5(self.key(press), str(event.pk))


@dataclass(frozen=True)
class Outcome:
    """What a press makes of the wishes, before and after it."""

    wishes: Sequence[Wish]

    @property
    def made(self) -> list[Wish]:
        """New days."""
        return [each for each in self.wishes if each.is_new]

    @property
    def joined(self) -> list[Wish]:
        """Days that were there and have new events."""
        return [each for each in self.wishes if each.there]

    @property
    def past(self) -> int:
        """How many of the new days are over. Unit: 日."""
        return sum(each.is_past for each in self.made)

    @property
    def offer(self) -> str:
        """What the button says; "" where there is nothing to do."""
        events = sum(len(each.events) for each in (*self.made, *self.joined))
        days = f"{len(self.made)}日を作" if self.made else ""
        if not events:
            return days and f"{days}る"
        return f"{days}り、企画{events}件を写す" if days else f"企画{events}件を写す"

    @property
    def told(self) -> str:
        """A sentence for the page."""
        events = sum(len(each.events) for each in self.made)
        said = []
        if self.made:
            said.append(f"開催日を{len(self.made)}日{f'、企画を{events}件' if events else ''}作りました。")
        if self.joined:
            added = sum(len(each.events) for each in self.joined)
            said.append(
                f"登録済みの開催日（{_named([each.on for each in self.joined])}）に、企画を{added}件写しました。"
            )
        reasons: dict[str, list[date]] = {}
        for each in self.wishes:
            if each.why_not:
                reasons.setdefault(each.why_not, []).append(each.on)
        if reasons:
            given = "、".join(f"{why}（{_named(days)}）" for why, days in reasons.items())
            said.append(f"作らなかった日: {given}。")
        return "".join(said if self.made or self.joined else ["新しく作った開催日はありません。", *said])


def _named(days: Sequence[date]) -> str:
    named = "・".join(f"{day.month}月{day.day}日" for day in days[:NAMED])
    return f"{named} ほか{len(days) - NAMED}日" if len(days) > NAMED else named

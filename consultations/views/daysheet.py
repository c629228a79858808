"""What a day leaves to the next one, composed from the records: talks, what is unfinished, what was promised.

Everything is as the reader may see it; of what is closed to her only how much there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from consultations.models import Consultation, Handover, HandoverItem
from komatsu_support.models import Draft, OfficeDay, User


@dataclass(frozen=True)
class Unfinished:
    """A talk of the day, and what it still lacks."""

    talk: Consultation
    lacks: str


@dataclass(frozen=True)
class DaySheet:
    """The sheet of a day for one reader."""

    talks: list[Consultation]
    hidden_talks: int
    unfinished: list[Unfinished]
    drafts: int
    next_day: date
    overdue: list[Consultation]
    promised: list[Consultation]
    hidden_promises: int
    items: list[HandoverItem]
    hidden_items: int

    @property
    def named(self) -> int:
        """How many entries are about somebody, for the trail."""
        return len(self.talks) + len(self.overdue) + len(self.promised) + len(self.items)


def compose(handover: Handover, reader: User) -> DaySheet:
    """The sheet as it stands now."""
    day, next_day = handover.day, next_desk_day(handover.day)
    talks, hidden_talks = _seen(_talks_of(day), reader)
    due, hidden_promises = _seen(_promised(day, until=next_day), reader)
    items = handover.items.standing()
    seen = items.visible_to(reader).select_related("client", "created_by").order_by("done", "pk")
    return DaySheet(
        talks=talks,
        hidden_talks=hidden_talks,
        unfinished=[Unfinished(talk, lacks) for talk in talks if (lacks := _lacks(talk))],
        drafts=Draft.objects.visible_to(reader).count(),
        next_day=next_day,
        overdue=[each for each in due if each.next_on and each.next_on <= day],
        promised=[each for each in due if each.next_on and each.next_on > day],
        hidden_promises=hidden_promises,
        items=list(seen),
        hidden_items=items.count() - len(seen),
    )


def next_desk_day(day: date) -> date:
    """The next day on which the desk opens by the office calendar; the very next day where it ends."""
    later = OfficeDay.objects.desk_open().standing().filter(day__gt=day).order_by("day")
    return later.values_list("day", flat=True).first() or day + timedelta(days=1)


def _talks_of(day: date) -> Any:
    return Consultation.objects.standing().filter(consulted_on=day).order_by("started_at", "pk")


def _promised(day: date, *, until: date) -> Any:
    """次回予定 made by that day and due by then, as long as nobody had talked with her since."""
    since = Consultation.objects.standing().filter(
        client=OuterRef("client"), consulted_on__gt=OuterRef("consulted_on"), consulted_on__lte=day
    )
    promises = Consultation.objects.standing().filter(
        next_on__lte=until, consulted_on__lte=day, client__isnull=False
    )
    return promises.exclude(Exists(since)).order_by("next_on", "pk")


def _seen(talks: Any, reader: User) -> tuple[list[Consultation], int]:
    """Those the reader may open, and how many there are besides."""
    joined = talks.visible_to(reader).select_related("client", "method", "main_topic", "staff")
    seen = list(joined.defer("response", "assessment"))
    return seen, talks.count() - len(seen)


def _lacks(talk: Consultation) -> str:
    """What somebody should still write down: only of talks that count (which have their 主訴), 次回 only with
    somebody known."""
    if not talk.is_countable:
        return ""
    lacks = [] if talk.content.strip() else ["相談内容"]
    if talk.client_id is not None and talk.next_on is None and not talk.next_plan:
        lacks.append("次回予定")
    return "・".join(lacks)

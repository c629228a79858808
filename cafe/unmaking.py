"""取り消す: what a press has just made, taken back in one press, as far as nobody has built upon it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cafe.models import Event, OpenDay
from cafe.planning import on_weekdays
from cafe.wishes import Wish
from komatsu_support.fiscal import month_at
from komatsu_support.models import Record, RecordQuerySet, User

JUST_NOW = timedelta(hours=1)
REASON = "まとめて作った直後の取消"


@dataclass(frozen=True)
class Made:
    """Days and events of one press that stand as it made them, all of them still to come."""

    days: list[OpenDay]
    events: list[Event]

    @property
    def what(self) -> str:
        """開催日19日、企画3件; "" where there is nothing to take back."""
        counted = [(len(self.days), "開催日", "日"), (len(self.events), "企画", "件")]
        return "、".join(f"{name}{number}{unit}" for number, name, unit in counted if number)

    def take_back(self, by: User) -> None:
        """取消 of all of it, or of nothing."""
        with transaction.atomic():
            for each in (*self.events, *self.days):
                each.void(REASON, by=by)


def just_made(press: uuid.UUID, first: date, *, by: User) -> Made:
    """What this person's press in the month has made within the hour."""
    month, before = month_at(first), month_at(first - timedelta(days=1))
    wishes = [Wish(on) for on in on_weekdays(range(7), month.start, month.end)]
    sources = Event.objects.filter(open_day__held_on__range=(before.start, before.end))
    events = _untouched(
        Event.objects.on_standing_days().filter(open_day__held_on__gt=timezone.localdate()),
        [wish.key_of(event, press) for wish in wishes for event in sources],
        by,
    )
    days = _untouched(
        OpenDay.objects.filter(state=OpenDay.State.PLANNED, held_on__gt=timezone.localdate()),
        [wish.key(press) for wish in wishes],
        by,
    )
    others = Event.objects.standing().exclude(pk__in=events.values("pk"))
    days = days.exclude(pk__in=others.values("open_day")).order_by("held_on")
    return Made(list(days), list(events.select_related("open_day")))


def _untouched(records: Any, keys: list[uuid.UUID], by: User) -> Any:
    """Those with the keys that nobody has changed, and on which nothing but events hangs."""
    since = timezone.now() - JUST_NOW
    mine: RecordQuerySet = records.visible_to(by).standing()
    mine = mine.filter(submission__in=keys, created_by=by, version=1, created_at__gte=since)
    for relation in mine.model._meta.related_objects:
        kind, name = relation.related_model, relation.field.name
        if isinstance(kind, type) and issubclass(kind, Record) and kind is not Event:
            hanging = kind._base_manager.filter(voided_at=None, **{f"{name}__isnull": False})
            mine = mine.exclude(pk__in=hanging.values(name))
    return mine

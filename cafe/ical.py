"""The plan as iCalendar (RFC 5545): days and events of the café, read by any calendar. Nothing of anybody.

A day or event keeps its UID, and its SEQUENCE grows with every change, so that a calendar which took it over
before takes over the change; what was voided is gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from icalendar import Calendar, Timezone, vDuration
from icalendar import Event as Entry
from icalendar.enums import STATUS, TRANSP

from cafe.flyer import fee_and_belongings, with_program
from cafe.models import Event, OpenDay, OpenDayQuerySet

CONTENT_TYPE = "text/calendar; charset=utf-8"
NAME = "とんとんカフェ"
"""Without the name of the office: a calendar shows it to whoever looks over a shoulder."""

_AGAIN = timedelta(hours=6)  # how often a calendar is asked to look
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:komatsu-support:cafe")
_MANY = 1_000
"""An event changes with its day and may move to another one: its own version counts so many of a day's."""


def calendar(days: OpenDayQuerySet) -> bytes:
    """The standing days among these, each with its events."""
    zone = timezone.get_default_timezone_name()
    whole = Calendar.new(prodid="-//Komatsu//Tonton Cafe//JA", name=NAME, uid=_uid("calendar"))
    whole.add("X-WR-TIMEZONE", zone)
    whole.add("REFRESH-INTERVAL", vDuration(_AGAIN), parameters={"VALUE": "DURATION"})
    whole.add("X-PUBLISHED-TTL", vDuration(_AGAIN))
    for part in (Timezone.from_tzid(zone), *_entries(days)):
        whole.add_component(part)
    written: bytes = whole.to_ical()
    return written


def _entries(days: OpenDayQuerySet) -> Iterator[Entry]:
    for day in with_program(days):
        yield _entry(day, day, NAME, changes=day.version)
        for event in day.program:
            title = f"{event.title}（要予約）" if event.needs_booking else event.title
            changes = event.version * _MANY + day.version
            yield _entry(event, day, title, changes=changes, told=fee_and_belongings(event))


def _entry(what: OpenDay | Event, day: OpenDay, title: str, *, changes: int, told: str = "") -> Entry:
    """One entry, of a day or of an event on it. Nobody is busy because the café is open."""
    is_cancelled = day.state == OpenDay.State.CANCELLED
    changed_at = max(what.updated_at, day.updated_at)
    begins, ends = _span(day.held_on, what.starts_at, what.ends_at)
    return Entry.new(
        uid=_uid(f"{what._meta.model_name}/{what.pk}"),
        sequence=changes,
        stamp=changed_at,
        last_modified=changed_at,
        start=begins,
        end=ends,
        summary=f"【休止】{title}" if is_cancelled else title,
        description=told or None,
        location=day.place or None,
        status=STATUS.CANCELLED if is_cancelled else STATUS.CONFIRMED,
        transparency=TRANSP.TRANSPARENT,
    )


def _span(on: date, starts_at: time | None, ends_at: time | None) -> tuple[date, date | None]:
    """When it begins and ends; the whole day where nobody knows when it begins."""
    if starts_at is None:
        return on, on + timedelta(days=1)
    zone = timezone.get_default_timezone()
    ends = datetime.combine(on, ends_at, zone) if ends_at else None
    return datetime.combine(on, starts_at, zone), ends


def _uid(name: str) -> str:
    return f"{uuid.uuid5(_NAMESPACE, name)}@tonton-cafe"

"""札名: some guests of the sample who like to be known by a nickname, the days they came, what they carried."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cafe.models import Attendance, Contribution, Event, OpenDay, Visit, Visitor
from komatsu_support.management.sample.dice import Dice
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.models import Record, User

ROLE, DEED = Attendance.Role, Contribution.Deed
NICKNAMES = [
    *("ひまわり", "さくら", "つくし", "こむぎ", "そらまめ", "れんげ"),
    *("はちみつ", "みかん", "ゆきうさぎ", "たんぽぽ", "こはる", "しろつめ草"),
]
READINGS = {"しろつめ草": "シロツメクサ"}
DEEDS = {ROLE.USER_PLANNER: DEED.PLANNED, ROLE.USER_LECTURER: DEED.LECTURED}
SOME_DAYS = 0.35  # of the days held; on the others nobody asked


def name_guests(ledger: Ledger, dice: Dice, staff: Staff) -> None:
    """Never more with a 札名 in a role than were counted in it; those who led an event have a 担い手 of their own."""
    by = staff.coordinator
    heads: dict[int, dict[str, int]] = {}
    attendances: list[Any] = ledger.rows.get(Attendance, [])
    for row in attendances:
        heads.setdefault(id(row.open_day), {})[row.role] = row.heads
    led = {id(event.open_day): event for event in _made(ledger, Event) if event.kind == Event.Kind.USER_LED}
    known: dict[str, Visitor] = {}
    for day in sorted(_made(ledger, OpenDay), key=lambda day: day.held_on):
        if id(day) in heads and (dice.chance(SOME_DAYS) or id(day) in led):
            came = _come(ledger, dice, by, day, heads[id(day)], known)
            _carry(ledger, by, came, led.get(id(day)))


def _made(ledger: Ledger, model: type[Record]) -> Iterator[Any]:
    """The records so far, not yet stored."""
    return (entry.record for entry in ledger.entries.get(model, []))


def _come(
    ledger: Ledger, dice: Dice, by: User, day: OpenDay, counted: dict[str, int], known: dict[str, Visitor]
) -> list[Visit]:
    """Who of the guests was there, those first whose role is rarest."""
    names = dice.sample(NICKNAMES, len(NICKNAMES))
    at = day.updated_at + timedelta(minutes=10)
    came = []
    for role in (*DEEDS, ROLE.VISITOR):
        most = min(counted.get(role, 0), 4 if role == ROLE.VISITOR else 1)
        for name in [names.pop() for _ in range(most)]:
            visitor = known.get(name)
            if visitor is None:
                made = Visitor(name=name, kana=READINGS.get(name, ""))
                made.keep_kana_key()
                visitor = known[name] = ledger.add(made, by=by, at=at)
            came.append(ledger.add(Visit(visitor=visitor, open_day=day, role=role), by=by, at=at))
    return came


def _carry(ledger: Ledger, by: User, came: list[Visit], event: Event | None) -> None:
    """Planners and lecturers of the day carried its user-led event; two more without a 札名 helped."""
    if event is None or not came:
        return
    at = came[0].created_at + timedelta(minutes=5)
    for visit in came:
        if deed := DEEDS.get(ROLE(visit.role)):
            ledger.add(Contribution(event=event, deed=deed, visitor=visit.visitor), by=by, at=at)
    ledger.add(Contribution(event=event, deed=DEED.HELPED, heads=2), by=by, at=at)

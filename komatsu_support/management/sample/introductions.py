"""橋: most became the talks that began in the café, a few came to nothing, a few wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from cafe.models import Introduction, OpenDay
from consultations.models import Consultation
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff

REASON = Introduction.DropReason
REASONS = {REASON.NOT_COME: 4, REASON.DECLINED: 3, REASON.TALKED_THERE: 3, REASON.UNKNOWN: 1}
YEARS = 2  # the last ones have them: before, nobody pressed
STILL_WAITING = (1, 2, 7)  # days held, counted back from the last one


def leave_introductions(
    ledger: Ledger, dice: Dice, staff: Staff, held: Mapping[date, OpenDay], years: Sequence[Sequence[date]]
) -> None:
    """Day by day, so that the days gone by are the same tomorrow."""
    first = years[-YEARS:][0][0]
    days = [each for day, each in held.items() if day >= first]
    talks = _talks(ledger)
    for open_day in days:
        for talk in talks.get(open_day.held_on, []):
            if dice.chance(0.75):
                at = talk.created_at - timedelta(minutes=(talk.minutes or 0) + 10)
                talk.introduction = ledger.add(Introduction(open_day=open_day), by=staff.coordinator, at=at)
        if dice.chance(0.01):
            _let_go(ledger, dice, staff, open_day)
    for back in STILL_WAITING:
        if len(days) >= back:
            at = moment(days[-back].held_on, 14, 20)
            ledger.add(Introduction(open_day=days[-back]), by=staff.coordinator, at=at)


def _talks(ledger: Ledger) -> dict[date, list[Consultation]]:
    """The talks that began in the café, by day."""
    found: dict[date, list[Consultation]] = {}
    for entry in ledger.entries.get(Consultation, []):
        talk = entry.record
        if isinstance(talk, Consultation) and talk.open_day and not talk.is_voided:
            found.setdefault(talk.open_day.held_on, []).append(talk)
    return found


def _let_go(ledger: Ledger, dice: Dice, staff: Staff, open_day: OpenDay) -> None:
    on = open_day.held_on
    left = ledger.add(Introduction(open_day=open_day), by=staff.coordinator, at=moment(on, 14, 0))
    counselor = dice.choice(staff.counselors)
    reason = dice.weighted(REASONS)
    ledger.change(left, by=counselor, at=moment(on, 16, 30), dropped_on=on, drop_reason=reason)

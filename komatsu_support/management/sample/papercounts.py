"""正の字表: the paper sheets of the last days held, typed in just before the closing and equal to it."""

from __future__ import annotations

from collections.abc import Iterable

from cafe.models import AgeHeads, Attendance, OpenDay, PaperCount
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff

SHEETS = 4
ROLE = Attendance.Role


def keep_papers(ledger: Ledger, staff: Staff, held: Iterable[OpenDay]) -> None:
    """A sheet for each of the last days on which somebody looked who came for the first time."""
    counted = {(each.open_day.held_on, each.role): each for each in _rows(ledger, Attendance)}
    looked_at = [day for day in held if counted[day.held_on, ROLE.VISITOR].first_heads is not None]
    for day in looked_at[-SHEETS:]:
        heads = {role: counted[day.held_on, role].heads for role in ROLE if (day.held_on, role) in counted}
        first = counted[day.held_on, ROLE.VISITOR].first_heads or 0
        paper = PaperCount(open_day=day, first=first, regular=heads.pop(ROLE.VISITOR) - first)
        for role, number in heads.items():
            setattr(paper, role, number)
        paper.control_total = sum(getattr(paper, name) for name in PaperCount.COUNTED)
        paper.ages = {
            each.age_band: each.heads
            for each in _rows(ledger, AgeHeads)
            if each.open_day.held_on == day.held_on
        }
        ledger.add(paper, by=staff.coordinator, at=day.updated_at)


def _rows[Kind: (Attendance, AgeHeads)](ledger: Ledger, kind: type[Kind]) -> list[Kind]:
    """The rows of a kind that the ledger has."""
    return [row for row in ledger.rows.get(kind, []) if isinstance(row, kind)]

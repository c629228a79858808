"""Where the sample is written down before it goes into the database in a few large statements.

The door of everyday work, `Record.save`, takes some five statements a record; a year of samples would take a
minute. What the door promises is kept here: every record has its history rows, every model its line in the
trail.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from komatsu_support import audit
from komatsu_support.management.sample.dice import Dice
from komatsu_support.models import AuditEvent, Record, User

BATCH = 500  # rows in one statement


@dataclass
class Entry:
    """One record, what is ticked on it, and what it was before each change."""

    record: Record
    ticked: dict[str, list[models.Model]]
    beside: dict[str, Any] = field(default_factory=dict)
    former: list[dict[str, Any]] = field(default_factory=list)

    def versions(self) -> list[Record]:
        """The record as it stood after each save, the oldest first."""
        states = [self.record]
        for former in reversed(self.former):
            state = copy.copy(states[0])
            for name, value in former.items():
                setattr(state, name, value)
            states.insert(0, state)
        return states

    def boxes(self) -> dict[str, list[int]]:
        """The keys of everything ticked, as the history keeps them."""
        return {
            each.name: sorted(chosen.pk for chosen in self.ticked.get(each.name, []))
            for each in self.record._meta.many_to_many
        }


class Ledger:
    """Records in the order in which they were made, by model."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.entries: dict[type[Record], list[Entry]] = {}
        self.rows: dict[type[models.Model], list[models.Model]] = {}
        self._entry_of: dict[int, Entry] = {}

    def add[R: Record](
        self, record: R, *, by: User, at: datetime, ticked: Mapping[str, Iterable[models.Model]] | None = None
    ) -> R:
        """A new record, answered for by somebody at a time."""
        record.created_by = record.updated_by = by
        record.created_at = record.updated_at = at
        record.submission = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        entry = Entry(record, {name: list(chosen) for name, chosen in (ticked or {}).items()})
        self.entries.setdefault(type(record), []).append(entry)
        self._entry_of[id(record)] = entry
        return record

    def change(
        self,
        record: Record,
        *,
        by: User,
        at: datetime,
        beside: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> None:
        """A later save of the record with other values."""
        entry = self._entry_of[id(record)]
        values |= {"version": record.version + 1, "updated_by": by, "updated_at": max(at, record.updated_at)}
        entry.former.append({name: getattr(record, name) for name in values})
        entry.beside.update(beside or {})
        for name, value in values.items():
            setattr(record, name, value)

    def void(self, record: Record, *, reason: str, by: User, at: datetime) -> None:
        """取消."""
        self.change(record, by=by, at=at, voided_at=at, voided_by=by, void_reason=reason)

    def tick(self, record: Record, name: str, chosen: models.Model) -> None:
        """Tick one more box of a record that is not written yet."""
        boxes = self._entry_of[id(record)].ticked.setdefault(name, [])
        if chosen not in boxes:
            boxes.append(chosen)

    def ticked(self, record: Record, name: str) -> list[models.Model]:
        """What is ticked so far."""
        return self._entry_of[id(record)].ticked.get(name, [])

    def row(self, row: models.Model) -> None:
        """A row that is no record of its own and is written after the records."""
        self.rows.setdefault(type(row), []).append(row)

    def write(self, order: Iterable[type[Record]], *, by: User, basis: str) -> None:
        """Put everything into the database, the models in an order in which each finds what it points at."""
        for model in order:
            entries = self.entries.get(model, [])
            model._base_manager.bulk_create([each.record for each in entries], batch_size=BATCH)
            self._write_ticks(model, entries)
            self._write_history(model, entries)
            if entries:
                audit.record(AuditEvent.Action.GENERATE, by=by, kind=model, basis=basis, count=len(entries))
        for kind, rows in self.rows.items():
            kind._base_manager.bulk_create(rows, batch_size=BATCH)

    def _write_ticks(self, model: type[Record], entries: list[Entry]) -> None:
        for each in model._meta.many_to_many:
            through: Any = getattr(model, each.name).through
            mine, other = each.m2m_field_name(), each.m2m_reverse_field_name()
            through._base_manager.bulk_create(
                (
                    through(**{f"{mine}_id": entry.record.pk, f"{other}_id": chosen.pk})
                    for entry in entries
                    for chosen in entry.ticked.get(each.name, [])
                ),
                batch_size=BATCH,
            )

    def _write_history(self, model: type[Record], entries: list[Entry]) -> None:
        history: Any = model.history.model
        rows = []
        for entry in entries:
            versions = entry.versions()
            for number, state in enumerate(versions):
                beside = entry.beside if number == len(versions) - 1 else {}
                rows.append(
                    history(
                        history_date=state.updated_at,
                        history_type="~" if number else "+",
                        history_user=state.updated_by,
                        ticked={**entry.boxes(), **beside},
                        **{each.attname: getattr(state, each.attname) for each in history.tracked_fields},
                    )
                )
        history._base_manager.bulk_create(rows, batch_size=BATCH)

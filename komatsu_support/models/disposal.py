"""廃棄: what tells who somebody was is taken out of a record and of its value history, for good.

The row stays as an anonymous line of the statistics, so that figures of past years do not change. Nothing
else in the system empties a history.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import models, transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.module_loading import import_string

from komatsu_support.models.draft import Draft
from komatsu_support.models.record import DISPOSED, Record
from komatsu_support.models.trail import AuditEvent
from komatsu_support.models.user import User
from komatsu_support.text import normal_number


def dispose_of(record: Record, *, by: User, basis: str) -> None:
    """Empty the record and its history of what `identifying` names, and drop the drafts about it."""
    emptied = record.emptied()
    boxes = [name for name in record.identifying if name not in emptied]
    with transaction.atomic():
        for name, value in emptied.items():
            setattr(record, name, value)
        record.save(
            by=by,
            action=AuditEvent.Action.DISPOSE,
            changed=record.identifying,
            ticked={name: [] for name in boxes} or None,
            basis=basis,
        )
        record.empty_beside()
        _empty_history(record, emptied, boxes)
        _drop_drafts(record)


def drop_begun(*, before: date, naming: Collection[str], chosen: Mapping[str, Collection[int]]) -> None:
    """Drop drafts last saved before a day, and those of new records that tell of somebody.

    By one of these numbers, however typed, or by what was chosen in a field of a name.
    """
    keys = {name: {str(pk) for pk in pks} for name, pks in chosen.items()}
    Draft.objects.filter(saved_at__lt=timezone.make_aware(datetime.combine(before, time.min))).delete()
    for draft in Draft.objects.filter(key__startswith="new:"):
        if any(
            normal_number(value) in naming or value in keys.get(name, ())
            for name, values in draft.data.items()
            for value in values
        ):
            draft.delete()


def _empty_history(record: Record, emptied: dict[str, Any], boxes: list[str]) -> None:
    """The same values in every row of the history; a text that was empty stays so."""
    history: Any = type(record).history.model
    rows = history.objects.filter(id=record.pk)
    rows.update(**{name: _in_every_row(record, name, value) for name, value in emptied.items()})
    for row in rows if boxes else ():
        row.ticked = {name: keys for name, keys in row.ticked.items() if name not in boxes}
        row.save(update_fields=["ticked"])


def _in_every_row(record: Record, name: str, value: Any) -> Any:
    """The mark where there was a text, in any other column the value itself."""
    is_text = isinstance(record._meta.get_field(name), models.CharField | models.TextField)
    if is_text and value in ("", DISPOSED):
        return Case(When(**{name: ""}, then=Value("")), default=Value(DISPOSED))
    return value


def _drop_drafts(record: Record) -> None:
    """What was typed over this record and never saved. A draft's form names the model, its key the row."""
    alike = Draft.objects.filter(key=str(record.pk), form__startswith=f"{record._meta.app_label}.")
    for draft in alike:
        if _is_form_of(record, draft.form):
            draft.delete()


def _is_form_of(record: Record, form: str) -> bool:
    """Whether the form changes records like this one; a form that is there no more may have."""
    try:
        return issubclass(import_string(form)._meta.model, type(record))
    except (ImportError, AttributeError):
        return True

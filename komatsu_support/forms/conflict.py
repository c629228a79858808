"""What two people wrote on one record, side by side in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django import forms
from django.db import models

from komatsu_support.fiscal import wareki


@dataclass(frozen=True)
class Difference:
    """One field of a conflict: what I typed and what is stored.

    `name` and `value` let the page put the stored text into the field at a press; blank where a text box
    could not hold it.
    """

    label: str
    mine: str
    theirs: str
    name: str = ""
    value: str = ""


def differences(mine: forms.BaseForm, theirs: forms.BaseForm) -> Iterator[Difference]:
    """Each field in which the posted form and the form of the stored record differ."""
    cleaned = getattr(mine, "cleaned_data", {})
    for name, field in mine.fields.items():
        if name in ("submission", "version") or name not in theirs.fields:
            continue
        was = theirs.get_initial_for_field(theirs.fields[name], name)
        if field.has_changed(was, mine[name].data):
            yield Difference(
                label=str(field.label or name),
                mine=_shown(field, cleaned.get(name, mine[name].data)),
                theirs=_shown(theirs.fields[name], was),
                name=mine.add_prefix(name) if isinstance(was, str) else "",
                value=was if isinstance(was, str) else "",
            )


def _shown(field: forms.Field, value: Any) -> str:
    """A value as a person reads it."""
    choices = {
        str(key): str(label)
        for key, label in getattr(field, "choices", [])
        if not isinstance(label, list | tuple)
    }
    match value:
        case None | "" | []:
            return "（空欄）"
        case bool():
            return "はい" if value else "いいえ"
        case date():
            return wareki(value)
        case time():
            return value.strftime("%H:%M")
        case list() | models.QuerySet():
            return "、".join(_shown(field, each) for each in value)
        case models.Model():
            return str(value)
    return choices.get(str(value), str(value))

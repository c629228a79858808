"""Boxes the forms of the café share."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from cafe.models import OpenDay
from komatsu_support.fields import CountField
from komatsu_support.fiscal import wareki
from komatsu_support.models import AgeBand

BANDS = [band for band in AgeBand if band != AgeBand.UNKNOWN]  # 不明 is what remains


def short(*names: str) -> Row:
    """Short fields side by side, two in a row on a phone."""
    return Row(*(Column(name, css_class="col-6 col-md-3") for name in names))


def clock() -> forms.TimeInput:
    """A time as the tablet's own wheel offers it."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class HeadsField(CountField):
    """人数, where an empty box is 0."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another number is meant."""
        return super().has_changed(initial or 0, data or 0)


class DayField(forms.ModelChoiceField):
    """One of the days of the café."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **{**kwargs, "empty_label": "選んでください"})

    def label_from_instance(self, obj: Any) -> str:
        """令和6年11月5日（火）."""
        cancelled = obj.state == OpenDay.State.CANCELLED
        return f"{wareki(obj.held_on)}（休止）" if cancelled else wareki(obj.held_on)


def age_boxes() -> dict[str, forms.Field]:
    """One box for each 年代."""
    return {f"age_{band}": HeadsField(label=band.label, required=False) for band in BANDS}


def ages_typed(form: forms.BaseForm) -> dict[str, int]:
    """Heads by 年代, as far as noted. Unit: 人."""
    return {band.value: form.cleaned_data.get(f"age_{band}") or 0 for band in BANDS}


def refuse_ages_beyond(form: forms.BaseForm, counted: int) -> None:
    """年代 are a second count of those who count: their sum never goes beyond. Told at the first one noted."""
    ages = ages_typed(form)
    if not form.errors and sum(ages.values()) > counted:
        noted = next(band for band in BANDS if ages[band])
        form.add_error(f"age_{noted}", f"年代の合計を、数える人の合計（{counted}人）までにしてください。")

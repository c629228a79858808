"""Boxes the forms of the café share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils import timezone

from cafe.models import OpenDay
from komatsu_support.fields import CountField
from komatsu_support.fiscal import month_at, wareki
from komatsu_support.models import AgeBand
from komatsu_support.text import half_width

BANDS = [band for band in AgeBand if band != AgeBand.UNKNOWN]  # 不明 is what remains


def short(*names: str) -> Row:
    """Short fields side by side, two in a row on a phone."""
    return Row(*(Column(name, css_class="col-6 col-md-3") for name in names))


def clock() -> forms.TimeInput:
    """A time as the tablet's own wheel offers it."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class HeadsField(CountField):
    """人数, where an empty box is 0."""

    default_error_messages = {
        "min_value": "%(limit_value)s以上の人数を入力してください。",
        "max_value": "%(limit_value)s以下の人数を入力してください。",
    }

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another number is meant."""
        return super().has_changed(initial or 0, data or 0)


class ByMonth(ModelChoiceIterator):
    """The days under their months."""

    def __iter__(self) -> Iterator[Any]:
        if (empty := getattr(self.field, "empty_label", None)) is not None:
            yield "", empty
        for month, days in groupby(self.queryset, key=self._month):
            yield month, [self.choice(day) for day in days]

    def _month(self, day: OpenDay) -> str:
        is_past = getattr(self.field, "past_apart", False) and day.held_on < timezone.localdate()
        return month_at(day.held_on).label + ("（過ぎた日）" if is_past else "")


class YenField(forms.IntegerField):
    """金額 in whole 円: reads 1200, 1,200, １，２００円 and ¥1,200."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 12}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        """The number without comma and sign."""
        if isinstance(value, str):
            value = half_width(value).strip().removeprefix("¥").removesuffix("円").replace(",", "")
        return super().to_python(value)


class DayField(forms.ModelChoiceField):
    """One of the days of the café; its form puts them in order."""

    iterator = ByMonth
    past_apart = False
    """Whether days that are over are said to be so; then they stand together."""

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

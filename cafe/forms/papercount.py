"""正の字表: the paper sheet of a day, typed in the order in which it is printed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import Q
from django.utils import timezone

from cafe.forms.fields import BANDS, DayField, HeadsField, age_boxes, ages_typed, refuse_ages_beyond, short
from cafe.models import OpenDay, PaperCount
from komatsu_support.fields import CountField
from komatsu_support.forms import RecordForm

RECENT = timedelta(days=31)  # how far back the list of days goes; older days open from their own page
ROWS = (*PaperCount.COUNTED, *PaperCount.OTHERS)


class StrokesField(HeadsField):
    """人数 of one row of the sheet: a row without a stroke is 0.

    At most 999: PostgreSQL adds the five rows as small integers when it compares them with the total.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_value": 999, "required": False})

    def to_python(self, value: Any) -> int:
        """The number of strokes."""
        return super().to_python(value) or 0


class PaperCountForm(RecordForm):
    """The strokes of a sheet, with the total that was written on the sheet itself."""

    layout = Layout(
        "open_day",
        Fieldset("数える人", short(*PaperCount.COUNTED), short("control_total")),
        Fieldset("数えない人", short(*PaperCount.OTHERS)),
        Fieldset("年代（わかる人だけ）", short(*(f"age_{band}" for band in BANDS))),
    )

    class Meta:
        model = PaperCount
        fields = ["open_day", *PaperCount.COUNTED, "control_total", *PaperCount.OTHERS]
        field_classes = {"open_day": DayField, "control_total": CountField} | dict.fromkeys(
            ROWS, StrokesField
        )

    def prepare(self) -> None:
        """Offer past days that were or may be held and the one at hand; begin with empty boxes."""
        at_hand = [self.instance.open_day_id, getattr(self.initial.get("open_day"), "pk", None)]
        today = timezone.localdate()
        recent = Q(held_on__range=(today - RECENT, today)) & ~Q(state=OpenDay.State.CANCELLED)
        day: Any = self.fields["open_day"]
        day.queryset = day.queryset.filter(recent | Q(pk__in=[pk for pk in at_hand if pk])).order_by(
            "-held_on"
        )
        self.fields |= age_boxes()
        if self.is_new:
            self.initial = {**dict.fromkeys(ROWS), **self.initial}
        else:
            self.initial.update({f"age_{band}": heads for band, heads in self.instance.ages.items()})

    def clean_open_day(self) -> OpenDay:
        """Nobody has come yet on a day to come."""
        day: OpenDay = self.cleaned_data["open_day"]
        if day.held_on > timezone.localdate():
            raise forms.ValidationError("開催日の当日から入力できます。")
        return day

    def clean(self) -> dict[str, Any]:
        """年代 within those who count."""
        cleaned = super().clean()
        refuse_ages_beyond(self, sum(cleaned.get(name) or 0 for name in PaperCount.COUNTED))
        return cleaned

    def changed_names(self) -> list[str]:
        """年代 are one value of the record."""
        names = super().changed_names()
        boxes = [name for name in names if name.startswith("age_")]
        return [name for name in names if name not in boxes] + (["ages"] if boxes else [])

    def _write(self) -> None:
        self.instance.ages = {band: heads for band, heads in ages_typed(self).items() if heads}
        super()._write()

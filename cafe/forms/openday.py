"""A day in the plan, and with what was noted on it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import Q
from django.utils import timezone

from cafe.forms.fields import clock, short
from cafe.models import OpenDay
from cafe.staff import RUNS_THE_CAFE
from komatsu_support.fields import CountField, WarekiField
from komatsu_support.forms import RecordForm
from komatsu_support.models import User

USUAL_HOURS = {"starts_at": time(10), "ends_at": time(15)}


class OpenDayForm(RecordForm):
    """A day in the plan."""

    layout = Layout(
        Fieldset("いつ、どこで", "held_on", short("starts_at", "ends_at"), "place"),
        Fieldset("準備", "staff", "note"),
    )

    class Meta:
        model = OpenDay
        fields = ["held_on", "starts_at", "ends_at", "place", "staff", "note"]
        widgets = {"starts_at": clock(), "ends_at": clock(), "staff": forms.CheckboxSelectMultiple}

    def prepare(self) -> None:
        """Offer those who run the café; begin a new day where and when the last one was planned."""
        offered = RUNS_THE_CAFE
        if not self.is_new:
            offered |= Q(pk__in=self.instance.staff.values("pk"))
        staff = self.fields["staff"]
        staff.queryset = User.objects.filter(offered).order_by("kana", "pk")  # type: ignore[attr-defined]
        asked = self.initial.get("held_on")
        held_on: Any = self.fields["held_on"]
        held_on.near = asked if isinstance(asked, date) else timezone.localdate()
        if self.is_new and not self.is_bound:
            self.initial = {**USUAL_HOURS, **self._as_last(), "held_on": timezone.localdate(), **self.initial}

    def _as_last(self) -> dict[str, Any]:
        last = OpenDay.objects.visible_to(self.by).standing().order_by("-held_on").first()
        if last is None:
            return {}
        usual = {"place": last.place, "starts_at": last.starts_at, "ends_at": last.ends_at}
        return {name: value for name, value in usual.items() if value}

    def clean_held_on(self) -> Any:
        """What was held stays in the past."""
        held_on = self.cleaned_data["held_on"]
        if self.instance.state == OpenDay.State.HELD and held_on > timezone.localdate():
            raise forms.ValidationError("締めた日は、今日までの日付にしてください。")
        return held_on


class OpenDayEditForm(OpenDayForm):
    """A day as it is, with what was noted on it."""

    layout = Layout(*OpenDayForm.layout.fields, Fieldset("当日の記録", short("weather", "meals")))

    class Meta(OpenDayForm.Meta):
        fields = [*OpenDayForm.Meta.fields, "weather", "meals"]
        field_classes = {"meals": CountField}


class OpenDayStart(forms.Form):
    """?day=: the day of the month on which a new day begins. What cannot be read begins none."""

    day = WarekiField(required=False)

    def initial_values(self) -> dict[str, Any]:
        """The fields of the day that are given."""
        self.full_clean()
        day = self.cleaned_data.get("day")
        return {"held_on": day} if day else {}


class OpenDayQuickForm(RecordForm):
    """When and where, changed within the month."""

    layout = Layout(short("starts_at", "ends_at"), "place", "note")

    class Meta:
        model = OpenDay
        fields = ["starts_at", "ends_at", "place", "note"]
        widgets = {"starts_at": clock(), "ends_at": clock(), "note": forms.Textarea(attrs={"rows": 2})}

    def prepare(self) -> None:
        """Other forms stand beside it."""
        self.auto_id = "day_%s"

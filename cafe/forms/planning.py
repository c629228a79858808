"""Many days at once: by weekdays, from last month, one event on several days."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from crispy_forms.bootstrap import InlineCheckboxes
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone

from cafe.forms.fields import ByMonth, clock, short
from cafe.forms.openday import USUAL_HOURS
from cafe.models import Event, OpenDay
from cafe.planning import checked, make, on_weekdays, repeat, usual
from cafe.sheets import hours
from cafe.staff import RUNS_THE_CAFE
from cafe.wishes import Outcome, Wish
from komatsu_support.fields import WarekiField
from komatsu_support.fiscal import WEEKDAYS, month_at, wareki
from komatsu_support.forms import OfficeForm, office_helper
from komatsu_support.models import User

REACH = timedelta(days=92)  # how far ahead an event is offered other days
TAKEN_BACK = "この画面から写した企画は、取り消してあります。この画面を開き直してから写してください。"


class PressForm(OfficeForm):
    """One press, known by its key."""

    press = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"press": uuid.uuid4(), **kwargs.pop("initial", {})}, **kwargs)
        self.helper.render_hidden_fields = True

    @property
    def key(self) -> uuid.UUID:
        """The key of this press; of one that came without, a new one."""
        given: uuid.UUID | None = self.cleaned_data.get("press")
        return given or uuid.uuid4()


class MadeForm(forms.Form):
    """?made=: the press that has just made days of this month. What cannot be read made none."""

    made = forms.UUIDField(required=False)

    @property
    def press(self) -> uuid.UUID | None:
        """Its key."""
        return self.cleaned_data["made"] if self.is_valid() else None


class OpenDayPlanForm(PressForm):
    """曜日で作る: the days of one month by their weekdays. Days that are over are asked back once."""

    asks_back = 0
    """How many of the days to be made are over. Unit: 日."""

    weekdays = forms.TypedMultipleChoiceField(
        label="曜日",
        coerce=int,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "開く曜日を選んでください。"},
    )
    first = WarekiField(label="この日から")
    last = WarekiField(label="この日まで")
    starts_at = forms.TimeField(label="開始", required=False, widget=clock())
    ends_at = forms.TimeField(label="終了", required=False, widget=clock())
    place = forms.CharField(label="場所", max_length=60, required=False)
    staff = forms.ModelMultipleChoiceField(
        label="担当職員",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    skip_closed = forms.BooleanField(label="休館日・祝日を除く", required=False, initial=True)

    def __init__(self, data: Any, *, month: date, **kwargs: Any) -> None:
        super().__init__(data, initial=_as_usual(month), **kwargs)
        self.month = month_at(month)
        for name in ("first", "last"):
            self.fields[name] = WarekiField(
                label=self.fields[name].label, near=month, help_text=f"{self.month.label}の日"
            )
        self.fields["staff"].queryset = User.objects.filter(RUNS_THE_CAFE).order_by("kana", "pk")  # type: ignore[attr-defined]
        self.helper = office_helper(
            Layout(
                Fieldset("いつ開くか", InlineCheckboxes("weekdays"), short("first", "last"), "skip_closed"),
                Fieldset("どの日も同じこと", short("starts_at", "ends_at"), "place", "staff"),
            )
        )
        self.helper.render_hidden_fields = True

    def clean(self) -> dict[str, Any]:
        """The days in order and within the month; the hours in order."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        for name, day in (("first", first), ("last", last)):
            if day and not self.month.contains(day):
                other = "ほかの月の開催日は、その月の画面から作ります。"
                self.add_error(name, f"{self.month.label}の日付にしてください。{other}")
        if first and last and last < first and not self.errors:
            self.add_error("last", "「この日から」以後の日付にしてください。")
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "終了は開始より後の時刻にしてください。")
        return cleaned

    def made(self, by: User) -> Outcome | None:
        """What came of it; None with the errors on the form, or while it asks back."""
        if not self.is_bound or not self.is_valid():
            return None
        asked = self.cleaned_data
        plan = {name: asked[name] for name in ("starts_at", "ends_at", "place")}
        days = on_weekdays(asked["weekdays"], asked["first"], asked["last"])
        wishes = [Wish(day, plan, staff=list(asked["staff"])) for day in days]
        how: dict[str, Any] = {"press": self.key, "skip_closed": asked["skip_closed"]}
        past = Outcome(checked(wishes, **how)).past
        if past and self.data.get("confirmed") != str(past):
            self.asks_back = past
            return None
        return make(wishes, by=by, **how)


def _as_usual(month: date) -> dict[str, Any]:
    """As the last month that was planned; what is left of this one."""
    period = month_at(month)
    today = timezone.localdate()
    first = today if period.contains(today) else period.start
    return {**USUAL_HOURS, **usual(month), "first": first, "last": period.end}


class _OtherDays(forms.ModelMultipleChoiceField):
    """Days on which an event may be put too, under their months."""

    iterator = ByMonth
    event: Event

    def label_from_instance(self, obj: Any) -> str:
        """令和6年11月5日（火）, its hours where they are not those of the event's day, whether such an event is there."""
        has_one = any(event.title == self.event.title for event in obj.events.all() if not event.is_voided)
        mine, own = (hours(day.starts_at, day.ends_at) for day in (obj, self.event.open_day))
        told = [wareki(obj.held_on), mine if mine != own else "", "同じ名前の企画あり" if has_one else ""]
        return "　".join(filter(None, told))


class EventRepeatForm(PressForm):
    """この企画を別の日にも: the planned days ahead, from the event's month on, to tick."""

    days = _OtherDays(
        label="写す日",
        queryset=OpenDay.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "写す日を選んでください。"},
    )

    def __init__(self, data: Any, *, event: Event, by: User) -> None:
        super().__init__(data)
        self.event = event
        field: Any = self.fields["days"]
        field.event = event
        field.queryset = self.offered(by)

    def offered(self, by: User) -> Any:
        """Planned days from the event's month on, none of them over, besides its own."""
        first = max(timezone.localdate(), self.event.open_day.held_on.replace(day=1))
        ahead = OpenDay.objects.visible_to(by).standing().filter(held_on__range=(first, first + REACH))
        others = ahead.filter(state=OpenDay.State.PLANNED).exclude(pk=self.event.open_day_id)
        return others.prefetch_related("events").order_by("held_on")

    def made(self, by: User) -> int | None:
        """On how many days it was put; None with the errors on the form."""
        if not self.is_bound or not self.is_valid():
            return None
        made = repeat(self.event, self.cleaned_data["days"], by=by, press=self.key)
        if not made:
            self.add_error("days", TAKEN_BACK)
        return made

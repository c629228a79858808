"""Forms of appointments: one 予約, the week to look at, the slot pressed."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils import timezone

from consultations.forms.consultation import CLIENT
from consultations.forms.desk import ClientField, OfCaseForm, StaffField
from consultations.models import Appointment
from komatsu_support.desk import GRID
from komatsu_support.fields import WarekiField
from komatsu_support.models import User


class AppointmentForm(OfCaseForm):
    """予約: when, with whom, for whom."""

    client = ClientField(
        required=False,
        help_text="わからないときは、その方の画面の「予約」から始めると番号が入ります。番号のない方は、下の呼び名だけで",
    )
    staff = StaffField(User.objects.none(), label="相談員")

    people = ("staff",)
    layout = Layout(
        Fieldset("いつ・だれが", Row(Column("day"), Column("starts_at"), Column("minutes")), "staff"),
        Fieldset("どなた", CLIENT, "case", "called"),
        Fieldset("どのように", Row(Column("method"), Column("place")), "purpose"),
    )

    class Meta:
        model = Appointment
        fields = [
            "day",
            "starts_at",
            "minutes",
            "staff",
            "client",
            "case",
            "called",
            "method",
            "place",
            "purpose",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "starts_at": forms.TimeInput(attrs={"type": "time", "step": GRID * 60}, format="%H:%M"),
        }
        help_texts: ClassVar[dict[str, str]] = {
            "called": "受付で呼ぶ名前。「匿名の方」でもかまいません",
            "purpose": "短く。相談の中身は書きません",
        }

    def prepare(self) -> None:
        """Oneself, at the office, face to face; the typed number asks whose it is."""
        super().prepare()
        self.fields["method"].error_messages["required"] = "相談方法を選んでください。"
        self.fields["client"].widget.attrs.update(self._asks_whose())
        if self.is_new:
            usual = {"staff": self.by.pk, "method": self._word("method", "in_person")}
            self.initial = {**usual, "place": self._word("place", "office"), **self.initial}

    def _word(self, name: str, code: str) -> Any:
        return self.fields[name].code(code)  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """What is booked is still to come."""
        day: date = self.cleaned_data["day"]
        if "day" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError("予約は今日からあとの日付にしてください。")
        return day

    def _post_clean(self) -> None:
        """With everything else right: is the desk there then? Asked again only of what is moved."""
        super()._post_clean()  # type: ignore[misc]
        moved = {"day", "starts_at", "minutes", "method", "place"} & set(self.changed_data)
        if not self.errors and (self.is_new or moved):
            self.instance.close_its_end()
            for name, sentence in self.instance.refusals().items():
                self.add_error(name, sentence)


class SlotForm(forms.Form):
    """?day=, ?time= and ?staff= of a free place in the week."""

    day = WarekiField(required=False)
    time = forms.TimeField(required=False)
    staff = forms.ModelChoiceField(User.objects.none(), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["staff"].queryset = User.objects.staff_of_desk()  # type: ignore[attr-defined]

    @property
    def found(self) -> dict[str, Any]:
        """What the form of a 予約 begins with; what cannot be read is left out."""
        self.is_valid()
        slot = {
            "day": self.cleaned_data.get("day"),
            "starts_at": self.cleaned_data.get("time"),
            "staff": getattr(self.cleaned_data.get("staff"), "pk", None),
        }
        return {name: value for name, value in slot.items() if value is not None}


class DayForm(forms.Form):
    """?day=: which day, or whose week; today where none is named. ?names=1: with names, for the team."""

    day = WarekiField(required=False)
    names = forms.BooleanField(required=False)

    @property
    def chosen(self) -> date:
        """The day."""
        self.is_valid()
        return self.cleaned_data.get("day") or timezone.localdate()

    @property
    def with_names(self) -> bool:
        """Whether names were asked for."""
        return bool(self.is_valid() and self.cleaned_data["names"])


EVERYBODY = "all"


class WeekForm(DayForm):
    """?day= and ?staff= of the week: one counselor, oneself unless named, or all of them."""

    staff = forms.ChoiceField(required=False, label="相談員")

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        self.by = by
        desk = {user.pk: user for user in User.objects.staff_of_desk()}
        self.people = [desk.pop(by.pk, by), *desk.values()]
        names = [(str(user.pk), f"{user}（自分）" if user == by else str(user)) for user in self.people]
        self.fields["staff"].choices = [*names, (EVERYBODY, "全員")]  # type: ignore[attr-defined]

    @property
    def counselor(self) -> User | None:
        """Whose week; None for everybody's."""
        self.is_valid()
        key = self.cleaned_data.get("staff") or str(self.by.pk)
        return next((user for user in self.people if str(user.pk) == key), None)

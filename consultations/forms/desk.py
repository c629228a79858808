"""What every form at the desk shares: whom it is about, who works here, days that have passed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from cafe.models import Introduction, OpenDay
from consultations.models import Appointment, Case, Client, Consultation
from komatsu_support.fields import NumberField
from komatsu_support.fiscal import parse_date, wareki_short
from komatsu_support.forms import OfficeForm, RecordForm
from komatsu_support.models import User
from komatsu_support.text import normal_number

PEOPLE = forms.CheckboxSelectMultiple


class ClientField(NumberField):
    """相談者 by her number. Who may not see her is told that there is nobody of this number."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "相談者番号を入力してください。",
        "invalid_choice": "この番号の相談者は見つかりません。番号（例 R6-0012）を確かめてください。",
    }

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"maxlength": 20, "placeholder": "例 R6-0012"}
        kwargs = {"label": "相談者番号", "widget": forms.TextInput(attrs=attrs), **kwargs}
        super().__init__(Client.objects.all(), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The person of a number; of a number that was merged, the file that was kept."""
        try:
            return super().to_python(value)
        except ValidationError:
            former = normal_number(str(value))
            kept = self.queryset.filter(absorbed__number=former).first()  # type: ignore[union-attr]
            if kept is None:
                raise
            return kept


class OpenDayField(NumberField):
    """A day of the café, named by its date in either calendar."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": "この日のカフェ開催日は登録されていません。日付を確かめてください。"
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(OpenDay.objects.all(), to_field_name="held_on", **kwargs)
        self.widget.attrs["placeholder"] = "例 R6.11.5"

    def to_python(self, value: Any) -> Any:
        """The day of a date typed in any form."""
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        try:
            return super().to_python(parse_date(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another day is named; what cannot be read is one."""
        try:
            typed = parse_date(data).isoformat() if data else ""
        except ValueError:
            return True
        return str(self.prepare_value(initial) or "") != typed


class StaffField(forms.ModelChoiceField):
    """Who of the desk; mostly oneself, whom the form knows without asking the database."""

    me: User | None = None

    def to_python(self, value: Any) -> Any:
        """The person of a key."""
        if self.me is not None and str(value) == str(self.me.pk):
            return self.me
        return super().to_python(value)


class DeskForm(RecordForm):
    """A form at the desk. Its lists of people hold who works here now and who stands in the record."""

    people: ClassVar[tuple[str, ...]] = ()
    past: ClassVar[tuple[str, ...]] = ()
    computed: ClassVar[tuple[str, ...]] = ()
    """Fields left blank by hand are filled by rule: only what comes out is compared with what is stored."""

    def prepare(self) -> None:
        """Offer the people; know the client of the record without asking again."""
        self.stored = {name: getattr(self.instance, name) for name in self.computed}
        for name in self.people:
            field = self.fields[name]
            field.queryset = self._workers() | self._named(name)  # type: ignore[attr-defined]
            if isinstance(field, StaffField):
                field.me = self.by
        if not self.is_new and "client" in self.fields:
            self.initial["client"] = self.instance.client

    def _workers(self) -> QuerySet[User]:
        return User.objects.staff_of_desk()

    def _named(self, name: str) -> QuerySet[User]:
        """The people who stand in the record, whether or not they still work here."""
        if self.is_new:
            return User.objects.none()
        if isinstance(self.fields[name], forms.ModelMultipleChoiceField):
            return User.objects.filter(pk__in=getattr(self.instance, name).values("pk"))
        return User.objects.filter(pk=getattr(self.instance, f"{name}_id"))

    def clean(self) -> dict[str, Any]:
        """What has happened, happened by today."""
        cleaned = super().clean()
        today = timezone.localdate()
        for name in self.past:
            if (day := cleaned.get(name)) and day > today:
                self.add_error(name, "今日までの日付を入力してください。")
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """What is chosen from a list exists: each key is not looked up a second time."""
        keys = {field.name for field in self._meta.model._meta.fields if isinstance(field, ForeignKey)}
        return super()._get_validation_exclusions() | keys  # type: ignore[misc, no-any-return]

    def changed_names(self) -> list[str]:
        """Names of the fields that this save changes; computed ones by what came out."""
        typed = [name for name in super().changed_names() if name not in self.computed]
        return typed + [name for name, was in self.stored.items() if getattr(self.instance, name) != was]


class OfCaseForm(DeskForm):
    """A form with a choice among one client's cases, who is known before or once her number is typed."""

    @property
    def about(self) -> Client | None:
        """The client this form is about, so far. A draft knows her by the number as typed."""
        if "client" not in self.fields:
            return self.instance.client if self.instance.client_id else None
        given = getattr(self, "cleaned_data", {}) if self.is_bound else self.initial
        client = given.get("client")
        if isinstance(client, str):
            try:
                client = self.fields["client"].to_python(client)
            except ValidationError:
                return None
        return client if isinstance(client, Client) else None

    def prepare(self) -> None:
        """Offer her cases, asked for when the list is printed."""
        super().prepare()
        self.fields["case"].choices = self._cases  # type: ignore[attr-defined]

    def _asks_whose(self) -> dict[str, str]:
        """Attributes of a box that fetches the name and the cases of the number typed in it."""
        return {
            "data-hx-post": reverse("consultations:consultation_client"),
            "data-hx-trigger": "change changed",
            "data-hx-include": "this",
            "data-hx-target": "#client-found",
            "data-hx-swap": "innerHTML",
        }

    def clean(self) -> dict[str, Any]:
        """A case belongs to the client."""
        cleaned = super().clean()
        client, case = self.about, cleaned.get("case")
        if client and case and case.client_id != client.pk:
            self.add_error("case", "この支援ケースは別の方のものです。この方の支援ケースを選んでください。")
        return cleaned

    def _cases(self) -> Iterator[tuple[str, str]]:
        yield "", "－"
        yield from case_choices(self.about, self.by)


def case_choices(client: Client | None, by: User) -> list[tuple[str, str]]:
    """A client's cases as a list offers them, the newest first."""
    if client is None:
        return []
    cases = Case.objects.visible_to(by).standing().filter(client=client).order_by("-opened_on", "-pk")
    return [
        (str(each.pk), f"{wareki_short(each.opened_on)}開始（{each.get_status_display()}）") for each in cases
    ]


class NamedForm(forms.Form):
    """What the address of a page names, if this person may write on it.

    ?client=, ?case=, ?open_day=; a 予約 of which the talk is to be recorded (?appointment=), a talk whose
    次回予定 is to be booked (?talk=), an earlier one to begin from (?copy=), a 橋 of the café (?introduction=).
    """

    client = forms.ModelChoiceField(Client.objects.none(), required=False)
    case = forms.ModelChoiceField(Case.objects.none(), required=False)
    open_day = forms.ModelChoiceField(OpenDay.objects.none(), required=False)
    appointment = forms.ModelChoiceField(Appointment.objects.none(), required=False)
    talk = forms.ModelChoiceField(Consultation.objects.none(), required=False)
    copy = forms.ModelChoiceField(Consultation.objects.none(), required=False)
    introduction = forms.ModelChoiceField(Introduction.objects.none(), required=False)

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        scopes: dict[str, Any] = {
            "client": Client.objects.changeable_by(by).standing(),
            "case": Case.objects.changeable_by(by).standing().select_related("client"),
            "open_day": OpenDay.objects.visible_to(by).standing(),
            "appointment": Appointment.objects.changeable_by(by).booked().select_related("client", "case"),
            "talk": Consultation.objects.changeable_by(by).standing().select_related("client", "case"),
            "copy": Consultation.objects.changeable_by(by)
            .standing()
            .select_related("client", "case", "staff"),
            "introduction": Introduction.objects.changeable_by(by).waiting().select_related("open_day"),
        }
        for name, scope in scopes.items():
            self.fields[name].queryset = scope  # type: ignore[attr-defined]

    @cached_property
    def found(self) -> dict[str, Any]:
        """The records by name; a case, 予約 or talk brings its client. What is not found is not named."""
        self.is_valid()
        found = {name: record for name, record in self.cleaned_data.items() if record is not None}
        for name in ("case", "appointment", "talk", "copy"):
            if name in found and found[name].client is not None:
                found["client"] = found[name].client
        return found

    def begins(self, heading: str, initial: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What `form_page` begins a new record with: the fields found and more, the heading, whom the page shows."""
        return {
            "initial": {**self.found, **(initial or {})},
            "heading": f"{heading}{self.called}",
            "about": self.person,
        }

    @property
    def person(self) -> Client | None:
        """The client named, herself or by her case."""
        return self.found.get("client")

    @property
    def called(self) -> str:
        """Her name as a heading adds it."""
        return f"　{self.person.called}" if self.person else ""


class PickForm(OfficeForm):
    """What is typed to find somebody while a form is filled in: the second letter begins to look."""

    client = forms.CharField(min_length=2, max_length=80)


class LookupForm(OfficeForm):
    """A number typed while a form is filled in: whose is it?"""

    client = ClientField(required=False)

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        scope = Client.objects.changeable_by(by).standing()
        self.fields["client"].queryset = scope  # type: ignore[attr-defined]

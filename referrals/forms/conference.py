"""The form of a conference."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from consultations.forms import PEOPLE, DeskForm
from consultations.models import Case
from komatsu_support import text
from komatsu_support.models import User
from referrals.forms.agencies import offer_agencies
from referrals.models import Conference


class CasesField(forms.ModelMultipleChoiceField):
    """支援ケース by the numbers of their clients, one after the other: the case that goes on, else the last."""

    widget = forms.TextInput
    kept: frozenset[int] = frozenset()
    """Keys of the cases that stand in the record: a number means them first."""

    def prepare_value(self, value: Any) -> Any:
        """The numbers in the box."""
        if isinstance(value, list | tuple | QuerySet) and all(isinstance(each, Case) for each in value):
            return "、".join(case.client.number for case in value)
        return value

    def clean(self, value: Any) -> Any:
        """The cases of the numbers."""
        numbers = [text.normal_number(part) for part in _apart(value)]
        if not numbers:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        cases = self.queryset.select_related("client").filter(client__number__in=numbers)  # type: ignore[union-attr]
        return [each for number in dict.fromkeys(numbers) for each in self._of(number, list(cases))]

    def _of(self, number: str, cases: list[Case]) -> list[Case]:
        hers = [case for case in cases if case.client.number == number]
        if not hers:
            raise ValidationError(
                f"{number} の支援ケースは見つかりません。番号を確かめるか、先に支援ケースを登録してください。",
                code="invalid_choice",
            )
        if kept := [case for case in hers if case.pk in self.kept]:
            return kept
        return [max(hers, key=lambda case: (case.status in Case.OPEN, case.opened_on, case.pk))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other numbers are typed."""
        typed = {text.normal_number(part) for part in _apart(data)}
        return typed != set(_apart(self.prepare_value(initial or [])))


def _apart(value: Any) -> list[str]:
    return [
        part
        for part in str(value or "").replace("、", " ").replace(",", " ").replace("，", " ").split()
        if part
    ]


class ConferenceForm(DeskForm):
    """会議: who met about whom, and what was decided."""

    cases = CasesField(
        queryset=Case.objects.all(),
        required=False,
        label="支援ケース（相談者番号）",
        help_text="複数のときは「、」で区切ります。例 R6-0012、R6-0034",
    )

    people = ("staff",)
    layout = Layout(
        Fieldset(
            "会議",
            Row(Column("kind"), Column("state")),
            Row(Column("held_on"), Column("starts_at"), Column("ends_at")),
            "place",
        ),
        Fieldset("だれについて・だれが", "cases", "agencies", "staff", "attendees"),
        Fieldset("会議録", "agenda", "discussion", "policy", "roles"),
        Fieldset("この先", Row(Column("lead_agency"), Column("next_on"))),
    )

    class Meta:
        model = Conference
        fields = [
            "kind",
            "state",
            "held_on",
            "starts_at",
            "ends_at",
            "place",
            "cases",
            "agencies",
            "staff",
            "attendees",
            "agenda",
            "discussion",
            "policy",
            "roles",
            "lead_agency",
            "next_on",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "agencies": PEOPLE,
            "staff": PEOPLE,
            "starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "ends_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "attendees": forms.Textarea(attrs={"rows": 3}),
            "agenda": forms.Textarea(attrs={"rows": 3}),
            "discussion": forms.Textarea(attrs={"rows": 6}),
            "policy": forms.Textarea(attrs={"rows": 4}),
            "roles": forms.Textarea(attrs={"rows": 4}),
        }

    def prepare(self) -> None:
        """Offer agencies in use; know the cases that stand in the record."""
        super().prepare()
        offer_agencies(self, "agencies", "lead_agency")
        if not self.is_new:
            stored = list(self.instance.cases.select_related("client"))
            self.initial["cases"] = stored
            self.fields["cases"].kept = frozenset(case.pk for case in stored)  # type: ignore[attr-defined]

    def _workers(self) -> QuerySet[User]:
        return User.objects.active()

    def clean(self) -> dict[str, Any]:
        """A meeting about somebody names her case, so that who may not see her does not read it."""
        cleaned = super().clean()
        if (
            cleaned.get("kind") == Conference.Kind.INDIVIDUAL
            and not cleaned.get("cases")
            and "cases" not in self.errors
        ):
            self.add_error("cases", "個別ケース会議には、支援ケースの相談者番号を入力してください。")
        is_held = cleaned.get("state") == Conference.State.HELD
        if is_held and (day := cleaned.get("held_on")) and day > timezone.localdate():
            self.add_error(
                "held_on", "開催した会議の日付は今日までです。これからの会議は状態を「予定」にしてください。"
            )
        return cleaned

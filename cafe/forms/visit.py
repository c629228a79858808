"""札名の来場: many at once on the day's page, one by one where a role is put right."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from cafe.forms.alike import Alike
from cafe.models import Attendance, OpenDay, Visit, Visitor
from komatsu_support import audit
from komatsu_support.forms import OfficeForm, RecordForm
from komatsu_support.models import User

ROLES = [(role.value, role.label) for role in Visit.COUNTED_ROLES]
SAME_NAME = "同じ札名の方がいます。同じ方なら一覧で選び、別の方なら見分けのつく札名にしてください。"
CHANGED = "一覧が変わりました。もう一度選んでください。"


def _is_key(text: str) -> bool:
    """Whether it can be a row's number, on every database."""
    return text.isascii() and text.isdecimal() and len(text) <= 18


class GuestsField(forms.ModelMultipleChoiceField):
    """Any number of 札名. A number that no row can bear is no choice, on every database."""

    def clean(self, value: Any) -> Any:
        """Those who were chosen."""
        if value and not all(_is_key(str(each)) for each in value):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class VisitForm(RecordForm):
    """Her role on that day."""

    layout = Layout("role")

    class Meta:
        model = Visit
        fields = ["role"]


class Toggle(NamedTuple):
    """One 札名 to tick, and the box of her role."""

    visitor: Visitor
    is_ticked: bool
    role: Any


class VisitsForm(OfficeForm):
    """来た方: those with a 札名 who were there, ticked and saved with one press. A second press adds nobody."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    visitors = GuestsField(
        Visitor.objects.none(),
        label="来た方",
        required=False,
        error_messages={"invalid_choice": CHANGED},
    )
    new_name = forms.CharField(
        label="新しい札名",
        max_length=Visitor._meta.get_field("name").max_length,
        required=False,
        help_text="本人が選んだ呼び名。本名はたずねません。よみは、あとから札名の画面で書けます",
    )
    new_role = forms.ChoiceField(
        label="参加形態", choices=ROLES, initial=Attendance.Role.VISITOR, required=False
    )

    def __init__(self, data: Any = None, *, day: OpenDay, by: User) -> None:
        self.day, self.by = day, by
        super().__init__(data, initial={"submission": uuid.uuid4()})
        self.alike = Alike(self, by=by)
        self.there = [each.visitor for each in day.visits.standing().select_related("visitor")]
        self.ticked = {int(key) for key in data.getlist("visitors") if _is_key(key)} if data else set()
        known: Any = self.fields["visitors"]
        known.queryset = Visitor.objects.changeable_by(by).standing()
        offered = known.queryset.filter(Q(active=True) | Q(pk__in=self.ticked))
        self.offered = list(offered.exclude(visits__in=day.visits.standing()).often_first())
        for each in self.offered:
            self._ask_role(each)

    def _ask_role(self, visitor: Visitor) -> None:
        """Her role, 利用者 unless said otherwise."""
        self.fields[f"role_{visitor.pk}"] = forms.ChoiceField(
            label=f"{visitor.name}の参加形態",
            choices=ROLES,
            initial=Attendance.Role.VISITOR,
            required=False,
            widget=forms.Select(attrs={"class": "form-select", "aria-label": f"{visitor.name}の参加形態"}),
        )

    @property
    def toggles(self) -> Iterator[Toggle]:
        """Every 札名 on offer; those that a new name may be taken for first, though they come no more."""
        known = {each.pk for each in [*self.offered, *self.there]}
        resting = [each for each in self.alike.visitors if each.pk not in known]
        for each in resting:
            self._ask_role(each)
        for each in [*resting, *self.offered]:
            yield Toggle(each, each.pk in self.ticked, self[f"role_{each.pk}"])

    def clean(self) -> dict[str, Any]:
        """Somebody; a new name is nobody's yet."""
        cleaned = super().clean() or {}
        name = cleaned.get("new_name")
        if name:
            self.alike.look_for(name, but=cleaned.get("submission"))
        if self.alike.has(name or ""):
            self.add_error("new_name", SAME_NAME)
        elif not self.errors and not name and not cleaned.get("visitors"):
            raise ValidationError("来た方を選ぶか、新しい札名を入力してください。")
        return cleaned

    def saved(self) -> bool:
        """Whether everybody is noted."""
        if not self.is_bound or not self.is_valid() or self.alike.is_open:
            return False
        try:
            with transaction.atomic():
                audit.wait_for_my_turn()
                if self._has_lost_one():
                    self.add_error("visitors", CHANGED)
                    return False
                Visit.objects.welcome(self.day, self._roles(), by=self.by)
        except IntegrityError:  # somebody else took the new name in this moment
            self.add_error("new_name", SAME_NAME)
            return False
        return True

    def _has_lost_one(self) -> bool:
        """Whether one of them was voided, or went into another 札名, since she was chosen."""
        chosen: Any = self.cleaned_data["visitors"]
        return bool(chosen.all().count() < len(chosen))

    def _roles(self) -> dict[Visitor, str]:
        """Everybody who was there, in her role."""
        cleaned, usual = self.cleaned_data, Attendance.Role.VISITOR
        roles = {each: cleaned.get(f"role_{each.pk}") or usual for each in cleaned["visitors"]}
        if name := cleaned["new_name"]:
            submission = cleaned["submission"] or uuid.uuid4()
            newcomer = Visitor.objects.newcomer(name, submission=submission, by=self.by)
            roles[newcomer] = cleaned["new_role"] or usual
        return roles

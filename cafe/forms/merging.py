"""まとめる: which of two 札名 stays, and how it is known that they are one person's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from cafe.models import Visitor
from cafe.models.merging import Refused, merge, part, refusal
from komatsu_support.forms import OfficeForm
from komatsu_support.models import StaleVersion, User

STALE = "ほかの人が先に更新しました。下の内容を確かめて、もう一度押してください。"


class KeptForm(OfficeForm):
    """The 札名 that stays: those that look or sound alike first."""

    kept = forms.ModelChoiceField(
        Visitor.objects.none(),
        label="残す札名",
        error_messages={
            "required": "残す札名を選んでください。",
            "invalid_choice": "その札名はありません。もう一度選んでください。",
        },
    )

    def __init__(self, data: Any = None, *, merged: Visitor, by: User) -> None:
        super().__init__(data)
        self.merged = merged
        others = Visitor.objects.changeable_by(by).exclude(pk=merged.pk)
        alike = others.alike(merged.name, merged.kana)
        self.offered = [*alike, *others.standing().exclude(pk__in=[each.pk for each in alike]).in_order()]
        field: Any = self.fields["kept"]
        field.queryset = Visitor.objects.visible_to(by)  # every one: what is wrong with it, its sentence says
        field.choices = [("", "選んでください"), *self._groups(len(alike))]

    def _groups(self, alike: int) -> list[Any]:
        named = [(each.pk, _called(each)) for each in self.offered]
        if not alike:
            return named
        return [("似た札名", named[:alike]), *([("ほかの札名", named[alike:])] if named[alike:] else [])]

    def clean_kept(self) -> Visitor:
        """One into which it can go."""
        kept: Visitor = self.cleaned_data["kept"]
        if sentence := refusal(self.merged, kept):
            raise ValidationError(sentence)
        return kept


def _called(visitor: Visitor) -> str:
    """As the list of choices has it."""
    reading = f"（{visitor.kana}）" if visitor.kana else ""
    return f"{visitor.name}{reading}{'' if visitor.active else '　来なくなった方'}"


class MergingForm(OfficeForm):
    """How it is known that the two are one person's."""

    reason = forms.CharField(
        label="同じ方とわかった理由",
        max_length=100,
        help_text="例: ご本人に聞いた。本名や相談の内容は書きません",
        error_messages={"required": "同じ方とわかった理由を入力してください。"},
    )
    kept_version = forms.IntegerField(required=False)
    merged_version = forms.IntegerField(required=False)

    def __init__(self, data: Any = None, *, merged: Visitor, kept: Visitor, by: User) -> None:
        super().__init__(data)
        self.merged, self.kept, self.by = merged, kept, by

    def clean(self) -> dict[str, Any]:
        """Both are as the page showed them."""
        cleaned: dict[str, Any] = super().clean() or {}
        seen = cleaned.get("kept_version"), cleaned.get("merged_version")
        if seen != (self.kept.version, self.merged.version):
            self.add_error(None, STALE)
        return cleaned

    def saved(self) -> bool:
        """Whether the two are one now: by this press, or by one sent at the same time."""
        if not self.is_valid():
            return False
        try:
            merge(self.merged, self.kept, reason=self.cleaned_data["reason"], by=self.by)
        except (Refused, StaleVersion) as refused:
            for each in (self.merged, self.kept):
                each.refresh_from_db()
            self.add_error(None, str(refused) or STALE)
            return self.merged.merged_into_id == self.kept.pk
        return True


class PartingForm(OfficeForm):
    """A press of 「まとめたのを戻す」."""

    def parted(self, merged: Visitor, *, by: User) -> bool:
        """Whether the two are two again; else the reason stands on the form."""
        if not self.is_valid():
            return False
        try:
            part(merged, by=by)
        except Refused as refused:
            self.add_error(None, str(refused))
        except (StaleVersion, IntegrityError):  # saved first, or its name taken, in this moment
            self.add_error(None, STALE)
        else:
            return True
        return False

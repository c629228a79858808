"""Forms of two files that may be one person's: who is meant, which values stay, why they part again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from consultations.forms.client import CONTACT, FILE
from consultations.forms.desk import ClientField
from consultations.models import Client, Merge
from consultations.models.joining import are_alike
from consultations.models.merge import Refused
from consultations.models.openness import GUARDED
from komatsu_support.fields import KanaField, PhoneField, WarekiField
from komatsu_support.forms import OfficeForm, ReasonForm
from komatsu_support.models import AgeBand, StaleVersion, User
from komatsu_support.templatetags.office import shown

BEHIND_A_LOOK: Final = ("phone", "mobile", "postcode", "address", "watchword")
BY_RULE: Final = ("assigned", "first_contact_on", "voicemail", "needs_interpreter", *GUARDED)
"""Never a choice: the stricter, the earlier, the more careful one."""

CHOSEN: Final = [name for name in (*FILE, *CONTACT) if name not in BY_RULE]
KEPT, MERGED, JOINED = "kept", "merged", "both"
STALE = "ほかの人が先に更新しました。下の内容を確かめて、もう一度「統合」を押してください。"


class AlikeForm(forms.Form):
    """What is known so far of the person being typed; what cannot be read yet is left out."""

    name = forms.CharField(max_length=60, required=False)
    name_kana = KanaField(max_length=80, required=False)
    alias = forms.CharField(max_length=40, required=False)
    phone = PhoneField(max_length=20, required=False)
    mobile = PhoneField(max_length=20, required=False)
    birth_date = WarekiField(required=False)

    def person(self) -> Client:
        """A file of it that is never saved."""
        self.is_valid()
        return Client(**{name: value for name, value in self.cleaned_data.items() if value})


class TwoForm(OfficeForm):
    """Two persons by their numbers."""

    kept = ClientField(label="残す方の番号")
    merged = ClientField(label="統合する方の番号")

    def __init__(self, data: Any = None, *, by: User, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        for name in ("kept", "merged"):
            self.fields[name].queryset = Client.objects.changeable_by(by).standing()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two, not one."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kept") and cleaned.get("kept") == cleaned.get("merged"):
            raise ValidationError("同じ番号です。2人の相談者の番号を入力してください。")
        return cleaned


class TwoNamedForm(forms.Form):
    """Two persons named in an address by their keys, if this person may change both."""

    kept = forms.ModelChoiceField(Client.objects.none())
    merged = forms.ModelChoiceField(Client.objects.none())

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        mine = Client.objects.changeable_by(by).select_related("staff")
        for name in ("kept", "merged"):
            self.fields[name].queryset = mine  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Line:
    """One field of both files, as the page may show it."""

    label: str
    kept: str
    merged: str


class MergeForm(OfficeForm):
    """Which value of each differing field stays, and why the two are one."""

    reason = forms.CharField(
        label="同じ方と判断した理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "同じ方と判断した理由を入力してください。"},
    )
    kept_version = forms.IntegerField(required=False)
    merged_version = forms.IntegerField(required=False)

    def __init__(self, data: Any = None, *, kept: Client, merged: Client, by: User) -> None:
        super().__init__(data)
        self.kept, self.merged, self.by = kept, merged, by
        by_rule = set() if are_alike(kept, merged) else {"staff"}
        self.differing = [
            name for name in CHOSEN if name not in by_rule and getattr(kept, name) != getattr(merged, name)
        ]
        for name in self.differing:
            self.fields[f"take_{name}"] = self._choice(name)
        self.order_fields([*(f"take_{name}" for name in self.differing), "reason"])

    def _choice(self, name: str) -> forms.ChoiceField:
        line = self._line(name)
        choices = [(KEPT, line.kept), (MERGED, line.merged)]
        nothing = (None, "", AgeBand.UNKNOWN)
        has_kept, has_merged = (getattr(each, name) not in nothing for each in (self.kept, self.merged))
        initial = KEPT if has_kept or not has_merged else MERGED
        if name == "note" and has_kept and has_merged:
            choices.append((JOINED, "両方を残す"))
            initial = KEPT if self.merged.note in self.kept.note else JOINED
        return forms.ChoiceField(
            label=line.label,
            choices=choices,
            initial=initial,
            widget=forms.RadioSelect,
            error_messages={"required": "どちらを残すか選んでください。"},
        )

    def _line(self, name: str) -> Line:
        field = Client._meta.get_field(name)
        return Line(str(field.verbose_name), self._said(self.kept, name), self._said(self.merged, name))  # type: ignore[union-attr]

    def _said(self, client: Client, name: str) -> str:
        """A value as the page may tell it: of the ways to reach her, whether there is one."""
        value = getattr(client, name)
        if self._is_behind_a_look(name):
            both = getattr(self.kept, name) and getattr(self.merged, name)
            return ("登録あり（違う内容）" if both else "登録あり") if value else "登録なし"
        label = getattr(client, f"get_{name}_display", None)
        return str(label()) if label else shown(value)

    def _is_behind_a_look(self, name: str) -> bool:
        where = self.kept.address_protected or self.merged.address_protected
        return name in BEHIND_A_LOOK or (name == "district" and where)

    def alike(self) -> Iterator[Line]:
        """Fields in which the two do not differ, but for empty ones."""
        for name in CHOSEN:
            if getattr(self.kept, name) and getattr(self.kept, name) == getattr(self.merged, name):
                line = self._line(name)
                yield Line(line.label, "同じ", "同じ") if self._is_behind_a_look(name) else line

    def sides(self) -> Iterator[forms.BoundField]:
        """The choices, in the order of the file."""
        return (self[f"take_{name}"] for name in self.differing)

    def clean(self) -> dict[str, Any]:
        """Both files are as the page showed them."""
        cleaned: dict[str, Any] = super().clean() or {}
        seen = cleaned.get("kept_version"), cleaned.get("merged_version")
        if seen != (self.kept.version, self.merged.version):
            self.add_error(None, STALE)
        return cleaned

    def saved(self) -> Merge | None:
        """The merge, or None with the reason on the form."""
        if not self.is_valid():
            return None
        chosen = {name: self.cleaned_data[f"take_{name}"] for name in self.differing}
        try:
            return Merge.of(
                self.kept,
                self.merged,
                take=[name for name, side in chosen.items() if side == MERGED],
                join=[name for name, side in chosen.items() if side == JOINED],
                reason=self.cleaned_data["reason"],
                by=self.by,
            )
        except Refused as refused:
            self.add_error(None, str(refused))
        except StaleVersion:
            self.add_error(None, STALE)
        return None


class UndoForm(ReasonForm):
    """Why the two are not one after all."""

    def undone(self, merge: Merge, *, by: User) -> bool:
        """Whether they are two again; else the reason stands on the form."""
        if not self.is_valid():
            return False
        try:
            merge.undo(self.cleaned_data["reason"], by=by)
        except Refused as refused:
            self.add_error(None, str(refused))
        except StaleVersion:
            self.add_error(None, "ほかの人が先に更新しました。内容を確かめて、もう一度押してください。")
        else:
            return True
        return False

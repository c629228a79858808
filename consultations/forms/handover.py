"""Forms of 申し送り: the sheet's own words, and one matter at a time."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Layout
from django import forms

from consultations.forms.desk import ClientField, DeskForm
from consultations.models import Handover, HandoverItem
from komatsu_support.models import User


class HandoverForm(DeskForm):
    """The sheet of a day."""

    past = ("day",)
    layout = Layout("day", "note")

    class Meta:
        model = Handover
        fields = ["day", "note"]
        widgets: ClassVar[dict[str, Any]] = {"note": forms.Textarea(attrs={"rows": 4})}
        help_texts: ClassVar[dict[str, str]] = {
            "note": "相談員の全員が読みます。お名前や番号は書かず、方ごとのことは「気になる方・申し送り事項」に書いてください",
        }


class HandoverItemForm(DeskForm):
    """A matter of a sheet, about a client or about nobody."""

    client = ClientField(required=False, help_text="この方の記録を開ける職員だけが、この事項を読めます")

    layout = Layout("client", "text", "done")

    class Meta:
        model = HandoverItem
        fields = ["client", "text", "done"]
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar[dict[str, str]] = {
            "text": "お名前は書かないでください。方のことなら、上に番号を入れてください",
        }


class NamedSheetForm(forms.Form):
    """?handover=: the sheet a new matter belongs to, if this person may write on it."""

    handover = forms.ModelChoiceField(Handover.objects.none())

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        scope = Handover.objects.changeable_by(by).standing()
        self.fields["handover"].queryset = scope  # type: ignore[attr-defined]


class NewHandoverItemForm(HandoverItemForm):
    """A new matter, of the sheet on which the button stood."""

    layout = Layout("handover", "client", "text")

    class Meta(HandoverItemForm.Meta):
        fields = ["handover", "client", "text"]
        widgets: ClassVar[dict[str, Any]] = {
            **HandoverItemForm.Meta.widgets,
            "handover": forms.HiddenInput(),
        }

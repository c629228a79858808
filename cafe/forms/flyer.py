"""The words of a month's flyer, the paper it is printed on, and whom an address of the plan is given to."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db import models

from cafe.models import CalendarFeed, Flyer
from komatsu_support.forms import RecordForm


class FlyerForm(RecordForm):
    """予定表の文言. A line that is left empty is not printed."""

    layout = Layout(
        Fieldset("見出し", "heading", "lead"),
        Fieldset("表の下の案内（空欄の行は印刷しません）", *Flyer.FOOTER, "note"),
    )

    class Meta:
        model = Flyer
        fields = [*Flyer.WORDS]
        help_texts = {
            "lead": "例 お茶を飲みに、話をしに、どうぞお気軽に",
            "place": "例 ○○センター1階 カフェスペース",
            "hours": "例 10:00～15:00（出入り自由）",
            "fee": "例 無料（食の日は100円）",
            "booking": "例 いりません。◆要予約の企画は前日までに",
            "contact": "例 電話 0761-00-0000（平日9時～16時）",
        }

    def prepare(self) -> None:
        """The limit stands under each box, and nothing pasted is cut in silence: too long a text comes back whole."""
        for name in Flyer.WORDS:
            field: Any = self.fields[name]
            field.widget.attrs.pop("maxlength", None)
            limit = f"{field.max_length}文字まで"
            field.help_text = f"{field.help_text}（{limit}）" if field.help_text else limit
            field.error_messages["max_length"] = (
                "%(limit_value)d文字までにしてください（いま%(show_value)d文字です）。"
            )


class FlyerCreateForm(FlyerForm):
    """The words of a month that has none; which month is known from the page they were asked for on."""

    layout = Layout("month", *FlyerForm.layout.fields)

    class Meta(FlyerForm.Meta):
        fields = ["month", *FlyerForm.Meta.fields]
        widgets = {"month": forms.HiddenInput}

    def prepare(self) -> None:
        """A hidden box needs no example of what to type; what the last heading was is told, not taken over."""
        super().prepare()
        self.fields["month"].widget.attrs.clear()
        first = self.initial.get("month")
        last = Flyer.objects.visible_to(self.by).before(first) if first else None
        for name in ("heading", "lead"):
            if last and (said := getattr(last, name)):
                self.fields[name].help_text += f"。前の月は「{said}」"

    def clean_month(self) -> date:
        """A month is its first day."""
        month: date = self.cleaned_data["month"]
        return month.replace(day=1)


class Orientation(models.TextChoices):
    """用紙の向き."""

    PORTRAIT = "portrait", "縦"
    LANDSCAPE = "landscape", "横"


class PaperForm(forms.Form):
    """?paper=landscape: how the sheet lies. What cannot be read stands upright."""

    paper = forms.ChoiceField(choices=Orientation, required=False)

    @property
    def is_landscape(self) -> bool:
        """Whether it lies on its long side."""
        return self.is_valid() and self.cleaned_data["paper"] == Orientation.LANDSCAPE


class CalendarFeedForm(RecordForm):
    """渡した先 of one address."""

    layout = Layout("label")

    class Meta:
        model = CalendarFeed
        fields = ["label"]

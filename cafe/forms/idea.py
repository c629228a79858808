"""企画の種: the idea, why it is let go, and its votes."""

from __future__ import annotations

import uuid
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils import timezone

from cafe.forms.fields import YenField
from cafe.models import Idea
from komatsu_support.fields import CountField
from komatsu_support.forms import OfficeForm, RecordForm
from komatsu_support.http import page_of_ours


class IdeaForm(RecordForm):
    """An idea; its title is enough."""

    layout = Layout(
        "title",
        Fieldset(
            "わかる範囲で",
            Row(Column("source", css_class="col-md-6"), Column("heard_on", css_class="col-md-6")),
            "text",
            "needs",
            Row(Column("cost_yen", css_class="col-md-6")),
        ),
    )

    class Meta:
        model = Idea
        fields = ["title", "source", "heard_on", "text", "needs", "cost_yen"]
        field_classes = {"cost_yen": YenField}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"title": "例 みそづくりを教わりたい", "heard_on": "わからなければ今日のままで"}

    def prepare(self) -> None:
        """A new idea is written down when it is heard."""
        if self.is_new and not self.is_bound:
            self.initial.setdefault("heard_on", timezone.localdate())

    def clean_heard_on(self) -> Any:
        """What was heard is past."""
        heard_on = self.cleaned_data["heard_on"]
        if heard_on > timezone.localdate():
            raise forms.ValidationError("聞いた日は、今日までの日付にしてください。")
        return heard_on


class IdeaDeclineForm(RecordForm):
    """見送る: the idea waits no longer, with the reason."""

    layout = Layout("let_go_reason")

    class Meta:
        model = Idea
        fields = ["let_go_reason"]
        help_texts = {"let_go_reason": "例 火を使えないため、来年度に考えるため"}

    def prepare(self) -> None:
        """Without a reason it is not let go."""
        self.fields["let_go_reason"].required = True
        self.fields["let_go_reason"].error_messages["required"] = "見送る理由を入力してください。"

    def clean(self) -> dict[str, Any]:
        """What became an event is not let go any more."""
        cleaned = super().clean()
        if self.instance.events.on_standing_days().exists():
            self.add_error(
                None, "この種は企画になっています。見送るときは、先にその企画を取り消してください。"
            )
        return cleaned


class VoteForm(forms.Form):
    """＋1: which press it is, and the page to go back to."""

    press = forms.UUIDField()
    back = forms.CharField(required=False)

    @property
    def back_url(self) -> str:
        """The page it was pressed on; "" where that is none of ours."""
        return page_of_ours(getattr(self, "cleaned_data", {}).get("back", ""))


class IdeaTallyForm(OfficeForm):
    """集めた票を入れる: the votes of a paper sheet, as one press."""

    number = CountField(
        label="票の数",
        min_value=1,
        max_value=99,
        help_text="用紙の正の字を数えた数。1から99まで",
        error_messages={
            "required": "票の数を入力してください。",
            "min_value": "票の数は1から99までで入力してください。",
            "max_value": "票の数は1から99までで入力してください。",
        },
    )
    press = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, idea: Idea) -> None:
        super().__init__(data, initial={"press": uuid.uuid4()})
        self.idea = idea

    def clean(self) -> dict[str, Any]:
        """Another number than that with which this page was sent before is a mistake, not more votes. What it
        sent and was taken back is told: the next press is a new one."""
        cleaned: dict[str, Any] = super().clean() or {}
        if {"number", "press"} <= set(cleaned):
            votes = self.idea.votes.filter(press=cleaned["press"])
            sent = votes.count()
            if sent and not votes.standing().exists():
                self.data = {**self.data.dict(), "press": str(uuid.uuid4())}  # type: ignore[attr-defined]
                self.add_error(
                    "number",
                    f"この画面から入れた{sent}票は、もどしてあります。入れ直すときは、もう一度「票を入れる」を押してください。",
                )
            elif sent not in (0, cleaned["number"]):
                self.add_error(
                    "number",
                    f"この画面からは{sent}票を入れてあります。直すときは、種の画面の「もどす」を押してから入れ直してください。",
                )
        return cleaned

"""The form of a consultation, in the order in which one hears things: the text first.

◎ and 方法, which no record goes without, follow the text at once, then who, then when: a call from somebody
known is written down with a few keys beside the text. What is thought over after the call comes last.
"""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import HTML, Column, Div, Field, Fieldset, Layout, Row
from django import forms
from django.db import models
from django.urls import reverse
from django.utils import timezone

from consultations.forms.desk import PEOPLE, ClientField, OfCaseForm, OpenDayField, StaffField
from consultations.models import Consultation
from komatsu_support.fields import TermsField
from komatsu_support.models import User

TOPICS = HTML('{% include "consultations/intake.html#topics" %}')
CLIENT = Div("client", HTML('{% include "consultations/intake.html#client" %}'), css_class="picker")
SAID = Fieldset("話されたこと", "content")
ABOUT = Fieldset(
    "主訴と方法",
    TOPICS,
    InlineRadios("method"),
    Div(
        Field("usual_reason", wrapper_class="usual"),
        Div("not_countable_reason", "is_countable", css_class="unusual"),
        css_class="counting",
    ),
)
OF_HER = (Row(Column("case"), Column("caller")), Row(Column("age_band"), Column("visit_type")))
PEOPLE_THERE = (Row(Column("place"), Column("staff")), "co_staff")
AFTERWARDS = (
    Fieldset("対応", "response", "responses", "assessment"),
    Fieldset(
        "緊急度とリスク",
        InlineRadios("urgency"),
        Row(Column("dv"), Column("suicide_risk")),
        "abuse_suspected",
    ),
    Fieldset("経路・きっかけ", Row(Column("source"), Column("open_day")), "awareness"),
    Fieldset("次回", Row(Column("next_on"), Column("next_plan"))),
)
USUAL_REASONS = ("間違い電話", "機関との連絡のみ", "時間の問い合わせ")
ANOTHER_REASON = "another"


class ConsultationForm(OfCaseForm):
    """相談記録: one contact with one person on one occasion."""

    client = ClientField(
        required=False,
        label="相談者",
        widget=forms.TextInput(attrs={"maxlength": 40, "placeholder": "例 ミホン、R6-0012"}),
        help_text="カナ・氏名・呼び名・電話の初めか番号。匿名の方は空欄のままで。あとから結べます",
        error_messages={
            "invalid_choice": "この番号の相談者は見つかりません。カナなどで探して一覧から選ぶか、番号（例 R6-0012）を確かめてください。"
        },
    )
    staff = StaffField(User.objects.none(), label="相談員")
    topics = TermsField(kind="topic", label="内容（○）", help_text="主訴のほかに当てはまるものすべて")
    awareness = TermsField(kind="awareness")
    responses = TermsField(kind="response")
    open_day = OpenDayField(
        required=False, label="カフェの日", help_text="とんとんカフェでの話から始まった相談のとき"
    )
    usual_reason = forms.ChoiceField(
        label="件数に数えない連絡のとき",
        required=False,
        choices=[
            ("", "－"),
            *((reason, reason) for reason in USUAL_REASONS),
            (ANOTHER_REASON, "ほかの理由"),
        ],
        help_text="選ぶと件数に数えません",
    )

    people = ("staff", "co_staff")
    past: ClassVar[tuple[str, ...]] = ("consulted_on",)
    computed = ("age_band", "visit_type", "is_countable", "not_countable_reason")
    aside: ClassVar[frozenset[str]] = frozenset({"usual_reason"})
    """Fields that only help to fill in others."""

    layout = Layout(
        SAID,
        ABOUT,
        Fieldset("どなた", CLIENT, *OF_HER),
        Fieldset(
            "いつ・どこで・だれが",
            Row(Column("consulted_on"), Column("started_at"), Column("minutes")),
            *PEOPLE_THERE,
        ),
        *AFTERWARDS,
    )

    class Meta:
        model = Consultation
        fields = [
            "content",
            "response",
            "assessment",
            "main_topic",
            "method",
            "place",
            "caller",
            "client",
            "case",
            "age_band",
            "visit_type",
            "consulted_on",
            "started_at",
            "minutes",
            "staff",
            "co_staff",
            "source",
            "open_day",
            "urgency",
            "dv",
            "suicide_risk",
            "abuse_suspected",
            "next_on",
            "next_plan",
            "is_countable",
            "not_countable_reason",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "co_staff": PEOPLE,
            "started_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "response": forms.Textarea(attrs={"rows": 4}),
            "assessment": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts: ClassVar[dict[str, str]] = {
            "age_band": "生年月日のわかる方は相談日の年齢から決まります",
            "visit_type": "空欄なら記録から決めます",
            "not_countable_reason": "選んだ理由と違うとき、くわしく残したいとき",
        }

    def prepare(self) -> None:
        """Oneself as 相談員; ◎ apart from ○; the typed number asks whose it is."""
        super().prepare()
        self.fields["method"].error_messages["required"] = "相談方法を選んでください。"
        if self.is_new:
            self.fields["content"].widget.attrs["autofocus"] = not self.is_bound
            self.initial.setdefault("staff", self.by.pk)
            if self.about:
                self.initial["age_band"] = self.about.age_band_on(timezone.localdate())
        else:
            self.initial["open_day"] = self.instance.open_day
            self.initial["topics"] = self._others()
        for name in ("main_topic", "method", "urgency"):
            self._as_radios(name)
        proposed = self.fields["visit_type"]
        proposed.choices = [("", "記録から決める"), *Consultation.VisitType.choices]  # type: ignore[attr-defined]
        self.fields["client"].widget.attrs.update(self._asks_whose())

    def _others(self) -> list[models.Model]:
        """The ○ as stored, without the ◎ unless it is ticked once more."""
        main = self.instance.main_topic_id
        twice = self.is_bound and str(main) in self.data.getlist("topics")  # type: ignore[attr-defined]
        return [each for each in self.initial["topics"] if twice or each.pk != main]

    def _as_radios(self, name: str) -> None:
        """A short list that always has an answer: all words in sight."""
        field = self.fields[name]
        words = [(key, label) for key, label in field.choices if key]  # type: ignore[attr-defined]
        field.widget = forms.RadioSelect()
        field.choices = words  # type: ignore[attr-defined]

    def _asks_whose(self) -> dict[str, str]:
        """Attributes of a box that fetches the name and the cases of the number typed in it."""
        return {
            "data-hx-post": reverse("consultations:consultation_client"),
            "data-hx-trigger": "change changed",
            "data-hx-include": "this",
            "data-hx-target": "#client-found",
            "data-hx-swap": "innerHTML",
        }

    @property
    def topic_rows(self) -> list[tuple[Any, Any]]:
        """Each topic with its ◎ and its ○, in the order of the master list."""
        return list(zip(self["main_topic"], self["topics"], strict=True))

    def clean(self) -> dict[str, Any]:
        """A case belongs to the client; a reason to leave out belongs to what is left out."""
        cleaned = super().clean()
        client, case = cleaned.get("client"), cleaned.get("case")
        if client and case and case.client_id != client.pk:
            self.add_error("case", "この支援ケースは別の方のものです。この方の支援ケースを選んでください。")
        if usual := cleaned.get("usual_reason"):
            self._leave_out(usual)
        if cleaned.get("is_countable") and cleaned.get("not_countable_reason"):
            self.add_error(
                "not_countable_reason",
                "数えないときは「件数に数える」を外し、数えるときは理由を消してください。",
            )
        return cleaned

    def _leave_out(self, usual: str) -> None:
        """Whoever chooses why it does not count, has said that it does not; her own words go first."""
        self.cleaned_data["is_countable"] = False
        if usual != ANOTHER_REASON and not self.cleaned_data.get("not_countable_reason"):
            self.cleaned_data["not_countable_reason"] = usual

    def changed_names(self) -> list[str]:
        """Names of the fields that this save changes, without those that only helped."""
        return [name for name in super().changed_names() if name not in self.aside]

    def more_terms(self) -> list[models.Model]:
        """◎ is among what is ticked."""
        main = self.cleaned_data.get("main_topic")
        return [main] if main else []

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self._settle()

    def _settle(self) -> None:
        """Fix 年代 and 職種 as on the day; propose 新規・継続・再来 where nobody chose."""
        if self.is_new or {"client", "consulted_on", "age_band", "staff"} & set(self.changed_data):
            self.instance.freeze()
        chosen = self.cleaned_data["visit_type"]
        if not self.instance.is_countable:
            self.instance.visit_type = ""
        elif not chosen or ("client" in self.changed_data and "visit_type" not in self.changed_data):
            self.instance.visit_type = self.instance.proposed_visit_type()

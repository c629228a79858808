"""The form of a consultation, in the order in which one hears things: the text first.

◎ and 方法, which no record goes without, follow the text at once, then who, then when: a call from somebody
known is written down with a few keys beside the text. What is thought over after the call comes last.
"""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import HTML, Column, Div, Field, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from cafe.models import Introduction
from consultations.forms.desk import PEOPLE, ClientField, OfCaseForm, OpenDayField, StaffField
from consultations.models import Appointment, Client, Consultation, settle_visits
from consultations.models.consultation import CAFE
from consultations.models.visits import Visits
from komatsu_support.fields import TermsField
from komatsu_support.models import User

ORDER = {"client", "consulted_on", "started_at", "is_countable"}
"""Fields that decide where a talk stands among those of the client."""
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
OF_HER = (
    Row(Column("case"), Column("caller")),
    Row(Column("age_band"), Column("visit_type"), Column("visit_type_reason")),
)
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

    appointment = forms.ModelChoiceField(
        Appointment.objects.all(), required=False, widget=forms.HiddenInput, label="予約"
    )
    introduction = forms.ModelChoiceField(
        Introduction.objects.all(), required=False, widget=forms.HiddenInput, label="カフェからの橋"
    )

    people = ("staff", "co_staff")
    past: ClassVar[tuple[str, ...]] = ("consulted_on",)
    computed = ("age_band", "visit_type", "visit_type_reason", "is_countable", "not_countable_reason")
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
            "visit_type_reason",
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
            "visit_type": "ふつうは選ばず、記録から決めます",
            "visit_type_reason": "記録から決まるものと違うときだけ",
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
            if "introduction" in self.initial:
                self._begin_in_the_cafe()
        else:
            del self.fields["appointment"], self.fields["introduction"]
            self.initial["open_day"] = self.instance.open_day
            self._keep_the_day()
            self.initial["topics"] = self._others()
        for name in ("main_topic", "method", "urgency"):
            self._as_radios(name)
        self._offer_the_rule()
        self.fields["client"].widget.attrs.update(self._asks_whose())

    def _keep_the_day(self) -> None:
        """The day it began on stays, though it was taken back since: whoever corrects a text must not lose it."""
        day, field = self.instance.open_day, self.fields["open_day"]
        if day is not None and day.is_voided:
            again = field.queryset.filter(held_on=day.held_on)  # type: ignore[attr-defined]
            if not again.exists():
                field.queryset |= type(day).objects.filter(pk=day.pk)  # type: ignore[attr-defined]

    def _begin_in_the_cafe(self) -> None:
        """経路 and きっかけ of a talk that comes of a 橋, as long as the master lists know the café."""
        source, awareness = (self.fields[name].code(CAFE) for name in ("source", "awareness"))  # type: ignore[attr-defined]
        self.initial.setdefault("source", source)
        self.initial.setdefault("awareness", [awareness] if awareness else [])

    def _offer_the_rule(self) -> None:
        """新規・継続・再来 by the rule first, which is chosen unless somebody corrected it with a reason."""
        now = f"（いまは{self.instance.get_visit_type_display()}）" if self.instance.visit_type else ""
        field = self.fields["visit_type"]
        field.choices = [("", f"記録から決める{now}"), *Consultation.VisitType.choices]  # type: ignore[attr-defined]
        if not self.instance.visit_type_reason:
            self.initial["visit_type"] = ""

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

    @property
    def topic_rows(self) -> list[tuple[Any, Any]]:
        """Each topic with its ◎ and its ○, in the order of the master list."""
        return list(zip(self["main_topic"], self["topics"], strict=True))

    def clean(self) -> dict[str, Any]:
        """A reason to leave out belongs to what is left out; a 予約 to whom the time was kept for."""
        cleaned = super().clean()
        booked = cleaned.get("appointment")
        if booked and booked.client_id and booked.client_id != getattr(cleaned.get("client"), "pk", None):
            self.add_error("client", "この相談は予約から始めました。予約の方の番号に戻してください。")
        if usual := cleaned.get("usual_reason"):
            self._leave_out(usual)
        if cleaned.get("is_countable") and cleaned.get("not_countable_reason"):
            self.add_error(
                "not_countable_reason",
                "数えないときは「件数に数える」を外し、数えるときは理由を消してください。",
            )
        if self.errors and cleaned.get("is_countable") and cleaned.get("main_topic", ...) is None:
            self.add_error("main_topic", self._without_main_topic())
        return cleaned

    @staticmethod
    def _without_main_topic() -> str:
        """What saving would say of a missing ◎; said with other errors, so that nobody is stopped twice."""
        constraints = (
            each for each in Consultation._meta.constraints if each.violation_error_code == "main_topic"
        )
        return str(next(constraints).violation_error_message)

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
        """Fix 年代 and 職種 as on the day; take 新規・継続・再来 from the rule or from who corrects it."""
        changed = set(self.changed_data)
        if self.is_new or {"client", "consulted_on", "age_band"} & changed:
            self.instance.freeze_age_band()
        if self.is_new or "staff" in changed:
            self.instance.freeze_profession()
        self.visits = Visits(self.instance.client) if self.instance.client else None
        chosen, reason = self.cleaned_data["visit_type"], self.cleaned_data["visit_type_reason"]
        if not chosen and "visit_type_reason" not in self.changed_data:
            self.instance.visit_type_reason = ""  # back to the rule, and the old reason with it
        self.instance.follow_rule(self.visits)
        if chosen and not reason and self.instance.visit_type not in ("", chosen):
            self._ask_why(chosen)

    def _ask_why(self, chosen: str) -> None:
        """A choice that differs from the rule says why."""
        by_rule, other = self.instance.get_visit_type_display(), Consultation.VisitType(chosen).label
        self.add_error(
            "visit_type_reason",
            f"記録からは「{by_rule}」になります。「{other}」とする理由を入力してください。",
        )

    def _write(self) -> None:
        """The talk, the 予約 or 橋 it came from, and the client's other talks as far as this one decides them."""
        clients = self._decided_anew()
        is_another_s = not self.is_new and "client" in self.changed_names()
        if introduction := self.cleaned_data.get("introduction"):
            self._take_up(introduction)
        super()._write()
        if appointment := self.cleaned_data.get("appointment"):
            self._keep(appointment)
        if is_another_s:
            self.instance.take_appointment_along("相談者の訂正", by=self.by)
        for client in clients:
            settle_visits(client, by=self.by)

    def _take_up(self, introduction: Introduction) -> None:
        """A 橋 that somebody else took up meanwhile is let go with the next press."""
        try:
            self.instance.take_up(introduction)
        except ValueError as taken:
            self._set_posted("introduction", "")
            raise ValidationError(
                f"{taken}もう一度「登録」を押すと、橋とはつながずに登録します。入力は下に残っています。"
            ) from None

    def _keep(self, appointment: Appointment) -> None:
        """来談; a 予約 that is gone meanwhile is let go with the next press."""
        try:
            appointment.keep(self.instance, by=self.by)
        except ValidationError:
            self._set_posted("appointment", "")
            raise

    def _decided_anew(self) -> set[Client]:
        """Whose other talks this save may change: nobody's, where the latest talk is added or a text corrected."""
        her, visits = self.instance.client, self.visits
        if self.is_new:
            return {her} if her and visits and visits.is_followed(self.instance) else set()
        return {her, self.initial["client"]} - {None} if ORDER & set(self.changed_names()) else set()

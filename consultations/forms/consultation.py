"""The form of a consultation, in the order in which one hears things: the text first.

◎ and 方法, which no record goes without, follow the text at once: a call from somebody known is written
down with a few keys beside the text.
"""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from consultations.forms.desk import PEOPLE, ClientField, OfCaseForm, OpenDayField, StaffField
from consultations.models import Appointment, Client, Consultation, settle_visits
from consultations.models.visits import Visits
from komatsu_support.fields import TermsField
from komatsu_support.models import User

ORDER = {"client", "consulted_on", "started_at", "is_countable"}
"""Fields that decide where a talk stands among those of the client."""
FOUND = HTML(
    '<p id="client-found" class="fw-bold" role="status">{% if form.about %}{{ form.about.called }}{% endif %}</p>'
)


class ConsultationForm(OfCaseForm):
    """相談記録: one contact with one person on one occasion."""

    client = ClientField(
        required=False, help_text="匿名の方、番号のまだない方は空欄のままで。あとから結べます"
    )
    staff = StaffField(User.objects.none(), label="相談員")
    topics = TermsField(kind="topic", label="内容（○）", help_text="主訴のほかに当てはまるものすべて")
    awareness = TermsField(kind="awareness")
    responses = TermsField(kind="response")
    open_day = OpenDayField(
        required=False, label="カフェの日", help_text="とんとんカフェでの話から始まった相談のとき"
    )

    appointment = forms.ModelChoiceField(
        Appointment.objects.all(), required=False, widget=forms.HiddenInput, label="予約"
    )

    people = ("staff", "co_staff")
    past = ("consulted_on",)
    computed = ("age_band", "visit_type", "visit_type_reason")
    layout = Layout(
        Fieldset("話されたこと", "content", "response", "assessment"),
        Fieldset("主訴と方法", "main_topic", InlineRadios("method")),
        Fieldset("内容・場所", "topics", Row(Column("place"), Column("caller"))),
        Fieldset(
            "どなた",
            Row(Column("client"), Column("case")),
            FOUND,
            Row(Column("age_band"), Column("visit_type"), Column("visit_type_reason")),
        ),
        Fieldset(
            "いつ・だれが",
            Row(Column("consulted_on"), Column("started_at"), Column("minutes")),
            "staff",
            "co_staff",
        ),
        Fieldset("経路・きっかけ・対応", "source", "awareness", "open_day", "responses"),
        Fieldset(
            "緊急度とリスク",
            InlineRadios("urgency"),
            Row(Column("dv"), Column("suicide_risk")),
            "abuse_suspected",
        ),
        Fieldset("次回", Row(Column("next_on"), Column("next_plan"))),
        Fieldset("件数", "is_countable", "not_countable_reason"),
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
            "not_countable_reason": "機関との連絡だけ、間違い電話、時間の問い合わせなどは件数に数えず、理由を書きます",
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
            del self.fields["appointment"]
            self.initial["open_day"] = self.instance.open_day
            self.initial["topics"] = self._others()
        for name in ("method", "urgency"):
            self._as_radios(name)
        self._offer_the_rule()
        self.fields["client"].widget.attrs.update(self._asks_whose())

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

    def clean(self) -> dict[str, Any]:
        """A reason to leave out belongs to what is left out; a 予約 to whom the time was kept for."""
        cleaned = super().clean()
        booked = cleaned.get("appointment")
        if booked and booked.client_id and booked.client_id != getattr(cleaned.get("client"), "pk", None):
            self.add_error("client", "この相談は予約から始めました。予約の方の番号に戻してください。")
        if cleaned.get("is_countable") and cleaned.get("not_countable_reason"):
            self.add_error(
                "not_countable_reason",
                "数えないときは「件数に数える」を外し、数えるときは理由を消してください。",
            )
        return cleaned

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
        if self.is_new or {"client", "consulted_on", "age_band", "staff"} & set(self.changed_data):
            self.instance.freeze()
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
        """The talk, the 予約 it came from, and the client's other talks as far as this one decides them."""
        clients = self._decided_anew()
        super()._write()
        if appointment := self.cleaned_data.get("appointment"):
            self._keep(appointment)
        for client in clients:
            settle_visits(client, by=self.by)

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
        return {her, self.initial["client"]} - {None} if ORDER & set(self.changed_data) else set()

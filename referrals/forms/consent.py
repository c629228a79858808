"""Forms of consents. What was sent on the ground of one stays covered by it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django.db.models import Max, Min

from consultations.forms import PEOPLE, ClientField, DeskForm
from komatsu_support.fiscal import wareki
from referrals.forms.agencies import offer_agencies
from referrals.models import Agency, Consent

SCOPE = Fieldset("何を・だれに・何のために", "agencies", "items", "purpose")
GIVEN = Fieldset(
    "同意のしかた",
    Row(Column("obtained_on"), Column("method")),
    Row(Column("text_version"), Column("guardian_note")),
)
END = Fieldset("いつまで", Row(Column("valid_until"), Column("withdrawn_on")))


class ConsentChangeForm(DeskForm):
    """A consent of a client, who stays the same."""

    past = ("obtained_on", "withdrawn_on")
    layout = Layout(SCOPE, GIVEN, END)

    class Meta:
        model = Consent
        fields = [
            "agencies",
            "items",
            "purpose",
            "obtained_on",
            "method",
            "text_version",
            "guardian_note",
            "valid_until",
            "withdrawn_on",
        ]
        widgets: ClassVar[dict[str, Any]] = {"agencies": PEOPLE}
        help_texts: ClassVar[dict[str, str]] = {
            "items": "例 氏名と電話番号、相談の経過",
            "purpose": "例 食料支援の利用を申し込むため",
            "guardian_note": "代理のとき、だれが同意したか",
            "valid_until": "空欄なら期限なし",
            "withdrawn_on": "本人が取りやめたとき。この日から先の依頼には使えません",
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "agencies": {"required": "伝えてよい機関を1つ以上選んでください。"}
        }

    def prepare(self) -> None:
        """Offer the agencies in use."""
        super().prepare()
        offer_agencies(self, "agencies")

    def clean(self) -> dict[str, Any]:
        """What was already sent with this consent remains within it."""
        cleaned = super().clean()
        if not self.is_new and not self.errors:
            self._keeps_what_was_sent(cleaned)
        return cleaned

    def _keeps_what_was_sent(self, cleaned: dict[str, Any]) -> None:
        sent = self.instance.referrals.sent()
        days = sent.aggregate(first=Min("sent_on"), last=Max("sent_on"))
        if days["first"] is None:
            return
        dropped = Agency.objects.filter(referrals__in=sent).exclude(pk__in=cleaned["agencies"])
        if dropped.exists():
            self.add_error(
                "agencies",
                "この同意で依頼した機関は外せません。今後の依頼を止めるには撤回日を入力してください。",
            )
        self._not_between(cleaned, days["first"], days["last"])

    def _not_between(self, cleaned: dict[str, Any], first: date, last: date) -> None:
        """The days of a consent leave no sent day outside."""
        said = f"この同意での依頼（{wareki(first)}～{wareki(last)}）が範囲の外になります。"
        if cleaned["obtained_on"] > first:
            self.add_error("obtained_on", f"{said}同意日は最初の依頼日以前にしてください。")
        if cleaned["valid_until"] and cleaned["valid_until"] < last:
            self.add_error("valid_until", f"{said}期限は最後の依頼日以降にしてください。")
        if cleaned["withdrawn_on"] and cleaned["withdrawn_on"] <= last:
            self.add_error("withdrawn_on", f"{said}撤回日は最後の依頼日より後にしてください。")


class ConsentForm(ConsentChangeForm):
    """A new consent of a client."""

    client = ClientField()

    layout = Layout(Fieldset("どなたの同意", "client"), SCOPE, GIVEN, END)

    class Meta(ConsentChangeForm.Meta):
        fields = ["client", *ConsentChangeForm.Meta.fields]

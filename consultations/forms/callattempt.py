"""Forms of calls: what came of it is the button that is pressed."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils import timezone

from consultations.forms.desk import ClientField, OfCaseForm, StaffField
from consultations.models import CallAttempt
from komatsu_support.models import User

MESSAGE = CallAttempt.Result.MESSAGE


class CallAttemptChangeForm(OfCaseForm):
    """A call as it was written down. Whom it was to stays."""

    message_is_safe = forms.BooleanField(
        required=False,
        label="伝言は留守電ではなく、本人が了解した相手に頼みました",
        help_text="この方は留守電を残してはいけない方です",
    )
    staff = StaffField(User.objects.none(), label="かけた職員")

    people = ("staff",)
    past = ("called_on",)
    layout = Layout(
        Fieldset("いつ・だれが", Row(Column("called_on"), Column("called_at")), "staff", "case"),
        Fieldset("結果", "result", "message_is_safe", "note"),
    )

    class Meta:
        model = CallAttempt
        fields = ["called_on", "called_at", "staff", "case", "result", "note"]
        widgets: ClassVar[dict[str, Any]] = {
            "called_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts: ClassVar[dict[str, str]] = {
            "note": "だれが出たか、いつかけ直すか。相談の中身は相談記録に"
        }

    def prepare(self) -> None:
        """Ask about the message only where a voicemail may not be left."""
        super().prepare()
        if self.is_new:
            self.initial.setdefault("staff", self.by.pk)
        client = self.about
        if client is None or client.voicemail:
            self.fields["message_is_safe"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Nothing has happened later than now; a message was left where one may be left."""
        cleaned = super().clean()
        day, at = cleaned.get("called_on"), cleaned.get("called_at")
        now = timezone.localtime()
        if day == now.date() and at and at > now.time():
            self.add_error("called_at", "今より前の時刻を入力してください。")
        client = self.about
        is_told = self.is_new or "result" in self.changed_data
        if cleaned.get("result") == MESSAGE and is_told and client and not client.voicemail:
            self._asks_about_the_message(cleaned)
        return cleaned

    def _asks_about_the_message(self, cleaned: dict[str, Any]) -> None:
        self.fields["message_is_safe"].widget = forms.CheckboxInput()
        if not cleaned.get("message_is_safe"):
            self.add_error(
                "message_is_safe",
                "留守電を残してはいけない方です。留守電に残したときは主任相談員に伝えてください。"
                "本人が了解した相手への伝言なら、ここに印を付けて、もう一度「伝言」を押してください。",
            )


class CallAttemptForm(CallAttemptChangeForm):
    """A new call to a client: day, time and who are filled in, the result is a button."""

    client = ClientField()

    layout = Layout(
        Row(Column("client"), Column("case")),
        Row(Column("called_on"), Column("called_at"), Column("staff")),
        "message_is_safe",
        "note",
    )

    class Meta(CallAttemptChangeForm.Meta):
        fields = ["client", *CallAttemptChangeForm.Meta.fields]

    def prepare(self) -> None:
        """Say which buttons are meant."""
        super().prepare()
        self.fields["result"].error_messages["required"] = "下の結果のボタンを1つ押してください。"
        self.fields["result"].widget = forms.HiddenInput()

"""Forms that give a talk with nobody known to a client, later: one who is found, or one who is made here."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from consultations.models import Client, Consultation
from komatsu_support.fields import KanaField
from komatsu_support.forms import OfficeForm, RecordForm
from komatsu_support.models import StaleVersion, User

TOO_LATE = "ほかの人が先にこの相談記録を更新しました。内容を確かめてから、もう一度結んでください。"


class AttachForm(OfficeForm):
    """One of the clients found, as the page offers them."""

    client = forms.ModelChoiceField(
        Client.objects.none(),
        error_messages={
            "required": "相談者を選んでください。",
            "invalid_choice": "この相談者は選べません。もう一度探してください。",
        },
    )

    def __init__(self, data: Any, *, talk: Consultation, by: User) -> None:
        super().__init__(data)
        self.talk, self.by = talk, by
        self.fields["client"].queryset = Client.objects.changeable_by(by).standing()  # type: ignore[attr-defined]

    def attached(self) -> bool:
        """Whether the talk is hers now; else the errors say why not."""
        if not self.is_valid():
            return False
        try:
            self.talk.attach(self.cleaned_data["client"], by=self.by)
        except StaleVersion:
            self.add_error(None, TOO_LATE)
            return False
        return True


class ClientHereForm(RecordForm):
    """A client made from the talk, by whatever name she is known: file and talk in one transaction."""

    name_kana = KanaField(label="氏名カナ", required=False, max_length=80)

    layout = Layout("alias", Row(Column("name"), Column("name_kana")))

    class Meta:
        model = Client
        fields = ["alias", "name", "name_kana"]

    def __init__(self, *args: Any, talk: Consultation | None = None, **kwargs: Any) -> None:
        self.talk = talk
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Some name, so that she is found when she calls again."""
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in self.Meta.fields) and not self.errors:
            self.add_error("alias", "呼び名、氏名、カナのどれかを入力してください。")
        return cleaned

    def _write(self) -> None:
        """Her file begins with the talk: its day, its 年代, its 相談員."""
        if self.talk is None:
            raise ValidationError(TOO_LATE)
        client: Client = self.instance
        client.first_contact_on, client.age_band = self.talk.consulted_on, self.talk.age_band
        client.staff = self.by
        super()._write()
        try:
            self.talk.attach(client, by=self.by)
        except StaleVersion:
            raise ValidationError(TOO_LATE) from None

"""What becomes of a 橋: a talk that is written down already, or none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from cafe.models import Introduction
from consultations.models import Consultation
from komatsu_support.forms import OfficeForm, RecordForm
from komatsu_support.models import StaleVersion, User

TOO_LATE = "ほかの人が先にこの相談記録を更新しました。内容を確かめてから、もう一度つないでください。"


class IntroductionLinkForm(OfficeForm):
    """One of one's own talks since the day of the café that came of no 橋 yet, as the page offers them."""

    talk = forms.ModelChoiceField(
        Consultation.objects.none(),
        label="相談記録",
        error_messages={
            "required": "相談記録を選んでください。",
            "invalid_choice": "この相談記録は選べません。一覧から選び直してください。",
        },
    )

    def __init__(self, data: Any, *, introduction: Introduction, by: User) -> None:
        super().__init__(data)
        self.introduction, self.by = introduction, by
        mine = Consultation.objects.changeable_by(by).standing().filter(staff=by, introduction=None)
        since = mine.filter(consulted_on__gte=introduction.open_day.held_on)
        self.talks = since.select_related("client", "method", "main_topic").order_by("consulted_on", "pk")
        self.fields["talk"].queryset = self.talks  # type: ignore[attr-defined]

    def linked(self) -> Consultation | None:
        """The talk, once it is linked; else the errors say why not."""
        if not self.is_valid():
            return None
        talk: Consultation = self.cleaned_data["talk"]
        try:
            talk.come_from(self.introduction, by=self.by)
        except ValueError as taken:
            self.add_error(None, str(taken))
        except StaleVersion:
            self.add_error(None, TOO_LATE)
        else:
            return talk
        return None


class IntroductionDropForm(RecordForm):
    """相談にならなかった: why, from the list. No words, or somebody would be described."""

    drop_reason = forms.ChoiceField(
        label="相談にならなかった理由",
        choices=Introduction.DropReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "相談にならなかった理由を選んでください。"},
    )

    class Meta:
        model = Introduction
        fields = ("drop_reason",)

    def _write(self) -> None:
        """The verb of the model, which refuses what somebody else has settled."""
        try:
            self.instance.drop(self.cleaned_data["drop_reason"], on=timezone.localdate(), by=self.by)
        except ValueError as settled:
            raise forms.ValidationError(str(settled)) from None

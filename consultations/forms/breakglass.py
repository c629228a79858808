"""Forms of 緊急閲覧: the reason before a closed file opens, and another person's word on it after."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from consultations.models import BreakGlass
from komatsu_support.forms import RecordForm
from komatsu_support.models import AuditEvent

SHORTEST = BreakGlass.SHORTEST_REASON


def in_detail(reason: str) -> str:
    """The reason, if it has ten characters that say something; blanks say nothing."""
    if len("".join(reason.split())) < SHORTEST:
        raise ValidationError(f"理由を{SHORTEST}文字以上で具体的に入力してください。")
    return reason


class BreakGlassForm(RecordForm):
    """Why one closed file must be read now. Its instance names the client, so that no field can name another."""

    class Meta:
        model = BreakGlass
        fields = ("reason",)
        widgets: ClassVar[dict[str, Any]] = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar[dict[str, str]] = {
            "reason": f"だれが・何のために、いま見る必要があるか。空白を除いて{SHORTEST}文字以上"
        }
        error_messages: ClassVar[dict[str, Any]] = {"reason": {"required": "理由を入力してください。"}}

    def clean_reason(self) -> str:
        """A reason in so many words."""
        return in_detail(self.cleaned_data["reason"])

    def _write(self) -> None:
        """The hour begins, and the trail says so, before anything is shown."""
        self.instance.until = timezone.now() + BreakGlass.LENGTH
        self.instance.save(by=self.by, action=AuditEvent.Action.EMERGENCY, changed=self.changed_names())


class ReviewForm(RecordForm):
    """確認: what another lead found about a broken glass."""

    class Meta:
        model = BreakGlass
        fields = ("review_note",)
        widgets: ClassVar[dict[str, Any]] = {"review_note": forms.Textarea(attrs={"rows": 2})}

    def _write(self) -> None:
        """The verb of the model, which refuses one's own."""
        self.instance.review(self.cleaned_data["review_note"], by=self.by)

"""What is asked before a list of persons leaves the office."""

from __future__ import annotations

from django import forms

from consultations.forms.client import SHORTEST_REASON
from komatsu_support.forms import ReasonForm


class ExportForm(ReasonForm):
    """氏名入りの出力: why. The reason stands in the trail."""

    reason = forms.CharField(
        label="出力する理由",
        min_length=SHORTEST_REASON,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"{SHORTEST_REASON}文字以上。例「個別ケース会議の資料のため」。相談者の名前は書かないでください",
        error_messages={
            "required": "理由を入力してください。",
            "min_length": f"理由を{SHORTEST_REASON}文字以上で入力してください。",
        },
    )

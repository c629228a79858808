"""The form of 封印の引継ぎ: which colleague opens the file from now on, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from consultations.forms.breakglass import SHORTEST, in_detail
from consultations.models import Client
from komatsu_support.forms import OfficeForm
from komatsu_support.models import StaleVersion, User

LATE = "この相談者は、もうこの一覧にありません。ほかの人か、1回目の操作で引き継がれています。何も変えていません。"


class EntrustForm(OfficeForm):
    """One of the colleagues for one file. Bound only where the press was for this file."""

    colleague = forms.ModelChoiceField(
        User.objects.none(),
        label="これから開ける職員",
        error_messages={
            "required": "これから開ける職員を選んでください。",
            "invalid_choice": "この職員は選べません。一覧から選び直してください。",
        },
    )
    reason = forms.CharField(
        label="引き継ぐ理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"証跡に残ります。相談者の氏名や内容は書かないでください。空白を除いて{SHORTEST}文字以上",
        error_messages={"required": "理由を入力してください。"},
    )

    def __init__(self, data: Any, *, client: Client, colleagues: QuerySet[User], by: User) -> None:
        is_mine = data is not None and data.get("client") == str(client.pk)
        super().__init__(data if is_mine else None, auto_id=f"client_{client.pk}_%s")
        self.client, self.by = client, by
        field: Any = self.fields["colleague"]
        field.queryset = colleagues
        # Read once for the forms of all files.
        field.choices = [("", "－"), *((each.pk, str(each)) for each in colleagues)]

    def clean_reason(self) -> str:
        """A reason in so many words."""
        return in_detail(self.cleaned_data["reason"])

    def entrusted(self) -> bool:
        """Whether the colleague is named now; else the errors say why not."""
        if not self.is_valid():
            return False
        try:
            self.client.entrust(self.cleaned_data["colleague"], self.cleaned_data["reason"], by=self.by)
        except StaleVersion:
            self.add_error(None, LATE)
            return False
        return True

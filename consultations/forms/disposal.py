"""Forms of disposals: which files go on the list, and a second person's word."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from consultations.models import Client, Disposal
from consultations.models.disposal import due_clients, due_texts
from komatsu_support.forms import OfficeForm
from komatsu_support.models import StaleVersion, User


class ProposalForm(OfficeForm):
    """起案: the files that are due, all ticked; what is unticked stays on next year's list.

    Nobody needs to be on the list while old texts about nobody known are due: they go with any list.
    """

    clients = forms.ModelMultipleChoiceField(
        Client.objects.none(),
        label="廃棄する相談者",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, as_of: date, by: User) -> None:
        super().__init__(data)
        self.as_of, self.by = as_of, by
        self.due = due_clients(as_of).changeable_by(by).order_by("number")
        field: Any = self.fields["clients"]
        field.queryset = self.due
        field.label_from_instance = lambda client: client.number
        self.initial["clients"] = list(self.due)
        self.texts = sum(1 for _ in due_texts(as_of))

    def clean(self) -> dict[str, Any]:
        """Something to empty."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("clients") and not self.texts:
            self.add_error("clients", "廃棄する相談者を1人以上選んでください。")
        return cleaned

    def proposed(self) -> Disposal | None:
        """The list, or None with the errors on the form."""
        if not self.is_bound or not self.is_valid():
            return None
        return Disposal.propose(self.as_of, self.cleaned_data["clients"], by=self.by)


class ApprovalForm(OfficeForm):
    """承認: the word of somebody other than the proposer; what follows cannot be taken back."""

    understood = forms.BooleanField(
        label="元に戻せないことを確かめました",
        error_messages={"required": "元に戻せないことを確かめて、印を付けてください。"},
    )

    def __init__(self, data: Any = None, *, disposal: Disposal, by: User) -> None:
        super().__init__(data)
        self.disposal, self.by = disposal, by

    @property
    def is_own(self) -> bool:
        """Whether the person proposed the list herself."""
        return self.disposal.created_by_id == self.by.pk

    def clean(self) -> dict[str, Any]:
        """Four eyes."""
        if self.is_own:
            raise ValidationError("自分で起案した廃棄は承認できません。ほかの主任相談員に頼んでください。")
        return super().clean() or {}

    def carried_out(self) -> bool:
        """Whether the list was approved and everything on it emptied."""
        if not self.is_valid():
            return False
        try:
            self.disposal.carry_out(self.by)
        except (StaleVersion, IntegrityError):
            self.add_error(
                None,
                "この間に記録が変わったため、何も廃棄していません。一覧を確かめて、もう一度押してください。",
            )
            return False
        return True

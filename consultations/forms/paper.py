"""What is asked before a 相談票 is printed."""

from __future__ import annotations

from typing import Any

from django import forms

from consultations.models import Client
from komatsu_support.forms import OfficeForm


class PaperForm(OfficeForm):
    """Whether phone and address stand on the paper: never unless ticked, and never of 支援措置."""

    contact = forms.BooleanField(
        label="電話・住所も刷る", required=False, help_text="刷ったことは、連絡先の表示として証跡に残ります"
    )

    def __init__(self, data: Any = None, *, client: Client | None) -> None:
        super().__init__(data)
        if client is None or client.address_protected:
            del self.fields["contact"]

    @property
    def wants_contact(self) -> bool:
        """Whether the box was there to tick, and is ticked."""
        return self.is_valid() and self.cleaned_data.get("contact", False)

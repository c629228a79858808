"""The form of documents: what the paper is, and the paper itself."""

from __future__ import annotations

from typing import ClassVar

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from consultations.forms.desk import ClientField, OfCaseForm
from consultations.models import Document
from consultations.models.document import MAX_BYTES, kind_of_file

ACCEPTED = ".pdf,.jpg,.jpeg,.png"


class DocumentForm(OfCaseForm):
    """A new document. What kind of file it is, its bytes say, not its name."""

    client = ClientField()
    file = forms.FileField(
        label="ファイル",
        help_text="PDF・JPEG・PNG、5MBまで",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": "ファイルを選んでください。",
            "missing": "ファイルを選んでください。",
            "empty": "中身のないファイルです。別のファイルを選んでください。",
        },
    )

    past = ("received_on",)
    layout = Layout(
        Row(Column("client"), Column("case")),
        Row(Column("title"), Column("kind")),
        "received_on",
        "file",
    )
    draft_key = ""  # a file cannot be kept in a draft, and the rest is two lines

    class Meta:
        model = Document
        fields = ("client", "case", "title", "kind", "received_on")
        help_texts: ClassVar[dict[str, str]] = {"title": "例 同意書（ハローワーク）。氏名や住所は書かない"}

    def clean_file(self) -> bytes:
        """The bytes, if they are of a kind that is taken."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError("5MB以下のファイルを選んでください。")
        data: bytes = file.read()
        if not kind_of_file(data):
            raise ValidationError("PDF、JPEG、PNGのファイルを選んでください。ほかの形式は登録できません。")
        return data

    def changed_names(self) -> list[str]:
        """Names of fields of the record: the bytes cannot be told from those of a first press."""
        return [name for name in super().changed_names() if name != "file"]

    def _write(self) -> None:
        """The verb of the model, with the bytes."""
        self.instance.keep(self.cleaned_data["file"], by=self.by)

"""Forms of 取込: the file with its reason, and one row of it by the rules of 相談記録 and 相談者."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import CheckConstraint

from consultations.forms.client import SHORTEST_REASON, ClientForm
from consultations.forms.consultation import ConsultationForm
from consultations.models import Client, Consultation
from komatsu_support.forms import OfficeForm
from komatsu_support.models import New
from komatsu_support.reading import TOO_LARGE
from komatsu_support.reading.limits import BYTES


class UploadForm(OfficeForm):
    """The file, and why it is taken in: the trail keeps the reason."""

    file = forms.FileField(
        label="Excelファイル",
        help_text="相談一覧の .xlsx か .xls。5,000行・5MBまで",
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
        error_messages={
            "required": "取り込むExcelファイルを選んでください。",
            "max_length": "ファイルの名前が長すぎます。短くしてから選んでください。",
        },
    )
    reason = forms.CharField(
        label="取り込む理由",
        min_length=SHORTEST_REASON,
        max_length=200,
        help_text="例 令和6年度のExcel一覧からの移行。だれがいつ取り込んだかとともに証跡に残ります",
        error_messages={
            "required": "取り込む理由を入力してください。",
            "min_length": f"理由を{SHORTEST_REASON}文字以上で入力してください。",
        },
    )

    def clean_file(self) -> UploadedFile:
        """Small enough to be looked at."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > BYTES:
            raise ValidationError(TOO_LARGE, code="too_large")
        return file


class _OfRow:
    """A form whose lists are loaded once and which is then bound to row after row."""

    def bound_to(self, data: Mapping[str, Any]) -> Self:
        """The form of one row. The data are records and words, not keys."""
        form: Any = copy(self)
        form.is_bound, form.data, form.files = True, data, {}
        form._errors, form._bound_fields_cache = None, {}
        form.instance = form.record = form._meta.model()
        return form  # type: ignore[no-any-return]

    def new(self) -> New[Any]:
        """The record of a row that is fine, as the door takes many."""
        form: Any = self
        filled = [name for name in form.fields if form.data.get(name) not in (None, "", [])]
        return New(form.instance, form.ticked(), filled)


class PersonForm(_OfRow, ClientForm):
    """A client who is new with this row: who she is, without the ways to reach her."""

    people: ClassVar[tuple[str, ...]] = ()
    past: ClassVar[tuple[str, ...]] = ("birth_date",)

    class Meta(ClientForm.Meta):
        model = Client
        fields = [
            "alias",
            "name",
            "name_kana",
            "birth_date",
            "age_band",
            "household",
            "marital",
            "employment",
            "nationality",
            "language",
        ]

    def ticked(self) -> dict[str, list[Any]]:
        """Nothing."""
        return {}


class RowForm(_OfRow, ConsultationForm):
    """One row of the file as 相談記録. Whom it is about and who talked are known before it is bound."""

    def prepare(self) -> None:
        """Take records for those whom the file names; a list has no case."""
        super().prepare()
        self.asked: dict[tuple[Any, ...], ValidationError | None] = {}
        del self.fields["case"]
        for name in ("client", "co_staff", "open_day"):
            self.fields[name] = forms.Field(required=False)
        self.fields["staff"] = forms.Field(error_messages={"required": "相談員を入力してください。"})
        self.fields["consulted_on"].error_messages["required"] = "相談日を入力してください。"

    def ticked(self) -> dict[str, list[Any]]:
        """Words and colleagues."""
        return {**(self._ticked() or {}), "co_staff": list(self.cleaned_data["co_staff"] or [])}

    def _settle(self) -> None:
        """Fix 年代 and 職種; ask the database what it would refuse. 新規・継続 waits for the order of days."""
        talk: Consultation = self.instance
        talk.freeze()
        talk.profession = self.data.get("profession") or talk.profession
        if not talk.is_countable:
            talk.visit_type = ""
        for constraint in Consultation._meta.constraints:
            if isinstance(constraint, CheckConstraint) and (refusal := self._refusal(constraint, talk)):
                self.explain(ValidationError({NON_FIELD_ERRORS: [refusal]}))

    def _refusal(self, constraint: CheckConstraint, talk: Consultation) -> ValidationError | None:
        """What the database would say, asked once for rows that are alike in what the constraint looks at."""
        names = sorted(constraint.condition.referenced_base_fields)  # type: ignore[union-attr]
        columns = [Consultation._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
        alike = (constraint.name, *(getattr(talk, column) for column in columns))
        if alike not in self.asked:
            try:
                constraint.validate(Consultation, talk, exclude={"client", "case"})
            except ValidationError as refusal:
                self.asked[alike] = refusal
            else:
                self.asked[alike] = None
        return self.asked[alike]

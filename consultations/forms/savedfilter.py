"""The form that keeps the answers of the filter bar under a name."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from consultations.filters import ConsultationFilter
from consultations.models import Consultation, SavedFilter
from komatsu_support.fiscal import current_fiscal_year
from komatsu_support.forms import RecordForm

NOTHING_ASKED = "相談一覧で絞り込んでから、条件を保存してください。"


class SavedFilterForm(RecordForm):
    """保存した条件: its name, and whether the list opens with it. The answers come from the list."""

    layout = Layout("name", "is_default")

    class Meta:
        model = SavedFilter
        fields = ["name", "is_default", "query"]
        widgets: ClassVar[dict[str, Any]] = {"query": forms.HiddenInput}
        error_messages: ClassVar[dict[str, Any]] = {"query": {"required": NOTHING_ASKED}}

    def prepare(self) -> None:
        """It is one's own."""
        if self.is_new:
            self.instance.owner = self.by

    def clean_query(self) -> str:
        """Answers to the bar's own questions, each of which can be read; nothing else is kept.

        This year's list stays without its year: next year it is the list of next year.
        """
        asked = ConsultationFilter(QueryDict(self.cleaned_data["query"]), Consultation.objects.none())
        if not (asked.is_valid() and asked.is_narrowed):
            raise ValidationError(NOTHING_ASKED)
        this_year = asked.form.cleaned_data["year"] == str(current_fiscal_year())
        return asked.query(without="year" if this_year else "")

    def _write(self) -> None:
        """Only one of them opens the list: the former gives way."""
        if self.instance.is_default:
            former = SavedFilter.objects.visible_to(self.by).standing().filter(is_default=True)
            for each in former.exclude(pk=self.instance.pk):
                each.is_default = False
                each.save(by=self.by, changed=["is_default"])
        super()._write()

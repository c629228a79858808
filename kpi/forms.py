"""Forms of targets, overrides and report texts."""

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.db.models import QuerySet

from komatsu_support.forms import RecordForm
from komatsu_support.models import Draft
from kpi.indicators import INDICATORS
from kpi.models import Override, Report, Target

CODES = [(code, indicator.label) for code, indicator in INDICATORS.items()]


class YearRecordForm(RecordForm):
    """A record of one 年度, which the page gives and nobody types."""

    def __init__(self, *args: Any, initial: Any = None, instance: Any = None, **kwargs: Any) -> None:
        self.year = instance.fiscal_year if instance else (initial or {}).get("fiscal_year")
        super().__init__(*args, initial=initial, instance=instance, **kwargs)
        if self.year is not None:
            self.instance.fiscal_year = self.year

    @property
    def draft_form(self) -> str:
        """A draft belongs to its 年度: on the page of another it is not offered."""
        return f"{super().draft_form}:{self.year}"


class TargetForm(YearRecordForm):
    """One line of the annual table."""

    code = forms.ChoiceField(label="指標", choices=CODES)
    layout = Layout(
        Fieldset("指標", "code", Row(Column("label"), Column("unit"))),
        Fieldset("目標", Row(Column("target"), Column("order"))),
        Fieldset("区分", Row(Column("group"), Column("measure_type"))),
    )

    class Meta:
        model = Target
        fields = ["code", "label", "unit", "target", "order", "group", "measure_type"]


class OverrideForm(YearRecordForm):
    """The actual of a year on paper, with the reason."""

    code = forms.ChoiceField(label="指標", choices=CODES)
    layout = Layout("code", "actual", "reason")

    class Meta:
        model = Override
        fields = ["code", "actual", "reason"]


class ReportForm(YearRecordForm):
    """The texts of the case sheet, in its order. Lists have one item a line."""

    draft_key = "report"
    """A 年度 has one report: what was typed before somebody else stored it is still its draft."""

    layout = Layout(
        Fieldset(
            "事業",
            Row(Column("project_name"), Column("municipality")),
            Row(Column("project_cost_kyen"), Column("grant_amount_kyen")),
        ),
        Fieldset(
            "1ページ目（事業の特徴・効果・目的は1行に1項目）",
            "local_situation",
            "features",
            "effects",
            "purposes",
            "partners",
            "future_issues",
        ),
        Fieldset("2ページ目 事業の概要", "desk", "liaison", "cafe"),
    )

    def drafts(self) -> QuerySet[Draft]:
        """This person's draft of the 年度, whether or not the report is stored by now."""
        return Draft.objects.visible_to(self.by).filter(form=self.draft_form, key=self.draft_key)

    class Meta:
        model = Report
        fields = [
            "project_name",
            "municipality",
            "project_cost_kyen",
            "grant_amount_kyen",
            "local_situation",
            "features",
            "effects",
            "purposes",
            "partners",
            "future_issues",
            "desk",
            "liaison",
            "cafe",
        ]

"""Forms of targets, overrides and report texts."""

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from komatsu_support.forms import RecordForm
from kpi.indicators import INDICATORS
from kpi.models import Override, Report, Target

CODES = [(code, indicator.label) for code, indicator in INDICATORS.items()]


class YearRecordForm(RecordForm):
    """A record of one 年度, which the page gives and nobody types."""

    def __init__(self, *args: Any, initial: Any = None, **kwargs: Any) -> None:
        self.year = (initial or {}).get("fiscal_year")
        super().__init__(*args, initial=initial, **kwargs)
        if self.year is not None:
            self.instance.fiscal_year = self.year


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

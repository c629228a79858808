"""What may be asked of the statistics."""

from __future__ import annotations

from django import forms

from komatsu_support.fiscal import MONTHS


class MonthForm(forms.Form):
    """?month=5: one month of the 年度. What cannot be read asks for the whole."""

    month = forms.TypedChoiceField(
        choices=[(month, f"{month}月") for month in MONTHS], coerce=int, required=False, empty_value=None
    )

    @property
    def chosen(self) -> int | None:
        """The month; None for the 年度."""
        self.full_clean()
        month: int | None = self.cleaned_data.get("month")
        return month

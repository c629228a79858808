"""Filters of the lists. A list opens on the current 年度, so that history costs nothing."""

from typing import Any, ClassVar

import django_filters
from django import forms

from komatsu_support.fields import TermField
from komatsu_support.fiscal import current_fiscal_year, fiscal_year, nendo
from komatsu_support.forms import office_helper
from komatsu_support.models import RecordQuerySet, Term

FIRST_YEAR = 2019  # 令和元年度; older records are under すべての年度


class TermFilter(django_filters.Filter):
    """Records that carry one word of a master list."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        super().__init__(**{"label": Term.Kind(kind).label, **kwargs})
        self.kind = kind

    @property
    def field(self) -> forms.Field:
        """A select; the filter form loads the words of all its lists with one query."""
        return TermField(kind=self.kind, required=False, label=self.label)


class OfficeFilter(django_filters.FilterSet):
    """A filter form in our frame: one row, GET, nothing about a person in it."""

    def __init__(self, data: Any, queryset: Any, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.form.helper = office_helper()
        for field in self.form.fields.values():
            field.required = False
        self._offer_terms()

    def _offer_terms(self) -> None:
        """Every word ever used, for every list on the form, with one query."""
        lists = [field for field in self.form.fields.values() if isinstance(field, TermField)]
        if lists:
            words = list(Term.objects.filter(kind__in={field.kind for field in lists}).in_order())
            for field in lists:
                field.offer(words)
                field.choices = [("", "すべて"), *field.choices[1:]]

    @property
    def qs(self) -> Any:
        """The records that match; none while a filter cannot be read."""
        return super().qs if self.is_valid() else self.queryset.none()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beside the year narrows the list."""
        cleaned = getattr(self.form, "cleaned_data", {})
        return any(value for name, value in cleaned.items() if name not in ("year", "voided"))


class RecordFilter(OfficeFilter):
    """A filter of records: voided ones stay out unless the last question of the form asks for them."""

    voided = django_filters.BooleanFilter(
        label="取消済みも表示", method="with_voided", widget=forms.CheckboxInput
    )

    def __init__(self, data: Any, queryset: RecordQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.form.order_fields([*(name for name in self.form.fields if name != "voided"), "voided"])

    def with_voided(self, queryset: Any, name: str, value: bool | None) -> Any:
        """Voided ones stay out unless asked for."""
        return queryset if value else queryset.standing()


class YearFilter(RecordFilter):
    """A filter that opens on the current 年度, or on every year; `year=all` shows every year."""

    opens_on_every_year: ClassVar[bool] = False

    year = django_filters.ChoiceFilter(label="年度", method="in_year", empty_label=None)

    def __init__(self, data: Any, queryset: RecordQuerySet, **kwargs: Any) -> None:
        given = data.copy() if data else {}
        given.setdefault("year", "all" if self.opens_on_every_year else str(current_fiscal_year()))
        super().__init__(given, queryset, **kwargs)
        self.form.fields["year"].choices = self.years
        self.form.order_fields(["year"])

    @property
    def years(self) -> list[tuple[str, str]]:
        """Every 年度 from the programme's first to the coming one, newest first."""
        coming = current_fiscal_year() + 1
        years = [(str(year), nendo(year)) for year in range(coming, FIRST_YEAR - 1, -1)]
        return [*years, ("all", "すべての年度")]

    def in_year(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """Only one 年度."""
        return queryset if value == "all" else queryset.in_period(fiscal_year(int(value)))

"""Filters of the lists of training."""

from __future__ import annotations

import django_filters
from django import forms

from komatsu_support.filters import OfficeFilter, YearFilter
from training.models import Series, SeriesQuerySet, Session


class SessionFilter(YearFilter):
    """Sessions of a 年度, by series and state."""

    series = django_filters.ModelChoiceFilter(
        label="シリーズ", queryset=Series.objects.standing().order_by("title", "pk"), empty_label="すべて"
    )
    state = django_filters.ChoiceFilter(label="状態", choices=Session.State.choices, empty_label="すべて")

    class Meta:
        model = Session
        fields: list[str] = []


class SeriesFilter(OfficeFilter):
    """Series by kind."""

    kind = django_filters.ChoiceFilter(label="種類", choices=Series.Kind.choices, empty_label="すべて")
    voided = django_filters.BooleanFilter(
        label="取消済みも表示", method="with_voided", widget=forms.CheckboxInput
    )

    class Meta:
        model = Series
        fields: list[str] = []

    def with_voided(self, queryset: SeriesQuerySet, name: str, value: bool | None) -> SeriesQuerySet:
        """Voided ones stay out unless asked for."""
        return queryset if value else queryset.standing()

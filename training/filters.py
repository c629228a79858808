"""Filters of the lists of training."""

from __future__ import annotations

import django_filters

from komatsu_support.filters import RecordFilter, YearFilter
from training.models import Series, Session


class SessionFilter(YearFilter):
    """Sessions of a 年度, by series and state."""

    series = django_filters.ModelChoiceFilter(
        label="シリーズ", queryset=Series.objects.standing().order_by("title", "pk"), empty_label="すべて"
    )
    state = django_filters.ChoiceFilter(label="状態", choices=Session.State.choices, empty_label="すべて")

    class Meta:
        model = Session
        fields: list[str] = []


class SeriesFilter(RecordFilter):
    """Series by kind."""

    kind = django_filters.ChoiceFilter(label="種類", choices=Series.Kind.choices, empty_label="すべて")

    class Meta:
        model = Series
        fields: list[str] = []

"""Filters of the café's lists. Nothing about a person in them."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from cafe.models import (
    CalendarFeed,
    Contribution,
    ContributionQuerySet,
    Event,
    EventQuerySet,
    EventSeries,
    EventSeriesQuerySet,
    Expense,
    ExpenseQuerySet,
    Idea,
    OpenDay,
    OpenDayQuerySet,
    Visitor,
    VisitorQuerySet,
)
from komatsu_support.filters import RecordFilter, YearFilter
from komatsu_support.fiscal import MONTHS, current_fiscal_year, month_at, month_of
from komatsu_support.models import RecordQuerySet
from komatsu_support.text import INDEX_ROWS

UNCLOSED = ("unclosed", "未入力")


class MonthFilter(YearFilter):
    """A 年度, and a month within it."""

    month = django_filters.ChoiceFilter(
        label="月",
        method="in_month",
        choices=[(month, f"{month}月") for month in MONTHS],
        empty_label="すべて",
    )

    def in_month(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """Only one month; of every year where the year is open."""
        year = self.form.cleaned_data["year"]
        if year == "all":
            return queryset.filter(**{f"{queryset.dated_by}__month": int(value)})
        return queryset.in_period(month_of(int(year), int(value)))


class OpenDayFilter(MonthFilter):
    """Days by state. Where nothing is asked, those of the running month: today and what is near."""

    state = django_filters.ChoiceFilter(
        label="状態", method="in_state", choices=[*OpenDay.State.choices, UNCLOSED], empty_label="すべて"
    )

    class Meta:
        model = OpenDay
        fields: list[str] = []

    def __init__(self, data: Any, queryset: OpenDayQuerySet, **kwargs: Any) -> None:
        given = data.copy() if data else {}
        today = timezone.localdate()
        if (
            not set(given) & set(self.base_filters)
            and queryset.standing().in_period(month_at(today)).exists()
        ):
            given["month"] = str(today.month)
        super().__init__(given, queryset, **kwargs)

    def in_state(self, queryset: OpenDayQuerySet, name: str, value: str) -> OpenDayQuerySet:
        """予定 is still to come; 未入力 is past."""
        if value == "unclosed":
            return queryset.unclosed()
        days = queryset.filter(state=value)
        return days.filter(held_on__gte=timezone.localdate()) if value == OpenDay.State.PLANNED else days


class EventFilter(MonthFilter):
    """Events by kind, series and who planned them."""

    kind = django_filters.ChoiceFilter(label="種類", choices=Event.Kind.choices, empty_label="すべて")
    proposer = django_filters.ChoiceFilter(
        label="企画した人", choices=Event.Proposer.choices, empty_label="すべて"
    )
    series = django_filters.ModelChoiceFilter(
        label="シリーズ", queryset=EventSeries.objects.standing().order_by("name", "pk"), empty_label="すべて"
    )
    photo_consent = django_filters.ChoiceFilter(
        label="写真の同意", choices=Event.PhotoConsent.choices, empty_label="すべて"
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def with_voided(self, queryset: EventQuerySet, name: str, value: bool | None) -> EventQuerySet:
        """An event of a day that was taken back went with it."""
        return queryset if value else queryset.on_standing_days()


class EventSeriesFilter(RecordFilter):
    """Series that go on, unless asked for all."""

    ended = django_filters.BooleanFilter(
        label="終わったシリーズも表示", method="with_ended", widget=forms.CheckboxInput
    )

    class Meta:
        model = EventSeries
        fields: list[str] = []

    def with_ended(self, queryset: EventSeriesQuerySet, name: str, value: bool | None) -> EventSeriesQuerySet:
        """Ended ones stay out unless asked for."""
        return queryset if value else queryset.filter(active=True)


class CalendarFeedFilter(RecordFilter):
    """Addresses that still open, unless asked for all."""

    class Meta:
        model = CalendarFeed
        fields: list[str] = []


class IdeaFilter(YearFilter):
    """Ideas of every year, `with_stage`, by who had them and what became of them."""

    opens_on_every_year = True

    source = django_filters.ChoiceFilter(
        label="出した人", choices=Event.Proposer.choices, empty_label="すべて"
    )
    stage = django_filters.ChoiceFilter(label="状態", choices=Idea.Stage.choices, empty_label="すべて")

    class Meta:
        model = Idea
        fields: list[str] = []


class ExpenseFilter(MonthFilter):
    """Expenses by the day and the kind of their event."""

    kind = django_filters.ChoiceFilter(
        label="企画の種類", field_name="event__kind", choices=Event.Kind.choices, empty_label="すべて"
    )

    class Meta:
        model = Expense
        fields: list[str] = []

    def with_voided(self, queryset: ExpenseQuerySet, name: str, value: bool | None) -> ExpenseQuerySet:
        """An expense of an event or a day that was taken back went with it."""
        return queryset if value else queryset.counted()


class VisitorFilter(RecordFilter):
    """札名 of those who come, by the tab of their reading. A name is not asked for: it would stand in the address."""

    row = django_filters.ChoiceFilter(
        label="よみの行",
        method="in_row",
        choices=[(row, row if row == "他" else f"{row}行") for row in INDEX_ROWS],
        empty_label="すべて",
    )
    gone = django_filters.BooleanFilter(
        label="来なくなった方も表示", method="with_gone", widget=forms.CheckboxInput
    )

    class Meta:
        model = Visitor
        fields: list[str] = []

    def in_row(self, queryset: VisitorQuerySet, name: str, value: str) -> VisitorQuerySet:
        """Those whose 五十音 key begins in the row; 他 takes the rest."""
        letters = INDEX_ROWS[value] or "".join(INDEX_ROWS.values())
        begun = Q()
        for letter in letters:
            begun |= Q(kana_key__startswith=letter)
        return queryset.filter(begun) if INDEX_ROWS[value] else queryset.exclude(begun)

    def with_gone(self, queryset: VisitorQuerySet, name: str, value: bool | None) -> VisitorQuerySet:
        """Those who come no more stay out unless asked for."""
        return queryset if value else queryset.filter(active=True)


class ContributionFilter(YearFilter):
    """担い手 of one 年度: what is counted over a year has no figure over all of them."""

    deed = django_filters.ChoiceFilter(
        label="したこと", choices=Contribution.Deed.choices, empty_label="すべて"
    )

    class Meta:
        model = Contribution
        fields: list[str] = []

    def __init__(self, data: Any, queryset: ContributionQuerySet, **kwargs: Any) -> None:
        given = data.copy() if data else {}
        if not given.get("year"):
            given["year"] = str(current_fiscal_year())
        super().__init__(given, queryset, **kwargs)

    @property
    def years(self) -> list[tuple[str, str]]:
        """Every 年度, but not all at once."""
        return [(year, label) for year, label in super().years if year != "all"]

    @property
    def fiscal_year(self) -> int:
        """The 年度 that is shown; the current one where it cannot be read."""
        return int(self.form.cleaned_data["year"]) if self.is_valid() else current_fiscal_year()

    def with_voided(self, queryset: ContributionQuerySet, name: str, value: bool | None) -> RecordQuerySet:
        """What was done at an event or on a day that was taken back went with it."""
        return queryset if value else queryset.of_standing_events()

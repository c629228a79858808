"""Filters of clients, cases and consultations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Value

from consultations.models import Case, Client, Consultation, Disposal, Handover, Import, SavedFilter
from komatsu_support.fields import WarekiField
from komatsu_support.filters import Listed, OfficeFilter, PeopleFilter, RecordFilter, TermFilter, YearFilter
from komatsu_support.models import AgeBand, RecordQuerySet, User


class StaffFilter(PeopleFilter):
    """Records that name somebody as 担当, or under another label."""

    def __init__(self, field_name: str = "staff", **kwargs: Any) -> None:
        super().__init__(field_name=field_name, **{"label": "担当", **kwargs})


class DayFilter(django_filters.Filter):
    """From a day on, or up to it, in either calendar."""

    field_class = WarekiField


LEAVES_OUT: dict[str, int] = {"leaves_hidden_out": True}
"""What the page of a narrow filter is told, whether or not there is anything hidden."""


def hidden_count(filterset: OfficeFilter) -> dict[str, int]:
    """Records that match the filter and are closed to this person: what is seen and these add up."""
    if not filterset.is_valid():
        return {}
    if not filterset.tells_the_rest:
        return LEAVES_OUT
    everything = filterset.filter_queryset(filterset.queryset.model.objects.all())
    seen = Q(pk__in=filterset.qs.order_by().values("pk"))
    hidden: dict[str, int] = everything.aggregate(hidden_count=Count("pk", filter=~seen))
    return hidden


def counts(filterset: ConsultationFilter, user: User) -> dict[str, int]:
    """How many the list has, 相談件数 of the filter, and how many of both are hidden, in one pass."""
    if not filterset.is_valid():
        return {}
    counted = Q(is_countable=True, voided_at=None)
    if not filterset.tells_the_rest:
        seen: dict[str, int] = filterset.qs.order_by().aggregate(total=_records(), counted=_records(counted))
        return LEAVES_OUT | seen
    hidden = Q(client__in=Client.objects.hidden_from(user).values("pk"))
    everything = filterset.filter_queryset(Consultation.objects.all())
    found: dict[str, int] = everything.aggregate(
        total=_records(),
        counted=_records(counted),
        hidden_count=_records(hidden),
        counted_hidden=_records(hidden & counted),
    )
    return {**found, "total": found["total"] - found["hidden_count"]}


def _records(only: Q | None = None) -> Count:
    """How many; by the day, which every record has and the index holds with what the conditions ask."""
    return Count("consulted_on", filter=only)


class ConsultationFilter(YearFilter):
    """相談一覧. A period of days takes the place of the year."""

    in_sight = ("year", "main_topic", "method", "staff")

    since = DayFilter(field_name="consulted_on", lookup_expr="gte", label="この日から")
    until = DayFilter(field_name="consulted_on", lookup_expr="lte", label="この日まで")
    main_topic = TermFilter(kind="topic", field_name="main_topic", label="主訴")
    method = TermFilter(kind="method", field_name="method")
    staff = StaffFilter(label="相談員")
    topic = TermFilter(kind="topic", field_name="terms", label="内容（主訴を含む）")
    age_band = django_filters.ChoiceFilter(choices=AgeBand)
    source = TermFilter(kind="source", field_name="source")
    visit_type = django_filters.ChoiceFilter(choices=Consultation.VisitType)
    status = django_filters.ChoiceFilter(
        label="支援ケース", choices=[*Case.Status.choices, ("none", "なし")], method="with_case"
    )
    urgency = django_filters.ChoiceFilter(choices=Consultation.Urgency)
    dv = django_filters.ChoiceFilter(choices=Consultation.Flag, label="DV")
    suicide_risk = django_filters.ChoiceFilter(choices=Consultation.Flag)
    abuse = django_filters.ChoiceFilter(
        field_name="abuse_suspected", choices=[("True", "あり"), ("False", "なし")], label="児童虐待の疑い"
    )
    countable = django_filters.ChoiceFilter(
        field_name="is_countable", choices=[("True", "件数に数える"), ("False", "数えない")], label="件数"
    )

    class Meta:
        model = Consultation
        fields: list[str] = []

    def __init__(self, data: Any, queryset: RecordQuerySet, *, by: User | None = None) -> None:
        self.by = by
        super().__init__(data, queryset)
        for name in ("since", "until"):
            self.form.fields[name].widget.attrs["placeholder"] = "例 R6.11.5"

    def more_lists(self) -> list[Any]:
        """保存した条件 of whoever looks, the one that opens the list first."""
        if self.by is None:
            return []
        mine = SavedFilter.objects.visible_to(self.by).standing().order_by()
        place = models.Case(models.When(is_default=True, then=0), default=1)
        return [mine.values_list(Value("saved"), "pk", "name", place, "query")]

    @property
    def saved(self) -> list[Listed]:
        """One's saved filters; `detail` is the query string."""
        return sorted(self.lists.get("saved", []), key=lambda each: (each.place, each.label))

    @property
    def opening(self) -> str:
        """The query string with which one's list opens; "" without one."""
        return next((each.detail for each in self.saved if each.place == 0), "")

    def in_year(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """Only one 年度, unless days are given."""
        cleaned = self.form.cleaned_data
        return queryset if cleaned["since"] or cleaned["until"] else super().in_year(queryset, name, value)

    def with_case(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """Talks within a case that is in this state now, or outside any."""
        return queryset.filter(case=None) if value == "none" else queryset.filter(case__status=value)

    @property
    def tells_the_rest(self) -> bool:
        """Whether the list says how many records of its filter are hidden: as 指標 does, and no closer.

        Of a 年度 or of whole months, counted or not. Hidden records under any other question, or between two
        days chosen at will, would tell a colleague what a closed file holds.
        """
        return not self.asked.keys() - {"since", "until", "countable"} and self._is_of_whole_months()

    def _is_of_whole_months(self) -> bool:
        since, until = self.asked.get("since"), self.asked.get("until")
        begins = since is None or since.day == 1
        return begins and (until is None or (until + timedelta(days=1)).day == 1)


class ClientFilter(RecordFilter):
    """相談者一覧, of every year: a file is not dated."""

    staff = StaffFilter()
    status = django_filters.ChoiceFilter(
        label="支援ケース", choices=[*Case.Status.choices, ("none", "なし")], method="with_case"
    )
    protection = django_filters.ChoiceFilter(
        label="保護",
        choices=[*Client.Protection.choices[1:], ("address", "支援措置（住所秘匿）")],
        method="protected",
    )

    class Meta:
        model = Client
        fields: list[str] = []

    def with_case(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """Clients with a case of the status, or with none at all."""
        cases = Case.objects.standing().filter(client=OuterRef("pk"))
        if value == "none":
            return queryset.exclude(Exists(cases))
        return queryset.filter(Exists(cases.filter(status=value)))

    def protected(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """By who may open the file, or by 支援措置."""
        return queryset.filter(Q(address_protected=True) if value == "address" else Q(protection=value))


class CaseFilter(YearFilter):
    """支援ケース一覧, opening on every year: a case goes on beyond the one in which it began."""

    opens_on_every_year = True

    status = django_filters.ChoiceFilter(choices=Case.Status)
    staff = StaffFilter()

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, data: Any, queryset: RecordQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.form.fields["year"].label = "開始した年度"


class DisposalFilter(RecordFilter):
    """廃棄の記録, withdrawn ones on request."""

    class Meta:
        model = Disposal
        fields: list[str] = []


class HandoverFilter(YearFilter):
    """申し送り一覧."""

    class Meta:
        model = Handover
        fields: list[str] = []


class ImportFilter(OfficeFilter):
    """取込一覧."""

    state = django_filters.ChoiceFilter(choices=Import.State)

    class Meta:
        model = Import
        fields: list[str] = []

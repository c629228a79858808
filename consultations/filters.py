"""Filters of clients, cases and consultations."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Exists, OuterRef, Q

from consultations.models import Case, Client, Consultation, Import
from komatsu_support.fields import WarekiField
from komatsu_support.filters import OfficeFilter, RecordFilter, TermFilter, YearFilter
from komatsu_support.models import AgeBand, RecordQuerySet, Role, User


class StaffFilter(django_filters.ChoiceFilter):
    """Somebody of the desk, those who have left at the end. The names come with one query (`offer_staff`)."""

    def __init__(self, field_name: str = "staff", **kwargs: Any) -> None:
        super().__init__(field_name=f"{field_name}_id", **{"label": "担当", **kwargs})


def offer_staff(form: forms.Form, *names: str) -> None:
    """Give the lists of people on the form their names."""
    desk = User.objects.filter(role__in=[Role.COUNSELOR, Role.LEAD]).order_by("-is_active", "kana", "pk")
    people = [(str(pk), name) for pk, name in desk.values_list("pk", "display_name")]
    for name in names:
        form.fields[name].choices = people  # type: ignore[attr-defined]


class DayFilter(django_filters.Filter):
    """From a day on, or up to it, in either calendar."""

    field_class = WarekiField


def hidden_count(filterset: OfficeFilter) -> dict[str, int]:
    """Records that match the filter and are closed to this person: what is seen and these add up."""
    if not filterset.is_valid():
        return {}
    everything = filterset.filter_queryset(filterset.queryset.model.objects.all())
    hidden: dict[str, int] = everything.aggregate(hidden_count=Count("pk", filter=~_seen(filterset)))
    return hidden


def counts(filterset: ConsultationFilter, user: User) -> dict[str, int]:
    """As `hidden_count`, with 相談件数 of the filter and how many of it are hidden, in one pass."""
    if not filterset.is_valid():
        return {}
    seen, counted = Consultation.open_to(user), Q(is_countable=True, voided_at=None)
    found = filterset.filter_queryset(Consultation.objects.all()).aggregate(
        all=Count("pk"),
        seen=Count("pk", filter=seen),
        counted=Count("pk", filter=counted),
        counted_seen=Count("pk", filter=counted & seen),
    )
    return {
        "hidden_count": found["all"] - found["seen"],
        "counted": found["counted"],
        "counted_hidden": found["counted"] - found["counted_seen"],
    }


def _seen(filterset: OfficeFilter) -> Q:
    return Q(pk__in=filterset.qs.order_by().values("pk"))


class ConsultationFilter(YearFilter):
    """相談一覧. A period of days takes the place of the year."""

    since = DayFilter(field_name="consulted_on", lookup_expr="gte", label="この日から")
    until = DayFilter(field_name="consulted_on", lookup_expr="lte", label="この日まで")
    method = TermFilter(kind="method", field_name="method")
    main_topic = TermFilter(kind="topic", field_name="main_topic", label="主訴")
    topic = TermFilter(kind="topic", field_name="terms", label="内容（主訴を含む）")
    age_band = django_filters.ChoiceFilter(choices=AgeBand)
    source = TermFilter(kind="source", field_name="source")
    staff = StaffFilter(label="相談員")
    visit_type = django_filters.ChoiceFilter(choices=Consultation.VisitType)
    urgency = django_filters.ChoiceFilter(choices=Consultation.Urgency)
    dv = django_filters.ChoiceFilter(choices=Consultation.Flag, label="DV")
    countable = django_filters.ChoiceFilter(
        field_name="is_countable", choices=[("True", "件数に数える"), ("False", "数えない")], label="件数"
    )

    class Meta:
        model = Consultation
        fields: list[str] = []

    def __init__(self, data: Any, queryset: RecordQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        offer_staff(self.form, "staff")
        for name in ("since", "until"):
            self.form.fields[name].widget.attrs["placeholder"] = "例 R6.11.5"

    def in_year(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """Only one 年度, unless days are given."""
        cleaned = self.form.cleaned_data
        return queryset if cleaned["since"] or cleaned["until"] else super().in_year(queryset, name, value)


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

    def __init__(self, data: Any, queryset: RecordQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        offer_staff(self.form, "staff")

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
        offer_staff(self.form, "staff")


class ImportFilter(OfficeFilter):
    """取込一覧."""

    state = django_filters.ChoiceFilter(choices=Import.State)

    class Meta:
        model = Import
        fields: list[str] = []

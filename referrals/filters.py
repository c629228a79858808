"""Filters of agencies, consents, referrals and conferences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from consultations.filters import StaffFilter
from komatsu_support.filters import RecordFilter, TermFilter, YearFilter
from komatsu_support.models import RecordQuerySet
from referrals.models import Agency, Conference, Consent, Referral

STALE = timedelta(days=365)  # an entry nobody has confirmed for so long is asked about


class AgencyFilter(RecordFilter):
    """支援機関の台帳."""

    kind = TermFilter(kind="agency_kind", field_name="kind")
    confirmed = django_filters.ChoiceFilter(
        label="最終確認", choices=[("stale", "1年以上前・未確認")], method="last_confirmed"
    )
    show_in_report = django_filters.ChoiceFilter(
        label="報告書", choices=[("True", "連携団体に載せる"), ("False", "載せない")]
    )
    active = django_filters.ChoiceFilter(label="状態", choices=[("True", "使う"), ("False", "使わない")])

    class Meta:
        model = Agency
        fields: list[str] = []

    def last_confirmed(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """Entries to ask about."""
        before = timezone.localdate() - STALE
        return queryset.filter(Q(confirmed_on=None) | Q(confirmed_on__lt=before), active=True)


class ReferralFilter(YearFilter):
    """つなぎ一覧, by the year in which it began."""

    step = django_filters.ChoiceFilter(
        label="段階",
        choices=[
            ("waiting", "返事待ち"),
            ("connected", "つながった"),
            ("ended", "つながらなかった"),
            ("approval", "承認待ち"),
        ],
        method="on_step",
    )
    purpose = django_filters.ChoiceFilter(choices=Referral.Purpose)
    agency = django_filters.ChoiceFilter(field_name="agency_id", label="支援機関")
    staff = StaffFilter()

    class Meta:
        model = Referral
        fields: list[str] = []

    def __init__(self, data: Any, queryset: RecordQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.form.fields["year"].label = "始めた年度"
        agencies = Agency.objects.order_by("kana_key", "pk").only("name", "section")
        self.form.fields["agency"].choices = [(str(each.pk), str(each)) for each in agencies]

    def on_step(self, queryset: Any, name: str, value: str) -> Any:
        """Where on the ladder."""
        match value:
            case "waiting":
                return queryset.waiting()
            case "connected":
                return queryset.filter(connected_on__isnull=False)
            case "ended":
                return queryset.exclude(outcome="")
        return queryset.standing().exclude(legal_basis="").filter(approved_on=None)


class ConsentFilter(YearFilter):
    """同意一覧, opening on every year: a consent holds beyond the one in which it was given."""

    opens_on_every_year = True

    method = django_filters.ChoiceFilter(choices=Consent.Method)
    valid = django_filters.ChoiceFilter(
        label="今日の効力", choices=[("True", "有効"), ("False", "無効")], method="is_valid_today"
    )

    class Meta:
        model = Consent
        fields: list[str] = []

    def is_valid_today(self, queryset: Any, name: str, value: str) -> Any:
        """Consents to rely on today, or the others."""
        valid = Consent.objects.valid_on(timezone.localdate()).values("pk")
        return queryset.filter(pk__in=valid) if value == "True" else queryset.exclude(pk__in=valid)


class ConferenceFilter(YearFilter):
    """会議一覧."""

    kind = django_filters.ChoiceFilter(choices=Conference.Kind)
    state = django_filters.ChoiceFilter(choices=Conference.State)

    class Meta:
        model = Conference
        fields: list[str] = []

"""同意: what may be told to whom, for what, until when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from consultations.models import Client
from consultations.models.openness import OfClient
from komatsu_support.models import OfficeDateField, Record, User
from referrals.models.agency import Agency


class ConsentQuerySet(OfClient):
    """Questions about consents."""

    dated_by = "obtained_on"

    def valid_on(self, day: date) -> Self:
        """Given, not withdrawn and not expired on the day."""
        return self.standing().filter(
            Q(valid_until=None) | Q(valid_until__gte=day),
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=day),
            obtained_on__lte=day,
        )


class Consent(Record):
    """同意: scope agencies × items × purpose × expiry, and how it was given."""

    class Method(models.TextChoices):
        """同意の方法."""

        WRITTEN = "written", "書面"
        VERBAL = "verbal", "口頭"
        PROXY = "proxy", "代理"

    client = models.ForeignKey(Client, models.PROTECT, related_name="consents", verbose_name="相談者")
    obtained_on = OfficeDateField("同意日", default=timezone.localdate)
    method = models.CharField("同意の方法", max_length=10, choices=Method)
    agencies = models.ManyToManyField(Agency, related_name="+", verbose_name="伝えてよい機関")
    items = models.CharField("伝えてよい内容", max_length=200)
    purpose = models.CharField("目的", max_length=150)
    valid_until = OfficeDateField("期限", null=True, blank=True)
    withdrawn_on = OfficeDateField("撤回日", null=True, blank=True)
    text_version = models.CharField("同意文の版", max_length=20, blank=True)
    guardian_note = models.CharField("代理・保護者", max_length=100, blank=True)

    objects = ConsentQuerySet.as_manager()

    identifying = ("items", "purpose", "guardian_note")

    class Meta:
        verbose_name = "同意"
        indexes = [models.Index(fields=["obtained_on"], name="consent_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("obtained_on")),
                name="consent_ends_after_it_starts",
                violation_error_code="valid_until",
                violation_error_message="期限は同意日以降の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(method="proxy") | ~Q(guardian_note=""),
                name="consent_by_proxy_names_the_proxy",
                violation_error_code="guardian_note",
                violation_error_message="代理で同意した人を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"同意 {self.obtained_on:%Y-%m-%d}（{self.get_method_display()}）"

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user)

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.client_id

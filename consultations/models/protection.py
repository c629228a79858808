"""支援措置の月次点検: that somebody looked, each month, whether a client's protection still holds."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from consultations.models.client import Client
from consultations.models.openness import open_to
from komatsu_support.models import OfficeDateField, Record, RecordQuerySet, User


def this_month() -> date:
    """The first day of the running month."""
    return timezone.localdate().replace(day=1)


class ProtectionCheckQuerySet(RecordQuerySet):
    """Questions about checks."""

    dated_by = "month"

    def visible_to(self, user: User) -> Self:
        """Checks of clients that are the person's to check."""
        if not user.has_perm("consultations.check_protection"):
            return self.none()
        return self.filter(open_to(user, "client", to_change=True))


class ProtectionCheck(Record):
    """点検: one client, one month, checked by whoever made it on the day it was made."""

    client = models.ForeignKey(
        Client, models.PROTECT, related_name="protection_checks", verbose_name="相談者"
    )
    month = OfficeDateField("点検の月", editable=False)

    objects = ProtectionCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "支援措置の点検"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "month"],
                condition=models.Q(voided_at=None),
                name="protection_checked_once_a_month",
                violation_error_message="この月はもう点検しています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client.number} {self.month:%Y-%m}"

    @classmethod
    def press(cls, client: Client, by: User) -> ProtectionCheck:
        """点検しました: this month's check of the client; a second press answers the first."""
        this = cls.objects.standing().filter(client=client, month=this_month())
        check: ProtectionCheck = this.first_or_saved(cls(client=client, month=this_month()), by=by)
        return check

    def get_absolute_url(self) -> str:
        """The list on which it is a tick."""
        return reverse("consultations:protection_list")

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user)

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.client_id

"""架電: a call to a client, answered or not. It is no consultation and counts nowhere."""

from __future__ import annotations

from datetime import time
from typing import Self

from django.db import models
from django.utils import timezone

from consultations.models.case import Case
from consultations.models.client import Client
from consultations.models.openness import OfClient
from komatsu_support.models import OfficeDateField, Record, User


def _now() -> time:
    """The minute it is now, in the office."""
    return timezone.localtime().time().replace(second=0, microsecond=0)


class CallAttemptQuerySet(OfClient):
    """Questions about calls."""

    dated_by = "called_on"

    def answered(self) -> Self:
        """Those in which we talked with her: a contact."""
        return self.standing().filter(result=CallAttempt.Result.TALKED)


class CallAttempt(Record):
    """架電: one call to a client and what came of it."""

    class Result(models.TextChoices):
        """架電の結果."""

        ABSENT = "absent", "不在"
        MESSAGE = "message", "伝言"
        TALKED = "talked", "話せた"
        WRONG_NUMBER = "wrong_number", "番号違い"
        REFUSED = "refused", "着信拒否"

    client = models.ForeignKey(Client, models.PROTECT, related_name="call_attempts", verbose_name="相談者")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="call_attempts", verbose_name="支援ケース"
    )
    called_on = OfficeDateField("架電日", default=timezone.localdate)
    called_at = models.TimeField("時刻", default=_now)
    staff = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="かけた職員")
    result = models.CharField("結果", max_length=15, choices=Result)
    note = models.CharField("メモ", max_length=200, blank=True)

    objects = CallAttemptQuerySet.as_manager()

    identifying = ("note",)

    class Meta:
        verbose_name = "架電"
        indexes = [models.Index(fields=["client", "called_on"], name="callattempt_by_client")]

    def __str__(self) -> str:
        return f"架電 {self.called_on:%Y-%m-%d} {self.called_at:%H:%M}"

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user)

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.client_id

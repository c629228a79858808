"""申し送り一枚: what a day leaves to whoever opens the desk next, and who took it over."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from consultations.models.client import Client
from consultations.models.openness import OfClient
from komatsu_support.models import OfficeDateField, OpenByPermission, Record, RecordQuerySet, User

REMINDED_FOR = timedelta(days=30)
"""How long a sheet that somebody has taken over waits for the others: whoever comes back after longer, or is
new, is not met by a year of them. One that nobody has taken over waits for ever."""


class HandoverQuerySet(OpenByPermission):
    """Questions about sheets."""

    dated_by = "day"

    def waiting_for(self, user: User) -> Self:
        """Of earlier days: those this person has not taken over yet, and her own that nobody has."""
        today = timezone.localdate()
        taken = Receipt.objects.standing().filter(handover=OuterRef("pk"))
        nobody, mine = ~Exists(taken), Q(created_by=user)
        fresh = Q(day__gte=today - REMINDED_FOR)
        others = ~mine & ~Exists(taken.filter(created_by=user)) & (Q(nobody) | fresh)
        return self.standing().filter(Q(mine & Q(nobody)) | others, day__lt=today)


class Handover(Record):
    """申し送り: the sheet of one day. Talks and promises compose themselves; this keeps what is said beside."""

    day = OfficeDateField("日付", default=timezone.localdate)
    note = models.TextField("全体への申し送り", max_length=2000, blank=True)

    objects = HandoverQuerySet.as_manager()

    identifying = ("note",)

    class Meta:
        verbose_name = "申し送り"
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(voided_at=None),
                name="handover_one_per_day",
                violation_error_code="day",
                violation_error_message="この日の申し送りは既にあります。一覧から開いて書き足してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"申し送り {self.day:%Y-%m-%d}"

    def receive(self, *, by: User) -> Receipt:
        """受領: a second press is the first. Nobody takes over from herself."""
        if by.pk == self.created_by_id:
            raise ValueError("自分で書いた申し送りは受け取れません。")
        mine = self.receipts.standing().filter(created_by=by)
        taken: Receipt = mine.first_or_saved(Receipt(handover=self), by=by)
        return taken


class HandoverItemQuerySet(OfClient):
    """Questions about single matters."""

    dated_by = "created_at"
    may_be_of_nobody = True


class HandoverItem(Record):
    """気になる方・申し送り事項: one matter of a sheet."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items", verbose_name="申し送り")
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="handover_items", verbose_name="相談者"
    )
    text = models.TextField("申し送り事項", max_length=1000)
    done = models.BooleanField("済んだ", default=False)

    objects = HandoverItemQuerySet.as_manager()

    identifying = ("text",)

    class Meta:
        verbose_name = "申し送り事項"

    def get_absolute_url(self) -> str:
        """It stands on its sheet."""
        return self.handover.get_absolute_url()

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user) if self.client else "相談員チーム"

    @property
    def subject_id(self) -> int | None:
        """Whose record this is, for the trail."""
        return self.client_id


class ReceiptQuerySet(RecordQuerySet):
    """Questions about receipts."""

    dated_by = "created_at"

    def visible_to(self, user: User) -> Self:
        """As the sheets."""
        return self if user.has_perm("consultations.view_handover") else self.none()


class Receipt(Record):
    """受領: one person has read a sheet and took it over."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="receipts", verbose_name="申し送り")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "受領"
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "created_by"],
                condition=Q(voided_at=None),
                name="receipt_one_per_person",
                violation_error_message="この申し送りは、もう受け取っています。",
            ),
        ]

    def get_absolute_url(self) -> str:
        """It stands on its sheet."""
        return self.handover.get_absolute_url()

"""支援ケース: one episode of a client, from the first talk to 終結."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from consultations.models.client import Client
from komatsu_support.models import OfficeDateField, Record, RecordQuerySet, User
from komatsu_support.models.fields import LONG_TEXT


class CaseQuerySet(RecordQuerySet):
    """Questions about cases."""

    dated_by = "opened_on"

    def visible_to(self, user: User) -> Self:
        """Cases of clients that are open to the person."""
        return self._open(user)

    def changeable_by(self, user: User) -> Self:
        """As seen, without what a broken glass shows."""
        return self._open(user, to_change=True)

    def _open(self, user: User, *, to_change: bool = False) -> Self:
        if not user.has_perm("consultations.view_case"):
            return self.none()
        return self.filter(Client.open_to(user, "client", to_change=to_change))

    def open(self) -> Self:
        """Not yet ended."""
        return self.standing().filter(status__in=Case.OPEN)


class Case(Record):
    """支援ケース: a client's episode with its 支援方針 and its end."""

    class Status(models.TextChoices):
        """処遇."""

        OPEN = "open", "継続"
        WATCH = "watch", "見守り"
        INTERRUPTED = "interrupted", "中断"
        HANDED_OVER = "handed_over", "引継ぎ"
        CLOSED = "closed", "終結"

    class CloseReason(models.TextChoices):
        """終結理由."""

        RESOLVED = "resolved", "主訴解消"
        HANDED_OVER = "handed_over", "他機関引継ぎ"
        WISH = "wish", "本人の意向"
        MOVED = "moved", "転出"
        NO_CONTACT = "no_contact", "連絡不通"
        DEATH = "death", "死亡"
        OTHER = "other", "その他"

    OPEN = ("open", "watch", "interrupted")

    client = models.ForeignKey(Client, models.PROTECT, related_name="cases", verbose_name="相談者")
    opened_on = OfficeDateField("開始日", default=timezone.localdate)
    status = models.CharField("処遇", max_length=12, choices=Status, default=Status.OPEN)
    policy = models.TextField("支援方針", max_length=LONG_TEXT, blank=True)
    staff = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="担当"
    )
    closed_on = OfficeDateField("終了日", null=True, blank=True)
    close_reason = models.CharField("終結理由", max_length=12, choices=CloseReason, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "支援ケース"
        indexes = [models.Index(fields=["opened_on"], name="case_by_opening")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("open", "watch", "interrupted"), closed_on=None, close_reason="")
                | (Q(status__in=("handed_over", "closed"), closed_on__isnull=False) & ~Q(close_reason="")),
                name="case_ended_has_day_and_reason",
                violation_error_code="closed_on",
                violation_error_message="引継ぎ・終結には終了日と終結理由を、それ以外では空欄にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="case_ends_after_it_opens",
                violation_error_code="closed_on",
                violation_error_message="終了日は開始日以降の日付にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client.number} {self.opened_on:%Y-%m-%d}"

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user)

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.client_id

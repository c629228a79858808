"""緊急閲覧: a closed file opened to read, with a reason that somebody else reviews."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from consultations.models.client import Client
from consultations.models.openness import open_to
from komatsu_support.fiscal import fiscal_year
from komatsu_support.models import Record, RecordQuerySet, User
from komatsu_support.models.record import StaleVersion
from komatsu_support.roles import Role


class BreakGlassQuerySet(RecordQuerySet):
    """Questions about broken glasses."""

    dated_by = "created_at"

    def visible_to(self, user: User) -> Self:
        """One's own; all of them for lead, but those of clients sealed to her."""
        if not user.has_perm("consultations.view_client"):
            return self.none()
        if user.role != Role.LEAD:
            return self.filter(created_by=user)
        return self.filter(open_to(user, "client", to_change=True) | Q(created_by=user))

    def live(self, user: User) -> Self:
        """Those by which the person may read now."""
        return self.standing().filter(created_by=user, until__gt=timezone.now())

    def unreviewed(self) -> Self:
        """Those nobody else has looked into yet."""
        return self.standing().filter(reviewed_by=None)

    def figures(self, year: int) -> dict[str, int]:
        """How many were broken in a 年度, and how many of all still wait for review."""
        period = fiscal_year(year)
        found: dict[str, int] = self.standing().aggregate(
            made=Count("pk", filter=Q(created_at__date__range=(period.start, period.end))),
            waiting=Count("pk", filter=Q(reviewed_by=None)),
        )
        return found


class BreakGlass(Record):
    """緊急閲覧: a closed file opened to read, for an hour, with a reason that somebody else reviews."""

    LENGTH = timedelta(minutes=60)
    SHORTEST_REASON = 10  # characters

    client = models.ForeignKey(Client, models.PROTECT, related_name="broken_glasses", verbose_name="相談者")
    reason = models.CharField("緊急に閲覧する理由", max_length=300)
    until = models.DateTimeField("閲覧できる期限", editable=False)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="確認者"
    )
    reviewed_at = models.DateTimeField("確認日時", null=True, blank=True, editable=False)
    review_note = models.CharField("確認の所見", max_length=300, blank=True)

    objects = BreakGlassQuerySet.as_manager()

    identifying = ("reason", "review_note")

    class Meta:
        verbose_name = "緊急閲覧"
        indexes = [models.Index(fields=["created_by", "until"], name="break_glass_live")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("created_by")),
                name="break_glass_is_reviewed_by_another",
                violation_error_message="自分の緊急閲覧は確認できません。ほかの主任相談員に頼んでください。",
            ),
        ]

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.client_id

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user)

    def get_absolute_url(self) -> str:
        """The file it opens."""
        return self.client.get_absolute_url()

    @property
    def is_live(self) -> bool:
        """Whether it opens the file now."""
        return not self.is_voided and self.until > timezone.now()

    @property
    def minutes_left(self) -> int:
        """Minutes until it closes by itself, the begun one counted."""
        return max(0, ceil((self.until - timezone.now()) / timedelta(minutes=1)))

    def end(self, by: User) -> None:
        """閲覧を終える: close the file before the hour is over."""
        while self.is_live:
            self.until = timezone.now()
            try:
                self.save(by=by, changed=["until"])
            except StaleVersion:  # reviewed or ended by another at this moment
                self.refresh_from_db()

    def review(self, note: str, by: User) -> None:
        """確認: another person's word on whether it was needed."""
        if self.reviewed_by_id:
            raise ValidationError("ほかの主任相談員が既に確認しています。", code="review_note")
        if self.created_by_id == by.pk:
            raise ValidationError(
                "自分の緊急閲覧は確認できません。ほかの主任相談員に頼んでください。", code="review_note"
            )
        self.reviewed_by, self.reviewed_at, self.review_note = by, timezone.now(), note
        self.save(by=by, changed=["reviewed_by", "review_note"])

"""橋: that somebody in the café would like to talk. Of whom, nothing is written here."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cafe.models.openday import OpenDay
from komatsu_support.models import OfficeDateField, OpenByPermission, Record, User


class IntroductionQuerySet(OpenByPermission):
    """Questions about introductions. The café leaves them and reads none."""

    dated_by = "open_day__held_on"

    def waiting(self) -> Self:
        """Neither a talk came of it yet, nor was it let go."""
        talks = self.model._meta.get_field("consultations").related_model._base_manager
        begun = talks.filter(introduction=OuterRef("pk"), voided_at=None)
        return self.standing().filter(dropped_on=None).filter(~Exists(begun))


class Introduction(Record):
    """橋: 「相談につながった」 on a day of the café, pressed without a person and without a word about her.

    A counselor opens an intake from it (`Consultation.introduction`), or lets it go with a reason.
    """

    class DropReason(models.TextChoices):
        """相談にならなかった理由."""

        NOT_COME = "not_come", "来られなかった"
        DECLINED = "declined", "今は話さないとのこと"
        TALKED_THERE = "talked_there", "カフェで話を聞いて終わった"
        UNKNOWN = "unknown", "だれのことか分からなかった"

    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="introductions", verbose_name="開催日")
    dropped_on = OfficeDateField("相談にならないとした日", null=True, blank=True)
    drop_reason = models.CharField("相談にならなかった理由", max_length=20, choices=DropReason, blank=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = "カフェからの橋"
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped_on=None, drop_reason="")
                | (Q(dropped_on__isnull=False) & ~Q(drop_reason="")),
                name="introduction_dropped_has_a_reason",
                violation_error_code="drop_reason",
                violation_error_message="相談にならなかった理由を選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return f"カフェからの橋 {self.pk}"

    def drop(self, reason: str, *, on: date, by: User) -> None:
        """相談にならなかった: no talk will come of it."""
        self.dropped_on, self.drop_reason = on, reason
        self.save(by=by, changed=["dropped_on", "drop_reason"])

"""別の方: two files that look alike and are two persons."""

from __future__ import annotations

from typing import Self

from django.db import models, transaction
from django.db.models import F, Q

from consultations.models.client import Client
from consultations.models.openness import OfClient, open_to
from komatsu_support import audit
from komatsu_support.models import Record, User


class OfTwoQuerySet(OfClient):
    """Questions about what stands between two files."""

    dated_by = "created_at"
    asks_for = "consultations.view_client"
    ends: tuple[str, str]

    def opened(self, user: User, *, to_change: bool = False) -> Self:
        """Where both files are open."""
        return self.filter(*(open_to(user, end, to_change=to_change) for end in self.ends))


class DistinctPairQuerySet(OfTwoQuerySet):
    """Questions about pairs of different persons."""

    ends = ("first", "second")


class DistinctPair(Record):
    """別の方: two files that look alike and are two persons, as somebody found out."""

    first = models.ForeignKey(Client, models.PROTECT, related_name="+", verbose_name="相談者")
    second = models.ForeignKey(Client, models.PROTECT, related_name="+", verbose_name="別の相談者")

    objects = DistinctPairQuerySet.as_manager()

    class Meta:
        verbose_name = "別の方"
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="distinct_pair_in_order",
                violation_error_message="2人の相談者を選んでください。",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(voided_at=None),
                name="distinct_pair_once",
                violation_error_message="この2人は、別の方として記録されています。",
            ),
        ]

    @classmethod
    def tell_apart(cls, one: Client, other: Client, *, by: User) -> None:
        """Remember that they are two; a second press says it again."""
        first, second = sorted((one, other), key=lambda client: client.pk)
        with transaction.atomic():
            audit.wait_for_my_turn()
            if not cls._base_manager.filter(first=first, second=second, voided_at=None).exists():
                cls(first=first, second=second).save(by=by)

"""企画の種: what guests would like to do, and what an event cost."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cafe.models.event import Event
from komatsu_support.models import OfficeDateField, OpenByPermission, Record, User
from komatsu_support.models.fields import LONG_TEXT


class IdeaQuerySet(OpenByPermission):
    """Questions about ideas."""

    dated_by = "heard_on"


class Idea(Record):
    """企画の種: an idea somebody in the café spoke out. It becomes events, or is let go with a reason."""

    title = models.CharField("やってみたいこと", max_length=80)
    text = models.TextField("くわしく", max_length=LONG_TEXT, blank=True, help_text="個人の名前は書きません")
    source = models.CharField("出した人", max_length=10, choices=Event.Proposer, default=Event.Proposer.USER)
    heard_on = OfficeDateField("聞いた日")
    needs = models.CharField("必要な物", max_length=200, blank=True)
    cost_yen = models.PositiveIntegerField("見込みの費用", null=True, blank=True, help_text="円")
    let_go_reason = models.CharField("見送った理由", max_length=100, blank=True)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = "企画の種"
        constraints = [
            models.CheckConstraint(
                condition=Q(cost_yen=None) | Q(cost_yen__lte=1_000_000),
                name="idea_cost_is_plausible",
                violation_error_code="cost_yen",
                violation_error_message="費用は100万円までで入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IdeaVote(models.Model):
    """賛成1票: one press of 「いいね」, on nobody's name. Its key makes a second press of the same form harmless."""

    key = models.UUIDField("番号", primary_key=True, default=uuid.uuid4, editable=False)
    idea = models.ForeignKey(Idea, models.PROTECT, related_name="votes", verbose_name="企画の種")
    cast_at = models.DateTimeField("入れた時刻", default=timezone.now)
    cast_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="押した職員")

    class Meta:
        verbose_name = "賛成"

    def __str__(self) -> str:
        return f"賛成 {self.cast_at:%Y-%m-%d}"


class ExpenseQuerySet(OpenByPermission):
    """Questions about expenses."""

    dated_by = "event__open_day__held_on"


class Expense(Record):
    """企画の費用: one line of what an event cost."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="expenses", verbose_name="企画")
    item = models.CharField("品目", max_length=60)
    amount_yen = models.PositiveIntegerField("金額", help_text="円")
    paid_on = OfficeDateField("支払った日", null=True, blank=True)
    note = models.CharField("備考", max_length=100, blank=True)

    objects = ExpenseQuerySet.as_manager()

    class Meta:
        verbose_name = "費用"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_yen__lte=1_000_000),
                name="expense_is_plausible",
                violation_error_code="amount_yen",
                violation_error_message="金額は100万円までで入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount_yen}円"

    def get_absolute_url(self) -> str:
        """An expense is shown on the page of its event."""
        return self.event.get_absolute_url()

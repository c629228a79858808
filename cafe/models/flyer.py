"""月間予定表: the words around a month's plan, and the addresses under which calendars may fetch it."""

from __future__ import annotations

from typing import Self

from django.core import signing
from django.db import models
from django.db.models import Q

from komatsu_support.models import OfficeDateField, OpenByPermission, Record


class FlyerQuerySet(OpenByPermission):
    """Questions about flyers."""

    dated_by = "month"


class Flyer(Record):
    """予定表の文言: heading and footer of one month's flyer. Nothing about a guest or a 相談者."""

    month = OfficeDateField("月", help_text="その月の1日")
    heading = models.CharField("見出し", max_length=40)
    lead = models.CharField("見出しの下の一行", max_length=80, blank=True)
    place = models.CharField("場所", max_length=100, blank=True)
    hours = models.CharField("時間", max_length=60, blank=True)
    audience = models.CharField("対象", max_length=60, blank=True)
    fee = models.CharField("参加費", max_length=60, blank=True)
    belongings = models.CharField("持ち物", max_length=100, blank=True)
    booking = models.CharField("申込み", max_length=60, blank=True)
    contact = models.CharField("問合せ", max_length=100, blank=True)
    note = models.CharField(
        "おことわり", max_length=150, blank=True, default="予定は変更になることがあります。"
    )

    objects = FlyerQuerySet.as_manager()

    class Meta:
        verbose_name = "予定表の文言"
        constraints = [
            models.UniqueConstraint(
                fields=["month"],
                condition=Q(voided_at=None),
                name="flyer_once_a_month",
                violation_error_message="この月の文言は登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"予定表 {self.month:%Y-%m}"


class CalendarFeedQuerySet(OpenByPermission):
    """Questions about feeds."""

    dated_by = "created_at"

    def by_token(self, token: str) -> Self:
        """The one feed of this address, while it has not been taken back."""
        try:
            pk = int(_signer().unsign(token))
        except (signing.BadSignature, ValueError):
            return self.none()
        return self.standing().filter(pk=pk)


class CalendarFeed(Record):
    """カレンダー配信: one secret address of the plan, given to somebody. 取消 closes it for good."""

    label = models.CharField("渡した先", max_length=60, help_text="団体や掲示の場所。例 館内の掲示モニター")

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = "カレンダー配信"

    def __str__(self) -> str:
        return self.label

    @property
    def token(self) -> str:
        """The secret part of the address."""
        return _signer().sign(str(self.pk))


def _signer() -> signing.Signer:
    return signing.Signer(salt="cafe.feed")

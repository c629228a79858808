"""月間予定表: the words around a month's plan, and the addresses under which calendars may fetch it."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from cafe.models.token import key_in, token_of
from komatsu_support.models import OfficeDateField, OpenByPermission, Record


class FlyerQuerySet(OpenByPermission):
    """Questions about flyers."""

    dated_by = "month"

    def of_month(self, first: date) -> Flyer | None:
        """The words of that month, where somebody has written them."""
        return self.standing().filter(month=first).first()

    def before(self, first: date) -> Flyer | None:
        """The latest words of an earlier month."""
        return self.standing().filter(month__lt=first).order_by("-month").first()


class Flyer(Record):
    """予定表の文言: heading and footer of one month's flyer. Nothing about a guest or a 相談者."""

    FOOTER = ("place", "hours", "audience", "fee", "belongings", "booking", "contact")
    """The lines under the grid, in their order; empty ones are not printed."""
    WORDS = ("heading", "lead", *FOOTER, "note")

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

    def get_absolute_url(self) -> str:
        """The words are shown on the flyer of their month."""
        return reverse("cafe:flyer_print", args=[self.month])

    @property
    def footer(self) -> list[tuple[str, str]]:
        """Label and text of every line under the grid that says something."""
        lines = [(self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.FOOTER]  # type: ignore[union-attr]
        return [(str(label), text) for label, text in lines if text]

    @classmethod
    def plain(cls, first: date, **words: str) -> Flyer:
        """Words for a month that has none, under a plain heading. Not stored."""
        return cls(month=first, heading=f"{first.month}月のとんとんカフェ", **words)

    def carried_to(self, first: date) -> Flyer:
        """The lines around the grid for another month: its heading and what it said below greeted this one."""
        return Flyer.plain(first, **{name: getattr(self, name) for name in (*self.FOOTER, "note")})


PURPOSE = "cafe.feed"


class CalendarFeedQuerySet(OpenByPermission):
    """Questions about feeds."""

    dated_by = "created_at"

    def by_token(self, token: str) -> Self:
        """The one feed of this address, while it has not been taken back."""
        return self.standing().filter(pk=key_in(token, PURPOSE))


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
        return token_of(self.pk, PURPOSE)

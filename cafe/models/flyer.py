"""月間予定表: the words around a month's plan, and the addresses under which calendars may fetch it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from cafe.models.token import key_in, token_of
from komatsu_support.fiscal import month_at
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

    def carried_to(self, first: date) -> Flyer:
        """The same words for another month, its name in the heading renewed. Not stored."""
        words = {name: getattr(self, name) for name in self.WORDS}
        words["heading"] = renewed(self.heading, self.month, first)
        return Flyer(month=first, **words)


def renewed(text: str, old: date, new: date) -> str:
    """The text with one month's name in the place of another's, in the way it was written: 11月 or 令和7年11月."""
    for before, after in zip(_written(old), _written(new), strict=True):
        found = re.compile(rf"(?<![0-9０-９]){before}")
        if found.search(text):
            return found.sub(after, text)
    return text


def _written(first: date) -> Iterator[str]:
    """How a month may be written, the longest way first: the shorter ones are parts of it."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for way in (
        month_at(first).label,
        f"{first.year}年{first.month}月",
        f"{first.month}月",
    ):
        yield way
        yield way.translate(wide)


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

"""企画 and 企画シリーズ: what happens inside a day."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cafe.models.openday import OpenDay
from komatsu_support.models import OpenByPermission, Record
from komatsu_support.models.fields import LONG_TEXT

BY_TIME = (F("starts_at").asc(nulls_last=True), "pk")
"""The order of the events of a day, the same on every database: what nobody knows the time of stands last."""


class EventSeriesQuerySet(OpenByPermission):
    """Questions about series."""

    dated_by = "created_at"


class EventSeries(Record):
    """企画シリーズ: what comes again, such as 月いち おにぎりとカレーの日."""

    name = models.CharField("シリーズ名", max_length=60)
    note = models.TextField("メモ", max_length=LONG_TEXT, blank=True)
    active = models.BooleanField("続いている", default=True)

    objects = EventSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "企画シリーズ"

    def __str__(self) -> str:
        return self.name


class EventQuerySet(OpenByPermission):
    """Questions about events."""

    dated_by = "open_day__held_on"

    def in_order(self) -> Self:
        """In the order of their day."""
        return self.order_by(*BY_TIME)

    def on_standing_days(self) -> Self:
        """Events that stand, of days that stand: an event goes with its day."""
        return self.standing().filter(open_day__voided_at=None)

    def held(self) -> Self:
        """Events of days that were held."""
        return self.on_standing_days().filter(open_day__state=OpenDay.State.HELD)


class Event(Record):
    """企画: what happens inside a day. Its own heads never add to the day's."""

    class Kind(models.TextChoices):
        """種類."""

        REGULAR = "regular", "通常開放"
        EVENT = "event", "イベント"
        PEER = "peer", "ピアサポート"
        USER_LED = "user_led", "利用者企画"
        LECTURE = "lecture", "講座"
        MEAL = "meal", "食の日"

    class Proposer(models.TextChoices):
        """企画した人."""

        STAFF = "staff", "職員"
        USER = "user", "利用者"

    class PhotoConsent(models.TextChoices):
        """写真に写る人の同意."""

        UNASKED = "unasked", "確かめていない"
        ALL = "all", "全員が同意"
        SOME = "some", "同意しない人がいる"
        NONE = "none", "撮らない"

    REPEATED = (
        *("title", "kind", "proposer", "series", "starts_at", "ends_at", "lecturer", "capacity"),
        *("fee_yen", "belongings", "needs_booking", "items_needed"),
    )
    """The plan of an event, which comes again with it; what happened on its day does not."""

    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="events", verbose_name="開催日")
    series = models.ForeignKey(
        EventSeries, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="シリーズ"
    )
    title = models.CharField("企画名", max_length=80)
    kind = models.CharField("種類", max_length=10, choices=Kind, default=Kind.EVENT)
    proposer = models.CharField("企画した人", max_length=10, choices=Proposer, default=Proposer.STAFF)
    starts_at = models.TimeField("開始", null=True, blank=True)
    ends_at = models.TimeField("終了", null=True, blank=True)
    lecturer = models.CharField("講師", max_length=80, blank=True, help_text="団体名または役職で")
    capacity = models.PositiveSmallIntegerField("定員", null=True, blank=True, help_text="人")
    fee_yen = models.PositiveIntegerField("参加費", null=True, blank=True, help_text="円")
    belongings = models.CharField("持ち物", max_length=100, blank=True)
    needs_booking = models.BooleanField("要予約", default=False)
    heads = models.PositiveSmallIntegerField(
        "企画の参加者数", null=True, blank=True, help_text="人。開催日の人数には加わりません"
    )
    comment = models.TextField("様子", max_length=LONG_TEXT, blank=True)
    idea = models.ForeignKey(
        "cafe.Idea", models.PROTECT, null=True, blank=True, related_name="events", verbose_name="企画の種"
    )
    items_needed = models.CharField("必要な物", max_length=200, blank=True, help_text="準備する側の物")
    photo_consent = models.CharField(
        "写真の同意", max_length=10, choices=PhotoConsent, default=PhotoConsent.UNASKED
    )
    photo_note = models.CharField(
        "写真の約束", max_length=150, blank=True, help_text="使い道、写さない場面。個人の名前は書きません"
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "企画"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="event_ends_after_it_starts",
                violation_error_code="ends_at",
                violation_error_message="終了は開始より後の時刻にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(fee_yen=None) | Q(fee_yen__lte=1_000_000),
                name="event_fee_is_plausible",
                violation_error_code="fee_yen",
                violation_error_message="参加費は100万円までで入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def copied_to(self, day: OpenDay, submission: uuid.UUID) -> Event:
        """The same plan on another day, not yet stored."""
        return Event(
            open_day=day, submission=submission, **{name: getattr(self, name) for name in self.REPEATED}
        )

    @property
    def is_out_of_hours(self) -> bool:
        """Whether any of it lies before the day opens or after it closes."""
        mine = [each for each in (self.starts_at, self.ends_at) if each]
        opens, closes = self.open_day.starts_at, self.open_day.ends_at
        return bool(mine) and bool((opens and min(mine) < opens) or (closes and max(mine) > closes))

    @property
    def wants_asking(self) -> bool:
        """Whether it is held today and nobody knows yet whether those in a photo agree."""
        is_on = (
            self.open_day.held_on == timezone.localdate() and self.open_day.state != OpenDay.State.CANCELLED
        )
        stands = not (self.is_voided or self.open_day.is_voided)
        return is_on and stands and self.photo_consent == self.PhotoConsent.UNASKED

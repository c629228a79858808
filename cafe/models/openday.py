"""開催日 and 来場: the days of the café and the heads of each closing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from komatsu_support.fiscal import WEEKDAYS
from komatsu_support.models import AgeBand, OfficeDateField, OpenByPermission, Record, User
from komatsu_support.models.fields import LONG_TEXT


class OpenDayQuerySet(OpenByPermission):
    """Questions about the days of the café."""

    dated_by = "held_on"

    def held(self) -> Self:
        """Closed as held, visitors or none: 開催日数."""
        return self.standing().filter(state=OpenDay.State.HELD)

    def unclosed(self, today: date | None = None) -> Self:
        """未入力: past, planned and never closed. Not the same as 0 visitors, nor as 休止."""
        before = today or timezone.localdate()
        return self.standing().filter(state=OpenDay.State.PLANNED, held_on__lt=before)

    def coming(self, today: date | None = None) -> Self:
        """Planned for tomorrow or later, the next one first."""
        after = today or timezone.localdate()
        return self.standing().filter(state=OpenDay.State.PLANNED, held_on__gt=after).order_by("held_on")

    def with_heads(self) -> Self:
        """Annotated with `heads`: the visitors who count (延参加者数); None where nothing is written."""
        return self.annotate(heads=models.Sum(HEADS, filter=counted_heads()))


class OpenDay(Record):
    """開催日: one day of the café. Held only by its closing."""

    class State(models.TextChoices):
        """予定・開催・休止."""

        PLANNED = "planned", "予定"
        HELD = "held", "開催"
        CANCELLED = "cancelled", "休止"

    class Weather(models.TextChoices):
        """天気."""

        FINE = "fine", "晴れ"
        CLOUDY = "cloudy", "くもり"
        RAIN = "rain", "雨"
        SNOW = "snow", "雪"

    held_on = OfficeDateField("開催日")
    state = models.CharField("状態", max_length=10, choices=State, default=State.PLANNED)
    starts_at = models.TimeField("開始", null=True, blank=True)
    ends_at = models.TimeField("終了", null=True, blank=True)
    place = models.CharField("場所", max_length=60, blank=True)
    weather = models.CharField("天気", max_length=10, choices=Weather, blank=True)
    meals = models.PositiveSmallIntegerField("食数", null=True, blank=True, help_text="食")
    staff = models.ManyToManyField(User, blank=True, related_name="+", verbose_name="担当職員")
    note = models.TextField("メモ", max_length=LONG_TEXT, blank=True)
    closed_at = models.DateTimeField("締めた日時", null=True, blank=True, editable=False)
    cancel_reason = models.CharField("休止の理由", max_length=100, blank=True)
    # 端末の人数 by kind, as whoever closed or cancelled the day saw it: what stands beyond came after.
    tallied = models.JSONField("締めたときの端末の人数", default=dict, blank=True, editable=False)

    objects = OpenDayQuerySet.as_manager()

    class Meta:
        verbose_name = "開催日"
        indexes = [models.Index(fields=["held_on", "state"], name="openday_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["held_on"],
                condition=Q(voided_at=None),
                name="openday_once_a_day",
                violation_error_code="held_on",
                violation_error_message="この日の開催日は登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(state="held", closed_at__isnull=False) | (~Q(state="held") & Q(closed_at=None)),
                name="openday_held_only_by_its_closing",
                violation_error_message="開催は「締める」で確定します。",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="openday_cancelled_has_a_reason",
                violation_error_code="cancel_reason",
                violation_error_message="休止の理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="openday_ends_after_it_starts",
                violation_error_code="ends_at",
                violation_error_message="終了は開始より後の時刻にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"開催日 {self.held_on:%Y-%m-%d}"

    @property
    def date_in_words(self) -> str:
        """11月20日（金）: enough where the year is plain."""
        return f"{self.held_on.month}月{self.held_on.day}日（{WEEKDAYS[self.held_on.weekday()]}）"

    @property
    def is_early(self) -> bool:
        """Whether the day is still to come: it cannot be closed yet."""
        return self.held_on > timezone.localdate()

    @property
    def is_unclosed(self) -> bool:
        """Whether the day is 未入力 today."""
        return not self.is_voided and self.state == self.State.PLANNED and self.held_on < timezone.localdate()

    def close(
        self,
        heads: dict[str, int],
        *,
        by: User,
        first_heads: int | None = None,
        ages: dict[str, int] | None = None,
        tallied: dict[str, int] | None = None,
        changed: Iterable[str] = (),
        basis: str = "",
    ) -> None:
        """締める: the day was held with these heads by role; 0 everywhere is allowed.

        `first_heads` are the 初めて among the visitors, None where nobody looked; `ages` are heads by 年代,
        the rest is 不明; `tallied` are the taps that were looked at. Closing again replaces the heads; `basis`
        says why, `changed` what else was written.
        """
        with transaction.atomic():
            self.state, self.closed_at, self.cancel_reason = self.State.HELD, timezone.now(), ""
            self.tallied = tallied or {}
            counted = {"heads": heads, "first_heads": first_heads, "ages": ages or {}, "reason": basis}
            self.save(by=by, changed=["state", "closed_at", "heads", *changed], beside=counted, basis=basis)
            self._forget_heads()
            Attendance.objects.bulk_create(
                Attendance(
                    open_day=self,
                    role=role,
                    heads=count,
                    first_heads=first_heads if role == Attendance.Role.VISITOR else None,
                )
                for role, count in heads.items()
                if count or role == Attendance.Role.VISITOR
            )
            AgeHeads.objects.bulk_create(
                AgeHeads(open_day=self, age_band=band, heads=count)
                for band, count in (ages or {}).items()
                if count
            )

    def cancel(
        self, reason: str, *, by: User, tallied: dict[str, int] | None = None, basis: str = ""
    ) -> None:
        """休止にする: the day was not held. Heads written before go; `basis` says why, where there were any."""
        if not reason.strip():
            raise ValueError("休止の理由を入力してください。")
        with transaction.atomic():
            self.state, self.closed_at = self.State.CANCELLED, None
            self.cancel_reason, self.tallied = reason.strip(), tallied or {}
            changed = ["state", "cancel_reason"]
            self.save(by=by, changed=changed, beside={"reason": basis}, basis=basis)
            self._forget_heads()

    def reopen(self, reason: str, *, by: User) -> None:
        """締めを開く, or 休止をやめる: the day is planned again. The next closing begins with the heads of the last."""
        reason = reason.strip()
        if not reason:
            raise ValueError("予定に戻す理由を入力してください。")
        with transaction.atomic():
            self.state, self.closed_at, self.cancel_reason = self.State.PLANNED, None, ""
            changed = ["state", "closed_at"]
            self.save(by=by, changed=changed, beside={"reason": reason}, basis=reason)
            self._forget_heads()

    def _forget_heads(self) -> None:
        """The history of the day keeps them."""
        self.attendances.all().delete()
        self.age_heads.all().delete()


class Attendance(models.Model):
    """来場: heads of one role on one held day, as counted at the closing. Unit: 人.

    No Record of its own: it is written and replaced by `OpenDay.close` alone, whose history and trail say
    who closed the day. Roles and 年代 are two counts of the same heads; their cross was never observed.
    """

    class Role(models.TextChoices):
        """参加形態."""

        VISITOR = "visitor", "利用者"
        CHILD = "child", "子ども"
        USER_PLANNER = "user_planner", "利用者企画者"
        USER_LECTURER = "user_lecturer", "利用者講師"
        LECTURER = "lecturer", "外部講師"
        VOLUNTEER = "volunteer", "ボランティア"
        STAFF = "staff", "職員"
        OBSERVER = "observer", "見学"

    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="attendances")
    role = models.CharField("参加形態", max_length=20, choices=Role)
    heads = models.PositiveSmallIntegerField("人数", help_text="人")
    first_heads = models.PositiveSmallIntegerField("うち初めて", null=True, blank=True, help_text="人")

    class Meta:
        verbose_name = "来場"
        constraints = [
            models.UniqueConstraint(fields=["open_day", "role"], name="attendance_once_per_day_and_role"),
            models.CheckConstraint(condition=Q(heads__lte=9999), name="attendance_heads_are_plausible"),
            models.CheckConstraint(
                condition=Q(first_heads=None) | Q(first_heads__lte=F("heads")),
                name="attendance_first_within_heads",
                violation_error_message="「うち初めて」は利用者の人数までです。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.heads}人"


class AgeHeads(models.Model):
    """年代別の来場: heads of one 年代 among those who count, as far as anybody noted it. Unit: 人."""

    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="age_heads")
    age_band = models.CharField("年代", max_length=10, choices=AgeBand)
    heads = models.PositiveSmallIntegerField("人数", help_text="人")

    class Meta:
        verbose_name = "年代別の来場"
        constraints = [
            models.UniqueConstraint(fields=["open_day", "age_band"], name="age_heads_once_per_day_and_band"),
        ]

    def __str__(self) -> str:
        return f"{self.get_age_band_display()} {self.heads}人"


HEADS = "attendances__heads"


def counted_heads() -> Q:
    """The attendances of an OpenDay that count as 延参加者数 (setting CAFE_COUNTED_ROLES)."""
    return Q(attendances__role__in=settings.CAFE_COUNTED_ROLES)

"""数える: the tablets of a day, their taps, and the sheet of 正の字. They propose; the closing decides."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone

from cafe.models.introduction import Introduction
from cafe.models.openday import Attendance, OpenDay
from cafe.models.token import token_of
from komatsu_support import audit
from komatsu_support.models import AgeBand, OpenByPermission, Record

PURPOSE = "cafe.tablet"
BRIDGES_A_DAY = 50
"""橋 that tablets may leave on one day: a thumb that slips is not a crowd."""


class TabletQuerySet(OpenByPermission):
    """Questions about tablets."""

    dated_by = "open_day__held_on"

    def counting(self, tablet: int, day: int, since: date) -> Self:
        """The one of that key, if it may count on that day: not taken back, of a day that stands, not before
        `since`."""
        mine = {"pk": tablet, "open_day": day, "voided_at": None}
        return self.filter(**mine, open_day__voided_at=None, open_day__held_on__gte=since)

    def with_last_arrival(self) -> Self:
        """Annotated with `last_at`: when something of it last arrived; None where nothing did."""
        return self.annotate(last_at=Max("taps__received_at"))


class Tablet(Record):
    """端末: a browser that may count on one day, and nothing else. 取消 takes the permission back.

    Its token is signed, not stored: who holds it may send taps of that day and read that day's total.
    """

    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="tablets", verbose_name="開催日")
    label = models.CharField("端末の名前", max_length=30, blank=True, help_text="例 入口、キッチン側")

    objects = TabletQuerySet.as_manager()

    class Meta:
        verbose_name = "端末"

    def __str__(self) -> str:
        return self.label or f"端末 {self.pk}"

    def get_absolute_url(self) -> str:
        """A tablet is shown on the page of its day."""
        return self.open_day.get_absolute_url()

    @property
    def token(self) -> str:
        """What the browser shows with every tap. Secret."""
        return token_of(self.pk, PURPOSE)

    def bridge(self, key: uuid.UUID) -> bool:
        """橋: somebody would like to talk, said whoever opened this tablet. False where the day has its fill.

        The key is the introduction's submission: sent again, it stays one. Comes one after another, under the
        trail's lock.
        """
        with transaction.atomic():
            audit.wait_for_my_turn()
            bridges = Introduction.objects.filter(open_day=self.open_day_id).exclude(submission=key)
            if bridges.count() >= BRIDGES_A_DAY:
                return False
            Introduction.objects.keep(self.open_day, by=self.created_by, submission=key)
        return True


class TapQuerySet(models.QuerySet[Any]):
    """Questions about taps."""

    def of_day(self, open_day: OpenDay | int) -> Self:
        """Every tap of every tablet of that day."""
        return self.filter(tablet__open_day=open_day)

    def standing(self) -> Self:
        """Heads: taps that no tablet of their day has taken back.

        A key is known to the browser that made it alone, which may have another token by now.
        """
        day = OuterRef("tablet__open_day")
        taken_back = Tap.objects.filter(undoes=OuterRef("key"), tablet__open_day=day)
        return self.exclude(kind=Tap.Kind.UNDO).filter(~Exists(taken_back))

    def heads(self) -> models.QuerySet[Any, Any]:
        """A row for each kind that came: the kind and its heads. Unit: 人."""
        kinds = self.standing().order_by().values_list("kind")
        counted: models.QuerySet[Any, Any] = kinds.annotate(heads=Count("*"))
        return counted

    def by_kind(self) -> dict[str, int]:
        """Heads by kind. Unit: 人."""
        return dict(self.heads())

    def by_tablet(self) -> dict[int, int]:
        """Heads by tablet. Unit: 人."""
        return dict(self.standing().order_by().values_list("tablet").annotate(Count("pk")))

    def by_age(self) -> dict[str, int]:
        """Heads by 年代 among those who count, as far as somebody noted it. Unit: 人."""
        counted = [kind for kind, role in ROLE_OF_KIND.items() if role in settings.CAFE_COUNTED_ROLES]
        noted = (
            self.standing().filter(kind__in=counted).exclude(age_band__in=["", AgeBand.UNKNOWN]).order_by()
        )
        return dict(noted.values_list("age_band").annotate(Count("pk")))

    def receive(self, taps: Iterable[Tap]) -> None:
        """Keep them. One that is here already, whoever sends it again, stays one."""
        rows: list[Any] = [*taps]
        self.bulk_create(rows, ignore_conflicts=True)


class Tap(models.Model):
    """1回の＋: one head, or one taken back. Its own key makes it count once however often it is sent."""

    class Kind(models.TextChoices):
        """だれが来たか; もどす takes one back."""

        FIRST = "first", "初めて"
        REGULAR = "regular", "いつもの"
        CHILD = "child", "子ども"
        HELPER = "helper", "担い手"
        UNDO = "undo", "もどす"

    key = models.UUIDField("番号", primary_key=True, default=uuid.uuid4, editable=False)
    tablet = models.ForeignKey(Tablet, models.PROTECT, related_name="taps", verbose_name="端末")
    kind = models.CharField("種類", max_length=10, choices=Kind)
    age_band = models.CharField("年代", max_length=10, choices=AgeBand, blank=True)
    undoes = models.UUIDField("もどした番号", null=True, blank=True)
    tapped_at = models.DateTimeField("押した時刻", help_text="端末の時計")
    received_at = models.DateTimeField("届いた時刻", default=timezone.now)

    objects = TapQuerySet.as_manager()

    class Meta:
        verbose_name = "タップ"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="undo", undoes__isnull=False) | (~Q(kind="undo") & Q(undoes=None)),
                name="tap_undo_names_what_it_takes_back",
            ),
            # By each tablet: what one of another day sends must not stand in the way of the right one.
            models.UniqueConstraint(fields=["undoes", "tablet"], name="tap_taken_back_once_by_its_tablet"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


ROLE_OF_KIND = {
    Tap.Kind.FIRST: Attendance.Role.VISITOR,
    Tap.Kind.REGULAR: Attendance.Role.VISITOR,
    Tap.Kind.CHILD: Attendance.Role.CHILD,
    Tap.Kind.HELPER: Attendance.Role.USER_PLANNER,
}
"""The role a closing proposes for a tap. 企画者 or 講師 is told apart at the closing."""


class PaperCountQuerySet(OpenByPermission):
    """Questions about sheets of 正の字."""

    dated_by = "open_day__held_on"


class PaperCount(Record):
    """正の字表: the strokes of a day's paper sheet, as typed in. Unit: 人.

    It stands beside the taps and is compared with them; the two are never added.
    """

    COUNTED = ("first", "regular", "child", "user_planner", "user_lecturer")
    OTHERS = ("lecturer", "volunteer", "staff", "observer")

    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="paper_counts", verbose_name="開催日")
    first = models.PositiveSmallIntegerField("初めて", default=0)
    regular = models.PositiveSmallIntegerField("いつもの", default=0)
    child = models.PositiveSmallIntegerField("子ども", default=0)
    user_planner = models.PositiveSmallIntegerField("利用者企画者", default=0)
    user_lecturer = models.PositiveSmallIntegerField("利用者講師", default=0)
    control_total = models.PositiveSmallIntegerField("用紙の合計", help_text="数える人の合計。用紙に書いた数")
    lecturer = models.PositiveSmallIntegerField("外部講師", default=0)
    volunteer = models.PositiveSmallIntegerField("ボランティア", default=0)
    staff = models.PositiveSmallIntegerField("職員", default=0)
    observer = models.PositiveSmallIntegerField("見学", default=0)
    ages = models.JSONField("年代", default=dict, blank=True)  # heads by AgeBand, as far as noted

    objects = PaperCountQuerySet.as_manager()

    class Meta:
        verbose_name = "正の字表"
        constraints = [
            models.UniqueConstraint(
                fields=["open_day"],
                condition=Q(voided_at=None),
                name="paper_count_once_a_day",
                violation_error_code="open_day",
                violation_error_message="この日の正の字表は入力されています。その日の画面から修正してください。",
            ),
            models.CheckConstraint(
                condition=Q(
                    control_total=F("first")
                    + F("regular")
                    + F("child")
                    + F("user_planner")
                    + F("user_lecturer")
                ),
                name="paper_count_agrees_with_its_total",
                violation_error_code="control_total",
                violation_error_message="種類ごとの人数を足した数と合いません。用紙の正の字と合計を数え直してください。",
            ),
            models.CheckConstraint(condition=Q(control_total__lte=9999), name="paper_count_is_plausible"),
        ]

    def __str__(self) -> str:
        return f"正の字表 {self.control_total}人"

    def get_absolute_url(self) -> str:
        """A sheet is shown on the page of its day."""
        return self.open_day.get_absolute_url()

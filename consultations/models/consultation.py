"""相談記録: one contact, 1件."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cafe.models import OpenDay
from consultations.models.case import Case
from consultations.models.client import Client
from consultations.models.imported import Import
from komatsu_support.models import (
    AgeBand,
    OfficeDateField,
    Profession,
    Record,
    RecordQuerySet,
    Term,
    TermKey,
    User,
)
from komatsu_support.models.fields import LONG_TEXT

SILENCE = timedelta(days=365)  # 12 months without contact make the next one 再来


class ConsultationQuerySet(RecordQuerySet):
    """Questions about consultations."""

    dated_by = "consulted_on"

    def visible_to(self, user: User) -> Self:
        """Those without a client for every counselor; the others as their client is open."""
        if not user.has_perm("consultations.view_consultation"):
            return self.none()
        return self.filter(Consultation.open_to(user))

    def counted(self) -> Self:
        """相談件数: what counts as 1件."""
        return self.filter(is_countable=True, voided_at=None)

    def without_names(self) -> Self:
        """What may be listed without a name: not those of restricted or sealed clients."""
        return self.filter(Q(client=None) | Q(client__protection=Client.Protection.NORMAL))


class Consultation(Record):
    """相談記録: one contact with one person on one occasion, which is 1件 of 相談件数."""

    class Urgency(models.TextChoices):
        """緊急度."""

        EMERGENCY = "emergency", "緊急（即日対応）"
        HIGH = "high", "高"
        MEDIUM = "medium", "中"
        LOW = "low", "低"

    class VisitType(models.TextChoices):
        """新規・継続・再来."""

        NEW = "new", "新規"
        CONTINUING = "continuing", "継続"
        RETURNING = "returning", "再来"

    class Flag(models.TextChoices):
        """なし・疑い・過去・現在・不明."""

        NONE = "none", "なし"
        SUSPECTED = "suspected", "疑い"
        PAST = "past", "過去にあり"
        CURRENT = "current", "現在あり"
        UNKNOWN = "unknown", "不明"

    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="consultations", verbose_name="相談者"
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="consultations", verbose_name="支援ケース"
    )
    consulted_on = OfficeDateField("相談日", default=timezone.localdate)
    started_at = models.TimeField("開始時刻", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("所要時間", null=True, blank=True, help_text="分")
    method = TermKey(kind="method", verbose_name="相談方法")
    place = TermKey(kind="place", null=True, blank=True, verbose_name="相談場所")
    caller = TermKey(kind="caller", null=True, blank=True, verbose_name="相談者区分")
    staff = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="相談員")
    profession = models.CharField("職種", max_length=20, choices=Profession, blank=True, editable=False)
    co_staff = models.ManyToManyField(User, blank=True, related_name="+", verbose_name="同席した職員")
    source = TermKey(kind="source", null=True, blank=True, verbose_name="相談経路")
    main_topic = TermKey(kind="topic", null=True, blank=True, verbose_name="主訴（◎）")
    terms = models.ManyToManyField(
        Term,
        blank=True,
        related_name="consultations",
        verbose_name="内容・きっかけ・対応",
        help_text="every ticked box: topics with ◎ included, きっかけ, 対応内容",
    )
    visit_type = models.CharField("新規・継続", max_length=12, choices=VisitType, blank=True)
    age_band = models.CharField("年代", max_length=10, choices=AgeBand, default=AgeBand.UNKNOWN)
    urgency = models.CharField("緊急度", max_length=10, choices=Urgency, default=Urgency.LOW)
    dv = models.CharField("DV", max_length=10, choices=Flag, default=Flag.UNKNOWN)
    suicide_risk = models.CharField("希死念慮", max_length=10, choices=Flag, default=Flag.UNKNOWN)
    abuse_suspected = models.BooleanField("児童虐待の疑い", default=False)
    content = models.TextField("相談内容", max_length=LONG_TEXT, blank=True)
    response = models.TextField("対応", max_length=LONG_TEXT, blank=True)
    assessment = models.TextField("所見", max_length=LONG_TEXT, blank=True)
    next_on = OfficeDateField("次回予定日", null=True, blank=True)
    next_plan = models.CharField("次回予定", max_length=200, blank=True)
    open_day = models.ForeignKey(
        OpenDay,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name="きっかけのカフェ開催日",
    )
    is_countable = models.BooleanField("件数に数える", default=True)
    not_countable_reason = models.CharField("数えない理由", max_length=100, blank=True)
    imported = models.ForeignKey(
        Import,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="consultations",
        verbose_name="取込",
    )
    import_key = models.CharField(
        "取込の鍵", max_length=64, null=True, blank=True, unique=True, editable=False
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "相談記録"
        indexes = [
            models.Index(fields=["is_countable", "voided_at", "consulted_on"], name="consultation_counted"),
            models.Index(fields=["client", "consulted_on"], name="consultation_by_client"),
            models.Index(fields=["consulted_on"], name="consultation_by_day"),
            models.Index(fields=["next_on"], name="consultation_by_next"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_countable=True) | ~Q(not_countable_reason=""),
                name="consultation_left_out_has_a_reason",
                violation_error_code="not_countable_reason",
                violation_error_message="件数に数えない理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(is_countable=False) | Q(main_topic__isnull=False),
                name="consultation_counted_has_a_main_topic",
                violation_error_code="main_topic",
                violation_error_message="主訴（◎）を1つ選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__lte=1440),
                name="consultation_within_a_day",
                violation_error_code="minutes",
                violation_error_message="所要時間は1440分までで入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(case=None) | Q(client__isnull=False),
                name="consultation_case_needs_a_client",
                violation_error_code="case",
                violation_error_message="支援ケースを選ぶときは相談者も選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return f"相談記録 {self.consulted_on:%Y-%m-%d}"

    @staticmethod
    def open_to(user: User) -> Q:
        """The consultations a counselor may open, as a condition."""
        return Q(client=None) | Client.open_to(user, "client")

    @property
    def subject_id(self) -> int | None:
        """Whose record this is, for the trail."""
        return self.client_id

    def freeze(self) -> None:
        """Fix what must not change later: 年代 on the day, and the profession of who talked."""
        if self.client is not None and self.client.birth_date is not None:
            self.age_band = self.client.age_band_on(self.consulted_on)
        elif self.client is not None and self.age_band == AgeBand.UNKNOWN:
            self.age_band = self.client.age_band
        self.profession = self.staff.profession

    def proposed_visit_type(self, also: Iterable[date] = ()) -> str:
        """新規・継続・再来 by the rule: first ever, silence or 終結, else 継続. Blank where it does not count.

        Silence of 12 months beats an open case. `also` are earlier days of the client that are stored with
        this one. A client not yet stored has no others.
        """
        if not self.is_countable:
            return ""
        if self.client is None:
            return self.VisitType.NEW
        is_stored = self.client.pk is not None
        last = max([*also, *(self._latest() if is_stored else [])], default=None)
        if last is None:
            return self.VisitType.NEW
        if self.consulted_on - last >= SILENCE or (is_stored and self._closed_since(last)):
            return self.VisitType.RETURNING
        return self.VisitType.CONTINUING

    def _latest(self) -> list[date]:
        """The day of the client's last counted talk up to this one, if any."""
        counted = Consultation.objects.counted().exclude(pk=self.pk)
        earlier = counted.filter(client=self.client, consulted_on__lte=self.consulted_on)
        last = earlier.aggregate(last=models.Max("consulted_on"))["last"]
        return [last] if last else []

    def _closed_since(self, last: date) -> bool:
        """Whether the client's last case had ended by this day and none was open.

        A case opened on the day itself began with this talk and says nothing about before.
        """
        day = self.consulted_on
        if self.case is not None and self.case.opened_on < day and self.case.closed_on is None:
            return False
        cases = Case.objects.standing().filter(client=self.client, opened_on__lt=day)
        then = cases.aggregate(
            ended=models.Max("closed_on", filter=Q(status=Case.Status.CLOSED, closed_on__lte=day)),
            open=models.Count("pk", filter=Q(closed_on=None) | Q(closed_on__gt=day)),
        )
        return bool(then["ended"] and then["ended"] >= last and not then["open"])

"""研修: series, sessions, lecturers, survey totals. Counts, not individual answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from komatsu_support.models import OfficeDateField, OpenByPermission, Record, Term
from komatsu_support.models.fields import LONG_TEXT
from komatsu_support.rates import share


class SeriesQuerySet(OpenByPermission):
    """Questions about series."""


class Series(Record):
    """研修シリーズ: what the report prints after ○, with 第n回 sessions beneath."""

    class Kind(models.TextChoices):
        """種類."""

        STAFF = "staff_training", "人材育成研修"
        PUBLIC = "public_lecture", "市民講座"
        WORKSHOP = "workshop", "ワークショップ"

    title = models.CharField("シリーズ名", max_length=100)
    nickname = models.CharField("通称", max_length=40, blank=True, help_text="〈 〉の中に印字します")
    kind = models.CharField("種類", max_length=20, choices=Kind, default=Kind.STAFF)
    purpose = models.TextField("目的", max_length=LONG_TEXT, blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "研修シリーズ"

    def __str__(self) -> str:
        return f"{self.title}〈{self.nickname}〉" if self.nickname else self.title


class SessionQuerySet(OpenByPermission):
    """Questions about sessions."""

    dated_by = "held_on"

    def held(self) -> Self:
        """Sessions that took place."""
        return self.standing().filter(state=Session.State.HELD)


class Session(Record):
    """研修の第n回: one day of a series, with who came."""

    class State(models.TextChoices):
        """予定・実施・中止."""

        PLANNED = "planned", "予定"
        HELD = "held", "実施"
        CANCELLED = "cancelled", "中止"

    series = models.ForeignKey(Series, models.PROTECT, related_name="sessions", verbose_name="シリーズ")
    number = models.PositiveSmallIntegerField("第n回", null=True, blank=True)
    theme = models.CharField("テーマ", max_length=150)
    held_on = OfficeDateField("開催日")
    starts_at = models.TimeField("開始", null=True, blank=True)
    ends_at = models.TimeField("終了", null=True, blank=True)
    place = models.CharField("場所", max_length=60, blank=True)
    state = models.CharField("状態", max_length=10, choices=State, default=State.PLANNED)
    terms = models.ManyToManyField(Term, blank=True, related_name="+", verbose_name="形式")
    audience = models.CharField("対象", max_length=100, blank=True)
    staff_heads = models.PositiveSmallIntegerField("職員", default=0, help_text="人")
    agency_heads = models.PositiveSmallIntegerField("関係機関", default=0, help_text="人")
    citizen_heads = models.PositiveSmallIntegerField("市民", default=0, help_text="人")
    online_heads = models.PositiveSmallIntegerField("うちオンライン", default=0, help_text="人")
    summary = models.TextField("内容", max_length=LONG_TEXT, blank=True)
    outcome = models.TextField("成果と課題", max_length=LONG_TEXT, blank=True)
    next_steps = models.TextField("次の取組", max_length=LONG_TEXT, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "研修"
        indexes = [models.Index(fields=["held_on", "state"], name="session_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"],
                condition=Q(voided_at=None, number__isnull=False),
                name="session_number_once_in_a_series",
                violation_error_code="number",
                violation_error_message="この回はシリーズに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(online_heads__lte=F("staff_heads") + F("agency_heads") + F("citizen_heads")),
                name="session_online_within_heads",
                violation_error_code="online_heads",
                violation_error_message="「うちオンライン」は参加者の合計までです。",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
                violation_error_code="ends_at",
                violation_error_message="終了は開始より後の時刻にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}回 {self.theme}" if self.number else self.theme

    @property
    def heads(self) -> int:
        """参加者数, on site and online. Unit: 人."""
        return self.staff_heads + self.agency_heads + self.citizen_heads


class LecturerQuerySet(OpenByPermission):
    """Questions about lecturers."""


class Lecturer(Record):
    """講師: a person or an organisation at one session."""

    class Kind(models.TextChoices):
        """団体・個人."""

        ORGANISATION = "organisation", "団体"
        PERSON = "person", "個人"

    session = models.ForeignKey(Session, models.PROTECT, related_name="lecturers", verbose_name="研修")
    kind = models.CharField("団体・個人", max_length=15, choices=Kind, default=Kind.ORGANISATION)
    name = models.CharField("講師名", max_length=80)
    affiliation = models.CharField("所属・肩書", max_length=80, blank=True)

    objects = LecturerQuerySet.as_manager()

    class Meta:
        verbose_name = "講師"

    def __str__(self) -> str:
        return f"{self.affiliation} {self.name}".strip()

    def get_absolute_url(self) -> str:
        """A lecturer is shown on the page of the session."""
        return self.session.get_absolute_url()


class SurveyQuerySet(OpenByPermission):
    """Questions about surveys."""


TOO_MANY_ANSWERS = "回答の合計は回収の枚数までです。"


class Survey(Record):
    """アンケート集計: totals of one session's sheets."""

    session = models.OneToOneField(Session, models.PROTECT, related_name="survey", verbose_name="研修")
    distributed = models.PositiveSmallIntegerField("配布", default=0, help_text="枚")
    collected = models.PositiveSmallIntegerField("回収", default=0, help_text="枚")
    satisfaction_5 = models.PositiveSmallIntegerField("大変満足", default=0)
    satisfaction_4 = models.PositiveSmallIntegerField("満足", default=0)
    satisfaction_3 = models.PositiveSmallIntegerField("普通", default=0)
    satisfaction_2 = models.PositiveSmallIntegerField("やや不満", default=0)
    satisfaction_1 = models.PositiveSmallIntegerField("不満", default=0)
    understanding_5 = models.PositiveSmallIntegerField("よく理解できた", default=0)
    understanding_4 = models.PositiveSmallIntegerField("理解できた", default=0)
    understanding_3 = models.PositiveSmallIntegerField("どちらともいえない", default=0)
    understanding_2 = models.PositiveSmallIntegerField("あまり理解できなかった", default=0)
    understanding_1 = models.PositiveSmallIntegerField("理解できなかった", default=0)
    comments = models.TextField("自由記述", max_length=LONG_TEXT, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "アンケート集計"
        constraints = [
            models.CheckConstraint(
                condition=Q(collected__lte=F("distributed")),
                name="survey_collected_within_distributed",
                violation_error_code="collected",
                violation_error_message="回収は配布の枚数までです。",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(
                        collected__gte=F(f"{scale}_5")
                        + F(f"{scale}_4")
                        + F(f"{scale}_3")
                        + F(f"{scale}_2")
                        + F(f"{scale}_1")
                    ),
                    name=f"survey_{scale}_within_collected",
                    violation_error_code=f"{scale}_5",
                    violation_error_message=TOO_MANY_ANSWERS,
                )
                for scale in ("satisfaction", "understanding")
            ),
        ]

    def __str__(self) -> str:
        return f"アンケート {self.collected}／{self.distributed}"

    def get_absolute_url(self) -> str:
        """A survey is shown on the page of the session."""
        return self.session.get_absolute_url()

    @property
    def response_rate(self) -> Decimal | None:
        """回収率 = 回収 ÷ 配布. Unit: percent, one decimal, half up; None without sheets."""
        return share(self.collected, self.distributed)

    @property
    def satisfaction(self) -> Decimal | None:
        """満足度 = (5 + 4) ÷ answers. Unit: percent, one decimal, half up; None without answers."""
        return self._top_two("satisfaction")

    @property
    def understanding(self) -> Decimal | None:
        """理解度 = (5 + 4) ÷ answers. Unit: percent, one decimal, half up; None without answers."""
        return self._top_two("understanding")

    def _top_two(self, scale: str) -> Decimal | None:
        answers = {step: getattr(self, f"{scale}_{step}") for step in range(1, 6)}
        return share(answers[5] + answers[4], sum(answers.values()))

"""相談記録: one contact, 1件."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cafe.models import Introduction, OpenDay
from consultations.models.callattempt import CallAttempt
from consultations.models.case import Case
from consultations.models.client import Client
from consultations.models.imported import Import
from consultations.models.openness import OfClient
from consultations.models.visits import Visits, VisitType, settle_visits
from komatsu_support import audit
from komatsu_support.models import (
    AgeBand,
    AuditEvent,
    OfficeDateField,
    Profession,
    Record,
    Term,
    TermKey,
    User,
)
from komatsu_support.models.fields import LONG_TEXT

if TYPE_CHECKING:
    from consultations.models.appointment import Appointment

CAFE = "cafe"
"""The code of the café in the master lists of 経路 and of きっかけ."""


def _later(on: str) -> Q:
    """A contact dated `on` that came after the consultation asked about. The first half is the index's."""
    not_earlier = Q(**{f"{on}__gte": OuterRef("consulted_on")})
    return not_earlier & (
        Q(**{f"{on}__gt": OuterRef("consulted_on")}) | Q(created_at__gt=OuterRef("created_at"))
    )


class ConsultationQuerySet(OfClient):
    """Questions about consultations."""

    dated_by = "consulted_on"
    may_be_of_nobody = True

    def counted(self) -> Self:
        """相談件数: what counts as 1件."""
        return self.filter(is_countable=True, voided_at=None)

    def unkept(self) -> Self:
        """次回予定 that no later contact has settled: no talk since, and no call that she answered.

        Later is another day, or the same day and written down after it.
        """
        talks = Consultation.objects.standing().filter(_later("consulted_on"), client=OuterRef("client"))
        calls = CallAttempt.objects.answered().filter(_later("called_on"), client=OuterRef("client"))
        promised = self.standing().filter(next_on__isnull=False, client__isnull=False)
        return promised.exclude(Exists(talks)).exclude(Exists(calls))

    def from_cafe(self) -> Self:
        """What began in the café: by a 橋, by its day, or by きっかけ as somebody ticked it."""
        boxes = Consultation.terms.through._base_manager.filter(consultation=OuterRef("pk"))
        ticked = Exists(boxes.filter(term__kind=Term.Kind.AWARENESS, term__code=CAFE))
        return self.filter(Q(introduction__isnull=False) | Q(open_day__isnull=False) | Q(ticked))

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

    VisitType = VisitType

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
    visit_type_reason = models.CharField("新規・継続を直した理由", max_length=100, blank=True)
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
    introduction = models.ForeignKey(
        Introduction,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="consultations",
        verbose_name="カフェからの橋",
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

    identifying = (
        "content",
        "response",
        "assessment",
        "started_at",
        "next_on",
        "next_plan",
        "not_countable_reason",
        "visit_type_reason",
    )

    class Meta:
        verbose_name = "相談記録"
        indexes = [
            models.Index(
                fields=["consulted_on", "voided_at", "is_countable", "client"], name="consultation_counted"
            ),
            models.Index(fields=["client", "consulted_on"], name="consultation_by_client"),
            models.Index(fields=["consulted_on"], name="consultation_by_day"),
            models.Index(fields=["next_on"], name="consultation_by_next"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction"],
                condition=Q(voided_at=None, introduction__isnull=False),
                name="consultation_one_per_introduction",
                violation_error_message="この橋からの相談は記録されています。",
            ),
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
                condition=Q(visit_type_reason="") | ~Q(visit_type=""),
                name="consultation_corrected_visit_has_a_type",
                violation_error_code="visit_type",
                violation_error_message="理由を書いたときは、新規・継続・再来のどれかを選んでください。",
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

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user) if self.client else "相談員チーム"

    @property
    def subject_id(self) -> int | None:
        """Whose record this is, for the trail."""
        return self.client_id

    def freeze(self) -> None:
        """Fix what must not change later: 年代 on the day, and the profession of who talked."""
        self.freeze_age_band()
        self.freeze_profession()

    def freeze_age_band(self) -> None:
        """年代 on the day: from her birth date, else as it was said."""
        if self.client is not None and self.client.birth_date is not None:
            self.age_band = self.client.age_band_on(self.consulted_on)
        elif self.client is not None and self.age_band == AgeBand.UNKNOWN:
            self.age_band = self.client.age_band

    def freeze_profession(self) -> None:
        """職種 of who talked, as it is now: not asked again while the same person stands there."""
        self.profession = self.staff.profession

    def proposed_visit_type(self, visits: Visits | None = None, also: Iterable[date] = ()) -> str:
        """新規・継続・再来 by the rule; blank where it does not count. Somebody unknown is 新規.

        `also` are days of earlier talks of hers that are stored with this one.
        """
        if not self.is_countable:
            return ""
        if self.client is None:
            return VisitType.NEW
        return (visits or Visits(self.client)).type_of(self, also)

    def follow_rule(self, visits: Visits | None = None) -> None:
        """Take 新規・継続・再来 from the rule, unless somebody corrected it with a reason."""
        if not self.is_countable:
            self.visit_type, self.visit_type_reason = "", ""
        elif not self.visit_type_reason:
            self.visit_type = self.proposed_visit_type(visits)

    def attach(self, client: Client, *, by: User) -> None:
        """結ぶ: the talk with nobody known was with her. 延べ stays as it was; so does 年代 where it was known."""
        self.client = client
        if self.age_band == AgeBand.UNKNOWN:
            self.age_band = client.age_band_on(self.consulted_on)
        self.follow_rule()
        changed = ["client", "age_band", "visit_type"]
        with transaction.atomic():
            self.save(by=by, changed=changed, basis="相談者と結ぶ")
            self.take_appointment_along("相談者と結ぶ", by=by)
            settle_visits(client, by=by)

    def detach(self, reason: str, *, by: User) -> None:
        """結びを解く: it was not with her. What only she could have told goes: her case, her 年代."""
        if (her := self.client) is None:
            return
        before = self.history.filter(client=None).order_by("-version").first()
        if before is not None:
            self.age_band = before.age_band
        elif her.birth_date is not None:
            self.age_band = AgeBand.UNKNOWN
        self.client, self.case = None, None
        self.follow_rule()
        with transaction.atomic():
            self.save(by=by, changed=["client", "case", "age_band", "visit_type"], basis=reason)
            self.take_appointment_along(reason, by=by)
            audit.record(
                AuditEvent.Action.CHANGE,
                by=by,
                on=her,
                fields=["consultations"],
                basis=f"結びを解く: {reason}",
            )
            settle_visits(her, by=by)

    def take_appointment_along(self, basis: str, *, by: User) -> None:
        """The 予約 that was kept by it goes where the talk went."""
        if self._appointment is not None:
            self._appointment.go_with(self.client, basis, by=by)

    def take_up(self, introduction: Introduction) -> None:
        """It came of that 橋. Inside the transaction of whoever saves the talk; ValueError where another was first."""
        introduction.claim()
        self.introduction = introduction

    def come_from(self, introduction: Introduction, *, by: User) -> None:
        """つなぐ: a talk written down already came of that 橋; its day, where none stands, and きっかけ with it."""
        with transaction.atomic():
            self.take_up(introduction)
            if self.open_day is None and not introduction.open_day.is_voided:
                self.open_day = introduction.open_day
            cafe = Term.objects.offered([Term.Kind.AWARENESS], timezone.localdate()).filter(code=CAFE)
            ticked = {"terms": list({*self.terms.all(), *cafe})}
            self.save(by=by, changed=["introduction", "open_day", "terms"], ticked=ticked)

    def part_from_introduction(self, *, by: User) -> None:
        """It came of no 橋, or of another: that one waits again."""
        self.introduction = None
        self.save(by=by, changed=["introduction"])

    def void(self, reason: str, by: User) -> None:
        """取消; other talks stand as if it had not been, the appointment it came from is a 予約 again."""
        with transaction.atomic():
            super().void(reason, by=by)
            if self._appointment is not None:
                self._appointment.rebook(by)
            if self.client is not None:
                settle_visits(self.client, by=by)

    @property
    def _appointment(self) -> Appointment | None:
        """The 予約 that was kept by it."""
        found: Appointment | None = getattr(self, "appointment", None)
        return found

"""つなぎ記録: the ladder from 情報提供 to 1か月後も継続."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from consultations.models import Case, Client
from consultations.models.openness import OfClient
from komatsu_support.models import OfficeDateField, Record, User
from komatsu_support.models.fields import LONG_TEXT
from referrals.models.agency import Agency
from referrals.models.consent import Consent

RUNGS = {"accepted": "accepted_on", "connected": "connected_on", "continued": "continued_on"}


class LegalBasis(models.TextChoices):
    """同意によらない根拠."""

    SUPPORT_MEETING_106_6 = "support_meeting_106_6", "社会福祉法106条の6 支援会議"
    SUPPORT_MEETING_9 = "support_meeting_9", "生活困窮者自立支援法9条 支援会議"
    COORDINATION_15 = "coordination_15", "困難女性支援法15条 支援調整会議"
    LIFE_DANGER = "life_danger", "生命・身体の保護（緊急）"
    CHILD_ABUSE = "child_abuse_report", "児童虐待の通告"
    LAW = "court_law", "法令に基づく"


AT_ONCE = ("life_danger", "child_abuse_report")  # sent at once, approval follows


class ReferralQuerySet(OfClient):
    """Questions about referrals."""

    dated_by = "started_on"
    client_at = "case__client"

    def sent(self) -> Self:
        """依頼: asked of the agency."""
        return self.standing().filter(sent_on__isnull=False)

    def connected(self) -> Self:
        """つながった: reached the rung that counts (setting CONNECTED_RUNG), once per case and agency.

        Dated by the day that rung was reached, not by the day of sending.
        """
        rung = RUNGS[settings.CONNECTED_RUNG]
        reached = self.standing().filter(**{f"{rung}__isnull": False}).dated(rung)
        if rung == "connected_on":  # the constraint already holds it to one
            return reached
        same = Referral._base_manager.filter(case=OuterRef("case"), agency=OuterRef("agency"), voided_at=None)
        earlier = Q(**{f"{rung}__lt": OuterRef(rung)}) | Q(**{rung: OuterRef(rung), "pk__lt": OuterRef("pk")})
        return reached.exclude(Exists(same.filter(earlier)))

    def waiting(self) -> Self:
        """Asked, not yet つながった, not ended: waiting for a word from the agency."""
        return self.sent().filter(connected_on=None, outcome="")

    def without_names(self) -> Self:
        """What may be listed without a name: not those of restricted or sealed clients."""
        return self.filter(case__client__protection=Client.Protection.NORMAL)


class Referral(Record):
    """つなぎ記録: one case and one agency on the way up the ladder, each step dated."""

    class Purpose(models.TextChoices):
        """目的."""

        INTRODUCE = "introduce", "紹介"
        REQUEST = "request_support", "支援依頼"
        SHARE = "share_info", "情報共有"
        HANDOVER = "handover", "引継ぎ"

    class Means(models.TextChoices):
        """手段."""

        PHONE = "phone", "電話"
        FAX = "fax", "FAX"
        LETTER = "letter", "文書"
        ACCOMPANY = "accompany", "同行"
        VISIT = "visit", "訪問"
        ONLINE = "online", "オンライン"

    class Outcome(models.TextChoices):
        """つながらなかったとき."""

        DECLINED = "declined", "不調"
        WITHDRAWN = "withdrawn", "本人辞退"
        NO_REPLY = "no_reply", "返答なし"

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals", verbose_name="支援ケース")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="referrals", verbose_name="支援機関")
    started_on = OfficeDateField("情報提供日", default=timezone.localdate)
    purpose = models.CharField("目的", max_length=20, choices=Purpose, default=Purpose.INTRODUCE)
    means = models.CharField("手段", max_length=10, choices=Means, blank=True)
    request = models.TextField("依頼内容", max_length=LONG_TEXT, blank=True)
    consent = models.ForeignKey(
        Consent, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name="同意"
    )
    legal_basis = models.CharField("同意によらない根拠", max_length=25, choices=LegalBasis, blank=True)
    legal_reason = models.CharField("根拠とした事情", max_length=200, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="承認者"
    )
    approved_on = OfficeDateField("承認日", null=True, blank=True, editable=False)
    sent_on = OfficeDateField("依頼日", null=True, blank=True)
    accepted_on = OfficeDateField("先方受付日", null=True, blank=True)
    connected_on = OfficeDateField("利用開始日（つながった日）", null=True, blank=True)
    continued_on = OfficeDateField("1か月後も継続を確かめた日", null=True, blank=True)
    outcome = models.CharField("つながらなかったとき", max_length=10, choices=Outcome, blank=True)
    outcome_reason = models.CharField("その理由", max_length=200, blank=True)
    follow_up_on = OfficeDateField("確認予定日", null=True, blank=True)
    result_note = models.TextField("結果", max_length=LONG_TEXT, blank=True)
    staff = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="担当"
    )

    objects = ReferralQuerySet.as_manager()

    identifying = ("request", "legal_reason", "outcome_reason", "result_note")

    class Meta:
        verbose_name = "つなぎ記録"
        indexes = [
            models.Index(fields=["connected_on"], name="referral_by_connection"),
            models.Index(fields=["started_on"], name="referral_by_start"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency"],
                condition=Q(connected_on__isnull=False, voided_at=None),
                name="referral_connected_once_per_case_and_agency",
                violation_error_code="connected_on",
                violation_error_message="この支援ケースとこの機関は既につながっています。先のつなぎ記録に続けて書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(sent_on=None)
                | Q(consent__isnull=False)
                | Q(legal_basis__in=AT_ONCE)
                | (~Q(legal_basis="") & Q(approved_on__isnull=False)),
                name="referral_sent_with_consent_or_approved_basis",
                violation_error_code="sent_on",
                violation_error_message="同意、または承認された根拠がないと依頼できません。",
            ),
            models.CheckConstraint(
                condition=Q(legal_basis="") | ~Q(legal_reason=""),
                name="referral_legal_basis_has_a_reason",
                violation_error_code="legal_reason",
                violation_error_message="根拠とした事情を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(sent_on=None) | Q(sent_on__gte=F("started_on")),
                name="referral_sent_after_started",
                violation_error_code="sent_on",
                violation_error_message="依頼日は情報提供日以降の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on=None) | Q(sent_on__isnull=False, accepted_on__gte=F("sent_on")),
                name="referral_accepted_after_sent",
                violation_error_code="accepted_on",
                violation_error_message="先方受付日は依頼日以降の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(connected_on=None) | Q(sent_on__isnull=False, connected_on__gte=F("sent_on")),
                name="referral_connected_after_sent",
                violation_error_code="connected_on",
                violation_error_message="利用開始日は依頼日以降の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on=None) | Q(connected_on=None) | Q(connected_on__gte=F("accepted_on")),
                name="referral_connected_after_accepted",
                violation_error_code="connected_on",
                violation_error_message="利用開始日は先方受付日以降の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(continued_on=None)
                | Q(connected_on__isnull=False, continued_on__gte=F("connected_on")),
                name="referral_continued_after_connected",
                violation_error_code="continued_on",
                violation_error_message="継続を確かめた日は利用開始日以降の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | (Q(connected_on=None) & ~Q(outcome_reason="")),
                name="referral_not_connected_has_a_reason",
                violation_error_code="outcome_reason",
                violation_error_message="つながらなかった理由を入力し、利用開始日は空欄にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"つなぎ記録 {self.started_on:%Y-%m-%d}"

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.case.client.basis_for(user)

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.case.client_id

    @property
    def rung(self) -> str:
        """The highest step of the ladder reached so far."""
        if self.outcome:
            return self.get_outcome_display()
        steps = [
            (self.continued_on, "1か月後も継続"),
            (self.connected_on, "利用開始"),
            (self.accepted_on, "先方受付"),
            (self.sent_on, "依頼"),
        ]
        return next((label for day, label in steps if day), "情報提供")

    def approve(self, *, by: User) -> None:
        """Lead's word that the legal basis holds; never for one's own referral."""
        if by.pk in (self.created_by_id, self.staff_id):
            raise ValueError("自分が担当するつなぎ記録は承認できません。")
        self.approved_by, self.approved_on = by, timezone.localdate()
        self.save(by=by, changed=["approved_by", "approved_on"])

    def connect(self, *, on: date, by: User) -> None:
        """利用開始: the agency took her on, or she began using it."""
        self.connected_on = on
        self.save(by=by, changed=["connected_on"])

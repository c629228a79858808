"""支援ケース: one episode of a client, from the first talk to 終結, and the ends that were undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from consultations.models.client import Client
from consultations.models.openness import OfClient
from consultations.models.visits import Episode, settle_visits
from komatsu_support.models import OfficeDateField, Record, RecordQuerySet, User
from komatsu_support.models.fields import LONG_TEXT

if TYPE_CHECKING:
    from consultations.models.consultation import ConsultationQuerySet


class CaseQuerySet(OfClient):
    """Questions about cases."""

    dated_by = "opened_on"

    def open(self) -> Self:
        """Not yet ended."""
        return self.standing().filter(status__in=Case.OPEN)

    def episodes(self) -> Iterator[Episode]:
        """Every stretch of the cases, with one query: an end undone by a reopening was an end all the same."""
        undone = ("reopenings__status", "reopenings__closed_on", "reopenings__reopened_on")
        rows = self.order_by("pk", "reopenings__reopened_on", "reopenings__pk").values_list(
            "pk", "opened_on", "status", "closed_on", *undone
        )
        for _, of_case in groupby(rows, key=itemgetter(0)):
            turns = list(of_case)
            _, began_on, status, closed_on, *_ = turns[0]
            for *_, was, had_closed_on, reopened_on in turns:
                if reopened_on is not None:
                    yield Episode(began_on, had_closed_on, was == Case.Status.CLOSED)
                    began_on = reopened_on
            yield Episode(began_on, closed_on, status == Case.Status.CLOSED)


class Case(Record):
    """支援ケース: a client's episode with its 支援方針 and its end."""

    class Status(models.TextChoices):
        """処遇."""

        OPEN = "open", "継続"
        WATCH = "watch", "見守り"
        INTERRUPTED = "interrupted", "中断"
        HANDED_OVER = "handed_over", "引継ぎ"
        CLOSED = "closed", "終結"

    class CloseReason(models.TextChoices):
        """終結理由."""

        RESOLVED = "resolved", "主訴解消"
        HANDED_OVER = "handed_over", "他機関引継ぎ"
        WISH = "wish", "本人の意向"
        MOVED = "moved", "転出"
        NO_CONTACT = "no_contact", "連絡不通"
        DEATH = "death", "死亡"
        OTHER = "other", "その他"

    OPEN = ("open", "watch", "interrupted")

    client = models.ForeignKey(Client, models.PROTECT, related_name="cases", verbose_name="相談者")
    opened_on = OfficeDateField("開始日", default=timezone.localdate)
    status = models.CharField("処遇", max_length=12, choices=Status, default=Status.OPEN)
    policy = models.TextField("支援方針", max_length=LONG_TEXT, blank=True)
    staff = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="担当"
    )
    reopened_on = OfficeDateField("再開日", null=True, blank=True, editable=False)
    closed_on = OfficeDateField("終了日", null=True, blank=True)
    close_reason = models.CharField("終結理由", max_length=12, choices=CloseReason, blank=True)

    objects = CaseQuerySet.as_manager()

    identifying = ("policy",)

    class Meta:
        verbose_name = "支援ケース"
        indexes = [models.Index(fields=["opened_on"], name="case_by_opening")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("open", "watch", "interrupted"), closed_on=None, close_reason="")
                | (Q(status__in=("handed_over", "closed"), closed_on__isnull=False) & ~Q(close_reason="")),
                name="case_ended_has_day_and_reason",
                violation_error_code="closed_on",
                violation_error_message="引継ぎ・終結には終了日と終結理由を、それ以外では空欄にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="case_ends_after_it_opens",
                violation_error_code="closed_on",
                violation_error_message="終了日は開始日以降の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(reopened_on=None) | Q(reopened_on__gte=F("opened_on")),
                name="case_reopens_after_it_opens",
                violation_error_code="opened_on",
                violation_error_message="開始日は再開日以前の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(reopened_on=None) | Q(closed_on__gte=F("reopened_on")),
                name="case_ends_after_it_reopens",
                violation_error_code="closed_on",
                violation_error_message="終了日は再開日以降の日付にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client.number} {self.opened_on:%Y-%m-%d}"

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user)

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.client_id

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.status in self.OPEN

    @property
    def episode(self) -> Episode:
        """Its present stretch: since it was opened, or since it was last reopened."""
        return Episode(self.reopened_on or self.opened_on, self.closed_on, self.status == self.Status.CLOSED)

    def promises(self, user: User) -> ConsultationQuerySet:
        """次回予定 from today on that this case leaves behind, or that stand with her outside any case."""
        talks = self.client.consultations.changeable_by(user).standing()
        return talks.filter(Q(case=self) | Q(case=None), next_on__gte=timezone.localdate())

    def reopen(self, *, on: date, reason: str, status: str = Status.OPEN, by: User) -> Reopening:
        """再開: go on from a day; the end that is undone stays written, and was one for the talks since then."""
        if self.closed_on is None:
            raise ValueError("終わっていない支援ケースは再開できません。")
        undone = Reopening(
            case=self,
            reopened_on=on,
            reason=reason,
            status=self.status,
            closed_on=self.closed_on,
            close_reason=self.close_reason,
        )
        with transaction.atomic():
            undone.save(by=by)
            self.reopened_on, self.status = on, status
            self.closed_on, self.close_reason = None, ""
            self.save(by=by, changed=["status", "closed_on", "close_reason", "reopened_on"], basis=reason)
            settle_visits(self.client, by=by)
        return undone

    def void(self, reason: str, by: User) -> None:
        """取消, of the ends it had too."""
        with transaction.atomic():
            super().void(reason, by=by)
            settle_visits(self.client, by=by)


class ReopeningQuerySet(RecordQuerySet):
    """Questions about reopenings."""

    dated_by = "reopened_on"

    def visible_to(self, user: User) -> Self:
        """As the case is seen."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def changeable_by(self, user: User) -> Self:
        """As the case may be changed."""
        return self.filter(case__in=Case.objects.changeable_by(user))


class Reopening(Record):
    """再開: a case goes on after its end; what the end was is kept here."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reopenings", verbose_name="支援ケース")
    reopened_on = OfficeDateField("再開日", default=timezone.localdate)
    reason = models.CharField("再開の理由", max_length=200)
    status = models.CharField("それまでの処遇", max_length=12, choices=Case.Status)
    closed_on = OfficeDateField("それまでの終了日")
    close_reason = models.CharField("それまでの終結理由", max_length=12, choices=Case.CloseReason)

    objects = ReopeningQuerySet.as_manager()

    identifying = ("reason",)

    class Meta:
        verbose_name = "再開"
        constraints = [
            models.CheckConstraint(
                condition=Q(reopened_on__gte=F("closed_on")),
                name="reopening_follows_the_end",
                violation_error_code="reopened_on",
                violation_error_message="再開日は終了日以降の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("handed_over", "closed")),
                name="reopening_undoes_an_end",
                violation_error_message="終わっていない支援ケースは再開できません。",
            ),
        ]

    def get_absolute_url(self) -> str:
        """It is told on the page of its case."""
        return self.case.get_absolute_url()

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.case.client_id

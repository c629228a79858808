"""橋: that somebody in the café would like to talk. Of whom, nothing is written here."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from cafe.models.openday import OpenDay
from komatsu_support import audit
from komatsu_support.models import OfficeDateField, OpenByPermission, Record, User

TALK, WAITING = "talk", "waiting"
"""What became of an introduction, besides the reasons for which it was let go."""
SETTLED = (
    "この橋は、先にほかの相談記録につながれたか、相談にならなかったとされました。一覧で確かめてください。"
)


class IntroductionQuerySet(OpenByPermission):
    """Questions about introductions. The café leaves them and reads none."""

    dated_by = "open_day__held_on"

    def leave(self, open_day: OpenDay, *, by: User, submission: uuid.UUID) -> Introduction:
        """Somebody of that day would like to talk. The same submission again answers the first.

        Raises ValueError, a sentence for the screen, on a day on which nobody can have been there.
        """
        if self._of(submission) is None and (refusal := why_not(open_day)):
            raise ValueError(refusal)
        return self.keep(open_day, by=by, submission=submission)

    def keep(self, open_day: OpenDay, *, by: User, submission: uuid.UUID) -> Introduction:
        """The same, said at the time and heard of later: whatever has become of the day, it is not lost."""
        if (first := self._of(submission)) is not None:
            return first
        left = Introduction(open_day=open_day, submission=submission)
        try:
            with transaction.atomic():
                left.save(by=by, changed=["open_day"])
        except IntegrityError:  # the other of two presses at the same moment
            if (first := self._of(submission)) is None:
                raise
            return first
        return left

    def _of(self, submission: uuid.UUID) -> Introduction | None:
        first: Introduction | None = Introduction._base_manager.filter(submission=submission).first()
        return first

    def counted(self) -> Self:
        """Persons who would have liked to talk: not what was pressed by mistake."""
        return self.standing().exclude(drop_reason=Introduction.DropReason.MISTAKE)

    def waiting(self) -> Self:
        """Neither a talk came of it yet, nor was it let go."""
        return self.standing().filter(dropped_on=None).filter(~self._begun())

    def settled(self) -> Self:
        """A talk came of it, or it was let go."""
        return self.standing().filter(Q(dropped_on__isnull=False) | Q(self._begun()))

    def longest_first(self) -> Self:
        """In the order in which they are taken up, each with its day and with who pressed."""
        joined = self.select_related("open_day", "created_by")
        return joined.order_by("open_day__held_on", "created_at", "pk")

    def with_outcome(self) -> Self:
        """Annotated with `outcome`: TALK, WAITING, or the reason for which it was let go."""
        outcome = Case(
            When(self._begun(), then=Value(TALK)),
            When(dropped_on__isnull=False, then=F("drop_reason")),
            default=Value(WAITING),
        )
        return self.annotate(outcome=outcome)

    def _begun(self) -> Exists:
        """A talk stands that came of it."""
        talks: Any = self.model._meta.get_field("consultations").related_model
        return Exists(talks._base_manager.filter(introduction=OuterRef("pk"), voided_at=None))


class Introduction(Record):
    """橋: 「相談員につなぐ」 on a day of the café, pressed without a person and without a word about her.

    A counselor opens an intake from it (`Consultation.introduction`), or lets it go with a reason.
    """

    class DropReason(models.TextChoices):
        """相談にならなかった理由."""

        NOT_COME = "not_come", "来られなかった"
        DECLINED = "declined", "今は話さないとのこと"
        TALKED_THERE = "talked_there", "カフェで話を聞いて終わった"
        UNKNOWN = "unknown", "だれのことか分からなかった"
        MISTAKE = "mistake", "まちがって押した（数えません）"

    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="introductions", verbose_name="開催日")
    dropped_on = OfficeDateField("相談にならないとした日", null=True, blank=True)
    drop_reason = models.CharField("相談にならなかった理由", max_length=20, choices=DropReason, blank=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = "カフェからの橋"
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped_on=None, drop_reason="")
                | (Q(dropped_on__isnull=False) & ~Q(drop_reason="")),
                name="introduction_dropped_has_a_reason",
                violation_error_code="drop_reason",
                violation_error_message="相談にならなかった理由を選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return f"カフェからの橋 {self.pk}"

    def get_absolute_url(self) -> str:
        """An introduction is shown among the others, to those who take it up."""
        return reverse("consultations:introduction_list")

    @property
    def days_waiting(self) -> int:
        """Whole days since it was left. Unit: 日."""
        return (timezone.localdate() - timezone.localdate(self.created_at)).days

    @property
    def waited(self) -> str:
        """How long it has waited, in words."""
        return f"{self.days_waiting}日待っています" if self.days_waiting else "今日伝わりました"

    @property
    def intake_url(self) -> str:
        """Where the talk that comes of it is written down."""
        return f"{reverse('consultations:consultation_create')}?introduction={self.pk}"

    def begins(self) -> dict[str, Any]:
        """What the consultation's form begins with. A day that was taken back is no day to choose."""
        begun = {"introduction": self}
        return begun if self.open_day.is_voided else {**begun, "open_day": self.open_day}

    def claim(self) -> None:
        """Make sure that it still waits, and that nobody else settles it before the caller's transaction ends.

        Raises ValueError in words. Whoever settles one comes one after another (`audit.wait_for_my_turn`).
        """
        audit.wait_for_my_turn()
        if not Introduction.objects.waiting().filter(pk=self.pk).exists():
            raise ValueError(SETTLED)

    def drop(self, reason: str, *, on: date, by: User) -> None:
        """相談にならなかった: no talk will come of it."""
        with transaction.atomic():
            self.claim()
            self.dropped_on, self.drop_reason = on, reason
            self.save(by=by, changed=["dropped_on", "drop_reason"])

    def wait_again(self, *, by: User) -> None:
        """It was let go too early, or by mistake."""
        self.dropped_on, self.drop_reason = None, ""
        self.save(by=by, changed=["dropped_on", "drop_reason"])


def why_not(open_day: OpenDay) -> str:
    """Why nobody can have been at the café on that day; "" where somebody can."""
    if open_day.is_voided:
        return "この開催日は取り消されています。カフェを開いた日の画面から押してください。"
    if open_day.state == OpenDay.State.CANCELLED:
        return "この日は休止です。カフェを開いた日の画面から押してください。"
    if open_day.held_on > timezone.localdate():
        return "この日はまだ来ていません。当日になってから押してください。"
    return ""

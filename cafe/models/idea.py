"""企画の種: what guests would like to do, and what an event cost."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Case, Count, Q, Sum, Value, When
from django.utils import timezone

from cafe.models.event import Event
from komatsu_support.models import OfficeDateField, OpenByPermission, Record, User
from komatsu_support.models.fields import LONG_TEXT


class IdeaQuerySet(OpenByPermission):
    """Questions about ideas."""

    dated_by = "heard_on"

    def with_stage(self) -> Self:
        """Annotated with `votes_cast` (票), `events_made` (events that stand) and `stage`, an Idea.Stage."""
        counted = self.annotate(
            votes_cast=Count("votes", filter=Q(votes__taken_back_at=None), distinct=True),
            events_made=Count(
                "events", filter=Q(events__voided_at=None, events__open_day__voided_at=None), distinct=True
            ),
        )
        return counted.annotate(
            stage=Case(
                When(~Q(let_go_reason=""), then=Value(Idea.Stage.LET_GO.value)),
                When(events_made__gt=0, then=Value(Idea.Stage.EVENT.value)),
                default=Value(Idea.Stage.FRESH.value),
                output_field=models.CharField(),
            )
        )

    def by_interest(self) -> Self:
        """Those that wait first, then by votes, then the newest. Of ideas `with_stage`."""
        turn = Case(
            *(When(stage=stage, then=Value(place)) for place, stage in enumerate(Idea.Stage.values)),
            output_field=models.IntegerField(),
        )
        return self.order_by(turn, "-votes_cast", "-heard_on", "-pk")


class Idea(Record):
    """企画の種: an idea somebody in the café spoke out. It becomes events, or is let go with a reason."""

    class Stage(models.TextChoices):
        """状態: follows from the events made of it and from 見送った理由; never stored."""

        FRESH = "fresh", "出たばかり"
        EVENT = "event", "企画になった"
        LET_GO = "let_go", "見送り"

    title = models.CharField("やってみたいこと", max_length=80)
    text = models.TextField("くわしく", max_length=LONG_TEXT, blank=True, help_text="個人の名前は書きません")
    source = models.CharField("出した人", max_length=10, choices=Event.Proposer, default=Event.Proposer.USER)
    heard_on = OfficeDateField("聞いた日")
    needs = models.CharField("必要な物", max_length=200, blank=True)
    cost_yen = models.PositiveIntegerField("見込みの費用", null=True, blank=True, help_text="円")
    let_go_reason = models.CharField("見送った理由", max_length=100, blank=True)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = "企画の種"
        constraints = [
            models.CheckConstraint(
                condition=Q(cost_yen=None) | Q(cost_yen__lte=1_000_000),
                name="idea_cost_is_plausible",
                violation_error_code="cost_yen",
                violation_error_message="費用は100万円までで入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_let_go(self) -> bool:
        """Whether it was let go (見送り) and not taken up again."""
        return bool(self.let_go_reason)

    def take_up(self, *, by: User) -> None:
        """もう一度取り上げる: it waits again; why it was let go stays in the history."""
        self.let_go_reason = ""
        self.save(by=by, changed=["let_go_reason"])

    def vote(self, press: uuid.UUID, *, by: User, number: int = 1) -> bool:
        """賛成: so many votes of one press; False where this press has been counted before.

        The keys follow from the press: however often and in parallel it is sent, it counts once.
        """
        if self.votes.filter(press=press).exists():
            return False
        IdeaVote.objects.bulk_create(
            [
                IdeaVote(key=uuid.uuid5(press, f"{self.pk}/{n}"), idea=self, press=press, cast_by=by)
                for n in range(1, number + 1)
            ],
            ignore_conflicts=True,
        )
        return True

    def last_press(self, *, by: User) -> uuid.UUID | None:
        """The press that this person may take back: her last one of today."""
        last = self.votes.standing().cast_today(by).order_by("cast_at", "key").last()
        return last.press if last else None

    def take_back(self, press: uuid.UUID, *, by: User) -> int:
        """もどす: the votes of one of her presses of today count no more. How many; 0 where it is done."""
        mine = self.votes.standing().cast_today(by).filter(press=press)
        return mine.update(taken_back_at=timezone.now())


class IdeaVoteQuerySet(models.QuerySet["IdeaVote"]):
    """Questions about votes."""

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(taken_back_at=None)

    def cast_today(self, by: User) -> Self:
        """Pressed by this person today."""
        return self.filter(cast_by=by, cast_at__date=timezone.localdate())


class IdeaVote(models.Model):
    """賛成1票: on nobody's name. One press of 「＋1」, or one of the votes a paper sheet brought together.

    Its key follows from the press, so that a second press of the same form is harmless.
    """

    key = models.UUIDField("番号", primary_key=True, default=uuid.uuid4, editable=False)
    press = models.UUIDField("押した番号", default=uuid.uuid4, editable=False)
    idea = models.ForeignKey(Idea, models.PROTECT, related_name="votes", verbose_name="企画の種")
    cast_at = models.DateTimeField("入れた時刻", default=timezone.now)
    cast_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="押した職員")
    taken_back_at = models.DateTimeField("もどした時刻", null=True, blank=True)

    objects = IdeaVoteQuerySet.as_manager()

    class Meta:
        verbose_name = "賛成"

    def __str__(self) -> str:
        return f"賛成 {self.cast_at:%Y-%m-%d}"


class ExpenseQuerySet(OpenByPermission):
    """Questions about expenses."""

    dated_by = "event__open_day__held_on"

    def counted(self) -> Self:
        """Of events that stand, on days that stand. Also where the day was 休止: the money is spent."""
        return self.standing().filter(event__voided_at=None, event__open_day__voided_at=None)

    def total(self) -> int:
        """Their sum. Unit: 円."""
        return int(self.aggregate(yen=Sum("amount_yen"))["yen"] or 0)


class Expense(Record):
    """企画の費用: one line of what an event cost."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="expenses", verbose_name="企画")
    item = models.CharField("品目", max_length=60)
    amount_yen = models.PositiveIntegerField("金額", help_text="円")
    paid_on = OfficeDateField("支払った日", null=True, blank=True)
    note = models.CharField("備考", max_length=100, blank=True)

    objects = ExpenseQuerySet.as_manager()

    class Meta:
        verbose_name = "費用"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_yen__lte=1_000_000),
                name="expense_is_plausible",
                violation_error_code="amount_yen",
                violation_error_message="金額は100万円までで入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount_yen:,}円"

    def get_absolute_url(self) -> str:
        """An expense is shown on the page of its event."""
        return self.event.get_absolute_url()

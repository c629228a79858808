"""担い手: those among the guests who carry the café."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cafe.models.event import Event
from cafe.models.guest import TRACE, Visit, Visitor
from cafe.models.openday import Attendance, OpenDay
from komatsu_support.models import OpenByPermission, Record, User


class ContributionQuerySet(OpenByPermission):
    """Questions about who carried an event."""

    dated_by = "event__open_day__held_on"

    def of_standing_events(self) -> Self:
        """Neither itself nor its event nor the day taken back."""
        return self.standing().filter(event__voided_at=None, event__open_day__voided_at=None)

    def held(self) -> Self:
        """At standing events of days that were closed as held."""
        return self.of_standing_events().filter(event__open_day__state=OpenDay.State.HELD)

    def leading(self) -> Self:
        """企画した and 講師をした; to help is not to lead."""
        return self.filter(deed__in=[Contribution.Deed.PLANNED, Contribution.Deed.LECTURED])

    def by_former_guests(self) -> Self:
        """By those with a 札名 who had come as 利用者 on an earlier day that was held: 参加者→担い手."""
        earlier = Visit.objects.held().filter(
            visitor=OuterRef("visitor"),
            role=Attendance.Role.VISITOR,
            open_day__held_on__lt=OuterRef("event__open_day__held_on"),
        )
        return self.filter(Exists(earlier))

    def persons(self) -> int:
        """担い手 実人数: different ones among those with a 札名. Unit: 人."""
        return self.exclude(visitor=None).order_by().values("visitor").distinct().count()


class Contribution(Record):
    """担い手: guests who planned, taught or helped at one event, by name tag or just as so many."""

    class Deed(models.TextChoices):
        """したこと."""

        PLANNED = "planned", "企画した"
        LECTURED = "lectured", "講師をした"
        HELPED = "helped", "手伝った"

    event = models.ForeignKey(Event, models.PROTECT, related_name="contributions", verbose_name="企画")
    deed = models.CharField("したこと", max_length=10, choices=Deed)
    visitor = models.ForeignKey(
        Visitor, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name="札名"
    )
    heads = models.PositiveSmallIntegerField("人数", default=1, help_text="人")

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = "担い手"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "deed", "visitor"],
                condition=Q(voided_at=None, visitor__isnull=False),
                name="contribution_once_per_event_deed_and_visitor",
                violation_error_code="visitor",
                violation_error_message="この方は、同じ内容で入っています。",
            ),
            models.CheckConstraint(
                condition=Q(heads__gte=1, heads__lte=99),
                name="contribution_heads_are_plausible",
                violation_error_code="heads",
                violation_error_message="人数は1人から99人までで入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(visitor=None) | Q(heads=1),
                name="contribution_of_a_visitor_is_one_head",
                violation_error_code="heads",
                violation_error_message="札名を選んだときは1人です。",
            ),
        ]

    def __str__(self) -> str:
        return f"担い手 {self.get_deed_display()} {self.heads}人"

    def get_absolute_url(self) -> str:
        """A contribution is shown on the page of its event."""
        return self.event.get_absolute_url()

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail; blank where nobody is named."""
        return TRACE if self.visitor_id else ""

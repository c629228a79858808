"""札名: guests who like to be known by a nickname, and 担い手: those among the guests who carry the café."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cafe.models.event import Event
from cafe.models.openday import Attendance, OpenDay
from komatsu_support.models import OpenByPermission, Record


class VisitorQuerySet(OpenByPermission):
    """Questions about guests with a name tag."""

    dated_by = "created_at"


class Visitor(Record):
    """札名: a name tag somebody chose. Never a real name asked for, never a 相談者."""

    name = models.CharField("札名", max_length=30, help_text="本人が選んだ呼び名。本名でなくてかまいません")
    kana = models.CharField("よみ", max_length=40, blank=True)
    active = models.BooleanField("来ている", default=True)

    objects = VisitorQuerySet.as_manager()
    identifying = ("name", "kana")

    class Meta:
        verbose_name = "札名"
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(voided_at=None),
                name="visitor_name_once",
                violation_error_code="name",
                violation_error_message="同じ札名の方がいます。見分けのつく札名にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VisitQuerySet(OpenByPermission):
    """Questions about who was there."""

    dated_by = "open_day__held_on"


class Visit(Record):
    """札名の来場: a guest with a name tag on one day, once. Among the day's heads, never beside them."""

    COUNTED_ROLES = [
        Attendance.Role.VISITOR,
        Attendance.Role.CHILD,
        Attendance.Role.USER_PLANNER,
        Attendance.Role.USER_LECTURER,
    ]

    visitor = models.ForeignKey(Visitor, models.PROTECT, related_name="visits", verbose_name="札名")
    open_day = models.ForeignKey(OpenDay, models.PROTECT, related_name="visits", verbose_name="開催日")
    role = models.CharField(
        "参加形態",
        max_length=20,
        choices=[(role.value, role.label) for role in COUNTED_ROLES],
        default=Attendance.Role.VISITOR,
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "札名の来場"
        constraints = [
            models.UniqueConstraint(
                fields=["visitor", "open_day"],
                condition=Q(voided_at=None),
                name="visit_once_a_day",
                violation_error_code="visitor",
                violation_error_message="この方はこの日に入っています。",
            ),
        ]

    def __str__(self) -> str:
        return f"札名の来場 {self.pk}"

    def get_absolute_url(self) -> str:
        """A visit is shown on the page of its day."""
        return self.open_day.get_absolute_url()


class ContributionQuerySet(OpenByPermission):
    """Questions about who carried an event."""

    dated_by = "event__open_day__held_on"


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

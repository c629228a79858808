"""札名: guests who like to be known by a nickname, and the days on which they came."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from cafe.models.openday import Attendance, OpenDay
from komatsu_support import audit
from komatsu_support.models import New, OfficeDateField, OpenByPermission, Record, User
from komatsu_support.text import is_kana, kana_sort_key, search_key, sound_key

OFTEN = timedelta(days=180)
"""How far back it counts who comes often."""
TRACE = "カフェの札名"
"""For the trail: a 札名 is somebody's trace, read because of the café."""


class VisitorQuerySet(OpenByPermission):
    """Questions about guests with a name tag."""

    dated_by = "created_at"

    def standing(self) -> Self:
        """Neither voided nor emptied by a disposal."""
        return super().standing().filter(disposed_on=None)

    def changeable_by(self, user: User) -> Self:
        """As seen, but for the line a disposal has left."""
        return super().changeable_by(user).filter(disposed_on=None)

    def in_order(self, *before: str) -> Self:
        """五十音, those without a reading last; what is named in `before` counts first."""
        unread = ExpressionWrapper(Q(kana_key=""), output_field=BooleanField())
        return self.annotate(unread=unread).order_by(*before, "unread", "kana_key", "name", "pk")

    def often_first(self) -> Self:
        """Those who came most often of late first, then 五十音. Annotated with `times`. Unit: 日."""
        since = timezone.localdate() - OFTEN
        recent = Q(visits__voided_at=None, visits__open_day__held_on__gte=since)
        return self.annotate(times=Count("visits", filter=recent)).in_order("-times")

    def alike(self, name: str, kana: str = "") -> list[Visitor]:
        """Standing ones that look or sound the same however they are written: ひまわり, ﾋﾏﾜﾘ.

        Somebody is known by the 札名 that were merged into hers, too.
        """
        wanted = _alike_keys(name, kana)
        borne = self.filter(Q(voided_at=None) | ~Q(merged_into=None), disposed_on=None).of_persons()
        known = {
            person
            for person, *called in borne.values_list("person", "name", "kana")
            if wanted & _alike_keys(*called)
        }
        return [each for each in self.standing().in_order() if each.pk in known]

    def of_persons(self) -> Self:
        """Annotated with `person`: the 札名 under which somebody is kept, whichever of hers this one is."""
        return self.annotate(person=Coalesce("merged_into", "pk"))

    def unseen_since(self, day: date) -> Self:
        """Made before the day, nowhere noted since, and not emptied yet: due for disposal. Voided ones too.

        All 札名 of one person go together: the one she is known by now keeps those that were merged into it.
        """
        seen = Visit.objects.standing().filter(visitor=OuterRef("person"), open_day__held_on__gte=day)
        deeds = self.model._meta.get_field("contributions").related_model._base_manager
        carried = deeds.filter(visitor=OuterRef("person"), voided_at=None, event__open_day__held_on__gte=day)
        moment = timezone.make_aware(datetime.combine(day, time.min))
        made = Visitor.objects.of_persons().filter(person=OuterRef("person"), created_at__gte=moment)
        return self.of_persons().filter(~Exists(seen), ~Exists(carried), ~Exists(made), disposed_on=None)

    def newcomer(self, name: str, *, submission: uuid.UUID, by: User) -> Visitor:
        """A new 札名 of this press of a button; a second press finds what the first one made."""
        first: Visitor | None = self.filter(submission=submission, created_by=by, name=name).first()
        if first is not None:
            return first
        taken = self.filter(submission=submission).exists()
        visitor = Visitor(name=name, submission=uuid.uuid4() if taken else submission)
        visitor.save(by=by, changed=["name"])
        return visitor


def _alike_keys(name: str, kana: str) -> set[str]:
    """By what a 札名 may be taken for another: how it looks, how it sounds."""
    return {search_key(name), sound_key(kana or name)} - {""}


class Visitor(Record):
    """札名: a name tag somebody chose. Never a real name asked for, never a 相談者."""

    name = models.CharField(
        "札名", max_length=30, help_text="本人が選んだ呼び名。本名はたずねず、本名とわかるものは避けます"
    )
    kana = models.CharField(
        "よみ", max_length=40, blank=True, help_text="札名がかなだけなら空欄でかまいません"
    )
    kana_key = models.CharField(max_length=100, blank=True, editable=False)
    active = models.BooleanField(
        "来ている", default=True, help_text="外すと、その日の来た方を選ぶ画面に出なくなります"
    )
    disposed_on = OfficeDateField("廃棄した日", null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="joined",
        editable=False,
        verbose_name="まとめた先",
    )
    moved = models.JSONField(
        "まとめて移したもの",
        default=dict,
        editable=False,
        help_text="what the way back needs: cafe/models/merging.py",
    )

    objects = VisitorQuerySet.as_manager()
    identifying = ("name", "kana", "kana_key")

    class Meta:
        verbose_name = "札名"
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(voided_at=None, disposed_on=None),
                name="visitor_name_once",
                violation_error_code="name",
                violation_error_message="同じ札名の方がいます。見分けのつく札名にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(voided_at__isnull=False),
                name="visitor_merged_is_voided",
                violation_error_message="ほかの札名にまとめた札名は、取り消されたままにしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")),
                name="visitor_merged_into_another",
                violation_error_message="同じ札名どうしはまとめられません。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it with its 五十音 key."""
        if self.disposed_on is None:
            self.keep_kana_key()
        super().save(*args, **kwargs)

    def keep_kana_key(self) -> None:
        """The 五十音 key follows the kana; a name that is kana is its own reading."""
        self.kana_key = kana_sort_key(self.kana or (self.name if is_kana(self.name) else ""))[:100]

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail."""
        return TRACE

    def emptied(self) -> dict[str, Any]:
        """Name and reading go; the row and its visits stay for the figures."""
        return {**super().emptied(), "disposed_on": timezone.localdate()}


class VisitQuerySet(OpenByPermission):
    """Questions about who was there."""

    dated_by = "open_day__held_on"

    def held(self) -> Self:
        """On days that stand and were closed as held."""
        return self.standing().filter(open_day__voided_at=None, open_day__state=OpenDay.State.HELD)

    def in_order(self) -> Self:
        """五十音 of the 札名, as in their list."""
        unread = ExpressionWrapper(Q(visitor__kana_key=""), output_field=BooleanField())
        return self.annotate(unread=unread).order_by("unread", "visitor__kana_key", "visitor__name", "pk")

    def by_role(self, open_day: OpenDay) -> dict[str, int]:
        """札名 of one day by role; a voided 札名 was nobody. Unit: 人."""
        there = self.standing().filter(open_day=open_day, visitor__voided_at=None).order_by()
        return dict(there.values_list("role").annotate(Count("pk")))

    def persons(self) -> int:
        """実人数 of those with a 札名, asked of these visits, never summed from months. Unit: 人."""
        return self.order_by().values("visitor").distinct().count()

    def welcome(self, open_day: OpenDay, roles: Mapping[Visitor, str], *, by: User) -> int:
        """Note that these were there, each in her role. Who is noted already stays so. Unit: 人 newly noted."""
        with transaction.atomic():
            audit.wait_for_my_turn()  # a second press, sent at the same time, finds what the first one wrote
            there = set(self.standing().filter(open_day=open_day).values_list("visitor", flat=True))
            new = [
                New(Visit(visitor=visitor, open_day=open_day, role=role), changed=["visitor", "role"])
                for visitor, role in roles.items()
                if visitor.pk not in there
            ]
            self.add_all(new, by=by)
        return len(new)


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

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail."""
        return TRACE

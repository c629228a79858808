"""会議: individual case conferences, liaison meetings, staff meetings."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from consultations.models import Case, Client
from consultations.models.openness import OfClient
from komatsu_support.models import OfficeDateField, Record, User
from komatsu_support.models.fields import LONG_TEXT
from referrals.models.agency import Agency


class ConferenceQuerySet(OfClient):
    """Questions about conferences."""

    dated_by = "held_on"

    def opened(self, user: User, *, to_change: bool = False) -> Self:
        """Meetings none of whose clients is closed to the person."""
        return self._without(Case.objects.exclude(Case.objects.open_to(user, to_change=to_change)))

    def without_names(self) -> Self:
        """What may be listed without a name: not those about restricted or sealed clients."""
        hidden = Case.objects.exclude(client__protection=Client.Protection.NORMAL)
        return self._without(hidden)

    def _without(self, cases: Any) -> Self:
        about = Conference.cases.through._base_manager.filter(case__in=cases)
        return self.exclude(pk__in=about.values("conference"))

    def held(self) -> Self:
        """Meetings that took place."""
        return self.standing().filter(state=Conference.State.HELD)

    def individual(self) -> Self:
        """個別ケース会議 that were held: the only ones that count."""
        return self.held().filter(kind=Conference.Kind.INDIVIDUAL)


class Conference(Record):
    """会議: one meeting = 1, however many agencies came."""

    class Kind(models.TextChoices):
        """種別."""

        INDIVIDUAL = "individual_case", "個別ケース会議"
        LIAISON = "liaison", "関係者連絡会"
        INTERNAL = "internal", "相談員連絡会"

    class State(models.TextChoices):
        """予定・開催・中止."""

        PLANNED = "planned", "予定"
        HELD = "held", "開催"
        CANCELLED = "cancelled", "中止"

    kind = models.CharField("種別", max_length=20, choices=Kind, default=Kind.INDIVIDUAL)
    state = models.CharField("状態", max_length=10, choices=State, default=State.PLANNED)
    held_on = OfficeDateField("開催日")
    starts_at = models.TimeField("開始", null=True, blank=True)
    ends_at = models.TimeField("終了", null=True, blank=True)
    place = models.CharField("場所", max_length=60, blank=True)
    cases = models.ManyToManyField(Case, blank=True, related_name="conferences", verbose_name="支援ケース")
    agencies = models.ManyToManyField(Agency, blank=True, related_name="conferences", verbose_name="出席機関")
    staff = models.ManyToManyField(User, blank=True, related_name="+", verbose_name="出席した職員")
    attendees = models.TextField("出席者（機関・職名）", max_length=2000, blank=True)
    agenda = models.TextField("議題", max_length=LONG_TEXT, blank=True)
    discussion = models.TextField("検討内容", max_length=LONG_TEXT, blank=True)
    policy = models.TextField("支援方針", max_length=LONG_TEXT, blank=True)
    roles = models.TextField("役割分担", max_length=LONG_TEXT, blank=True, help_text="誰が・何を・いつまでに")
    lead_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主担当機関"
    )
    next_on = OfficeDateField("次回予定日", null=True, blank=True)

    objects = ConferenceQuerySet.as_manager()

    identifying = ("attendees", "agenda", "discussion", "policy", "roles")

    class Meta:
        verbose_name = "会議"
        indexes = [models.Index(fields=["held_on", "kind", "state"], name="conference_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="conference_ends_after_it_starts",
                violation_error_code="ends_at",
                violation_error_message="終了は開始より後の時刻にしてください。",
            ),
        ]

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: at each of the clients talked about."""
        clients = Client.objects.filter(cases__conferences=self).distinct()
        return "、".join(sorted({client.basis_for(user) for client in clients})) or "相談員チーム"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on:%Y-%m-%d}"

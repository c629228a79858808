"""あとを追う方: who was promised something, and of whom nothing has been heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from consultations.models import Appointment, CallAttempt, Case, Client, Consultation
from komatsu_support.models import User

SILENT, LONG_SILENT = timedelta(days=30), timedelta(days=60)


class Show(StrEnum):
    """Which of them; the words stand in `LABELS`."""

    DUE = "due"
    SOON = "soon"
    SILENT = "silent"
    LONG_SILENT = "long_silent"
    INTERRUPTED = "interrupted"


LABELS = {
    Show.DUE: "次回予定 今日まで",
    Show.SOON: "次回予定 7日以内",
    Show.SILENT: "30日 連絡なし",
    Show.LONG_SILENT: "60日 連絡なし",
    Show.INTERRUPTED: "中断",
}


@dataclass(frozen=True)
class Line:
    """One person of the list: the promise, the last contact, who looks after her, what is booked."""

    client: Client
    case: Case | None
    talk: Consultation | None
    staff: User | None
    last_on: date | None
    calls: int
    booked_on: date | None

    @property
    def about(self) -> str:
        """The query that names her on the pages that follow."""
        return f"case={self.case.pk}" if self.case else f"client={self.client.pk}"


@dataclass(frozen=True)
class FollowUps:
    """What one person has to follow, her own or everybody's. What a broken glass shows is not hers to follow."""

    user: User
    only_mine: bool
    today: date

    @classmethod
    def of(cls, user: User, *, only_mine: bool) -> FollowUps:
        """As of today."""
        return cls(user, only_mine, timezone.localdate())

    def counts(self) -> dict[Show, int]:
        """How many of each, in two queries."""
        week = self.today + timedelta(days=7)
        promised = self._promises().filter(next_on__lte=week)
        counted = promised.aggregate(
            due=Count("pk", filter=Q(next_on__lte=self.today)),
            soon=Count("pk", filter=Q(next_on__gt=self.today)),
        ) | self._cases().aggregate(
            silent=Count("pk", filter=self._silent_for(SILENT)),
            long_silent=Count("pk", filter=self._silent_for(LONG_SILENT)),
            interrupted=Count("pk", filter=Q(status=Case.Status.INTERRUPTED)),
        )
        return {show: counted[show.value] for show in Show}

    def rows(self, show: Show) -> Any:
        """The promises or cases of a section, the most urgent first."""
        if show in (Show.DUE, Show.SOON):
            due = Q(next_on__lte=self.today)
            soon = Q(next_on__gt=self.today, next_on__lte=self.today + timedelta(days=7))
            promises = self._promises().filter(due if show == Show.DUE else soon)
            return promises.select_related("client", "case", "staff").order_by("next_on", "pk")
        wanted = {
            Show.SILENT: self._silent_for(SILENT),
            Show.LONG_SILENT: self._silent_for(LONG_SILENT),
            Show.INTERRUPTED: Q(status=Case.Status.INTERRUPTED),
        }[show]
        cases = self._cases().filter(wanted).select_related("client", "staff").defer("policy")
        return cases.annotate(last_on=_last_talk("client")).order_by("last_on", "opened_on", "pk")

    def lines(self, records: Iterable[Any]) -> list[Line]:
        """One page of rows with all that stands beside, in a few queries however long the list is."""
        records = list(records)
        clients = [each.client_id for each in records]
        talked = dict(_by_client(Consultation.objects.standing(), clients).annotate(Max("consulted_on")))
        calls = CallAttempt.objects.standing()
        answered = dict(_by_client(calls.answered(), clients).annotate(Max("called_on")))
        booked = Appointment.objects.changeable_by(self.user).booked().filter(day__gte=self.today)
        ahead = dict(_by_client(booked, clients).annotate(Min("day")))
        tried = self._tried_since(calls, clients, talked)
        return [
            self._line(each, talked, answered, ahead.get(each.client_id), tried.get(each.client_id, 0))
            for each in records
        ]

    # -- the parts --------------------------------------------------------------------------------------

    def _promises(self) -> Any:
        mine = Q(staff=self.user) | Q(client__staff=self.user) if self.only_mine else Q()
        return Consultation.objects.changeable_by(self.user).unkept().filter(mine)

    def _cases(self) -> Any:
        mine = Q(staff=self.user) | Q(client__staff=self.user) if self.only_mine else Q()
        return Case.objects.changeable_by(self.user).open().filter(mine)

    def _silent_for(self, length: timedelta) -> Q:
        """Followed, not interrupted, opened before, and no contact since."""
        since = self.today - length
        talks = Consultation.objects.standing().filter(client=OuterRef("client"), consulted_on__gt=since)
        calls = CallAttempt.objects.answered().filter(client=OuterRef("client"), called_on__gt=since)
        followed = Q(status__in=(Case.Status.OPEN, Case.Status.WATCH), opened_on__lte=since)
        return followed & ~Exists(talks) & ~Exists(calls)

    @staticmethod
    def _tried_since(calls: Any, clients: list[int], talked: dict[int, date]) -> dict[int, int]:
        """How often she was called in vain since the last talk."""
        tried: dict[int, int] = {}
        vain = calls.filter(client__in=clients).exclude(result=CallAttempt.Result.TALKED)
        for client, day in vain.values_list("client", "called_on"):
            if client not in talked or day >= talked[client]:
                tried[client] = tried.get(client, 0) + 1
        return tried

    @staticmethod
    def _line(
        record: Any, talked: dict[int, date], answered: dict[int, date], booked_on: date | None, calls: int
    ) -> Line:
        is_talk = isinstance(record, Consultation)
        contacts = [day for day in (talked.get(record.client_id), answered.get(record.client_id)) if day]
        return Line(
            client=record.client,
            case=record.case if is_talk else record,
            talk=record if is_talk else None,
            staff=record.staff,
            last_on=max(contacts, default=None),
            calls=calls,
            booked_on=booked_on,
        )


def _by_client(records: Any, clients: list[int]) -> Any:
    return records.filter(client__in=clients).order_by().values_list("client")


def _last_talk(client: str) -> Subquery:
    talks = Consultation.objects.standing().filter(client=OuterRef(client)).order_by("-consulted_on")
    return Subquery(talks.values("consulted_on")[:1])

"""廃棄: files past their years, listed on 1 April, approved by a second person, emptied for good.

Kept are RETENTION_YEARS from 1 April after the 年度 of the last thing that happened: of a file whose last case
ended in 令和元年度 the years run from 2020-04-01, and it is due on 2025-04-01.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cafe.models import Visitor
from consultations.models.appointment import Appointment
from consultations.models.case import Case
from consultations.models.client import Client, ClientQuerySet
from consultations.models.consultation import Consultation
from consultations.models.handover import Handover, HandoverItem
from komatsu_support import audit
from komatsu_support.fiscal import fiscal_year_of
from komatsu_support.models import (
    OfficeDateField,
    OpenByPermission,
    Record,
    StaleVersion,
    User,
    dispose_of,
)
from komatsu_support.models.disposal import drop_begun
from komatsu_support.models.record import DISPOSED


def list_day(today: date) -> date:
    """基準日: the latest 1 April."""
    return date(fiscal_year_of(today), 4, 1)


def kept_since(as_of: date) -> date:
    """The first day of what is still kept on a 基準日; whatever ended before is due."""
    return date(fiscal_year_of(as_of) - settings.RETENTION_YEARS, 4, 1)


def due_clients(as_of: date) -> ClientQuerySet:
    """Files with no open case, about whom nothing has happened since the kept years began."""
    since = kept_since(as_of)
    due = Client.objects.unmerged().filter(disposed_on=None, first_contact_on__lt=since)
    due = due.exclude(Exists(Case.objects.open().filter(client=OuterRef("pk"))))
    for model, path, day in _happenings():
        moment = _first_moment(model, day, since)
        happened = model._base_manager.filter(**{path: OuterRef("pk"), f"{day}__gte": moment}, voided_at=None)
        due = due.exclude(Exists(happened))
    return due


NOBODYS: list[tuple[type[Record], str]] = [
    (Consultation, "consulted_on"),
    (Appointment, "day"),
    (HandoverItem, "handover__day"),
    (Handover, "day"),
]
"""Records that may be about nobody known, or about all, and the day of each."""


def due_texts(as_of: date) -> Iterator[Record]:
    """Records about nobody known whose texts are older than the kept years; 札名 not seen since then."""
    yield from Visitor.objects.unseen_since(kept_since(as_of))
    for model, day in NOBODYS:
        kept = {f"{day}__gte": kept_since(as_of)}
        about = {"client": None} if hasattr(model, "client") else {}
        yield from model._base_manager.filter(_told(model), **about).exclude(**kept)


def is_anything_due(as_of: date, by: User) -> bool:
    """Whether there is something to propose: a file that this person may change, or an old text about nobody."""
    return due_clients(as_of).changeable_by(by).exists() or next(due_texts(as_of), None) is not None


def _told(model: type[Record]) -> Q:
    """Whether any text still stands that a disposal would empty."""
    told = Q()
    for name in model.identifying:
        if isinstance(model._meta.get_field(name), models.CharField | models.TextField):
            told |= ~Q(**{f"{name}__in": ("", DISPOSED)})
    return told


def _happenings() -> Iterator[tuple[Any, str, str]]:
    """(model, path to the client, day) of everything that can happen about somebody, in this app and above."""
    yield Case, "client", "closed_on"
    for kind, path in [(Client, "{}"), (Case, "{}__client")]:
        for relation in kind._meta.related_objects:
            model: Any = relation.related_model
            if not issubclass(model, Record) or model in (Client, Disposal):
                continue
            if day := model.objects.all().dated_by:
                yield model, path.format(relation.field.name), day


def _first_moment(model: Any, day: str, since: date) -> date | datetime:
    if isinstance(model._meta.get_field(day), models.DateTimeField):
        return timezone.make_aware(datetime.combine(since, time.min))
    return since


def records_about(client: Client) -> Iterator[Record]:
    """Every record that hangs on a person, voided ones too, the farthest first and herself last."""
    seen: set[tuple[Any, int]] = set()
    yield from _hanging_on(client, seen)


def _hanging_on(record: Record, seen: set[tuple[Any, int]]) -> Iterator[Record]:
    seen.add((type(record), record.pk))
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        if not issubclass(model, Record) or model is Disposal:
            continue
        for each in model._base_manager.filter(**{relation.field.name: record}):
            if (model, each.pk) not in seen and not _is_about_others(each, relation, seen):
                yield from _hanging_on(each, seen)
    yield record


def _is_about_others(record: Record, relation: Any, seen: set[tuple[Any, int]]) -> bool:
    """Whether a record shared by several (a meeting about two cases) is still about somebody kept."""
    if not relation.many_to_many:
        return False
    shared = getattr(record, relation.field.name)
    return any((type(each), each.pk) not in seen and not _is_disposed(each) for each in shared.all())


def _is_disposed(record: Any) -> bool:
    client = record if isinstance(record, Client) else getattr(record, "client", None)
    return client is not None and client.disposed_on is not None


class DisposalQuerySet(OpenByPermission):
    """Questions about disposals."""

    dated_by = "as_of"

    def proposed(self) -> Self:
        """Waiting for a second person's word."""
        return self.standing().filter(approved_at=None)


class Disposal(Record):
    """廃棄: a list of files past their years and, once approved, the record of what was done."""

    as_of = OfficeDateField("基準日", editable=False)
    clients = models.ManyToManyField(Client, related_name="disposals", verbose_name="廃棄する相談者")
    numbers = models.JSONField("廃棄した番号", default=list, editable=False)
    client_count = models.PositiveIntegerField("廃棄した人数", default=0, editable=False)
    record_count = models.PositiveIntegerField("廃棄した記録の件数", default=0, editable=False)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="承認者"
    )
    approved_at = models.DateTimeField("承認日時", null=True, blank=True, editable=False)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name = "廃棄"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("created_by")),
                name="disposal_is_approved_by_another",
                violation_error_message="自分で起案した廃棄は承認できません。ほかの主任相談員に頼んでください。",
            ),
        ]

    def __str__(self) -> str:
        return f"廃棄 {self.as_of:%Y-%m-%d}"

    @classmethod
    def propose(cls, as_of: date, clients: ClientQuerySet, by: User) -> Disposal:
        """起案: put files on a list; none where old texts about nobody known are all that is due.

        Nothing is emptied yet.
        """
        disposal = cls(as_of=as_of)
        disposal.save(by=by, ticked={"clients": clients.order_by("number")})
        return disposal

    def still_due(self, by: User) -> ClientQuerySet:
        """The files on the list that are due today and that this person may change."""
        listed = self.clients.through._base_manager.filter(disposal=self).values("client")
        return due_clients(self.as_of).filter(pk__in=listed).changeable_by(by)

    def carry_out(self, by: User) -> None:
        """承認と実行: empty every file on the list that is still due, and old texts about nobody known.

        What has become active since the list was made stays as it is. All of it or nothing. Raises
        StaleVersion when somebody approved, withdrew or changed something first.
        """
        with transaction.atomic():
            audit.wait_for_my_turn()  # whose file a colleague is writing in just now is not due any more
            if self.approved_at or self.is_voided:
                raise StaleVersion
            clients = list(self.still_due(by).order_by("number"))
            absorbed = Client._base_manager.filter(merged_into__in=clients)
            self.numbers = sorted(client.number for client in (*clients, *absorbed))
            self.client_count = len(clients)
            self.record_count = sum(self._empty(client, by) for client in clients)
            self.record_count += self._empty_texts(by)
            cases = Case._base_manager.filter(client__in=clients).values_list("pk", flat=True)
            drop_begun(before=kept_since(self.as_of), naming=self.numbers, chosen={"case": list(cases)})
            self.approved_by, self.approved_at = by, timezone.now()
            self.save(by=by, changed=["approved_at"], ticked={"clients": []}, basis="廃棄の承認と実行")

    def _empty(self, client: Client, by: User) -> int:
        """Empty one person's records. Returns how many."""
        records = list(records_about(client))
        for record in records:
            if isinstance(record, Client):
                record.disposed_on = timezone.localdate()
            dispose_of(record, by=by, basis=str(self))
        return len(records)

    def _empty_texts(self, by: User) -> int:
        """Empty what is about nobody known. Returns how many records."""
        records = list(due_texts(self.as_of))
        for record in records:
            dispose_of(record, by=by, basis=str(self))
        return len(records)

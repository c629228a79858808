"""The only writer of the trail, and its reader for verification.

Address and request number come from the log context that the request middleware binds, so that neither
models nor forms have to carry a request about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from komatsu_support.models.trail import AuditEvent, TrailHead

if TYPE_CHECKING:
    from komatsu_support.models.user import User


MANY = 200  # events of one statement


@runtime_checkable
class Explained(Protocol):
    """What knows why a person may look at it: every Record."""

    def basis_for(self, user: "User") -> str: ...


class TrailUnavailable(Exception):
    """The trail could not be written, so the page must not be served (503)."""


def record(
    action: str,
    *,
    by: "User | None",
    on: models.Model | None = None,
    kind: type[models.Model] | None = None,
    fields: Iterable[str] = (),
    basis: str = "",
    count: int | None = None,
    head: TrailHead | None = None,
) -> AuditEvent:
    """Append one event, inside the caller's transaction.

    `on` is the record touched, `kind` the model where many are (then `count` says how many), `head` what
    `wait_for_my_turn` answered, where nothing was appended since. Raises TrailUnavailable where it cannot be
    written: then neither can what it would have told.
    """
    event = _event(action, by=by, on=on, kind=kind, fields=fields, basis=basis, count=count)
    _append([event], head)
    return event


def record_all(
    action: str,
    on: Iterable[tuple[models.Model, Iterable[str]]],
    *,
    by: "User | None",
    basis: str = "",
    head: TrailHead | None = None,
) -> None:
    """Append one event for each of many records, with the names of its fields, as `record` does one."""
    _append([_event(action, by=by, on=each, fields=fields, basis=basis) for each, fields in on], head)


def _event(
    action: str,
    *,
    by: "User | None",
    on: models.Model | None = None,
    kind: type[models.Model] | None = None,
    fields: Iterable[str] = (),
    basis: str = "",
    count: int | None = None,
) -> AuditEvent:
    """The event, not yet numbered."""
    model = kind or (on._meta.model if on is not None else None)
    context = structlog.contextvars.get_contextvars()
    return AuditEvent(
        user=by,
        role=by.role if by else "",
        action=action,
        object_type=model._meta.label_lower if model else "",
        object_id=on.pk if on is not None else None,
        subject_id=getattr(on, "subject_id", None),
        fields=sorted(fields),
        basis=basis[:300],
        count=count,
        address=str(context.get("ip") or "")[:45],
        request_id=str(context.get("request_id") or "")[:40],
    )


def wait_for_my_turn() -> TrailHead:
    """The trail's head, locked until the caller's transaction ends: whoever does so comes one after another.

    Every record's save begins with it, before any row is locked, so that no two wait for each other for ever.
    It is asked for earlier where something is counted on before it is written, such as the next number of a new
    file. Raises TrailUnavailable.
    """
    try:
        return TrailHead.objects.select_for_update().get(pk=1)
    except (DatabaseError, ObjectDoesNotExist) as error:
        raise TrailUnavailable from error


def _append(events: list[AuditEvent], head: TrailHead | None) -> None:
    """Chain the events to the head, which stays locked until the caller's transaction ends.

    Raises TrailUnavailable where that cannot be done.
    """
    if not events:
        return
    try:
        with transaction.atomic(savepoint=False):
            head = head or wait_for_my_turn()
            for event in events:
                event.number, event.at = head.number + 1, timezone.now()
                event.mac = event.chained_to(head.mac)
                head.number, head.mac = event.number, event.mac
            AuditEvent.objects.bulk_create(events, batch_size=MANY)
            head.seal = head.sealed()
            head.save(update_fields=["number", "mac", "seal"])
    except DatabaseError as error:
        raise TrailUnavailable from error


def looked(
    action: str,
    *,
    by: "User",
    on: models.Model | None = None,
    kind: type[models.Model] | None = None,
    basis: str = "",
    count: int | None = None,
) -> None:
    """Append a look at personal data, in a short transaction of its own, before the first byte.

    The basis says why the record was open to this person (`Record.basis_for`), then what was given besides.
    Raises TrailUnavailable where it cannot be written: then nothing is shown either.
    """
    try:
        why = on.basis_for(by) if isinstance(on, Explained) else ""
        whole = "　".join(filter(None, [why, basis]))
        with transaction.atomic():
            record(action, by=by, on=on, kind=kind, basis=whole, count=count)
    except DatabaseError as error:
        raise TrailUnavailable from error


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: how many rows stand, the last mac, and a sentence for each fault."""

    rows: int
    head: str
    faults: list[str]


def verify() -> Verdict:
    """Walk the whole chain: edited, removed, swapped and cut-off rows all show.

    Others go on writing: what they added while this was reading is read before the end is judged.
    """
    faults: list[str] = []
    number, mac = 0, ""
    events, read = AuditEvent.objects.all(), -1
    while read != number:
        read = number
        for event in events.order_by("number").iterator(chunk_size=2000):
            if event.number != number + 1:
                faults.append(f"通番 {number + 1} から {event.number - 1} までの証跡がありません。")
            if event.mac != event.chained_to(mac):
                faults.append(f"通番 {event.number} の証跡が書き換えられているか、順序が違います。")
            number, mac = event.number, event.mac
        head = TrailHead.objects.filter(pk=1).first()
        if head is None or head.number <= number:
            break
        events = AuditEvent.objects.filter(number__gt=number)
    if head is None or head.seal != head.sealed():
        faults.append("証跡の末尾の印がないか、書き換えられています。")
    elif (head.number, head.mac) != (number, mac):
        faults.append(f"証跡の末尾が切り取られています（{head.number} まであるはずが {number} まで）。")
    return Verdict(rows=number, head=mac, faults=faults)

"""まとめる: two 札名 of one person become one, and two again if that was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from cafe.models.guest import Visitor
from cafe.models.openday import Attendance
from komatsu_support import audit
from komatsu_support.models import StaleVersion, User

TELLING = {Attendance.Role.CHILD: 1, Attendance.Role.USER_PLANNER: 2, Attendance.Role.USER_LECTURER: 2}
"""How much the role of a visit tells; 利用者 stands where nothing else was noted."""
DOUBLE = "札名をまとめたため、同じ記録が二つになりました"
MERGING, PARTING = "札名をまとめた", "まとめた札名を戻した"


class Refused(Exception):
    """The two cannot be merged, or not be parted, for the reason it says."""


@dataclass(frozen=True)
class Kind:
    """One kind of record that hangs on a 札名."""

    relation: str
    day: str
    """The path to its day."""
    same: tuple[str, ...]
    """In what two of one 札名 would be the same."""

    def of(self, visitor: Visitor) -> Any:
        """All of hers, by their day; voided ones too."""
        records = getattr(visitor, self.relation).select_related(self.day)
        return records.order_by(f"{self.day}__held_on", "pk")

    def key(self, record: Any) -> dict[str, Any]:
        """In what it would be the same as another."""
        return {name: getattr(record, name) for name in self.same}


VISITS = Kind("visits", "open_day", ("open_day_id",))
DEEDS = Kind("contributions", "event__open_day", ("event_id", "deed"))
KINDS = (VISITS, DEEDS)


@dataclass(frozen=True)
class Meeting:
    """Two records that are the same but for their 札名: the one that stays, the one that is withdrawn."""

    stays: Any
    goes: Any


@dataclass(frozen=True)
class Moves:
    """What a merge does with one kind of record."""

    kind: Kind
    moving: list[Any]
    meetings: list[Meeting]


def moves(merged: Visitor, kept: Visitor) -> list[Moves]:
    """What moves from the one to the other, and what is withdrawn because both have it."""
    return [_moves(kind, merged, kept) for kind in KINDS]


def _moves(kind: Kind, merged: Visitor, kept: Visitor) -> Moves:
    theirs = {tuple(kind.key(each).values()): each for each in kind.of(kept).standing()}
    result = Moves(kind, [], [])
    for mine in kind.of(merged).standing():
        other = theirs.get(tuple(kind.key(mine).values()))
        wins = other is None or _telling(mine) > _telling(other)
        if wins:
            result.moving.append(mine)
        if other is not None:
            result.meetings.append(Meeting(mine, other) if wins else Meeting(other, mine))
    return result


def _telling(record: Any) -> int:
    return TELLING.get(getattr(record, "role", Attendance.Role.VISITOR), 0)


def refusal(merged: Visitor, kept: Visitor | None = None) -> str:
    """Why the first cannot go into the second, or into any; "" if it can."""
    if merged == kept:
        return "同じ札名どうしはまとめられません。別の札名を選んでください。"
    for each, called in ((merged, "この札名"), (kept, "選んだ札名")):
        if each is None:
            continue
        if each.disposed_on is not None:
            return f"{called}は廃棄されています。まとめられません。"
        if each.merged_into_id is not None:
            return f"{called}は、既にほかの札名にまとめてあります。"
        if each.is_voided:
            return f"{called}は取り消されています。まとめられません。"
    return ""


def merge(merged: Visitor, kept: Visitor, *, reason: str, by: User) -> None:
    """What hangs on the first moves to the second; what both have stands once; the first is voided.

    Raises Refused, and StaleVersion where either was saved since it was read.
    """
    with transaction.atomic():
        _hold(merged, kept)
        if sentence := refusal(merged, kept):
            raise Refused(sentence)
        merged.moved = {}
        for each in moves(merged, kept):
            _withdraw_and_move(each, kept, by=by)
            merged.moved[each.kind.relation] = {
                "moved": [record.pk for record in each.moving],
                "withdrawn": [meeting.goes.pk for meeting in each.meetings],
            }
        merged.moved["joined"] = _lead_on(merged.joined.order_by("pk"), kept, by=by, basis=MERGING)
        merged.moved["woken"] = _wake(kept, by=by) if merged.active and not kept.active else None
        merged.merged_into = kept
        merged.void(f"「{kept.name}」にまとめた: {reason}", by=by)


def part(merged: Visitor, *, by: User) -> None:
    """Two 札名 again: what moved and still hangs there goes back, what was withdrawn stands again.

    What was noted for the kept one since then stays with it. Raises Refused, StaleVersion.
    """
    with transaction.atomic():
        kept: Any = merged.merged_into
        memory = merged.moved
        _hold(*filter(None, (merged, kept)))
        if sentence := parting_refusal(merged):
            raise Refused(sentence)
        going_back = [(kind, list(returning(kind, merged))) for kind in KINDS]
        merged.merged_into, merged.moved = None, {}
        _stand_again(merged, by=by, fields=["merged_into"])
        for _, records in going_back:
            for record in records:
                _hang(record, merged, by=by, basis=PARTING)
        for kind, _ in going_back:
            _raise_again(kind, memory[kind.relation]["withdrawn"], by=by)
        _lead_on(kept.joined.filter(pk__in=memory["joined"]).order_by("pk"), merged, by=by, basis=PARTING)
        if memory["woken"] == kept.version:
            kept.active = False
            kept.save(by=by, changed=["active"], basis=PARTING)


def parting_refusal(merged: Visitor) -> str:
    """Why it cannot be parted from the one it went into; "" if it can."""
    kept = merged.merged_into
    if kept is None:
        return "この札名は、ほかの札名にまとめてありません。"
    if merged.disposed_on is not None or kept.disposed_on is not None:
        return "廃棄した札名は戻せません。"
    if kept.joined.filter(voided_at__gt=merged.voided_at).exists():
        return "あとからまとめた札名があります。先に、その札名を戻してください。"
    if Visitor.objects.standing().filter(name=merged.name).exists():
        return "同じ札名を、いまはほかの方が使っています。その方の札名を、見分けのつくものに直してから戻してください。"
    return ""


def returning(kind: Kind, merged: Visitor) -> Any:
    """Records that moved and still hang where they were moved."""
    kept: Any = merged.merged_into
    return kind.of(kept).filter(pk__in=merged.moved[kind.relation]["moved"])


def staying(kind: Kind, merged: Visitor) -> Any:
    """Records noted for the kept 札名 since then: whose they are, nobody can tell."""
    kept: Any = merged.merged_into
    since = kind.of(kept).standing().filter(created_at__gt=merged.voided_at)
    return since.exclude(pk__in=merged.moved[kind.relation]["moved"])


def _hold(*tags: Visitor) -> None:
    """Keep the 札名 and what hangs on them as they are until the transaction ends.

    Raises StaleVersion where a 札名 was saved since it was read.
    """
    audit.wait_for_my_turn()
    stored = Visitor._base_manager.filter(pk__in=[each.pk for each in tags]).values_list("pk", "version")
    if dict(stored) != {each.pk: each.version for each in tags}:
        raise StaleVersion


def _withdraw_and_move(each: Moves, kept: Visitor, *, by: User) -> None:
    """The doubles first, so that nothing ever stands twice."""
    for meeting in each.meetings:
        meeting.goes.void(DOUBLE, by=by)
    for record in each.moving:
        _hang(record, kept, by=by, basis=MERGING)


def _hang(record: Any, visitor: Visitor, *, by: User, basis: str) -> None:
    record.visitor = visitor
    record.save(by=by, changed=["visitor"], basis=basis)


def _lead_on(joined: Any, to: Visitor, *, by: User, basis: str) -> list[int]:
    """What was merged before leads straight to where its records are now. Their keys."""
    tags = list(joined)
    for each in tags:
        each.merged_into = to
        each.save(by=by, changed=["merged_into"], basis=basis)
    return [each.pk for each in tags]


def _wake(kept: Visitor, *, by: User) -> int:
    """Who still comes under the other 札名 comes: the kept one is on offer again. Its version after that."""
    kept.active = True
    kept.save(by=by, changed=["active"], basis=MERGING)
    return kept.version


def _stand_again(record: Any, *, by: User, fields: list[str]) -> None:
    record.voided_at, record.voided_by, record.void_reason = None, None, ""
    record.save(by=by, changed=["voided_at", *fields], basis=PARTING)


def _raise_again(kind: Kind, keys: list[int], *, by: User) -> None:
    """What a merge withdrew, of either 札名, unless hers stands there already: noted anew since then."""
    model: Any = Visitor._meta.get_field(kind.relation).related_model
    for record in model._base_manager.filter(pk__in=keys).order_by("pk"):
        if not kind.of(record.visitor).standing().filter(**kind.key(record)).exists():
            _stand_again(record, by=by, fields=[])

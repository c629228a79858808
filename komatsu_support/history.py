"""変更の履歴: what each save of a record changed, with values, for those who may see the record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, pairwise
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpResponse

from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, Record, RecordQuerySet, User
from komatsu_support.pages import ROWS, page
from komatsu_support.templatetags.office import shown
from komatsu_support.wording import Part, differing

CLOSED_TO_ME = "（閲覧制限）"
type Names = Mapping[type[models.Model], Mapping[int, str]]


@dataclass(frozen=True)
class Change:
    """One field of one save. A long text shows what came and went; a hidden one only that it changed."""

    label: str
    before: str = ""
    after: str = ""
    parts: list[Part] = field(default_factory=list)
    is_hidden: bool = False


@dataclass(frozen=True)
class Version:
    """One save: its number, when, by whom, of what kind, and its changes."""

    number: int
    at: datetime
    by: User | None
    kind: str
    changes: list[Change]
    reason: str = ""


def history_page(
    request: Request, record: Record, *, hidden: Collection[str] = (), **context: Any
) -> HttpResponse:
    """Every version of a record, the newest first. Of `hidden` fields only that they changed. It is a look."""
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=record, basis="変更の履歴")
    rows = record.history.select_related("history_user").order_by("-version", "-history_id")
    paginator: Paginator[Any] = Paginator(rows, ROWS)
    page_obj = paginator.get_page(request.GET.get("page"))
    first = (page_obj.number - 1) * ROWS
    shown_here = versions(list(rows[first : first + ROWS + 1]), request.user, hidden)
    context = {"back_url": record.get_absolute_url(), "back_label": record._meta.verbose_name, **context}
    return page(
        request,
        record=record,
        title="変更の履歴",
        heading=f"{record._meta.verbose_name}の変更の履歴",
        versions=list(islice(shown_here, ROWS)),
        page_obj=page_obj,
        **context,
    )


def versions(rows: list[Any], user: User, hidden: Collection[str] = ()) -> Iterator[Version]:
    """What each row changed against the next, which is older; a last row that is no first version only serves
    to compare with."""
    if not rows:
        return
    names = _names(rows, user)
    for row, older in pairwise([*rows, None]):
        if older is None and row.history_type != "+":
            return
        is_voided = row.voided_at is not None and (older is None or older.voided_at is None)
        yield Version(
            number=row.version,
            at=row.history_date,
            by=row.history_user,
            kind="取消" if is_voided else "登録" if older is None else "更新",
            changes=list(_changes(row, older, names, hidden)),
            reason=row.void_reason if is_voided else "",
        )


def _fields(row: Any) -> list[Any]:
    """What a person can have meant: no stamps, no keys that follow from something else."""
    meta = row.instance_type._meta
    return [
        each for each in (*meta.concrete_fields, *meta.many_to_many) if each.editable and each.name != "id"
    ]


def _value(row: Any, of: Any) -> Any:
    """A column, or the keys ticked; None of a version that is not there."""
    if row is None:
        return [] if of.many_to_many else None
    return row.ticked.get(of.name, []) if of.many_to_many else getattr(row, of.attname)


def _changes(row: Any, older: Any, names: Names, hidden: Collection[str]) -> Iterator[Change]:
    for each in _fields(row):
        now, was = _value(row, each), _value(older, each)
        if now == was or (older is None and now in (None, "", [], False)):
            continue
        label = str(each.verbose_name)
        if each.name in hidden:
            yield Change(label, is_hidden=True)
        elif isinstance(each, models.TextField):
            yield Change(label, parts=[Part("same", now)] if older is None else differing(was, now))
        else:
            yield Change(label, _words(each, was, names), _words(each, now, names))


def _words(of: Any, value: Any, names: Names) -> str:
    """A value as a person reads it."""
    if of.many_to_many:
        return "、".join(names[of.related_model].get(key, CLOSED_TO_ME) for key in value) or "－"
    if of.is_relation and value is not None:
        return names[of.related_model].get(value, CLOSED_TO_ME)
    return str(shown(dict(of.flatchoices).get(value, value)))


def _names(rows: list[Any], user: User) -> Names:
    """What the rows point at, by its model: only as far as this person may see it."""
    keys: dict[Any, set[int]] = {}
    for each in _fields(rows[0]):
        if each.is_relation:
            values = [_value(row, each) for row in rows]
            found = {key for value in values for key in (value if each.many_to_many else [value])}
            keys.setdefault(each.related_model, set()).update(found - {None})
    return {model: _names_of(model, found, user) for model, found in keys.items()}


def _names_of(model: Any, keys: set[int], user: User) -> dict[int, str]:
    if not keys:
        return {}
    rows = model._default_manager.all()
    if isinstance(rows, RecordQuerySet):
        rows = rows.visible_to(user)
    return {each.pk: str(each) for each in rows.filter(pk__in=keys)}

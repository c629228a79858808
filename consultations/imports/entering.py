"""取込: every row of a file becomes a consultation, or none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time

from django.db import IntegrityError, transaction

from consultations.forms.imported import PersonForm
from consultations.imports.checking import PORTION, Checked, Checker, State, store
from consultations.models import Client, Consultation, Import, settle_visits
from consultations.models.visits import Visits
from komatsu_support.models import New, User

BASIS = "取込"
AS_IN_FILE = "取り込んだ一覧のとおり"


class ChangedMeanwhile(Exception):
    """What the rows lean on was changed between the check and the entry. Nothing was entered."""


def enter(imported: Import, by: User) -> bool:
    """Check every row once more and enter them all. False, with nothing entered, where a row is wrong.

    Raises StaleVersion where another press was first, ChangedMeanwhile where somebody changed a client or
    entered the same rows.
    """
    checked = _check_all(imported, by)
    if any(each.state == State.WRONG for each in checked):
        store(checked)
        return False
    fresh = [each for each in checked if each.talk is not None]
    people = _new_clients(fresh, by)
    talks = _in_order_of_days(imported, fresh, people)
    imported.added, imported.added_clients = len(fresh), len(people)
    imported.known = len(checked) - len(fresh)
    try:
        with transaction.atomic():  # holds the trail's lock: nothing is worked out in here
            imported.end(Import.State.DONE, by=by)
            _refuse_if_closed(fresh, by)
            Client.objects.add_all(list(people.values()), by=by, basis=BASIS)
            Consultation.objects.add_all(talks, by=by, basis=BASIS)
            for client in {each.whose.client for each in fresh if each.whose.client}:
                settle_visits(client, by=by)
    except IntegrityError as error:
        raise ChangedMeanwhile from error
    return True


def _check_all(imported: Import, by: User) -> list[Checked]:
    checker = Checker(imported, by)
    rows = list(imported.rows.exclude(state=State.HEAD).order_by("number"))
    portions = (rows[at : at + PORTION] for at in range(0, len(rows), PORTION))
    return [each for portion in portions for each in checker.check(portion)]


def _in_order_of_days(
    imported: Import, fresh: Sequence[Checked], people: dict[str, New[Client]]
) -> list[New[Consultation]]:
    """The consultations as they followed each other, each with 新規・継続・再来 by what came before it."""
    days: dict[int | str, list[date]] = {}
    visits: dict[int | str, Visits] = {}
    entries: list[New[Consultation]] = []
    for each in sorted(fresh, key=_when):
        entry = each.entry
        talk = entry.record
        talk.imported, talk.import_key = imported, each.row.key
        if each.whose.is_new:
            talk.client = people[each.row.person].record
        whose: int | str = each.row.person if each.whose.is_new else talk.client_id or ""
        earlier = days.setdefault(whose, [])
        _follow_rule(talk, visits.setdefault(whose, Visits(talk.client)) if talk.client else None, earlier)
        if talk.is_countable:
            earlier.append(talk.consulted_on)
        entries.append(entry)
    return entries


def _follow_rule(talk: Consultation, visits: Visits | None, earlier: Sequence[date]) -> None:
    """By the rule; what the file says otherwise stands, and says that it came so."""
    told, by_rule = talk.visit_type, talk.proposed_visit_type(visits, earlier)
    talk.visit_type = told or by_rule
    talk.visit_type_reason = AS_IN_FILE if told and told != by_rule else ""


def _when(each: Checked) -> tuple[date, bool, time, int]:
    """Where its talk will stand among hers (`Visits`): untimed ones last of their day."""
    talk = each.entry.record
    return talk.consulted_on, talk.started_at is None, talk.started_at or time.min, each.row.number


def _new_clients(fresh: Iterable[Checked], by: User) -> dict[str, New[Client]]:
    """The new clients by person, each from all of her rows: what an earlier row leaves out, a later one says."""
    rows: dict[str, list[Checked]] = {}
    for each in sorted(fresh, key=_when):
        if each.whose.is_new:
            rows.setdefault(each.row.person, []).append(each)
    form = PersonForm(by=by)
    people: dict[str, New[Client]] = {}
    for person, hers in rows.items():
        told: dict[str, object] = {}
        for each in hers:
            told |= {
                name: value
                for name, value in each.person.items()
                if value not in _NOTHING and name not in told
            }
        bound = form.bound_to({"age_band": "unknown", **told})
        if bound.errors:
            raise ChangedMeanwhile
        bound.instance.first_contact_on = hers[0].entry.record.consulted_on
        bound.instance.staff = hers[-1].entry.record.staff
        people[person] = bound.new()
    return people


_NOTHING = ("", None, "unknown")


def _refuse_if_closed(fresh: Iterable[Checked], by: User) -> None:
    """A client who was voided or closed since the check takes the whole entry back."""
    clients = {each.whose.client.pk for each in fresh if each.whose.client}
    keys = list(clients)
    still = {
        pk
        for at in range(0, len(keys), PORTION)
        for pk in Client.objects.changeable_by(by).standing().filter(pk__in=keys[at : at + PORTION]).values_list(
            "pk", flat=True
        )
    }  # fmt: skip
    if clients != still:
        raise ChangedMeanwhile

"""Each row by the rules of the forms, in portions, so that a long list shows how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Max

from cafe.models import OpenDay
from consultations.forms.imported import PersonForm, RowForm
from consultations.imports.cells import PERSON, Translated, Translator
from consultations.imports.columns import labels_of
from consultations.imports.people import ANONYMOUS, People, Whose, born
from consultations.imports.words import Words, iso
from consultations.models import Client, Consultation, Import, ImportRow
from komatsu_support.fiscal import age_on
from komatsu_support.models import AgeBand, New, User

PORTION = 500  # rows checked in one go: a second or two

TWIN = "同じ内容の行が上にもあります。別の相談なら、このまま取り込めます。"
LATER = "この方にはこの日より後の相談記録があります。そちらの新規・継続は、記録から決め直します。"
ONLY_BORN = "氏名がないので、匿名の相談として登録します。生年月日からは年代だけを残します。"
UNUSED = "登録済みの方なので、世帯構成などは書き換えません。"
KNOWN = "取込済みです。もう一度は登録しません。"
KNOWN_VOIDED = "取込済みで、その後取り消されています。もう一度は登録しません。"

State = ImportRow.State


@dataclass
class Checked:
    """A row with what the check found, and the records it would become."""

    row: ImportRow
    state: str = State.FINE
    remarks: list[tuple[str, str]] = field(default_factory=list)
    """Label of the column and sentence."""
    whose: Whose = field(default_factory=Whose)
    talk: New[Consultation] | None = None
    person: dict[str, Any] = field(default_factory=dict)
    """What a new client's file would hold."""

    @property
    def entry(self) -> New[Consultation]:
        """What the row becomes; a wrong or known one becomes nothing."""
        if self.talk is None:
            raise ValueError(f"Row {self.row.number} is {self.state}: there is nothing to enter.")
        return self.talk

    def judge(self, errors: dict[str, str], notes: list[str]) -> None:
        """Wrong with an error, noted with a note, else fine."""
        labels = labels_of(errors)
        self.remarks = [*zip(labels, errors.values(), strict=True), *(("", note) for note in notes)]
        self.state = State.WRONG if errors else State.NOTED if notes else State.FINE

    def on_row(self) -> ImportRow:
        """The row as it is stored after the check."""
        self.row.state, self.row.remarks = self.state, self.remarks
        self.row.whose = self.whose.label
        return self.row


class Checker:
    """Checks the rows of one import, by whoever chose the file. Raises StaleVersion where it has ended."""

    def __init__(self, imported: Import, by: User) -> None:
        self.imported, self.by = imported, by
        days = OpenDay.objects.visible_to(by).standing()
        self.translate = Translator(
            Words.load(), by, "相談員" in imported.head.cells, {day.held_on.isoformat(): day for day in days}
        )
        self.row_form, self.person_form = RowForm(by=by), PersonForm(by=by)

    @cached_property
    def _born(self) -> dict[str, str]:
        """Birth dates by person: one row may know what another leaves out."""
        rows = self.imported.rows.exclude(person="").values_list("person", "cells")
        return {person: on for person, cells in rows if (on := born(cells))}

    @cached_property
    def _came_before(self) -> dict[str, Client]:
        """Clients by person, where a row of this file was entered before: a list that grows month by month."""
        person = dict(self.imported.rows.exclude(person="").values_list("key", "person"))
        keys, found = list(person), dict[str, set[Client]]()
        talks = Consultation.objects.changeable_by(self.by).filter(client__voided_at=None)
        for at in range(0, len(keys), PORTION):
            part = talks.filter(import_key__in=keys[at : at + PORTION]).exclude(client=None)
            for talk in part.select_related("client"):
                found.setdefault(person[str(talk.import_key)], set()).add(talk.client)
        return {each: clients.pop() for each, clients in found.items() if len(clients) == 1}

    def check(self, rows: Sequence[ImportRow]) -> list[Checked]:
        """Judge some rows. Nothing is stored."""
        keys = [row.key for row in rows]
        known = set(_of_keys(Consultation._base_manager, keys))
        voided = set(_of_keys(Consultation.objects.visible_to(self.by).exclude(voided_at=None), keys))
        people = People(rows, self.by)
        checked = [self._known(row, voided) if row.key in known else self._check(row, people) for row in rows]
        self._say_what_comes_later(checked)
        return checked

    def _known(self, row: ImportRow, voided: set[str]) -> Checked:
        sentence = KNOWN_VOIDED if row.key in voided else KNOWN
        return Checked(row, State.KNOWN, [("", sentence)])

    def _check(self, row: ImportRow, people: People) -> Checked:
        translated = self.translate(row.cells)
        birth_date = self._born.get(row.person, "")
        whose = people(row.cells, birth_date)
        if whose.is_new and row.person in self._came_before:
            whose = Whose(self._came_before[row.person])
        errors = dict(translated.errors)
        notes = [TWIN] if row.is_twin else []
        if whose.error:
            errors.setdefault(*whose.error)
        if whose.note:
            notes.append(whose.note)
        client = self._client(translated, whose, birth_date, errors, notes)
        form = self.row_form.bound_to({**translated.talk, "client": client})
        _add_errors(errors, form)
        found = Checked(row, whose=whose, talk=None if errors else form.new(), person=translated.person)
        found.judge(errors, notes)
        return found

    def _client(
        self,
        translated: Translated,
        whose: Whose,
        birth_date: str,
        errors: dict[str, str],
        notes: list[str],
    ) -> Client | None:
        """Whom the consultation is about. A new client is not stored; her file is checked by its own form."""
        if whose.client:
            if any(translated.person.get(name) for name in PERSON[5:]):
                notes.append(UNUSED)
            return whose.client
        if whose.is_new:
            if birth_date and "birth_date" not in errors:
                translated.person["birth_date"] = birth_date
            form = self.person_form.bound_to(translated.person)
            _add_errors(errors, form)
            client: Client = form.instance
            return client
        if whose.label == ANONYMOUS and birth_date_of(translated) and "consulted_on" not in errors:
            notes.append(ONLY_BORN)
            _age_alone(translated)
        return None

    def _say_what_comes_later(self, checked: list[Checked]) -> None:
        """A note where a known client was here after the day of the row."""
        clients = {each.whose.client.pk for each in checked if each.whose.client}
        if not clients:
            return
        counted = Consultation.objects.counted().filter(client__in=clients)
        last = dict(counted.values("client").annotate(last=Max("consulted_on")).values_list("client", "last"))
        for each in checked:
            client, talk = each.whose.client, each.talk
            if client and talk and client.pk in last and talk.record.consulted_on < last[client.pk]:
                each.remarks.append(("", LATER))
                each.state = State.NOTED


def check_portion(imported: Import, by: User) -> None:
    """Check the next rows that wait, and store what was found. Raises StaleVersion where the import ended."""
    rows = list(imported.rows.filter(state=State.WAITING).order_by("number")[:PORTION])
    if rows:
        store(Checker(imported, by).check(rows))


def store(checked: Sequence[Checked]) -> None:
    """Keep what was found, for the preview."""
    with transaction.atomic():
        ImportRow.objects.bulk_update(
            [each.on_row() for each in checked], ["state", "remarks", "whose"], batch_size=100
        )


def birth_date_of(translated: Translated) -> str:
    """The birth date as the row has it."""
    return str(translated.person.get("birth_date") or "")


def _age_alone(translated: Translated) -> None:
    """Keep 年代 of somebody without a name."""
    on, day = (
        iso(text) for text in (birth_date_of(translated), str(translated.talk.get("consulted_on", "")))
    )
    if on and day and on <= day:
        age = age_on(date.fromisoformat(on), date.fromisoformat(day))
        translated.talk["age_band"] = AgeBand.of(age).value


def _of_keys(consultations: Any, keys: list[str]) -> Any:
    return consultations.filter(import_key__in=keys).values_list("import_key", flat=True)


def _add_errors(errors: dict[str, str], form: Any) -> None:
    """What the form says, at each field that has no sentence yet."""
    for name, sentences in form.errors.items():
        errors.setdefault(name, " ".join(str(sentence) for sentence in sentences))

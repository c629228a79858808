"""One row's cells → what the forms of 相談記録 and 相談者 take, with a sentence for each cell that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from consultations.imports import words
from consultations.imports.columns import BY_LABEL, COLUMNS
from consultations.imports.words import Words
from consultations.models import Consultation
from komatsu_support.fiscal import parse_date
from komatsu_support.models import AgeBand, User

PERSON = (
    "name",
    "name_kana",
    "alias",
    "birth_date",
    "age_band",
    "household",
    "marital",
    "employment",
    "nationality",
    "language",
)
"""Fields of the client; 年代 is the consultation's too."""

BLANK = {
    "age_band": AgeBand.UNKNOWN.value,
    "urgency": Consultation.Urgency.LOW.value,
    "dv": Consultation.Flag.UNKNOWN.value,
    "suicide_risk": Consultation.Flag.UNKNOWN.value,
}
"""What a blank cell means where the form wants an answer."""


@dataclass
class Translated:
    """A row as the forms take it."""

    talk: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """By field."""


@dataclass(frozen=True)
class Translator:
    """Turns cells into values with the lists of one file. `by` talks where the file has no column 相談員."""

    words: Words
    by: User
    has_staff: bool
    open_days: Mapping[str, Any]
    """Days of the café by date."""

    def __call__(self, cells: Mapping[str, str]) -> Translated:
        """The values of one row."""
        row = Translated(talk=dict(BLANK), person={"age_band": BLANK["age_band"]})
        for label, text in cells.items():
            column = BY_LABEL[label]
            try:
                value = self._value(column.field, column.kind, text)
            except ValidationError as refusal:
                row.errors[column.field] = refusal.messages[0]
                continue
            if column.field in PERSON:
                row.person[column.field] = value
            if column.field not in PERSON or column.field == "age_band":
                row.talk[column.field] = value
        self._settle_topics(row)
        self._settle_countable(row)
        if not self.has_staff:
            row.talk["staff"] = self.by
        return row

    def _value(self, name: str, kind: str, text: str) -> Any:
        if name in _READERS:
            return _READERS[name](text)
        if name in words.CHOICES:
            return words.choice(words.CHOICES[name], text, words.ALSO.get(name))
        if name == "topics":
            return self._topics(text)
        if name in ("awareness", "responses"):
            return [self.words.term(kind, word) for word in words.several(text)]
        if kind:
            return self.words.term(kind, text.removeprefix(words.MAIN))
        if name == "staff":
            return self.words.person(text)
        if name == "co_staff":
            return [self.words.person(word) for word in words.several(text)]
        if name == "open_day":
            return self._open_day(text)
        return text

    def _topics(self, text: str) -> Any:
        """Words with ◎ before the main one: a pair of all and the main ones."""
        listed = words.several(text)
        found = [self.words.term("topic", word.lstrip(words.MAIN + words.TICK)) for word in listed]
        main = [term for term, word in zip(found, listed, strict=True) if word.startswith(words.MAIN)]
        if len(main) > 1:
            raise words.refuse("◎は1つだけ付けてください。")
        return found, main

    def _settle_topics(self, row: Translated) -> None:
        """◎ from its own column or from among the ○; the one word of a row is its ◎."""
        found, marked = row.talk.pop("topics", ([], []))
        row.talk["topics"] = found
        main = row.talk.get("main_topic")
        if main and marked and marked[0] != main:
            row.errors["main_topic"] = "主訴の列と◎の付いた内容が違います。どちらかに揃えてください。"
        if main is None and "main_topic" not in row.errors and (marked or len(found) == 1):
            row.talk["main_topic"] = (marked or found)[0]

    def _settle_countable(self, row: Translated) -> None:
        """Counted unless the row says not, or says why not."""
        row.talk.setdefault("is_countable", not row.talk.get("not_countable_reason"))

    def _open_day(self, text: str) -> Any:
        try:
            on = parse_date(words.day(text))
        except ValueError as error:
            raise words.refuse(str(error)) from error
        if on.isoformat() not in self.open_days:
            raise words.refuse("この日のカフェ開催日は登録されていません。日付を確かめてください。")
        return self.open_days[on.isoformat()]


_READERS: Mapping[str, Callable[[str], Any]] = {
    "consulted_on": words.day,
    "birth_date": words.day,
    "next_on": words.day,
    "started_at": words.clock,
    "minutes": words.minutes,
    "age_band": words.age_band,
    "abuse_suspected": words.yes,
    "is_countable": words.yes,
}
"""Fields whose cells have a way of their own to be read."""

MULTIPLE = {
    column.label for column in COLUMNS if column.field in ("topics", "awareness", "responses", "co_staff")
}

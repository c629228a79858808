"""相談票 on paper: every word of the master lists with its box, marked where a talk is given, else blank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.db.models.enums import ChoicesType

from consultations.models import Consultation
from komatsu_support.models import AgeBand, Term

MAIN, ALSO = "◎", "○"
ONE = {"method": "method", "place": "place", "caller": "caller", "source": "source"}
SEVERAL = {"topics": "topic", "awareness": "awareness", "responses": "response"}


@dataclass(frozen=True)
class Box:
    """A word with the mark in its box; "" leaves the box empty."""

    label: str
    mark: str = ""


type Questions = dict[str, list[Box]]


def sheet_of(talk: Consultation | None, on: date) -> Questions:
    """The boxes of the paper by question: the words in force on the day, and those the talk carries."""
    ticked = {each.pk for each in talk.terms.all()} if talk else set()
    held = {getattr(talk, f"{field}_id") for field in ONE} if talk else set()
    words = _words(on, ticked | held)
    main = talk.main_topic_id if talk else None
    marks = dict.fromkeys(ticked, ALSO) | ({main: MAIN} if main else {})
    boxes = {name: _boxes(words, kind, marks, on) for name, kind in SEVERAL.items()}
    for field, kind in ONE.items():
        chosen = getattr(talk, f"{field}_id", None)
        boxes[field] = _boxes(words, kind, {chosen: ALSO}, on)
    return boxes | _fixed(talk)


def _words(on: date, kept: Iterable[int | None]) -> list[Term]:
    """With one query, and one for the labels of earlier days."""
    kinds = {*ONE.values(), *SEVERAL.values()}
    offered = Q(voided_at=None, active=True, valid_from__lte=on)
    words = Term.objects.filter(offered | Q(pk__in=[pk for pk in kept if pk]), kind__in=kinds)
    return list(words.in_order().prefetch_related("labels"))


def _boxes(words: Iterable[Term], kind: str, marks: Mapping[int | None, str], on: date) -> list[Box]:
    return [Box(word.label_on(on), marks.get(word.pk, "")) for word in words if word.kind == kind]


def _fixed(talk: Consultation | None) -> Questions:
    """The questions whose words stand in the code."""
    lists: dict[str, ChoicesType] = {
        "age_band": AgeBand,
        "visit_type": Consultation.VisitType,
        "urgency": Consultation.Urgency,
        "dv": Consultation.Flag,
        "suicide_risk": Consultation.Flag,
    }
    boxes = {
        name: [
            Box(str(label), ALSO if value == getattr(talk, name, None) else "")
            for value, label in words.choices
        ]
        for name, words in lists.items()
    }
    suspected = bool(talk and talk.abuse_suspected)
    return boxes | {"abuse": [Box("疑いあり", ALSO if suspected else "")]}

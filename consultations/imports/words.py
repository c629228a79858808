"""What stands in a cell → what the form of 相談記録 is sent. A word it does not know is a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from consultations.imports.columns import COLUMNS, MARKED_KINDS, folded
from consultations.models import Consultation
from komatsu_support.fiscal import parse_date
from komatsu_support.models import AgeBand, Profession, Term, User
from komatsu_support.text import half_width

MAIN, TICK = "◎", "○〇◯●"
_TICKED = {*TICK, "o", "✓", "✔", "☑", "レ", "1", "はい", "有"}
_NO_MARK = {"", "×", "✕", "-", "ー", "－", "0", "いいえ", "無", "なし"}
_YES = {"はい", "あり", "有", "有り", "○", "〇", "◯", "1", "数える", "yes", "レ", "✓"}
_NO = {"いいえ", "なし", "無", "無し", "×", "✕", "0", "数えない", "no"}
_BETWEEN = re.compile(r"[、，,;；\n]+")
_PARTS = re.compile(r"[（）()・／/、]+")
_CLOCK = re.compile(r"(\d{1,2})[:時](\d{1,2})?分?")
_HOURS = re.compile(r"(?:(\d{1,2})時間)?(?:(\d{1,4})分?)?")
_SERIAL = re.compile(r"\d{4,6}(\.\d+)?")

FLAGS = Consultation.Flag
CHOICES: Mapping[str, Any] = {
    "urgency": Consultation.Urgency,
    "dv": FLAGS,
    "suicide_risk": FLAGS,
    "visit_type": Consultation.VisitType,
    "profession": Profession,
}
ALSO = {"dv": {"現在": "current", "過去": "past", "あり": "current"}, "urgency": {"緊急": "emergency"}}
ALSO["suicide_risk"] = ALSO["dv"]


def refuse(sentence: str) -> ValidationError:
    """The sentence as an error."""
    return ValidationError(sentence, code="invalid")


@dataclass
class Words:
    """Every list that cells are looked up in, loaded once for a whole file."""

    terms: Sequence[Term]
    staff: Sequence[User]

    @classmethod
    def load(cls) -> Words:
        """The words on offer today, and everybody who has ever held a consultation."""
        kinds = {column.kind for column in COLUMNS if column.kind}
        terms = Term.objects.offered(kinds, timezone.localdate())
        desk = User.objects.ever_of_desk().order_by("-is_active", "pk")
        return cls(list(terms), list(desk))

    @cached_property
    def _terms(self) -> dict[str, dict[str, Term]]:
        """Terms by kind and folded name; label and code win over a part of a label."""
        found: dict[str, dict[str, Term]] = {}
        for kind in {term.kind for term in self.terms}:
            mine = [term for term in self.terms if term.kind == kind]
            parts = [(folded(part), term) for term in mine for part in _PARTS.split(term.label) if part]
            once = Counter(part for part, _ in parts)
            found[kind] = {part: term for part, term in parts if once[part] == 1}
            found[kind] |= {folded(term.code): term for term in mine}
            found[kind] |= {folded(term.label): term for term in mine}
        return found

    @cached_property
    def _people(self) -> dict[str, list[User]]:
        """People by full name, or by their surname where there is one of it."""
        found: dict[str, list[User]] = {}
        for user in self.staff:
            found.setdefault(folded(user.display_name), []).append(user)
        surnames: dict[str, list[User]] = {}
        for user in self.staff:
            surnames.setdefault(folded(user.display_name.split()[0]), []).append(user)
        return {**{name: users for name, users in surnames.items() if len(users) == 1}, **found}

    def term(self, kind: str, text: str) -> Term:
        """The word of a master list."""
        term = self._terms.get(kind, {}).get(folded(text))
        if term is None:
            labels = "、".join(each.label for each in self.terms if each.kind == kind)
            raise refuse(f"「{text[:20]}」は選択肢にありません。{labels} から選んでください。")
        return term

    def kinds_of(self, label: str) -> list[str]:
        """The master lists in which a column's label stands as a word of its own."""
        name = folded(label)
        return [
            kind
            for kind in MARKED_KINDS
            if any(folded(term.label) == name or folded(_PARTS.split(term.label)[0]) == name
                   for term in self.terms if term.kind == kind)
        ]  # fmt: skip

    def person(self, text: str) -> User:
        """Somebody of the desk, by name."""
        found = self._people.get(folded(text), [])
        if len(found) > 1:
            raise refuse(
                f"「{text[:20]}」という職員が複数います。管理者に、氏名を書き分けてもらってください。"
            )
        if not found:
            raise refuse(
                f"「{text[:20]}」という相談員は登録されていません。アカウントの氏名で書いてください。"
            )
        return found[0]


def several(text: str) -> list[str]:
    """The words of a cell that may hold many."""
    return [word.strip() for word in _BETWEEN.split(text) if word.strip()]


def is_tick(sign: str) -> bool:
    """Whether a cell holds ◎ or one of the ways ○ is written."""
    return sign.strip() in {MAIN, *TICK, "レ", "✓", "✔", "☑"}


def marked(sign: str, label: str) -> str:
    """A cell of a column that is ticked, as the word a list would hold: ◎DV, DV, nothing, or what cannot be read."""
    sign = sign.strip().lower()
    if sign in _NO_MARK:
        return ""
    return label if sign in _TICKED or half_width(sign) in _TICKED else f"{sign[:10]}{label}"


def day(text: str) -> str:
    """A day as WarekiField reads it; a number without a date's format is not guessed at."""
    if _SERIAL.fullmatch(text):
        raise refuse(f"日付ではなく数値（{text}）になっています。セルの表示形式を日付にしてください。")
    return text.split(" ")[0] if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", text) else text


def iso(text: str) -> str:
    """A day in ISO form; "" where there is none that can be read."""
    try:
        return parse_date(day(text)).isoformat() if text else ""
    except (ValueError, ValidationError):
        return ""


def clock(text: str) -> str:
    """A time of day as the form reads it."""
    found = _CLOCK.fullmatch("".join(half_width(text.rpartition(" ")[2]).split()))
    if found is None:
        raise refuse("時刻を読み取れません。13:30 のように入力してください。")
    return f"{int(found[1]):02d}:{int(found[2] or 0):02d}"


def minutes(text: str) -> str:
    """A length in minutes: 45, 45分, 1時間15分, 0:45. 13:00 is a time of day, and no length."""
    typed = "".join(half_width(text).split())
    if found := re.fullmatch(r"0?([0-7]):(\d\d)(?::\d\d)?", typed):
        return str(int(found[1]) * 60 + int(found[2]))
    found = _HOURS.fullmatch(typed)
    if not typed or found is None:
        raise refuse("所要時間を読み取れません。45 や 45分 のように、分で入力してください。")
    return str(int(found[1] or 0) * 60 + int(found[2] or 0))


def yes(text: str) -> bool:
    """はい or いいえ in the ways lists say it."""
    typed = text.strip().lower() if text.strip() in _YES | _NO else half_width(text).strip().lower()
    if typed not in _YES | _NO:
        raise refuse(f"「{text[:10]}」は読めません。「はい」か「いいえ」を入力してください。")
    return typed in _YES


def age_band(text: str) -> str:
    """A 年代 by its label, or of an age in years."""
    typed = half_width(text).strip().removesuffix("歳").removesuffix("才")
    if typed.isdecimal() and len(typed) <= 3:
        return AgeBand.of(int(typed)).value
    typed = re.sub("代.*$|歳代$", "代", half_width(text).strip().replace("歳代", "代"))
    return choice(AgeBand, typed, {"80代": "80p", "90代": "80p", "10代": "u20", "20歳未満": "u20"})


def choice(choices: Any, text: str, also: Mapping[str, str] | None = None) -> str:
    """A choice by its label or code."""
    names = {folded(str(label)): str(code) for code, label in choices.choices}
    names |= {folded(str(code)): str(code) for code in choices.values}
    names |= {folded(word): code for word, code in (also or {}).items()}
    found = names.get(folded(text))
    if found is None:
        labels = "、".join(str(label) for label in choices.labels)
        raise refuse(f"「{text[:20]}」は選べません。{labels} から選んでください。")
    return found

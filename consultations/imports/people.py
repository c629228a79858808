"""Whose row it is. Nobody is looked for but among the clients this person may open: the others do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from consultations.imports import words
from consultations.models import Client, ImportRow
from komatsu_support.models import User
from komatsu_support.text import fold_kana, normal_number, search_key

NOBODY = {search_key(word) for word in ("匿名", "不明", "なし", "無記名", "名前不明", "非通知")} | {""}
SHOWN = 3  # numbers named in a sentence

ANONYMOUS, NEW = "匿名", "新しい相談者"


@dataclass(frozen=True)
class Whose:
    """The client of a row: one who is known, a new one, or nobody."""

    client: Client | None = None
    is_new: bool = False
    error: tuple[str, str] | None = None
    """Field and sentence."""
    note: str = ""

    @property
    def label(self) -> str:
        """As the preview says it."""
        if self.error:
            return ""
        if self.client is not None:
            return f"登録済み {self.client.number}"
        return NEW if self.is_new else ANONYMOUS


def names_of(cells: Mapping[str, str]) -> list[str]:
    """What she is called in a row, folded: 氏名, カナ, 呼び名. Empty for nobody known."""
    kana = fold_kana(cells.get("氏名カナ", ""))
    keys = [search_key(cells.get("氏名", "")), search_key(kana), search_key(cells.get("呼び名", ""))]
    return [key for key in keys if key not in NOBODY]


def born(cells: Mapping[str, str]) -> str:
    """The birth date in ISO form; "" where there is none that can be read."""
    return words.iso(cells.get("生年月日", ""))


def told_apart(rows: Iterable[ImportRow]) -> None:
    """Mark rows of one person alike: same name, same birth date, or no date and only one date of that name."""
    rows = list(rows)
    dates: dict[str, set[str]] = {}
    for row in rows:
        if (names := names_of(row.cells)) and (on := born(row.cells)):
            dates.setdefault(names[0], set()).add(on)
    for row in rows:
        if names := names_of(row.cells):
            known = dates.get(names[0], set())
            on = born(row.cells) or (next(iter(known)) if len(known) == 1 else "")
            row.person = salted_hmac(
                "consultations.person", f"{names[0]}|{on}", secret=settings.TRAIL_KEY, algorithm="sha256"
            ).hexdigest()


class People:
    """The clients whom some rows may mean, found with two queries."""

    def __init__(self, rows: Iterable[ImportRow], by: User) -> None:
        self.rows = [row.cells for row in rows]
        self.open = Client.objects.changeable_by(by).standing()

    def __call__(self, cells: Mapping[str, str], birth_date: str) -> Whose:
        """Whose row it is. `birth_date` may come from another row of the same person."""
        if typed := cells.get("相談者番号"):
            return self._numbered(normal_number(typed), cells)
        names = names_of(cells)
        if not names:
            return Whose()
        alike = {client.pk: client for name in names for client in self._by_name.get(name, [])}
        exact = [
            client
            for client in alike.values()
            if birth_date and client.birth_date and client.birth_date.isoformat() == birth_date
        ]
        if len(exact) == 1:
            return Whose(exact[0])
        if exact:
            return Whose(
                error=("client", f"同じ氏名・生年月日の相談者が複数います（{_numbers(exact)}）。{_WRITE}")
            )
        unsure = [client for client in alike.values() if not (birth_date and client.birth_date)]
        note = f"同じ名前の相談者（{_numbers(unsure)}）がいます。同じ方なら{_WRITE}" if unsure else ""
        return Whose(is_new=True, note=note)

    def _numbered(self, number: str, cells: Mapping[str, str]) -> Whose:
        client = self._by_number.get(number)
        if client is None:
            return Whose(
                error=("client", "この番号の相談者は見つかりません。番号（例 R6-0012）を確かめてください。")
            )
        known = {search_key(each) for each in (client.name, client.name_kana, client.alias) if each}
        names = names_of(cells)
        if known and names and not known & set(names):
            return Whose(error=("client", "この番号の方と氏名が違います。番号か氏名を確かめてください。"))
        if client.birth_date and born(cells) not in ("", client.birth_date.isoformat()):
            return Whose(
                error=("client", "この番号の方と生年月日が違います。番号か生年月日を確かめてください。")
            )
        return Whose(client)

    @cached_property
    def _by_number(self) -> dict[str, Client]:
        numbers = {normal_number(cells["相談者番号"]) for cells in self.rows if cells.get("相談者番号")}
        return {client.number: client for client in self.open.filter(number__in=numbers)} if numbers else {}

    @cached_property
    def _by_name(self) -> dict[str, list[Client]]:
        """Clients by every folded name of theirs, of those born on a day or called as the rows say."""
        dates = {born(cells) for cells in self.rows} - {""}
        called = {
            way for cells in self.rows for label in ("氏名", "呼び名") for way in _ways(cells.get(label))
        }
        kana = {fold_kana(cells["氏名カナ"]) for cells in self.rows if cells.get("氏名カナ")}
        found: dict[str, list[Client]] = {}
        alike = Q(birth_date__in=dates) | Q(name__in=called) | Q(alias__in=called) | Q(name_kana__in=kana)
        for client in self.open.filter(alike).order_by("pk"):
            for name in {search_key(each) for each in (client.name, client.name_kana, client.alias) if each}:
                found.setdefault(name, []).append(client)
        return found


_WRITE = "相談者番号の列に番号を書いてください。"


def _numbers(clients: list[Client]) -> str:
    more = "ほか" if len(clients) > SHOWN else ""
    return "、".join(client.number for client in clients[:SHOWN]) + more


def _ways(name: str | None) -> set[str]:
    """A name with the spaces people put between its words, and with none."""
    words_of_name = (name or "").split()
    return {between.join(words_of_name) for between in ("", " ", "　")} if words_of_name else set()

"""似た方: who may be one person in two files, and why. Read from the index of the search box."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched, combinations
from typing import Any

from django.db.models import Count, Q

from consultations.models import Client, DistinctPair, SearchTail
from consultations.models.search import SHORTEST_END, Kind, words_of
from komatsu_support.models import User

SHARED_AT_MOST = 8  # files of one phone or name; what more of them share (a shelter's phone) says little
KEYS = 500  # in one query
WEIGHT = {
    "同じカナ・生年月日": 6,
    "同じ電話": 5,
    "異体字の違いだけ": 4,
    "同じ氏名": 4,
    "呼び名と氏名": 3,
    "同じカナ": 2,
    "似た読み・同じ生年月日": 4,
}
TOLD = {Kind.PHONE: "電話番号", Kind.NAME: "氏名", Kind.KANA: "カナ"}
COMPARED = (Kind.NAME, Kind.KANA, Kind.ALIAS, Kind.PHONE, Kind.SOUND, Kind.BIRTH)


@dataclass
class Pair:
    """Two files, and why they may be one person's."""

    one: Client
    other: Client
    reasons: list[str] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return sum(WEIGHT[reason] for reason in self.reasons)


def pairs(user: User) -> list[Pair]:
    """Every likely pair of open files, the likeliest first, without those told apart."""
    candidates = _candidates()
    clients = _open(user, {pk for pair in candidates for pk in pair})
    apart = set(DistinctPair.objects.standing().values_list("first", "second"))
    found = [
        Pair(clients[one], clients[other], reasons_of(clients[one], clients[other]))
        for one, other in candidates - apart
        if one in clients and other in clients
    ]
    return sorted((p for p in found if p.reasons), key=lambda p: (-p.weight, p.one.pk, p.other.pk))


def reasons_of(one: Any, other: Any) -> list[str]:
    """Why two files may be one person's, the weightiest first. Another birth date leaves the phone alone."""
    mine, theirs = _by_kind(one), _by_kind(other)
    born = {client.birth_date for client in (one, other)}
    differ = None not in born and len(born) == 2
    same_day = None not in born and len(born) == 1

    def share(*kinds: str) -> bool:
        return any(mine[kind] & theirs[kind] for kind in kinds)

    found = {"同じ電話"} if share(Kind.PHONE) else set()
    if not differ:
        found |= set(_by_name(one, other, share, same_day=same_day))
        crossed = [(mine, theirs), (theirs, mine)]
        if any(a[Kind.ALIAS] & (b[Kind.NAME] | b[Kind.KANA]) for a, b in crossed):
            found.add("呼び名と氏名")
    return sorted(found, key=lambda reason: (-WEIGHT[reason], reason))


def _by_name(one: Any, other: Any, share: Any, *, same_day: bool) -> Iterator[str]:
    if share(Kind.KANA):
        yield "同じカナ・生年月日" if same_day else "同じカナ"
    elif same_day and share(Kind.SOUND):
        yield "似た読み・同じ生年月日"
    if share(Kind.NAME):
        yield "同じ氏名" if "".join(one.name.split()) == "".join(other.name.split()) else "異体字の違いだけ"


def _by_kind(client: Any) -> dict[str, set[str]]:
    words: dict[str, set[str]] = defaultdict(set)
    for kind, key in words_of(client):
        words[kind].add(key)
    return words


def _candidates() -> set[tuple[int, int]]:
    """Keys of files that share a whole word."""
    whole = SearchTail.objects.filter(position=0, kind__in=COMPARED)
    shared = (
        whole.values("tail")
        .annotate(files=Count("client", distinct=True))
        .filter(files__gt=1, files__lte=SHARED_AT_MOST)
        .values_list("tail", flat=True)
    )
    owners: dict[str, set[int]] = defaultdict(set)
    for some in batched(shared, KEYS):
        for tail, pk in whole.filter(tail__in=some).values_list("tail", "client"):
            owners[tail].add(pk)
    return {pair for pks in owners.values() for pair in combinations(sorted(pks), 2)}


def _open(user: User, keys: Iterable[int]) -> dict[int, Client]:
    mine = Client.objects.visible_to(user).standing().select_related("staff")
    return {c.pk: c for some in batched(sorted(keys), KEYS) for c in mine.filter(pk__in=some)}


@dataclass
class Alike:
    """Files like the one being typed, with the reasons; and what a closed file has the same."""

    clients: list[Pair] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def alike(typed: Client, user: User, *, at_most: int = 5) -> Alike:
    """Who of the office looks like the file being typed. Of a closed one, only what search would tell in full."""
    words = words_of(typed)
    keys = {key for kind, key in words if kind in COMPARED}
    like = SearchTail.of(Q(position=0, kind__in=COMPARED, tail__in=keys))
    mine = Client.objects.visible_to(user).standing().filter(pk__in=like).select_related("staff")
    found = [Pair(typed, client, reasons_of(typed, client)) for client in mine[: 10 * at_most]]
    found = sorted((p for p in found if p.reasons), key=lambda p: (-p.weight, p.other.pk))
    closed = Client.objects.closed_to(user).standing()
    told = [
        label
        for kind, label in TOLD.items()
        if (full := [key for each, key in words if each == kind and len(key) >= SHORTEST_END.get(kind, 1)])
        and closed.filter(pk__in=SearchTail.of(Q(position=0, kind=kind, tail__in=full))).exists()
    ]
    return Alike(found[:at_most], told)

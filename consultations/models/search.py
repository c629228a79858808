"""The index of the search box: how a person is found by any part of what is known of her.

A word is stored with each of its ends (見本花子, 本花子, 花子, 子), so that 「contains」 is a range of a plain
index, for one or two kanji too, where trigrams do not help. The order of code points is the same on SQLite
and in PostgreSQL's C collation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from itertools import batched
from typing import Any, Final

from django.db import models
from django.db.models import Q

from komatsu_support import text
from komatsu_support.fiscal import parse_date

LONGEST = 200  # characters of a key; what is typed is cut alike
BATCH = 200  # files whose rows are written at once
SHORTEST_PHONE = 4  # digits: the last four are what people remember
LAST_CHARACTER = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)  # no text holds them


class Match(models.IntegerChoices):
    """How a person was found, the best first."""

    NUMBER = 0, "番号"
    EXACT = 1, "同じ名前・カナ"
    PREFIX = 2, "名前・カナの始まり"
    CONTAINS = 3, "名前・カナの一部"
    SOUND = 4, "似た読み"
    PHONE = 5, "電話"
    BIRTH = 6, "生年月日"


class Kind(models.TextChoices):
    """What a word of the index is."""

    NUMBER = "number", "番号"
    NAME = "name", "氏名"
    KANA = "kana", "カナ"
    ALIAS = "alias", "呼び名"
    SOUND = "sound", "読み"
    PHONE = "phone", "電話"
    BIRTH = "birth", "生年月日"


WRITTEN = (Kind.NUMBER, Kind.NAME, Kind.KANA, Kind.ALIAS)
"""Found by what is typed as it is written."""

CALLED = (Kind.NAME, Kind.KANA)
"""Full, these tell of a closed file."""

SHORTEST_END: Final = {Kind.PHONE: SHORTEST_PHONE, Kind.BIRTH: LONGEST}
"""Shorter ends of a word are not stored: three digits are no phone, half a birth date is none."""

type Words = set[tuple[str, str]]


def words_of(client: Any) -> Words:
    """What a person is found by, as (kind, key)."""
    written = {
        Kind.NUMBER: client.number,
        Kind.NAME: client.name,
        Kind.KANA: client.name_kana,
        Kind.ALIAS: client.alias,
    }
    words = {(kind, text.search_key(value)) for kind, value in written.items()}
    words |= {(Kind.PHONE, text.phone_digits(each)) for each in (client.phone, client.mobile)}
    words.add((Kind.SOUND, text.sound_key(client.name_kana)))
    words.add((Kind.BIRTH, f"{client.birth_date:%Y%m%d}" if client.birth_date else ""))
    return {(str(kind), key[:LONGEST]) for kind, key in words if key}


def ends_of(words: Words) -> Iterator[dict[str, Any]]:
    """The rows of the index for the words: each with every end that is long enough to be looked for."""
    for kind, key in sorted(words):
        for position in range(max(len(key) - SHORTEST_END.get(Kind(kind), 1), 0) + 1):
            yield {"kind": kind, "position": position, "tail": key[position:]}


class SearchTailManager(models.Manager["SearchTail"]):
    """Keeps the index in step with the files."""

    def follow(self, client: Any, words: Words, *, is_new: bool = False) -> bool:
        """Write what the person is found by now; whether it was otherwise before."""
        mine = self.filter(client=client)
        if not is_new:
            if set(mine.filter(position=0).values_list("kind", "tail")) == words:
                return False
            mine.delete()
        self.bulk_create(SearchTail(client=client, **end) for end in ends_of(words))
        return True

    def fill(self, clients: Iterable[Any]) -> None:
        """Write the index of files that came into the database past their door, and have none yet."""
        for some in batched(clients, BATCH):
            self.bulk_create(
                SearchTail(client=client, **end) for client in some for end in ends_of(client.found_by_now())
            )


class SearchTail(models.Model):
    """検索語: the end of a word, from a position on, by which a person is found. Written by Client.save alone."""

    client = models.ForeignKey("consultations.Client", models.PROTECT, related_name="search_tails")
    kind = models.CharField("種類", max_length=6, choices=Kind)
    position = models.PositiveSmallIntegerField("位置")
    tail = models.CharField("語尾", max_length=LONGEST)

    objects = SearchTailManager()

    class Meta:
        verbose_name = "検索語"
        indexes = [models.Index(fields=["tail", "kind", "position", "client"], name="search_tail_by_tail")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @classmethod
    def of(cls, ends: Q) -> models.QuerySet[SearchTail, int]:
        """The keys of those found by such ends, for `pk__in`."""
        return cls.objects.filter(ends).values_list("client", flat=True)


class Word:
    """What was typed, or one word of it, read in every way it can be meant."""

    _NUMBER = re.compile(r"([MTSHR]\d{1,2})-?(\d{1,6})")
    _PHONE = re.compile(r"[+(]?\d[\d() +-]*")
    _DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")

    def __init__(self, typed: str) -> None:
        self.typed = typed
        self.key = text.search_key(typed)[:LONGEST]
        self.sound = text.sound_key(typed)[:LONGEST]

    @cached_property
    def number(self) -> str:
        """The key of a client's number, its leading zeros typed or not: ｒ６－１２ is R6-0012."""
        match = self._NUMBER.fullmatch(text.normal_number(self.typed))
        if match is None:
            return ""
        if "-" in text.normal_number(self.typed):
            return text.search_key(f"{match[1]}-{int(match[2]):04d}")
        return self.key

    @cached_property
    def phone(self) -> str:
        """The digits of a phone number or of its end, if it looks like one."""
        digits = text.phone_digits(self.typed)
        is_one = self._PHONE.fullmatch(text.half_width(self.typed).strip()) is not None
        return digits[:LONGEST] if is_one and len(digits) >= SHORTEST_PHONE else ""

    @cached_property
    def birth(self) -> str:
        """A day in either calendar, or its eight digits, as YYYYMMDD."""
        typed = self._DAY.sub(r"\1-\2-\3", text.half_width(self.typed).strip(), count=1)
        try:
            day: date = parse_date(typed)
        except ValueError:
            return ""
        return f"{day:%Y%m%d}"

    @property
    def is_one(self) -> bool:
        """Whether spaces in it part no words: 昭和38年 5月3日, 0761 00 0000."""
        return bool(self.number or self.phone or self.birth)

    def ways(self) -> dict[Match, Q]:
        """How a person is found by it, the best way first."""
        ways: dict[Match, Q] = {}
        if self.number:
            ways[Match.NUMBER] = Q(kind=Kind.NUMBER, position=0, tail=self.number)
        if self.key:
            ways[Match.EXACT] = Q(kind__in=WRITTEN, position=0, tail=self.key)
            ways[Match.PREFIX] = Q(kind__in=WRITTEN, position=0) & _begins(self.key)
            ways[Match.CONTAINS] = Q(kind__in=WRITTEN) & _begins(self.key)
        if self.sound:
            ways[Match.SOUND] = Q(kind=Kind.SOUND) & _begins(self.sound)
        if self.phone:
            ways[Match.PHONE] = Q(kind=Kind.PHONE) & _begins(self.phone)
        if self.birth:
            ways[Match.BIRTH] = Q(kind=Kind.BIRTH, tail=self.birth)
        return ways

    def anyhow(self) -> Q:
        """One condition for all ways."""
        ways = self.ways()
        wide = [ways[way] for way in ways if way not in (Match.EXACT, Match.PREFIX)]  # within CONTAINS
        return Q(*wide, _connector=Q.OR) if wide else Q(pk__in=[])

    def in_full(self) -> Q:
        """Only by the whole number, name, reading or phone: what tells of a closed file."""
        phone = Q(kind=Kind.PHONE, position=0, tail=self.phone)
        named = Q(kind__in=CALLED, position=0, tail=self.key)
        number = Q(kind=Kind.NUMBER, position=0, tail=self.number)
        return Q(number, named, phone, _connector=Q.OR)


def _begins(key: str) -> Q:
    """Tails that begin with the key, as a range of the index."""
    after = _next(key)
    return Q(tail__gte=key, tail__lt=after) if after else Q(tail__gte=key)


def _next(key: str) -> str:
    """The first text after all that begin with the key; "" where there is none."""
    for place in reversed(range(len(key))):
        if (code := ord(key[place])) < LAST_CHARACTER:
            code += 1
            return key[:place] + chr(SURROGATES.stop if code in SURROGATES else code)
    return ""


class Asked:
    """What stands in the search box: the whole, and the words that must all be found."""

    def __init__(self, typed: str) -> None:
        self.whole = Word(typed)
        words = [self.whole] if self.whole.is_one else [Word(each) for each in typed.split()]
        self.words = [word for word in words if word.key]

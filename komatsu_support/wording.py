"""What two wordings of a text differ in, word by word as far as Japanese has words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Literal

Kind = Literal["same", "added", "removed"]

_WORD = re.compile(r"[一-鿿々〆]+|[ぁ-ゖ]+|[ァ-ヺー]+|[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]+|\s+|.", re.DOTALL)
MOST = 1_000_000  # pairs of words compared; beyond it, the whole middle counts as written anew


@dataclass(frozen=True)
class Part:
    """A piece of text that stayed, came or went."""

    kind: Kind
    text: str


def differing(before: str, after: str) -> list[Part]:
    """The later text with what it took away left in its place."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    parts = [("same", new[:head]), *middle, ("same", new[len(new) - tail :])]
    return [Part(kind, "".join(words)) for kind, words in parts if words]


def _alike(one: list[str], other: list[str]) -> int:
    """How many words both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _middle(old: list[str], new: list[str]) -> Iterator[tuple[Kind, list[str]]]:
    if len(old) * len(new) > MOST:
        yield "removed", old
        yield "added", new
        return
    for code, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if code == "equal":
            yield "same", new[c:d]
        else:
            yield "removed", old[a:b]
            yield "added", new[c:d]

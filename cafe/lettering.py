"""How large the letters of a month's flyer can be: the largest size at which the whole month stays on one sheet.

Before the letters of the days become too small to read, the heading gives way, then the columns of weekdays
without an event; the times are shortened last.

Reckoned from the number of full-width letters, which every Japanese font draws equally wide. Lengths are in
millimetres, those of `static/flyer.css`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from cafe.flyer import BOOKING, Day, Item, Plan
from cafe.models import Flyer

SIZES = (13, 12, 11, 10, 9, 8, 7, 6)
"""Points. From 10 on a flyer can be read on a notice board."""
READABLE = 10

_POINT = 25.4 / 72
TITLES = (24, 20, 17, 14)
"""Points of the heading."""

TERSE = 12
"""Letters of a heading without a greeting."""

_SHEET = {False: (180.0, 265.0), True: (267.0, 178.0)}  # A4 within 15 mm, and a hair less than that is high
_LOWEST = {False: 20.0, True: 12.0}  # an empty week
_LOWEST_SHORT = 8.0
_SLIM = {False: 17.0, True: 20.0}  # a column of days without an event
_BROAD = {False: 50.0, True: 75.0}  # the fullest column
_COLUMNS = {False: 2, True: 3}  # of the lines under the grid
_SPARE = 2.0  # printers and fonts differ
_HEAD = 6.5  # the row of weekdays
_PADDING = 1.9  # of a square and its rule, both sides together
_DATE, _LINE, _GAP = 1.5, 1.2, 0.15  # heights within a square, in letters
_LOST = 0.2  # half-width letters of a line that no font fills
_LEAD, _FOOT = {False: 12, True: 10}, {False: 10, True: 8}  # points around the grid, and around small letters
_LEADING = 1.4
_LABEL, _BETWEEN = 16.0, 6.0  # 参加費, and the room between two parts of a line
_UNIT = re.compile(
    "[（「『【〔]*(?:[!-~]+|[^!-~])[）」』】〕、。，．・：；？！ー～〜々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ]*"
)
"""What a line does not break: a Latin word, or a letter with what must not begin or end a line beside it."""
_GAPS = 5.0  # below the heading and around the footer
_MONTH = 24.0  # 令和8年11月, at the end of the title's line


class Columns(StrEnum):
    """How the width of the sheet is shared out among the weekdays."""

    EQUAL = "equal"
    SLIM = "slim"
    """Weekdays without an event give way."""
    BROAD = "broad"
    """And the fullest one takes more."""


@dataclass(frozen=True)
class Lettering:
    """Sizes of the letters in the grid and of the heading, in points, and how the grid makes room for them."""

    size: int
    is_short: bool
    """Whether an event says only when it begins."""
    title: int = TITLES[0]
    columns: Columns = Columns.EQUAL

    @property
    def is_readable(self) -> bool:
        """Whether it can be read from a step away."""
        return self.size >= READABLE


def lettering(plan: Plan, words: Flyer, *, is_landscape: bool) -> Lettering:
    """The largest letters that fit; the heading gives way first, then columns, then the times."""
    wide, high = _SHEET[is_landscape]
    fitting = _titles(words, wide)
    for letters in _choices():
        room = high - _SPARE - _HEAD - _grid(plan, letters, is_landscape)
        titles = [each for each in fitting if each >= letters.size + 4] or fitting[:1]
        for title in titles:
            chosen = replace(letters, title=title)
            if _around(plan, words, chosen, wide, _COLUMNS[is_landscape]) <= room:
                return chosen
    return chosen


def grades(plan: Plan, columns: Columns) -> list[str]:
    """Of each weekday, whether it is slim or broad; "" as the others."""
    events = [
        max((_letters_of(week[n]) for week in plan.weeks), default=0.0) for n in range(len(plan.weekdays))
    ]
    if columns == Columns.EQUAL or not any(events):
        return [""] * len(events)
    fullest = events.index(max(events)) if columns == Columns.BROAD else -1
    return ["broad" if n == fullest else "" if each else "slim" for n, each in enumerate(events)]


def remedies(plan: Plan, words: Flyer, *, is_landscape: bool) -> list[str]:
    """What makes the letters of this paper larger, as far as reckoning can tell."""
    now, turned = (lettering(plan, words, is_landscape=side) for side in (is_landscape, not is_landscape))
    terse = Flyer(month=words.month, heading=words.heading[:TERSE], place=words.place, hours=words.hours)
    fewer = lettering(plan, terse, is_landscape=is_landscape)
    fullest = max(plan.days, key=_letters_of)
    told = []
    if turned.size > now.size:
        told.append(f"用紙を{'縦' if is_landscape else '横'}にすると、{turned.size}ポイントになります。")
    if fewer.size > now.size:
        told.append(f"見出しと表の下の案内を短くすると、{fewer.size}ポイントまで大きくできます。")
    return [*told, f"いちばん字の多い日は{fullest.on.day}日です。企画名や持ち物を短くすると大きくなります。"]


def _titles(words: Flyer, wide: float) -> list[int]:
    """The sizes at which the heading breaks at most once; the smallest where it breaks at all of them more often."""
    beside = wide - _MONTH - _BETWEEN
    return [each for each in TITLES if _long(words.heading, each) <= 2 * beside] or [TITLES[-1]]


def _choices() -> Iterator[Lettering]:
    """From the best to what is left where nothing else helps."""
    for size in SIZES:
        whole = [Columns.EQUAL] if size > READABLE else list(Columns)
        if size >= READABLE:
            yield from (Lettering(size, is_short=False, columns=columns) for columns in whole)
        if size <= READABLE:
            yield from (Lettering(size, is_short=True, columns=columns) for columns in Columns)


def _around(plan: Plan, words: Flyer, letters: Lettering, wide: float, columns: int) -> float:
    """What heading and footer take of the sheet."""
    lead, foot = _LEAD[not letters.is_readable], _FOOT[not letters.is_readable]
    beside = wide - _MONTH - _BETWEEN
    high = _high(words.heading, letters.title, beside, leading=1.25)
    if words.lead and _long(words.heading, letters.title) + _long(words.lead, lead) + _BETWEEN > beside:
        high += _high(words.lead, lead, beside)
    marks, note = plan.legend, words.note and f"※ {words.note}"
    high += _high(marks, foot, wide)
    if note and _long(marks, foot) + _long(note, foot) + _BETWEEN > wide:
        high += _high(note, foot, wide)
    column = (wide - (columns - 1) * _BETWEEN) / columns - _LABEL
    lines = [_high(text, foot, column) for _, text in words.footer]
    return high + _GAPS + sum(max(lines[at : at + columns]) for at in range(0, len(lines), columns))


def _long(text: str, points: float) -> float:
    """The length of a text on one line."""
    return _letters(text) / 2 * points * _POINT


def _high(text: str, points: float, wide: float, *, leading: float = _LEADING) -> float:
    """The height of running text over so many millimetres."""
    return _lines(text, wide / (points * _POINT) * 2 - _LOST) * points * _POINT * leading


def _grid(plan: Plan, letters: Lettering, is_landscape: bool) -> float:
    """The height of the weeks, each as high as its fullest day."""
    point = letters.size * _POINT
    rooms = [(each - _PADDING) / point * 2 - _LOST for each in _widths(plan, letters.columns, is_landscape)]
    lowest = _LOWEST_SHORT if letters.is_short else _LOWEST[is_landscape]
    weeks = (
        max(_square(day, letters, room) for day, room in zip(week, rooms, strict=True) if day)
        for week in plan.weeks
    )
    return sum(max(letters_high * point, lowest) + _PADDING for letters_high in weeks)


def _widths(plan: Plan, columns: Columns, is_landscape: bool) -> list[float]:
    """The width of each weekday. What slim and broad ones leave is shared out among the others."""
    given = {"slim": _SLIM[is_landscape], "broad": _BROAD[is_landscape]}
    fixed = [given.get(grade, 0.0) for grade in grades(plan, columns)]
    others = fixed.count(0.0)
    rest = (_SHEET[is_landscape][0] - sum(fixed)) / others if others else 0.0
    return [each or rest for each in fixed]


def _letters_of(day: Day | None) -> float:
    """How much the events of a day say."""
    return sum(_letters(item.start + item.wording) for item in day.items) if day else 0.0


def _square(day: Day, letters: Lettering, room: float) -> float:
    """The height of a day, in letters."""
    lines = sum(_lines(text, room) for text in (day.name, *day.remarks) if text)
    lines += sum(_item(item, letters, room) for item in day.items)
    return _DATE + _LINE * lines + _GAP * len(day.items)


def _item(item: Item, letters: Lettering, room: float) -> int:
    """Lines of an event."""
    text = f"{item.start} {item.wording}" if letters.is_short else item.wording
    lines = _lines(text, room, unbroken=BOOKING if item.needs_booking else "")
    return lines if letters.is_short or not item.span else lines + _lines(item.span, room)


@lru_cache(maxsize=4096)
def _lines(text: str, room: float, *, unbroken: str = "") -> int:
    """How many lines a text falls into, what stays unbroken at its end: as a browser fills them."""
    lines, taken = 1, 0.0
    for length in (*_units(text), *([_letters(f" {unbroken}")] if unbroken else [])):
        if taken and taken + length > room:
            lines, taken = lines + 1, 0.0
        broken = math.ceil(length / room) - 1  # a word longer than the line
        lines, taken = lines + broken, taken + length - broken * room
    return lines


@lru_cache(maxsize=1024)
def _units(text: str) -> tuple[float, ...]:
    """The lengths of what a line does not break."""
    return tuple(_letters(unit) for unit in _UNIT.findall(text))


def _letters(text: str) -> float:
    """The length of a text in half-width letters. Latin letters and figures are a little wider than half."""
    return sum(1.15 if letter.isascii() else 2 for letter in text)

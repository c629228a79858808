"""How large the letters of a month's flyer can be: the largest size at which the whole month stays on one sheet.

Reckoned from the number of full-width letters, which every Japanese font draws equally wide. Lengths are in
millimetres, those of `static/flyer.css`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from cafe.flyer import BOOKING, Day, Item, Plan
from cafe.models import Flyer

SIZES = (13, 12, 11, 10, 9, 8, 7, 6)
"""Points. From 10 on a flyer can be read on a notice board."""
READABLE = 10

_POINT = 25.4 / 72
_SHEET = {False: (180.0, 265.0), True: (267.0, 178.0)}  # A4 within 15 mm, and a hair less than that is high
_LOWEST = {False: 20.0, True: 12.0}  # an empty week
_COLUMNS = {False: 2, True: 3}  # of the lines under the grid
_SPARE = 2.0  # printers and fonts differ
_HEAD = 6.5  # the row of weekdays
_PADDING = 1.9  # of a square and its rule, both sides together
_DATE, _LINE, _GAP = 1.5, 1.2, 0.15  # heights within a square, in letters
_LOST = 0.2  # half-width letters of a line that no font fills
_TITLE, _LEAD, _FOOT = 24, 12, 10  # points of the letters around the grid
_LEADING = 1.4
_LABEL, _BETWEEN = 16.0, 6.0  # 参加費, and the room between two parts of a line
_UNIT = re.compile(
    "[（「『【〔]*(?:[!-~]+|[^!-~])[）」』】〕、。，．・：；？！ー～〜々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ]*"
)
"""What a line does not break: a Latin word, or a letter with what must not begin or end a line beside it."""
_GAPS = 5.0  # below the heading and around the footer
_MONTH = 24.0  # 令和8年11月, at the end of the title's line


@dataclass(frozen=True)
class Lettering:
    """Size of the letters in the grid, in points, and whether an event says only when it begins."""

    size: int
    is_short: bool

    @property
    def is_readable(self) -> bool:
        """Whether it can be read from a step away."""
        return self.size >= READABLE


def lettering(plan: Plan, words: Flyer, *, is_landscape: bool) -> Lettering:
    """The largest letters that fit; the times are shortened before they fall below what can be read."""
    wide, high = _SHEET[is_landscape]
    room = high - _SPARE - _HEAD - _around(plan, words, wide, _COLUMNS[is_landscape])
    choices = [Lettering(size, is_short=False) for size in SIZES if size >= READABLE]
    choices += [Lettering(size, is_short=True) for size in SIZES if size <= READABLE]
    return next(
        (each for each in choices if _grid(plan, each, wide, _LOWEST[is_landscape]) <= room), choices[-1]
    )


def _around(plan: Plan, words: Flyer, wide: float, columns: int) -> float:
    """What heading and footer take of the sheet."""
    title, lead = _long(words.heading, _TITLE), _long(words.lead, _LEAD)
    high = _high(words.heading, _TITLE, wide - _MONTH - _BETWEEN, leading=1.25)
    if words.lead and title + lead + _MONTH + 2 * _BETWEEN > wide:
        high += _high(words.lead, _LEAD, wide - _MONTH - _BETWEEN)
    marks, note = plan.legend, words.note and f"※ {words.note}"
    high += _high(marks, _FOOT, wide)
    if note and _long(marks, _FOOT) + _long(note, _FOOT) + _BETWEEN > wide:
        high += _high(note, _FOOT, wide)
    column = (wide - (columns - 1) * _BETWEEN) / columns - _LABEL
    lines = [_high(text, _FOOT, column) for _, text in words.footer]
    return high + _GAPS + sum(max(lines[at : at + columns]) for at in range(0, len(lines), columns))


def _long(text: str, points: float) -> float:
    """The length of a text on one line."""
    return _letters(text) / 2 * points * _POINT


def _high(text: str, points: float, wide: float, *, leading: float = _LEADING) -> float:
    """The height of running text over so many millimetres."""
    return _lines(text, wide / (points * _POINT) * 2 - _LOST) * points * _POINT * leading


def _grid(plan: Plan, letters: Lettering, wide: float, lowest: float) -> float:
    """The height of the weeks, each as high as its fullest day."""
    point = letters.size * _POINT
    room = (wide / len(plan.weekdays) - _PADDING) / point * 2 - _LOST
    weeks = (max(_square(day, letters, room) for day in week if day) for week in plan.weeks)
    return sum(max(letters_high * point, lowest) + _PADDING for letters_high in weeks)


def _square(day: Day, letters: Lettering, room: float) -> float:
    """The height of a day, in letters."""
    lines = sum(_lines(text, room) for text in (day.name, *day.remarks) if text)
    lines += sum(_item(item, letters, room) for item in day.items)
    return _DATE + _LINE * lines + _GAP * len(day.items)


def _item(item: Item, letters: Lettering, room: float) -> int:
    """Lines of an event."""
    title = f"{item.start} {item.title}" if letters.is_short else item.title
    lines = _lines(title, room, unbroken=BOOKING if item.needs_booking else "")
    return lines if letters.is_short or not item.span else lines + _lines(item.span, room)


def _lines(text: str, room: float, *, unbroken: str = "") -> int:
    """How many lines a text falls into, what stays unbroken at its end: as a browser fills them."""
    lines, taken = 1, 0.0
    for unit in [*_UNIT.findall(text), *([f" {unbroken}"] if unbroken else [])]:
        length = _letters(unit)
        if taken and taken + length > room:
            lines, taken = lines + 1, 0.0
        broken = math.ceil(length / room) - 1  # a word longer than the line
        lines, taken = lines + broken, taken + length - broken * room
    return lines


def _letters(text: str) -> float:
    """The length of a text in half-width letters. Latin letters and figures are a little wider than half."""
    return sum(1.15 if letter.isascii() else 2 for letter in text)

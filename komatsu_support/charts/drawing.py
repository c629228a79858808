"""What a drawing is made of, and the room its words take up. Whole units of the viewBox."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from komatsu_support.excel.measure import width

type Anchor = str  # start, middle, end: the SVG attribute

LETTER = 6.5  # units one half-width letter takes up, at the size office.css gives
LINE = 16


@dataclass(frozen=True)
class Rect:
    """A bar, or its swatch in the legend."""

    x: int
    y: int
    width: int
    height: int
    look: int


@dataclass(frozen=True)
class Rule:
    """A line of the grid, or the axis on which the bars stand."""

    x1: int
    y1: int
    x2: int
    y2: int
    is_axis: bool = False


@dataclass(frozen=True)
class Text:
    """Words or a figure; y is the line they stand on."""

    x: int
    y: int
    text: str
    anchor: Anchor = "middle"


@dataclass(frozen=True)
class Drawing:
    """Everything a template has to draw, in whole units of the viewBox."""

    width: int
    height: int
    rules: Sequence[Rule]
    rects: Sequence[Rect]
    texts: Sequence[Text]


def room(text: str) -> int:
    """Units a text takes up."""
    return math.ceil(width(text) * LETTER)


def cut(text: str, most: float) -> str:
    """The text as far as there is room; the table beside has it whole."""
    if room(text) <= most:
        return text
    while text and room(f"{text}…") > most:
        text = text[:-1]
    return f"{text}…"

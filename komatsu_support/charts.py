"""図: bars as inline SVG. Where each stands is worked out here; `templates/charts.html` only draws.

A chart stands beside the table it is made of, and agrees with it because it reads it:

    chart = ColumnChart.of(table, columns=[1, 4], key="months", names=["令和7年度", "令和6年度"])
    {% include "charts.html#chart" with chart=chart %}

Readable in black and white (solid, hatched, dotted, each with its figure), without colour, by a screen
reader (title and description; the table has every number), and under a policy that forbids inline styles.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import ClassVar, Self

from komatsu_support.excel import MISSING, Format, Table, shown
from komatsu_support.excel.measure import width

type Number = int | Decimal
type Anchor = str  # start, middle, end: the SVG attribute

LOOKS = 3
"""Fills that can be told apart in black and white: solid, hatched, dotted."""
MOST_TICKS = 5
LETTER = 6.5  # units one half-width letter takes up, at the size office.css gives
LINE = 16


@dataclass(frozen=True)
class Series:
    """One row of bars: 0 is a bar without height and has its figure, None is a gap."""

    name: str
    values: Sequence[Number | None]


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


@dataclass(frozen=True)
class Chart:
    """What is drawn. `key` names it on its page; labels are shared by all series."""

    key: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    format: Format = Format.COUNT

    WIDTH: ClassVar[int]
    is_wide: ClassVar[bool] = False
    """Whether it needs more room than a phone has, and scrolls there."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= LOOKS:
            raise ValueError(f"{self.title}: a chart has one to {LOOKS} series.")
        if any(len(each.values) != len(self.labels) for each in self.series):
            raise ValueError(f"{self.title}: every label needs a value or None in every series.")
        if any(value < 0 for value in self._known()):
            raise ValueError(f"{self.title}: a bar cannot be shorter than nothing.")

    @classmethod
    def of(
        cls, table: Table, columns: Sequence[int], *, key: str, title: str = "", names: Sequence[str] = ()
    ) -> Self:
        """The chart of some columns of figures, counted from 0; totals are left out, as in the workbook."""
        rows = [row for row in table.rows if not row.total]
        heads = table.head[table.label_columns :]
        return cls(
            key=key,
            title=title or table.title,
            labels=[str(row.labels[-1]) for row in rows],
            series=[
                Series(
                    names[number] if names else heads[column], [_number(row.cells[column]) for row in rows]
                )
                for number, column in enumerate(columns)
            ],
            unit=table.unit,
            format=table.formats[columns[0]] if table.formats else Format.COUNT,
        )

    @property
    def summary(self) -> str:
        """The description for those who do not see the bars."""
        return "".join(self._told(each) for each in self.series) + "すべての数値は表にあります。"

    @property
    def drawing(self) -> Drawing:
        """Where everything stands."""
        raise NotImplementedError

    def figure(self, value: Number | None) -> str:
        """A value as the table prints it."""
        return MISSING if value is None else shown(value, self.format)

    def _told(self, series: Series) -> str:
        known = [(v, label) for label, v in zip(self.labels, series.values, strict=True) if v is not None]
        if not known:
            return f"{series.name}: 値はありません。"
        most, least = max(known, key=lambda each: each[0]), min(known, key=lambda each: each[0])
        ends = [
            f"{word}は{label}の{self.figure(v)}{self.unit}"
            for word, (v, label) in (("最大", most), ("最小", least))
        ]
        return f"{series.name}: {'、'.join(ends)}。"

    def _known(self) -> list[Number]:
        return [value for each in self.series for value in each.values if value is not None]

    def _legend(self, left: int) -> tuple[list[Rect], list[Text]]:
        """Swatch and name of each series, where there are several."""
        if len(self.series) == 1:
            return [], []
        rects, texts = [], []
        for look, each in enumerate(self.series):
            rects.append(Rect(left, 4, 14, 12, look))
            texts.append(Text(left + 20, 15, each.name, "start"))
            left += 20 + _room(each.name) + 24
        return rects, texts


@dataclass(frozen=True)
class ColumnChart(Chart):
    """縦棒: standing bars side by side, for months and other short labels in an order."""

    is_wide: ClassVar[bool] = True
    WIDTH: ClassVar[int] = 720
    HEIGHT: ClassVar[int] = 280
    BOTTOM: ClassVar[int] = 24  # for the labels

    @property
    def drawing(self) -> Drawing:
        """Where everything stands."""
        marks = ticks(max(self._known(), default=0))
        left = max(_room(self.figure(mark)) for mark in marks) + 8
        top, foot = (LINE * 3 if len(self.series) > 1 else LINE * 2), self.HEIGHT - self.BOTTOM
        swatches, names = self._legend(left)
        rules, scale = [], []
        for mark in marks:
            y = round(foot - (foot - top) * mark / marks[-1])
            rules.append(Rule(left, y, self.WIDTH, y, is_axis=not mark))
            scale.append(Text(left - 6, y + 4, self.figure(mark), "end"))
        if self.unit:
            scale.append(Text(left - 6, top - LINE, self.unit, "end"))
        rects, figures = self._bars(left, foot, (foot - top) / marks[-1])
        labels = self._labels(left)
        return Drawing(
            self.WIDTH, self.HEIGHT, rules, [*swatches, *rects], [*names, *scale, *figures, *labels]
        )

    def _slot(self, left: int) -> float:
        """How wide the place of one label is."""
        return (self.WIDTH - left) / max(len(self.labels), 1)

    def _bars(self, left: int, foot: int, unit_height: float) -> tuple[list[Rect], list[Text]]:
        """A bar for each value that is there, its figure above it where all have room."""
        slot = self._slot(left)
        wide = min(slot * 0.8 / len(self.series), 48)
        widest = max((_room(self.figure(value)) for value in self._known()), default=0)
        told = [0, 1, 2] if widest <= wide + 2 else [0] if widest <= slot else []
        rects, figures = [], []
        for look, each in enumerate(self.series):
            for place, value in enumerate(each.values):
                if value is None:
                    continue
                x = left + slot * (place + 0.5) + wide * (look - len(self.series) / 2)
                high = round(float(value) * unit_height)
                rects.append(Rect(round(x), foot - high, max(round(wide) - 2, 1), high, look))
                if look in told:
                    figures.append(Text(round(x + wide / 2) - 1, foot - high - 4, self.figure(value)))
        return rects, figures

    def _labels(self, left: int) -> list[Text]:
        slot = self._slot(left)
        return [
            Text(round(left + slot * (place + 0.5)), self.HEIGHT - 6, _cut(label, slot))
            for place, label in enumerate(self.labels)
        ]


@dataclass(frozen=True)
class BarChart(Chart):
    """横棒: lying bars, for long labels and few of them."""

    WIDTH: ClassVar[int] = 420
    BAR: ClassVar[int] = 20
    GAP: ClassVar[int] = 10

    @property
    def drawing(self) -> Drawing:
        """Where everything stands."""
        top = LINE + 12 if len(self.series) > 1 else 4
        block = self.BAR * len(self.series) + self.GAP
        left = min(max(map(_room, self.labels), default=0), round(self.WIDTH * 0.4)) + 10
        right = max(
            (_room(self._with_unit(value)) for each in self.series for value in each.values), default=0
        )
        longest = max(float(max(self._known(), default=0)), 1.0)
        rects, texts = self._legend(left)
        for place, label in enumerate(self.labels):
            y = top + place * block
            texts.append(Text(left - 8, y + (block - self.GAP) // 2 + 5, _cut(label, left - 10), "end"))
            for look, each in enumerate(self.series):
                value, over = each.values[place], y + look * self.BAR
                long = round((self.WIDTH - left - right - 8) * float(value or 0) / longest)
                if value is not None:
                    rects.append(Rect(left, over + 1, long, self.BAR - 3, look))
                texts.append(Text(left + long + 5, over + 15, self._with_unit(value), "start"))
        height = top + len(self.labels) * block
        return Drawing(
            self.WIDTH, height, [Rule(left, top - 4, left, height - 4, is_axis=True)], rects, texts
        )

    def _with_unit(self, value: Number | None) -> str:
        return self.figure(value) + (self.unit if value is not None else "")


def ticks(largest: Number) -> list[int]:
    """The marks of a scale from 0 to at least the largest value: steps of 1, 2 or 5 × 10ⁿ, five at most."""
    steps: Iterator[int] = (base * 10**power for power in count() for base in (1, 2, 5))
    step = next(each for each in steps if largest <= each * MOST_TICKS)
    return list(range(0, max(math.ceil(largest / step), 1) * step + 1, step))


def _number(value: object) -> Number | None:
    return value if isinstance(value, int | Decimal) else None


def _room(text: str) -> int:
    """Units a text takes up."""
    return math.ceil(width(text) * LETTER)


def _cut(text: str, room: float) -> str:
    """The text as far as there is room; the table beside has it whole."""
    if _room(text) <= room:
        return text
    while text and _room(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"

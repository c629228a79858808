"""縦棒: months and other short labels in an order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import ClassVar

from komatsu_support.charts.chart import Chart, Number
from komatsu_support.charts.drawing import LINE, Drawing, Rect, Rule, Text, cut, room

MOST_TICKS = 5


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
        marks = ticks(max(self.known(), default=0))
        left = max(map(room, [self.unit, *map(self.figure, marks)])) + 8
        top, foot = (LINE * 3 if len(self.series) > 1 else LINE * 2), self.HEIGHT - self.BOTTOM
        swatches, names = self.legend(left)
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
        widest = max((room(self.figure(value)) for value in self.known()), default=0)
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
            Text(round(left + slot * (place + 0.5)), self.HEIGHT - 6, cut(label, slot))
            for place, label in enumerate(self.labels)
        ]


def ticks(largest: Number) -> list[int]:
    """The marks of a scale from 0 to at least the largest value: steps of 1, 2 or 5 × 10ⁿ, five at most."""
    steps: Iterator[int] = (base * 10**power for power in count() for base in (1, 2, 5))
    step = next(each for each in steps if largest <= each * MOST_TICKS)
    return list(range(0, max(math.ceil(largest / step), 1) * step + 1, step))

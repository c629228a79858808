"""横棒: long labels, and few of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from komatsu_support.charts.chart import Chart, Number
from komatsu_support.charts.drawing import LINE, Drawing, Rect, Rule, Text, cut, room


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
        left = min(max(map(room, self.labels), default=0), round(self.WIDTH * 0.4)) + 10
        right = max(
            (room(self._with_unit(value)) for each in self.series for value in each.values), default=0
        )
        longest = max(float(max(self.known(), default=0)), 1.0)
        rects, texts = self.legend(left)
        for place, label in enumerate(self.labels):
            y = top + place * block
            texts.append(Text(left - 8, y + (block - self.GAP) // 2 + 5, cut(label, left - 10), "end"))
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

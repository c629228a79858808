"""What every chart has: labels, series, a title and a description, and a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from komatsu_support.charts.drawing import Drawing, Rect, Text, cut, room
from komatsu_support.excel import MISSING, Format, Table, shown

type Number = int | Decimal

LOOKS = 3
"""Fills that can be told apart in black and white: solid, hatched, dotted."""


@dataclass(frozen=True)
class Series:
    """One row of bars: 0 is a bar without height and has its figure, None is a gap."""

    name: str
    values: Sequence[Number | None]


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
        if any(value < 0 for value in self.known()):
            raise ValueError(f"{self.title}: a bar cannot be shorter than nothing.")

    @classmethod
    def of(
        cls,
        table: Table,
        columns: Sequence[int],
        *,
        key: str,
        title: str = "",
        names: Sequence[str] = (),
        unit: str = "",
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
            unit=unit or table.unit,
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

    def known(self) -> list[Number]:
        """Every value there is."""
        return [value for each in self.series for value in each.values if value is not None]

    def legend(self, left: int) -> tuple[list[Rect], list[Text]]:
        """Swatch and name of each series, where there are several."""
        if len(self.series) == 1:
            return [], []
        rects, texts = [], []
        most = (self.WIDTH - left) / len(self.series) - 44  # beside the swatch and a gap
        for look, each in enumerate(self.series):
            name = cut(each.name, most)
            rects.append(Rect(left, 4, 14, 12, look))
            texts.append(Text(left + 20, 15, name, "start"))
            left += 20 + room(name) + 24
        return rects, texts


def _number(value: object) -> Number | None:
    return value if isinstance(value, int | Decimal) else None

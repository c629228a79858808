"""A statistical table as the screen shows it and the workbook prints it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from komatsu_support.excel.cells import Value
from komatsu_support.excel.formats import MISSING, Format, shown


@dataclass(frozen=True)
class Row:
    """One line: what it is called, and its figures."""

    labels: Sequence[str]
    cells: Sequence[Value]
    total: bool = False
    """計: printed bold on grey, and left out of charts."""
    format: Format | None = None
    """Stands before the formats of the columns."""
    unit: str = ""
    """件, 人, 回 behind counts: 15件, while the cell holds 15."""
    urls: Sequence[str] = ()
    """Where the records behind each figure are listed. For the screen only; a file has no links."""


@dataclass(frozen=True)
class Shown:
    """One cell as a template prints it."""

    text: str
    is_label: bool
    is_number: bool
    rowspan: int = 1
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One row as a template prints it, without the cells a taller one above it covers."""

    cells: list[Shown]
    total: bool


@dataclass(frozen=True)
class Table:
    """集計表: labels on the left, figures on the right."""

    title: str
    head: Sequence[str]
    """One label for each column, those of the row labels included."""
    rows: Sequence[Row]
    formats: Sequence[Format] = ()
    """One for each column of figures; without it, counts."""
    note: str = ""
    unit: str = ""
    """Printed as （単位：件） above the table."""
    merged: Sequence[int] = ()
    """Columns, from 0, in which equal neighbours stand as one tall cell."""
    missing: str = MISSING
    """What stands for None. Empty in a table that a line chart draws: a text would be drawn as 0."""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.labels) + len(row.cells) != len(self.head):
                raise ValueError(f"{self.title}: {row.labels} does not fit {len(self.head)} columns.")

    @property
    def label_columns(self) -> int:
        """How many columns on the left hold labels."""
        return len(self.rows[0].labels) if self.rows else 1

    def values(self, row: Row) -> list[Value]:
        """Labels and figures of a row, side by side."""
        return [*row.labels, *row.cells]

    def format(self, row: Row, column: int) -> Format:
        """The format of a cell; columns from 0, labels included."""
        figure = column - len(row.labels)
        if figure < 0:
            return Format.TEXT
        if row.format:
            return row.format
        return self.formats[figure] if figure < len(self.formats) else Format.COUNT

    def shown(self, row: Row, column: int) -> str:
        """The text of a cell; columns from 0, labels included."""
        value = self.values(row)[column]
        return self.missing if value is None else shown(value, self.format(row, column), row.unit)

    def spans(self, column: int) -> list[int]:
        """For each row how many rows its cell is high; 0 where a taller cell above covers it."""
        spans = [1] * len(self.rows)
        if column not in self.merged:
            return spans
        top = 0
        for here in range(1, len(self.rows)):
            if self._key(here, column) == self._key(top, column):
                spans[top] += 1
                spans[here] = 0
            else:
                top = here
        return spans

    def lines(self) -> Iterator[Line]:
        """The table as a template prints it, row by row."""
        heights = [self.spans(column) for column in range(len(self.head))]
        for index, row in enumerate(self.rows):
            yield Line(
                cells=[
                    self._shown_cell(row, column, heights[column][index])
                    for column in range(len(self.head))
                    if heights[column][index]
                ],
                total=row.total,
            )

    def _shown_cell(self, row: Row, column: int, rowspan: int) -> Shown:
        figure = column - len(row.labels)
        return Shown(
            text=self.shown(row, column),
            is_label=figure < 0,
            is_number=self.format(row, column).is_number,
            rowspan=rowspan,
            url=row.urls[figure] if 0 <= figure < len(row.urls) else "",
        )

    def _key(self, row: int, column: int) -> tuple[bool, list[Value]]:
        """Equal to its neighbour's where the two may become one: merged cells to their left are equal too."""
        mine = self.rows[row]
        left = [index for index in self.merged if index < column]
        values = self.values(mine)
        return mine.total, [values[index] for index in [*left, column]]


@dataclass(frozen=True)
class Placed:
    """Where a table stands on a worksheet. Rows and columns count from 1."""

    table: Table
    head: int
    """The row of the head."""
    column: int
    """The first column."""

    @property
    def next_row(self) -> int:
        """The first row below the figures."""
        return self.head + 1 + len(self.table.rows)

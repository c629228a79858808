"""A printed sheet of the annual workbook, filled from top to bottom."""

import math
from collections.abc import Iterator, Sequence
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from komatsu_support.excel.cells import Value, is_risky, put, safe
from komatsu_support.excel.charts import Chart, draw
from komatsu_support.excel.formats import Format, natural_format
from komatsu_support.excel.looks import Align, Style, Wardrobe
from komatsu_support.excel.measure import LOWEST, line_count, room, row_height, wrapped
from komatsu_support.excel.printing import HIGH_MM, WIDE_MM, set_widths
from komatsu_support.excel.table import Placed, Row, Table

LINES_PER_ROW = 20
"""A paragraph longer than this goes on in the next row: Excel ends a row at 409 points."""

_DEFAULT_WIDTH = 9.0
_MM_PER_WIDTH = 2.4  # a unit of column width in the widest of the fonts a machine may fall back to
_POINTS_PER_MM = 72 / 25.4
_SURE = 0.96  # of a page's height is reckoned with: printers differ


class Paper:
    """One worksheet made for A4. Give the widths first; each block then goes to the next free row.

    Rows and columns count from 1. Excel fits no row to a merged text, so every height is worked out here.
    """

    def __init__(
        self, worksheet: Worksheet, wardrobe: Wardrobe, *, landscape: bool, repeat_rows: int
    ) -> None:
        self._worksheet = worksheet
        self._wardrobe = wardrobe
        self._landscape = landscape
        self._repeat_rows = repeat_rows
        self._widths: list[float] = []
        self._heights: dict[int, float] = {}
        self._covered: set[tuple[int, int]] = set()
        self._top = 1  # the first row of the page
        self.row = 1
        """The next free row."""

    @property
    def columns(self) -> int:
        """How many columns the paper is wide."""
        return max(len(self._widths), 1)

    def widths(self, widths: Sequence[float]) -> None:
        """Sets the columns, in half-width letters: about 72 fill A4 upright at full size, 108 across."""
        self._widths = list(widths)
        set_widths(self._worksheet, widths)

    def height(self, row: int, points: float) -> None:
        """Sets the height of a row."""
        self._heights[row] = points

    def skip(self, rows: int = 1, *, points: float = LOWEST / 2) -> int:
        """Leaves low rows empty. Returns the next free row."""
        for _ in range(rows):
            self.height(self.row, points)
            self.row += 1
        return self.row

    def write(
        self,
        row: int,
        column: int,
        value: Value,
        style: Style | None = None,
        *,
        format: Format | None = None,
        unit: str = "",
        boxed: bool = False,
        strong: bool = False,
        align: Align | None = None,
        across: int = 1,
        down: int = 1,
    ) -> int:
        """Writes one value, over several columns (across) and rows (down) if wished.

        The row grows to hold the whole text; a text over several rows has to fit into them.
        Returns the next free row.
        """
        plain = safe(value)
        is_number = plain is not None and not isinstance(plain, str)
        style = style or (Style.NUMBER if is_number else Style.TEXT)
        code = (format or natural_format(value)).code(unit)
        quoted = isinstance(plain, str) and is_risky(plain)
        cell = self._cell(row, column)
        self._wardrobe.dress(cell, style, code, boxed=boxed, strong=strong, align=align, quoted=quoted)
        put(cell, plain)
        if across > 1 or down > 1:
            self.merge(row, column, row + down - 1, column + across - 1)
        self._heights.setdefault(row, LOWEST)
        if isinstance(plain, str) and down == 1:
            needed = row_height(line_count(plain, self._letters(column, across, style.size)), style.size)
            self._heights[row] = max(self._heights[row], needed)
        self.row = max(self.row, row + down)
        return self.row

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Makes one cell of many; all take the look of the first, so write that one before."""
        first = self._cell(first_row, first_column)
        area = CellRange(min_row=first_row, min_col=first_column, max_row=last_row, max_col=last_column)
        for row, column in [place for places in area.rows for place in places][1:]:
            covered = self._cell(row, column)
            put(covered, None)
            self._wardrobe.copy(first, covered)
            self._covered.add((row, column))
        # Worksheet.merge_cells would work out each border anew, which takes half the time of a whole workbook.
        self._worksheet.merged_cells.add(area.coord)

    def title(self, text: str) -> int:
        """The title, centred over all columns. Returns the next free row."""
        return self.write(self.row, 1, text, Style.TITLE, across=self.columns)

    def heading(self, text: str) -> int:
        """A heading with a rule below it, never the last line of a page. Returns the next free row."""
        self.keep_together(4 * LOWEST)
        return self.write(self.row, 1, text, Style.HEADING, across=self.columns)

    def text(
        self, text: str, style: Style = Style.TEXT, *, column: int = 1, across: int | None = None
    ) -> int:
        """Running text over the columns, a row for each paragraph. Returns the next free row."""
        across = across or self.columns - column + 1
        for paragraph in safe(text).split("\n"):
            if not paragraph.strip():
                self.skip()
                continue
            for piece in _pieces(paragraph, self._letters(column, across, style.size)):
                self.write(self.row, column, piece, style, across=across)
        return self.row

    def table(self, table: Table, *, row: int | None = None, column: int = 1) -> Placed:
        """A table, title and unit above, note below. What it returns says where it stands, for a chart."""
        if row is None:
            self.keep_together((len(table.rows) + 3) * LOWEST)
        row = row or self.row
        if table.title or table.unit:
            row = self._caption(table, row, column)
        placed = Placed(table, head=row, column=column)
        for offset, label in enumerate(table.head):
            self.write(row, column + offset, label, Style.HEAD)
        spans = [table.spans(offset) for offset in range(len(table.head))]
        for index, line in enumerate(table.rows):
            self._line(placed, line, row + 1 + index, [span[index] for span in spans])
        if table.note:
            self.row = max(self.row, placed.next_row)
            self.text(table.note, Style.NOTE, column=column, across=len(table.head))
        return placed

    def bar_chart(self, placed: Placed, chart: Chart) -> int:
        """Draws a table as bars at the next free row. Returns the free row below."""
        return self._draw(placed, chart, as_lines=False)

    def line_chart(self, placed: Placed, chart: Chart) -> int:
        """Draws a table as lines at the next free row. Returns the free row below."""
        return self._draw(placed, chart, as_lines=True)

    def page_break(self) -> None:
        """Lets the next row begin a new page.

        Excel overlooks page breaks while it fits a sheet to the page, so the scale is worked out instead.
        """
        sheet = self._worksheet
        sheet.row_breaks.append(Break(id=self.row - 1))
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
        sheet.page_setup.scale = self._scale
        self._top = self.row

    def keep_together(self, points: float) -> None:
        """Begins a new page if so many points no longer fit on this one, but would on a page of their own."""
        page = HIGH_MM[self._landscape] * _POINTS_PER_MM * _SURE / self._scale * 100
        page -= sum(self._heights.get(row, LOWEST) for row in range(1, self._repeat_rows + 1))
        used = 0.0
        for row in range(self._top, self.row):
            high = self._heights.get(row, LOWEST)
            used = used + high if used + high <= page else high
        if page - used < points <= page:
            self.page_break()

    def finish(self) -> None:
        """Sets the heights of the rows, and what is printed: every column, down to the last row used."""
        for row, points in self._heights.items():
            self._worksheet.row_dimensions[row].height = points
        last = get_column_letter(max(self.columns, self._worksheet.max_column))
        self._worksheet.print_area = f"A1:{last}{max(self.row - 1, 1)}"

    def _cell(self, row: int, column: int) -> Cell:
        if (row, column) in self._covered:
            raise ValueError(f"Row {row}, column {column} is covered by a merged cell.")
        return cast(Cell, self._worksheet.cell(row, column))

    @property
    def _scale(self) -> int:
        """Percent at which all columns surely fit on the page."""
        needed = sum(self._widths) * _MM_PER_WIDTH
        return min(100, int(100 * WIDE_MM[self._landscape] / max(needed, 1)))

    def _caption(self, table: Table, row: int, column: int) -> int:
        columns = len(table.head)
        right = min(2, columns - 1) if table.unit else 0
        self.write(row, column, table.title, Style.CAPTION, across=columns - right)
        if right:
            unit = f"（単位：{table.unit}）"
            self.write(row, column + columns - right, unit, Style.NOTE, across=right, align="right")
        return row + 1

    def _line(self, placed: Placed, line: Row, row: int, heights: list[int]) -> None:
        table = placed.table
        for offset, value in enumerate(table.values(line)):
            if not heights[offset]:
                continue
            form = table.format(line, offset)
            self.write(
                row,
                placed.column + offset,
                table.missing if value is None else value,
                Style.NUMBER if form.is_number else Style.TEXT,
                format=form,
                unit=line.unit,
                boxed=True,
                strong=line.total,
                down=heights[offset],
            )

    def _draw(self, placed: Placed, chart: Chart, *, as_lines: bool) -> int:
        rows = math.ceil(chart.height_mm * _POINTS_PER_MM / LOWEST)
        self.keep_together((rows + 1) * LOWEST)
        self.skip()
        top = self.row
        self.skip(rows, points=LOWEST)
        first, last = AnchorMarker(col=0, row=top - 1), AnchorMarker(col=self.columns, row=self.row - 1)
        draw(self._worksheet, placed, chart, as_lines=as_lines, over=TwoCellAnchor(_from=first, to=last))
        return self.row

    def _letters(self, column: int, across: int, size: float) -> float:
        """How many half-width letters of a size fit into a line over those columns."""
        widths = self._widths[column - 1 : column - 1 + across] or [_DEFAULT_WIDTH * across]
        return room(sum(widths), size)


def _pieces(paragraph: str, letters: float) -> Iterator[str]:
    """A paragraph in parts that each fit into one row, cut behind a sentence where there is one."""
    while True:
        fitting = list(wrapped(paragraph, letters))
        if len(fitting) <= LINES_PER_ROW:
            break
        most = sum(map(len, fitting[:LINES_PER_ROW]))
        cut = paragraph.rfind("。", most // 2, most) + 1 or most
        yield paragraph[:cut]
        paragraph = paragraph[cut:]
    yield paragraph

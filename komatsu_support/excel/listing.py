"""Writes a list of records row by row, never holding more than a few of them."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter

from komatsu_support.excel.cells import INTEGER_LIMIT, Value, is_plain, is_risky, put, safe
from komatsu_support.excel.formats import natural_format
from komatsu_support.excel.looks import Style, Wardrobe, new_workbook
from komatsu_support.excel.measure import HIGHEST, LOWEST, line_count, room, row_height, width
from komatsu_support.excel.printing import set_up_page, set_widths, sheet_name
from komatsu_support.excel.saving import save, written_whole
from komatsu_support.excel.sheet import Sheet

ROWS_PER_SHEET = 1_000_000
"""A sheet of Excel ends at row 1,048,576; a longer list goes on in the next sheet."""

_SAMPLE = 200  # rows looked at for the widths of the columns
_NARROWEST, _WIDEST = 8, 44  # width of a column, in half-width characters


def write_list[T](sheet: Sheet[T], target: Path | BinaryIO, *, rows_per_sheet: int = ROWS_PER_SHEET) -> int:
    """Writes 一覧 to a path (whole or not at all) or into an open file; returns the number of rows."""
    if isinstance(target, Path):
        with written_whole(target) as file:
            return write_list(sheet, file, rows_per_sheet=rows_per_sheet)
    book = new_workbook(write_only=True)
    with _no_leftovers(book):
        count = add_list(book, Wardrobe(), sheet, rows_per_sheet)
        save(book, target)
    return count


def add_list[T](
    book: Workbook, wardrobe: Wardrobe, sheet: Sheet[T], rows_per_sheet: int = ROWS_PER_SHEET
) -> int:
    """Adds 一覧 to a workbook, in as many worksheets as it needs; returns the number of rows."""
    rows: Iterator[list[Value]] = map(sheet.cells, sheet.stream())
    count = 0
    while True:
        worksheet = book.create_sheet(sheet_name(sheet.title, book.sheetnames))
        written = _List(worksheet, wardrobe, sheet, streaming=book.write_only).write(
            islice(rows, rows_per_sheet)
        )
        count += written
        following = next(rows, None) if written == rows_per_sheet else None
        if following is None:
            return count
        rows = chain([following], rows)


class _List:
    """One worksheet of the list: a bold head that stays in sight and is repeated in print, then the rows.

    While streaming, openpyxl has written a cell before it asks for the next, so one cell of each look is
    used over and over; `_cells` takes the place of openpyxl's own step, which would infer a type from each value.
    """

    def __init__(self, worksheet: Any, wardrobe: Wardrobe, sheet: Sheet[Any], *, streaming: bool) -> None:
        self._worksheet = worksheet
        self._wardrobe = wardrobe
        self._sheet = sheet
        self._row = 0
        self._streaming = streaming
        self._text: Any = self._cell("文")
        self._number: Any = self._cell(0)
        self._kept: dict[tuple[type, bool], Cell] = {}
        if streaming:
            worksheet._values_to_row = self._cells

    def write(self, rows: Iterator[list[Value]]) -> int:
        sample = list(islice(rows, _SAMPLE))
        widths = _widths(self._sheet.head, sample)
        self._prepare(widths)
        self._append([self._cell(label, Style.HEAD) for label in self._sheet.head])
        rooms = [room(wide) for wide in widths]
        for row in chain(sample, rows):
            self._append(row, _most_lines(row, rooms))
        count = self._row - 1
        self._finish(widths)
        return count

    def _prepare(self, widths: Sequence[float]) -> None:
        """What the file holds before its rows."""
        sheet = self._worksheet
        set_up_page(sheet, self._sheet.title, wide=self._sheet.wide, personal=self._sheet.personal)
        sheet.print_options.gridLines = True  # ruled on paper without a border on each cell
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = LOWEST, True
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        set_widths(sheet, widths)

    def _finish(self, widths: Sequence[float]) -> None:
        """What stands below the rows."""
        last = get_column_letter(max(len(widths), 1))
        self._worksheet.auto_filter.ref = f"A1:{last}{self._row}"
        if self._sheet.note:
            self._append([])
            note = self._cell(self._sheet.note, Style.NOTE)
            self._append([note], line_count(self._sheet.note, room(sum(widths))))
            self._worksheet.merged_cells.add(f"A{self._row}:{last}{self._row}")

    def _append(self, row: Sequence[Value | Cell], high: int = 1) -> None:
        """Adds a row, so many lines high; only Excel, not LibreOffice, would work out its height by itself."""
        self._row += 1
        if high > 1:
            points = min(row_height(high), HIGHEST)
            # What openpyxl's RowDimension would be written as; making one for each row costs a tenth of all time.
            self._worksheet.row_dimensions[self._row] = {"ht": f"{points}", "customHeight": "1"}
        self._worksheet.append(row if self._streaming else [self._cell(value) for value in row])
        if high > 1 and self._streaming:
            del self._worksheet.row_dimensions[self._row]

    def _cells(self, row: Sequence[Value | Cell], number: int) -> Iterator[Cell]:
        """The row as openpyxl streams it; the first two cases are nearly all of a list and therefore short."""
        for column, value in enumerate(row, 1):
            if isinstance(value, str) and is_plain(value):
                cell = self._text
                cell._value = str.__str__(value)
            elif isinstance(value, int) and not isinstance(value, bool) and abs(value) < INTEGER_LIMIT:
                cell = self._number
                cell._value = int(value)
            elif value is None:
                continue
            else:
                cell = value if isinstance(value, Cell) else self._cell_again(value)
            cell.row, cell.column = number, column
            yield cell

    def _cell_again(self, value: Value) -> Cell:
        """The cell in which the last value of this look stood."""
        plain = safe(value)
        look = type(plain), isinstance(plain, str) and is_risky(plain)
        if look not in self._kept:
            self._kept[look] = self._cell(value)
        put(self._kept[look], plain)
        return self._kept[look]

    def _cell(self, value: Value | Cell, style: Style | None = None) -> Cell:
        if isinstance(value, Cell):
            return value
        cell = WriteOnlyCell(self._worksheet)
        plain = safe(value)
        if isinstance(plain, date | time):
            self._wardrobe.dress(cell, code=natural_format(plain).value)
        elif style or (isinstance(plain, str) and is_risky(plain)):
            self._wardrobe.dress(cell, style, quoted=isinstance(plain, str) and is_risky(plain))
        put(cell, plain)
        return cell


def _widths(head: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[float]:
    """A width for each column, in half-width characters, with room for the arrow of the filter."""
    widths = [width(label) + 4 for label in head]
    for row in rows:
        widths = [max(wide, _needed(value)) for wide, value in zip(widths, row, strict=True)]
    return [min(max(wide + 1, _NARROWEST), _WIDEST) for wide in widths]


def _most_lines(row: Sequence[Value], rooms: Sequence[float]) -> int:
    """How many lines the tallest text of a row needs."""
    most = 1
    for value, letters in zip(row, rooms, strict=True):
        if isinstance(value, str) and (2 * len(value) > letters or "\n" in value):
            most = max(most, line_count(value, letters))
    return most


def _needed(value: Value) -> int:
    plain = safe(value)
    match plain:
        case None:
            return 0
        case datetime():
            return 16
        case date():
            return 10
        case str():
            return max(map(width, plain[:500].split("\n")))
        case _:
            return len(str(plain))


@contextlib.contextmanager
def _no_leftovers(book: Workbook) -> Iterator[None]:
    """Removes the rows openpyxl has put into the machine's temporary folder, should the list break off."""
    try:
        yield
    except BaseException:
        for worksheet in book.worksheets:
            _discard(worksheet)
        raise


def _discard(worksheet: Any) -> None:
    if worksheet._writer is None:
        return
    if not worksheet.closed:
        worksheet.close()
    if Path(worksheet._writer.out).exists():
        worksheet._writer.cleanup()

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
from openpyxl.worksheet.worksheet import Worksheet

from komatsu_support.excel.cells import (
    INTEGER_LIMIT,
    Value,
    is_plain,
    is_risky,
    lines,
    put,
    safe,
    width,
)
from komatsu_support.excel.formats import natural_format
from komatsu_support.excel.looks import Style, Wardrobe, new_workbook
from komatsu_support.excel.printing import set_up_page, set_widths, sheet_name
from komatsu_support.excel.saving import written_whole
from komatsu_support.excel.sheet import Sheet

ROWS_PER_SHEET = 1_000_000
"""A sheet of Excel ends at row 1,048,576; a longer list goes on in the next sheet."""

_SAMPLE = 200  # rows looked at for the widths of the columns
_NARROWEST, _WIDEST = 8, 44  # width of a column, in half-width characters

type _Item = str | int | Cell | None


def write_list[T](sheet: Sheet[T], target: Path | BinaryIO, *, rows_per_sheet: int = ROWS_PER_SHEET) -> int:
    """Writes 一覧 to a path (whole or not at all) or into an open file; returns the number of rows."""
    if isinstance(target, Path):
        with written_whole(target) as file:
            return write_list(sheet, file, rows_per_sheet=rows_per_sheet)
    book = new_workbook(write_only=True)
    with _no_leftovers(book):
        count = add_list(book, Wardrobe(), sheet, rows_per_sheet)
        book.save(target)
    return count


def add_list[T](
    book: Workbook, wardrobe: Wardrobe, sheet: Sheet[T], rows_per_sheet: int = ROWS_PER_SHEET
) -> int:
    """Adds 一覧 to a workbook, in as many worksheets as it needs; returns the number of rows."""
    rows: Iterator[list[Value]] = map(sheet.cells, sheet.stream())
    count = 0
    while True:
        worksheet = book.create_sheet(sheet_name(sheet.title, book.sheetnames))
        written = _List(worksheet, wardrobe, sheet, reuse=book.write_only).write(islice(rows, rows_per_sheet))
        count += written
        following = next(rows, None) if written == rows_per_sheet else None
        if following is None:
            return count
        rows = chain([following], rows)


class _List:
    """One worksheet of the list: a bold head that stays in sight and is repeated in print, then the rows."""

    def __init__(self, worksheet: Worksheet, wardrobe: Wardrobe, sheet: Sheet[Any], *, reuse: bool) -> None:
        self._worksheet = worksheet
        self._wardrobe = wardrobe
        self._sheet = sheet
        self._reuse = reuse
        self._days: dict[type, Cell] = {}

    def write(self, rows: Iterator[list[Value]]) -> int:
        sample = list(islice(rows, _SAMPLE))
        widths = _widths(self._sheet.head, sample)
        self._prepare(widths)
        self._worksheet.append([self._cell(label, Style.HEAD) for label in self._sheet.head])
        count = 0
        for row in chain(sample, rows):
            self._worksheet.append([self._item(value) for value in row])
            count += 1
        self._finish(count, widths)
        return count

    def _prepare(self, widths: Sequence[float]) -> None:
        """What the file holds before its rows."""
        sheet = self._worksheet
        set_up_page(sheet, self._sheet.title, wide=self._sheet.wide, personal=self._sheet.personal)
        sheet.print_options.gridLines = True  # ruled on paper without a border on each cell
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        set_widths(sheet, widths)

    def _finish(self, count: int, widths: Sequence[float]) -> None:
        last = get_column_letter(max(len(widths), 1))
        self._worksheet.auto_filter.ref = f"A1:{last}{count + 1}"
        if self._sheet.note:
            self._worksheet.append([])
            for line in lines(str(safe(self._sheet.note)), sum(widths) * 0.9):
                self._worksheet.append([self._cell(line, Style.NOTE)])

    def _item(self, value: Value) -> _Item:
        """The value as openpyxl writes it fastest: bare where it needs neither a style nor a forced type."""
        if isinstance(value, str):
            if is_plain(value):
                return str.__str__(value) or None
        elif value is None:
            return None
        elif isinstance(value, int) and not isinstance(value, bool):
            if -INTEGER_LIMIT < value < INTEGER_LIMIT:
                return int(value)
        elif isinstance(value, date | time) and self._reuse:
            return self._day(value)
        return self._cell(value)

    def _day(self, value: date | time) -> Cell:
        """A cell that is used again for each row: in write-only mode openpyxl is done with it by then."""
        plain = safe(value)
        kind = type(plain)
        if kind not in self._days:
            self._days[kind] = self._cell(value)
        self._days[kind].value = plain
        return self._days[kind]

    def _cell(self, value: Value, style: Style | None = None) -> Cell:
        cell = WriteOnlyCell(self._worksheet)
        plain = safe(value)
        if isinstance(plain, date | time):
            self._wardrobe.dress(cell, code=natural_format(plain).value)
        elif isinstance(plain, str):
            self._wardrobe.dress(cell, style, quoted=is_risky(plain))
        put(cell, plain)
        return cell


def _widths(head: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[float]:
    """A width for each column, in half-width characters, with room for the arrow of the filter."""
    widths = [width(label) + 4 for label in head]
    for row in rows:
        widths = [max(wide, _needed(value)) for wide, value in zip(widths, row, strict=True)]
    return [min(max(wide + 1, _NARROWEST), _WIDEST) for wide in widths]


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

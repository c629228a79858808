"""The annual workbook, with its queries, against the same cells written plainly with openpyxl.

Two peers: one writes the values alone; one also gives the cells their looks, merges and widths, as whoever
builds the sheet by hand would. Neither asks the database, sets up a page or draws a chart.
"""

import io
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import timezone
from openpyxl import Workbook, load_workbook

from komatsu_support.fiscal import current_fiscal_year
from kpi.sheets import annual_workbook
from tests.bench.databases import S1, Databases
from tests.bench.results import Report, in_turn, timed

type Look = tuple[Any, Any, Any, Any, str]


@dataclass(frozen=True)
class Written:
    """A worksheet as it was read back: cells as (row, column, value, look)."""

    title: str
    cells: list[tuple[int, int, Any, Look]]
    merged: list[str]
    widths: dict[str, float]


def measure(offices: Databases, report: Report) -> None:
    for size in dict.fromkeys([S1, offices.largest]):
        with offices.at(size):
            sheets = _read_back(_ours())
            peers = [partial(plain, sheets), partial(values_alone, sheets)]
            ours, with_looks, values = in_turn(report.times(15), [timed(_ours), *map(timed, peers)])
        number = sum(value is not None for sheet in sheets for _, _, value, _ in sheet.cells)
        report.at_most(
            f"{size.name}: ours / plain openpyxl, {number} cells with their looks", ours, with_looks, 1.5
        )
        report.at_most(f"{size.name}: ours / plain openpyxl, the values alone", ours, values, 1.5)


def _ours() -> bytes:
    return annual_workbook(current_fiscal_year(), timezone.localdate()).to_bytes()


def _read_back(content: bytes) -> list[Written]:
    return [_written(sheet) for sheet in load_workbook(io.BytesIO(content)).worksheets]


def _written(sheet: Any) -> Written:
    looks: dict[int, Look] = {}
    cells = []
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None or cell.has_style:
                look = looks.setdefault(cell.style_id, _look(cell))
                value = None if cell.coordinate in sheet.merged_cells and cell.value is None else cell.value
                cells.append((cell.row, cell.column, value, look))
    widths = {letter: each.width for letter, each in sheet.column_dimensions.items()}
    return Written(sheet.title, cells, [str(each) for each in sheet.merged_cells.ranges], widths)


def _look(cell: Any) -> Look:
    return copy(cell.font), copy(cell.fill), copy(cell.border), copy(cell.alignment), cell.number_format


def values_alone(sheets: list[Written]) -> bytes:
    """A workbook of these values and nothing more."""
    book = _empty()
    for written in sheets:
        sheet = book.create_sheet(written.title)
        for row, column, value, _ in written.cells:
            if value is not None:
                sheet.cell(row, column, value)
    return _saved(book)


def plain(sheets: list[Written]) -> bytes:
    """A workbook that looks the same."""
    book = _empty()
    for written in sheets:
        sheet = book.create_sheet(written.title)
        for row, column, value, look in written.cells:
            cell: Any = sheet.cell(row, column, value)
            cell.font, cell.fill, cell.border, cell.alignment, cell.number_format = look
        for merged in written.merged:
            sheet.merge_cells(merged)
        for letter, width in written.widths.items():
            sheet.column_dimensions[letter].width = width
    return _saved(book)


def _empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()

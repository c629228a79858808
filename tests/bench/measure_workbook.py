"""The annual workbook against the same cells written plainly: no style, no chart, no query."""

import io
from typing import Any

from django.utils import timezone
from openpyxl import Workbook, load_workbook

from komatsu_support.fiscal import current_fiscal_year
from kpi.sheets import annual_workbook
from tests.bench.databases import S1, Databases
from tests.bench.results import Report, in_turn, timed

type Cells = list[list[Any]]


def measure(offices: Databases, report: Report) -> None:
    for size in dict.fromkeys([S1, offices.largest]):
        with offices.at(size):
            cells = _cells()
            sides = [timed(_ours), timed(lambda: plain(cells))]
            ours, other = in_turn(report.times(15), sides)
            number = sum(cell is not None for rows in cells.values() for row in rows for cell in row)
        report.at_most(f"{size.name}: with its queries / the same {number} cells, plain openpyxl", ours, other, 1.5)


def _ours() -> bytes:
    return annual_workbook(current_fiscal_year(), timezone.localdate()).to_bytes()


def _cells() -> dict[str, Cells]:
    """What stands in our workbook."""
    book = load_workbook(io.BytesIO(_ours()))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def plain(sheets: dict[str, Cells]) -> bytes:
    """A workbook of these cells and nothing more."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(number, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()

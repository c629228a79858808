"""Sheets to be filled in by hand and read back: a head, lists of allowed words, marked cells, an explanation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from komatsu_support.excel.cells import is_risky, put, safe
from komatsu_support.excel.formats import Format
from komatsu_support.excel.looks import Style, Wardrobe, new_workbook
from komatsu_support.excel.paper import Paper
from komatsu_support.excel.printing import set_up_page, set_widths
from komatsu_support.excel.saving import save
from komatsu_support.excel.table import Row, Table

LAST_ROW = 5_001  # of the lists that drop down
WORDS = "選択肢"


@dataclass(frozen=True)
class EntryColumn:
    """One column: its label, its width in half-width letters, the words it offers, and what to write in it."""

    label: str
    width: float = 14
    words: Sequence[str] = ()
    how: str = ""


@dataclass(frozen=True)
class EntrySheet:
    """A sheet to fill in. `marks` are cells (row and column from 0) in which something is to be put right."""

    title: str
    columns: Sequence[EntryColumn]
    rows: Iterable[Sequence[str]] = ()
    marks: Mapping[tuple[int, int], bool] | None = None
    guide: Sequence[str] = ()
    """Lines above the explanation of the columns."""


def write_entry_sheet(sheet: EntrySheet, target: BinaryIO) -> None:
    """Writes the sheet, one with the words on offer, and one that explains, into an open file."""
    book, wardrobe = new_workbook(), Wardrobe()
    front = book.worksheets[0]
    front.title = sheet.title
    _fill(front, wardrobe, sheet)
    _offer(front, book.create_sheet(WORDS), wardrobe, sheet)
    if sheet.guide:
        _explain(book.create_sheet("書き方"), wardrobe, sheet)
    save(book, target)


def _fill(front: Any, wardrobe: Wardrobe, sheet: EntrySheet) -> None:
    set_up_page(front, sheet.title, wide=True, personal=True)
    set_widths(front, [column.width for column in sheet.columns])
    front.freeze_panes = "B2"
    for at, column in enumerate(sheet.columns, 1):
        _write(front, wardrobe, 1, at, column.label, Style.HEAD)
    marks = sheet.marks or {}
    for down, row in enumerate(sheet.rows):
        for at, text in enumerate(row):
            _write(front, wardrobe, down + 2, at + 1, text, Style.TEXT, strong=(down, at) in marks)


def _offer(front: Any, words: Any, wardrobe: Wardrobe, sheet: EntrySheet) -> None:
    """The words on a sheet of their own, and the lists that drop down from it."""
    set_up_page(words, WORDS, wide=True, personal=False)
    offering = [(at, column) for at, column in enumerate(sheet.columns, 1) if column.words]
    set_widths(words, [24] * len(offering))
    for where, (at, column) in enumerate(offering, 1):
        _write(words, wardrobe, 1, where, column.label, Style.HEAD)
        for down, word in enumerate(column.words, 2):
            _write(words, wardrobe, down, where, word, Style.TEXT)
        letter, mine = get_column_letter(where), get_column_letter(at)
        offered = DataValidation(
            "list",
            formula1=f"{WORDS}!${letter}$2:${letter}${len(column.words) + 1}",
            allow_blank=True,
            errorStyle="warning",
            errorTitle=column.label,
            error="選択肢にない言葉です。",
        )
        offered.add(f"{mine}2:{mine}{LAST_ROW}")
        front.add_data_validation(offered)


def _explain(guide: Any, wardrobe: Wardrobe, sheet: EntrySheet) -> None:
    set_up_page(guide, "書き方", wide=False, personal=False)
    paper = Paper(guide, wardrobe, landscape=False, repeat_rows=0)
    paper.widths([20, 70])
    for line in sheet.guide:
        paper.text(line)
    paper.skip()
    rows = [Row([column.label], [column.how]) for column in sheet.columns]
    paper.table(Table("", ["列", "書き方"], rows, [Format.TEXT]))
    paper.finish()


def _write(
    worksheet: Any,
    wardrobe: Wardrobe,
    row: int,
    column: int,
    text: str,
    style: Style,
    *,
    strong: bool = False,
) -> None:
    cell = worksheet.cell(row, column)
    wardrobe.dress(cell, style, strong=strong, boxed=True, quoted=is_risky(text))
    put(cell, safe(text))

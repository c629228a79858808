"""The annual workbook: papers to be printed, and lists for machines to read."""

import io
from pathlib import Path
from typing import Any, BinaryIO

from komatsu_support.excel.listing import add_list
from komatsu_support.excel.looks import Wardrobe, new_workbook
from komatsu_support.excel.measure import LOWEST
from komatsu_support.excel.paper import Paper
from komatsu_support.excel.printing import set_up_page, sheet_name
from komatsu_support.excel.saving import save, written_whole
from komatsu_support.excel.sheet import Sheet


class Book:
    """年次の帳票. Ask it for papers and lists in the order of the tabs, then save it."""

    def __init__(self) -> None:
        self._book = new_workbook()
        self._book.remove(self._book.worksheets[0])
        self._wardrobe = Wardrobe()
        self._papers: list[Paper] = []

    def paper(
        self,
        title: str,
        *,
        landscape: bool = False,
        personal: bool = False,
        repeat_rows: int = 0,
        single: bool = False,
    ) -> Paper:
        """A new worksheet for A4. So many of its first rows are repeated at the head of each printed page.

        A `single` one is a notice: one page however much is on it, without number.
        """
        worksheet = self._book.create_sheet(sheet_name(title, self._book.sheetnames))
        set_up_page(worksheet, title, wide=landscape, personal=personal, single=single)
        worksheet.sheet_view.showGridLines = False
        worksheet.sheet_format.defaultRowHeight, worksheet.sheet_format.customHeight = LOWEST, True
        if repeat_rows:
            worksheet.print_title_rows = f"1:{repeat_rows}"
        self._papers.append(Paper(worksheet, self._wardrobe, landscape=landscape, repeat_rows=repeat_rows))
        return self._papers[-1]

    def list(self, sheet: Sheet[Any]) -> int:
        """機械判読用: a worksheet with one row for the head, then one for each record. Returns how many."""
        return add_list(self._book, self._wardrobe, sheet)

    def save(self, target: Path | BinaryIO) -> None:
        """Writes the workbook to a path (whole or not at all) or into an open file."""
        if isinstance(target, Path):
            with written_whole(target) as file:
                self.save(file)
            return
        for paper in self._papers:
            paper.finish()
        save(self._book, target)

    def to_bytes(self) -> bytes:
        """The workbook as it would stand in a file."""
        file = io.BytesIO()
        self.save(file)
        return file.getvalue()

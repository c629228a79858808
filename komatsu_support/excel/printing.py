"""The printed page: A4, margins, what stands at its head and foot; and the name on the sheet's tab."""

import re
from collections.abc import Collection, Sequence
from copy import copy

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from komatsu_support.excel.cells import safe
from komatsu_support.excel.looks import BODY

A4 = "9"
MARK = "取扱注意"
SIDE_MM, TOP_MM, BOTTOM_MM = 18, 20, 18
"""Margins; quality.md §5 asks for 15 mm or more."""
WIDE_MM = {False: 210 - 2 * SIDE_MM, True: 297 - 2 * SIDE_MM}
"""Width between the margins, upright and across."""
HIGH_MM = {False: 297 - TOP_MM - BOTTOM_MM, True: 210 - TOP_MM - BOTTOM_MM}
"""Height between the margins, upright and across."""

_NAME_LIMIT = 31
_FORBIDDEN_IN_NAMES = str.maketrans("\\/?*[]:'", "＼／？＊［］：’")


def sheet_name(title: str, taken: Collection[str] = ()) -> str:
    """A name Excel accepts for a sheet: at most 31 letters, nothing forbidden, unlike those already taken."""
    text = re.sub(r"\s", " ", safe(title)).translate(_FORBIDDEN_IN_NAMES).strip()
    wanted = _cut(text, _NAME_LIMIT) or "一覧"
    if wanted.casefold() == "history":  # Excel keeps this one for itself
        wanted += "_"
    name, number = wanted, 2
    while name.casefold() in {other.casefold() for other in taken}:
        suffix = f"（{number}）"
        name, number = _cut(wanted, _NAME_LIMIT - len(suffix)) + suffix, number + 1
    return name


def set_up_page(sheet: Worksheet, title: str, *, wide: bool, personal: bool, single: bool = False) -> None:
    """A4, one page wide, as many as needed tall; title, page n / N and, where persons are named, 取扱注意.

    A single page has none of these: it is to be hung up.
    """
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(single)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(
        left=_inch(SIDE_MM), right=_inch(SIDE_MM), top=_inch(TOP_MM), bottom=_inch(BOTTOM_MM),
        header=_inch(10), footer=_inch(9),
    )  # fmt: skip
    sheet.print_options.horizontalCentered = True
    if single:
        return
    head, foot = HeaderFooterItem(), HeaderFooterItem()
    sheet.oddHeader, sheet.oddFooter = head, foot
    _print_at(foot.center, "&P / &N")
    _print_at(foot.left, _cut(safe(title), 60).replace("\n", " ").replace("&", "&&"))
    if personal:
        _print_at(head.right, MARK, size=11)


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Sets the columns, in half-width letters, and says again that they wrap, as LibreOffice asks."""
    for column, wide in enumerate(widths, 1):
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width = wide
        dimension.alignment = copy(BODY)


def _print_at(part: _HeaderFooterPart, text: str, size: int = 9) -> None:
    part.text, part.size = text, size


def _cut(text: str, units: int) -> str:
    """The beginning of a text, at most that many UTF-16 units, as Excel counts."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").strip()


def _inch(millimetres: float) -> float:
    return round(millimetres / 25.4, 3)

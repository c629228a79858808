"""How cells look: a few named styles, black-and-white safe, and the empty workbook that knows them."""

from copy import copy
from enum import Enum
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils.indexed_list import IndexedList

from komatsu_support.excel.measure import SIZE

type Align = Literal["left", "center", "right"]

CREATOR = "小松市地域女性活躍推進事業"
FONT = "BIZ UDPGothic"

_THIN = Side("thin", color="000000")
_HAIR = Side("thin", color="7F7F7F")
_GREY = PatternFill("solid", start_color="E7E7E7")
BODY = Alignment(vertical="top", wrap_text=True)
BOX = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)


class Style(Enum):
    """The named styles. The value is the name the office finds in Excel's gallery."""

    TITLE = "小松 標題"
    HEADING = "小松 見出し"
    CAPTION = "小松 表題"
    HEAD = "小松 表頭"
    TEXT = "小松 本文"
    NUMBER = "小松 数値"
    NOTE = "小松 注記"
    PLAN = "小松 予定"

    @property
    def size(self) -> float:
        """Points of the style's letters."""
        return _SIZES.get(self, SIZE)


_SIZES = {Style.TITLE: 15.0, Style.HEADING: 11.5, Style.NOTE: 9.0}


def font(size: float = SIZE, *, bold: bool = False) -> Font:
    """The office's font. Where it is missing, family and character set lead Excel to another gothic."""
    return Font(name=FONT, size=size, bold=bold, family=2, charset=128)


def new_workbook(*, write_only: bool = False) -> Workbook:
    """An empty workbook with our font and styles, and no trace of the machine or the person that made it."""
    book = Workbook(write_only=write_only)
    book.properties.creator = book.properties.lastModifiedBy = CREATOR
    # Nothing is a formula, so Excel need not recalculate, nor ask whether to save what nobody changed.
    book.calculation.fullCalcOnLoad = False
    _set_default_style(book)
    for style in Style:
        book.add_named_style(_named(style))
    return book


def _set_default_style(book: Any) -> None:
    """Makes a cell without a style of its own use our font, stand at the top and wrap.

    openpyxl offers no door for this. Styling every cell of a long list instead would cost a third more time.
    """
    book._fonts = IndexedList([font()])
    normal = book._named_styles["Normal"]
    normal.font = font()
    normal.alignment = copy(BODY)
    book._cell_styles = IndexedList([copy(normal.as_tuple())])


def _named(style: Style) -> NamedStyle:
    bold = style in {Style.TITLE, Style.HEADING, Style.CAPTION, Style.HEAD}
    named = NamedStyle(name=style.value, font=font(style.size, bold=bold))
    match style:
        case Style.TITLE:
            named.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        case Style.HEADING:
            named.alignment = Alignment(vertical="center", wrap_text=True)
            named.border = Border(bottom=_THIN)
        case Style.HEAD:
            named.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            named.fill, named.border = _GREY, BOX
        case Style.PLAN:
            named.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
            named.border = BOX
        case Style.CAPTION:
            named.alignment = Alignment(vertical="bottom", wrap_text=True)
        case Style.NUMBER:
            named.alignment = Alignment(horizontal="right", vertical="center")
            named.number_format = "#,##0"
        case _:
            named.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    return named


class Wardrobe:
    """The looks of one workbook, each put together once: a style given to openpyxl piece by piece is slow."""

    def __init__(self) -> None:
        self._looks: dict[tuple[object, ...], StyleArray] = {}

    def dress(
        self,
        cell: Cell,
        style: Style | None = None,
        code: str = "",
        *,
        boxed: bool = False,
        strong: bool = False,
        quoted: bool = False,
        align: Align | None = None,
    ) -> None:
        """Gives a cell its look: a named style, then number format, box, 計 (strong), text mark, side."""
        key = (style, code, boxed, strong, quoted, align)
        if key not in self._looks:
            _tailor(cell, *key)
            self._looks[key] = copy(_array(cell))
        else:
            cell._style = copy(self._looks[key])  # type: ignore[attr-defined]  # how openpyxl copies a look

    @staticmethod
    def copy(pattern: Cell, cell: Cell) -> None:
        """Gives a cell the look of another one."""
        cell._style = copy(_array(pattern))  # type: ignore[attr-defined]


def _tailor(
    cell: Any, style: Style | None, code: str, boxed: bool, strong: bool, quoted: bool, align: Align | None
) -> None:
    cell.style = style.value if style else "Normal"
    if code:
        cell.number_format = code
    if boxed:
        cell.border = BOX
    if strong:
        cell.fill = _GREY
        cell.font = font(style.size if style else SIZE, bold=True)
    if boxed or align:
        vertical = "center" if boxed else cell.alignment.vertical
        across = align or cell.alignment.horizontal
        cell.alignment = Alignment(horizontal=across, vertical=vertical, wrap_text=cell.alignment.wrap_text)
    if quoted:  # as if typed behind an apostrophe: still a text after somebody has edited the cell
        cell.quotePrefix = True


def _array(cell: Any) -> StyleArray:
    array: StyleArray = cell._style
    return array

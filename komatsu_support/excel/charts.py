"""Excel's own charts of a table, readable in black and white."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as DataSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from komatsu_support.excel.cells import safe
from komatsu_support.excel.looks import FONT
from komatsu_support.excel.table import Placed

MOST_LABELS = 16
"""With more bars than this the figures are not printed on the chart."""

type _Hatch = Literal["wdUpDiag", "pct25", "ltHorz", "diagCross", "wdDnDiag", "dkVert"]
type _Dash = Literal["solid", "dash", "sysDot", "lgDashDot", "lgDash", "sysDashDot"]
type _Mark = Literal["circle", "square", "triangle", "diamond", "x", "star"]

_EMU_PER_POINT = 12_700
_SOLID = ("404040", "D9D9D9", "8C8C8C")  # the first bars; the next ones are hatched
_HATCHED: Final[Sequence[_Hatch]] = ("wdUpDiag", "pct25", "ltHorz", "diagCross", "wdDnDiag", "dkVert")
_DASHES: Final[Sequence[_Dash]] = ("solid", "dash", "sysDot", "lgDashDot", "lgDash", "sysDashDot")
_MARKS: Final[Sequence[_Mark]] = ("circle", "square", "triangle", "diamond", "x", "star")


@dataclass(frozen=True)
class Chart:
    """What of a table is drawn, and how. Rows and columns count from 0 and leave labels out."""

    title: str
    columns: Sequence[int] | None = None
    """Figures drawn: the first column, or with `by_rows` all of them."""
    rows: Sequence[int] | None = None
    """Lines drawn: all but totals."""
    by_rows: bool = False
    """Each row is a series over the head (月別), instead of each column over the labels."""
    horizontal: bool = False
    """Bars lie down, which suits long labels."""
    stacked: bool = False
    height_mm: float = 75


@dataclass(frozen=True)
class _Place:
    """Where the worksheet holds a series."""

    name: Reference
    labels: Reference
    figures: Reference


def draw(worksheet: Worksheet, placed: Placed, chart: Chart, *, as_lines: bool, over: TwoCellAnchor) -> None:
    """Puts the chart on the worksheet, over those cells."""
    rows, columns = _drawn(placed, chart)
    drawn: Any = LineChart() if as_lines else _bars(chart)
    drawn.anchor = over
    drawn.roundedCorners = False
    drawn.title = _title(chart.title)
    for number, place in enumerate(_places(worksheet, placed, rows, columns, by_rows=chart.by_rows)):
        drawn.series.append(_series(place, number, as_lines=as_lines))
    _style_axes(drawn, lowest=_lowest(placed, rows, columns))
    points = len(rows) * len(columns)
    if not as_lines and not chart.stacked and points <= MOST_LABELS:
        drawn.dataLabels = _figures_on_bars()
    drawn.legend = _legend() if len(drawn.series) > 1 else None
    worksheet.add_chart(drawn)


def _drawn(placed: Placed, chart: Chart) -> tuple[list[int], list[int]]:
    """The rows and the columns of figures to be drawn; those along the axis must lie side by side."""
    table = placed.table
    rows = [index for index, row in enumerate(table.rows) if not row.total]
    rows = list(rows if chart.rows is None else chart.rows)
    every = range(len(table.head) - table.label_columns)
    columns = list(chart.columns if chart.columns is not None else every if chart.by_rows else every[:1])
    along = columns if chart.by_rows else rows
    if not rows or not columns or along != list(range(along[0], along[-1] + 1)):
        raise ValueError(f"{chart.title}: what is drawn must lie side by side in the table.")
    return rows, columns


def _places(
    worksheet: Worksheet, placed: Placed, rows: list[int], columns: list[int], *, by_rows: bool
) -> list[_Place]:
    label = placed.column + placed.table.label_columns - 1
    downs = [placed.head + 1 + row for row in rows]
    acrosses = [label + 1 + column for column in columns]

    def area(top: int, left: int, bottom: int, right: int) -> Reference:
        return Reference(worksheet, min_row=top, min_col=left, max_row=bottom, max_col=right)

    def cell(row: int, column: int) -> Reference:
        return area(row, column, row, column)

    if by_rows:
        first, last = acrosses[0], acrosses[-1]
        head = area(placed.head, first, placed.head, last)
        return [_Place(cell(row, label), head, area(row, first, row, last)) for row in downs]
    first, last = downs[0], downs[-1]
    labels = area(first, label, last, label)
    return [
        _Place(cell(placed.head, column), labels, area(first, column, last, column)) for column in acrosses
    ]


def _series(place: _Place, number: int, *, as_lines: bool) -> DataSeries:
    series: DataSeries = Series(place.figures)
    series.tx = SeriesLabel(strRef=StrRef(f=str(place.name)))
    series.cat = AxDataSource(strRef=StrRef(f=str(place.labels)))
    if as_lines:
        black = GraphicalProperties(solidFill="000000", ln=_line("000000"))
        hollow = GraphicalProperties(solidFill="FFFFFF", ln=_line("000000"))
        series.smooth = False
        series.spPr = GraphicalProperties(ln=_line("000000", 1.75, _DASHES[number % len(_DASHES)]))
        series.marker = Marker(_MARKS[number % len(_MARKS)], size=7, spPr=hollow if number % 2 else black)
    else:
        series.invertIfNegative = False
        series.spPr = _filled(number)
    return series


def _filled(number: int) -> GraphicalProperties:
    outline = _line("000000", 0.75)
    if number < len(_SOLID):
        return GraphicalProperties(solidFill=_SOLID[number], ln=outline)
    hatch = _HATCHED[(number - len(_SOLID)) % len(_HATCHED)]
    black, white = ColorChoice(prstClr="black"), ColorChoice(prstClr="white")
    return GraphicalProperties(pattFill=PatternFillProperties(hatch, fgClr=black, bgClr=white), ln=outline)


def _bars(chart: Chart) -> BarChart:
    bars = BarChart(gapWidth=60, overlap=100 if chart.stacked else 0)
    bars.type = "bar" if chart.horizontal else "col"
    bars.grouping = "stacked" if chart.stacked else "clustered"
    if chart.horizontal:
        bars.x_axis.scaling.orientation = "maxMin"  # the table's first row on top,
        bars.y_axis.crosses = "max"  # and the scale still below
    return bars


def _style_axes(drawn: Any, lowest: Decimal) -> None:
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.delete = False
        axis.txPr = _letters(900)
        axis.spPr = GraphicalProperties(ln=_line("000000"))
    drawn.x_axis.number_format = "General"
    drawn.y_axis.number_format = "#,##0"
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=_line("BFBFBF", 0.5))
    if lowest >= 0:
        drawn.y_axis.scaling.min = 0


def _lowest(placed: Placed, rows: list[int], columns: list[int]) -> Decimal:
    figures = [placed.table.rows[row].cells[column] for row in rows for column in columns]
    numbers = [Decimal(str(figure)) for figure in figures if isinstance(figure, int | float | Decimal)]
    return min(numbers, default=Decimal(0))


def _figures_on_bars() -> DataLabelList:
    labels = DataLabelList(txPr=_letters(800))
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels


def _legend() -> Legend:
    legend = Legend(legendPos="b", txPr=_letters(900))
    legend.overlay = False
    return legend


def _title(text: str) -> Title:
    letters = _properties(1100, bold=True)
    run = RegularTextRun(rPr=letters, t=safe(text))
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=letters), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), layout=Layout(), overlay=False)


def _letters(size: int) -> RichText:
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_properties(size)), endParaRPr=CharacterProperties())
    return RichText(p=[paragraph])


def _properties(size: int, *, bold: bool = False) -> CharacterProperties:
    face = Font(typeface=FONT)
    return CharacterProperties(sz=size, b=bold, latin=face, ea=face, solidFill="000000")


def _line(color: str, points: float = 0.75, dash: _Dash = "solid") -> LineProperties:
    return LineProperties(w=int(points * _EMU_PER_POINT), solidFill=color, prstDash=dash)

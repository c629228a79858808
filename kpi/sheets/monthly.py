"""月別実績: twelve months, the year, last year and the difference; 累計 and 進捗率 below."""

from collections.abc import Sequence
from datetime import date

from komatsu_support.excel import Book, Chart
from komatsu_support.fiscal import nendo
from kpi.figures import Figure
from kpi.tables import MonthlyRows, cumulative_table


def monthly_sheet(book: Book, year: int, lines: Sequence[Figure], today: date) -> None:
    """A4 across, with the head repeated on each page."""
    paper = book.paper("月別実績", landscape=True)
    paper.widths([26, 7, *[6.5] * 12, 8, 8, 8])
    paper.title(f"月別実績　{nendo(year)}")
    placed = paper.table(MonthlyRows(year).table())
    paper.bar_chart(placed, Chart(title="相談件数（月別）", rows=[0], columns=range(12), by_rows=True))
    paper.skip()
    paper.table(cumulative_table(lines, year, today))

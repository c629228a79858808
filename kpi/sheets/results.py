"""KPI実績: targets and actuals with last year, and how each figure is counted."""

from collections.abc import Sequence
from datetime import date

from komatsu_support.excel import Book, Style
from komatsu_support.fiscal import nendo, wareki
from kpi.figures import Figure
from kpi.tables import results_table


def results_sheet(book: Book, year: int, lines: Sequence[Figure], today: date) -> None:
    """A4 across: the table, the definitions, the day."""
    paper = book.paper("KPI実績", landscape=True)
    paper.widths([12, 28, 12, 6, 9, 9, 9, 10, 9, 9])
    paper.title(f"目標・KPIの実績　{nendo(year)}")
    paper.text(f"作成日：{wareki(today)}", Style.NOTE)
    paper.table(results_table(lines))
    paper.skip()
    paper.heading("算出方法")
    for each in lines:
        paper.text(f"{each.target.label}（{each.target.unit}）：{each.indicator.definition}")
        if each.override is not None:
            paper.text(f"　実績は手入力（記録からの集計は{each.computed:,}）。理由：{each.override.reason}")

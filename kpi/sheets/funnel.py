"""カフェからの流れ as a workbook: the tables of the page, and what each figure counts. Nobody is named."""

from datetime import date

from komatsu_support.excel import Book, Style
from komatsu_support.fiscal import nendo, wareki
from kpi.funnel import DEFINITIONS, Funnel


def funnel_workbook(year: int, today: date) -> Book:
    """One paper, A4 across."""
    book = Book()
    paper = book.paper("カフェからの流れ", landscape=True)
    paper.widths([32, *[6.5] * 12, 8])
    paper.title(f"カフェからの流れ　{nendo(year)}")
    paper.text(f"作成日：{wareki(today)}", Style.NOTE)
    for table in Funnel(year, today).tables():
        paper.table(table)
        paper.skip()
    paper.heading("数え方")
    for label, words in DEFINITIONS:
        paper.text(f"{label}：{words}")
    return book

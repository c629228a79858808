"""カフェ統計 as a workbook: the tables of the page on A4, with Excel's own charts. No names of guests."""

from __future__ import annotations

from cafe.facts import facts, summary_table
from cafe.statistics import Statistics
from cafe.tables import Exhibit, sections
from komatsu_support.excel import Book, Chart, Paper, Style
from komatsu_support.fiscal import wareki


def statistics_book(told: Statistics) -> Book:
    """One paper: the figures with their definitions, then every table of the page."""
    book = Book()
    paper = book.paper("カフェ統計")
    paper.widths([20, 9, 11, 9, 8, 8, 8])
    paper.title(f"とんとんカフェの統計　{told.period.label}")
    paper.text(f"作成日：{wareki(told.today)}", Style.NOTE)
    paper.table(summary_table(told))
    paper.skip()
    for section in sections(told):
        for exhibit in section.exhibits:
            _hang(paper, exhibit)
    paper.heading("数え方")
    for fact in facts(told):
        paper.text(f"{fact.label}：{fact.words}")
    return book


def _hang(paper: Paper, exhibit: Exhibit) -> None:
    placed = paper.table(exhibit.table)
    if chart := exhibit.chart:
        several = len(exhibit.drawn) > 1
        drawn = Chart(title=chart.title, columns=exhibit.drawn, horizontal=not several, height_mm=60)
        paper.bar_chart(placed, drawn)
    paper.skip()

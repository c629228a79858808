"""The annual workbook: one module per worksheet, put together here. No names in any of them."""

from datetime import date

from komatsu_support.excel import Book
from komatsu_support.fiscal import nendo
from kpi.figures import figures
from kpi.sheets.monthly import monthly_sheet
from kpi.sheets.report import report_sheet
from kpi.sheets.results import results_sheet


def annual_workbook(year: int, today: date) -> Book:
    """The file the office sends in April: 事業報告, KPI実績, 月別実績."""
    lines = figures(year)
    book = Book()
    report_sheet(book, year, lines)
    results_sheet(book, year, lines, today)
    monthly_sheet(book, year, lines, today)
    return book


def file_name(year: int, what: str = "小松市地域女性活躍推進事業_実績") -> str:
    """小松市地域女性活躍推進事業_実績_令和6年度.xlsx."""
    return f"{what}_{nendo(year).partition('（')[0]}.xlsx"

"""Excel files: apps describe a list (Sheet) or a table (Table), this package writes it.

The only importer of openpyxl, and the one place that knows a visitor's `=1+1` is text.

    write_list(Sheet("相談記録", {"相談日": lambda c: c.consulted_on}, rows), path)      a list, streamed

    book = Book()
    paper = book.paper("年代別", landscape=True)                                          a page to print
    paper.widths([20, 10, 10])
    placed = paper.table(Table("年代別", ["年代", "件数", "構成比"], rows, [Format.COUNT, Format.PERCENT1]))
    paper.bar_chart(placed, Chart("年代別の相談件数（件）"))
    book.list(Sheet("データ_年代別", columns, rows))                                      for machines
    return workbook_response("実績.xlsx", book.save)
"""

from komatsu_support.excel.book import Book
from komatsu_support.excel.cells import Value, safe
from komatsu_support.excel.charts import Chart
from komatsu_support.excel.entry import EntryColumn, EntrySheet, write_entry_sheet
from komatsu_support.excel.formats import MISSING, Format, shown
from komatsu_support.excel.listing import write_list
from komatsu_support.excel.looks import Style
from komatsu_support.excel.paper import Paper
from komatsu_support.excel.response import CONTENT_TYPE, workbook_response
from komatsu_support.excel.sheet import Sheet
from komatsu_support.excel.table import Line, Placed, Row, Shown, Table

__all__ = [
    "CONTENT_TYPE",
    "MISSING",
    "Book",
    "Chart",
    "EntryColumn",
    "EntrySheet",
    "Format",
    "Line",
    "Paper",
    "Placed",
    "Row",
    "Sheet",
    "Shown",
    "Style",
    "Table",
    "Value",
    "safe",
    "shown",
    "workbook_response",
    "write_entry_sheet",
    "write_list",
]

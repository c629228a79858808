"""Excel files: apps describe a list (Sheet) or a table (Table), this package writes it.

The only importer of openpyxl, and the one place that knows a visitor's `=1+1` is text.
"""

from komatsu_support.excel.book import Book
from komatsu_support.excel.cells import Value, safe
from komatsu_support.excel.charts import Chart
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
    "write_list",
]

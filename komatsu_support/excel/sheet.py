"""A list of records as the screen shows it and the file holds it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from komatsu_support.excel.cells import Value
from komatsu_support.excel.formats import shown

CHUNK = 2_000
"""Rows fetched at a time while a list is written."""


@dataclass(frozen=True)
class Sheet[T]:
    """一覧: one row per record, one column per question. An app describes it, this package writes it."""

    title: str
    columns: Mapping[str, Callable[[T], Value]]
    rows: Iterable[T]
    note: str = ""
    personal: bool = False
    """Prints 取扱注意 at the head of every page."""
    wide: bool = False
    """Prints across (A4横)."""

    @property
    def head(self) -> list[str]:
        """The labels of the columns."""
        return list(self.columns)

    def cells(self, row: T) -> list[Value]:
        """The row's values, in the order of the columns."""
        return [ask(row) for ask in self.columns.values()]

    def shown(self, row: T) -> list[str]:
        """The row as the screen prints it."""
        return [shown(value) for value in self.cells(row)]

    def stream(self) -> Iterator[T]:
        """The rows one after the other; a queryset is never held in memory as a whole."""
        if isinstance(self.rows, QuerySet):
            return self.rows.iterator(chunk_size=CHUNK)
        return iter(self.rows)

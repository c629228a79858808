"""Questions asked so often that composing their SQL would take longer than answering them."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, QuerySet

LARGEST = BigIntegerField.MAX_BIGINT


class Composed:
    """A queryset whose SQL is composed once, with stand-ins, and asked with the values at hand from then on.

    `question(**stand_ins)` gives a `values_list` of text and whole numbers, which come back as the database holds
    them. What stands in, and so what may be asked with: whole numbers and dates. Raises ValueError at the first
    asking where a stand-in is not to be found in the SQL again.
    """

    def __init__(self, question: Callable[..., QuerySet[Any, Any]], **kinds: type[int] | type[date]) -> None:
        self._question = question
        self._stand_ins: dict[str, int | date] = {
            name: date.min if kind is date else -number
            for number, (name, kind) in enumerate(kinds.items(), 1)
        }

    def ask(self, **values: int | date) -> list[tuple[Any, ...]]:
        """The rows for these values; none where a number is larger than any key."""
        if any(isinstance(value, int) and value > LARGEST for value in values.values()):
            return []
        sql, places = self._composed
        told = {name: _adapted(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [place if name is None else told[name] for name, place in places])
            return list(cursor.fetchall())

    @cached_property
    def _composed(self) -> tuple[str, list[tuple[str | None, Any]]]:
        """The SQL, and for each of its parameters the name of the value that goes there, or itself."""
        sql, parameters = self._question(**self._stand_ins).query.sql_with_params()
        names = {_adapted(stand_in): name for name, stand_in in self._stand_ins.items()}
        places = [(names.get(each), each) for each in parameters]
        if {name for name, _ in places} - {None} != set(names.values()):
            raise ValueError(f"Not every stand-in is in {sql}")
        return sql, places


def _adapted(value: int | date) -> Any:
    """The value as the driver takes it."""
    return connection.ops.adapt_unknown_value(value)

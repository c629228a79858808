"""The rows of every table, as the migrations applied to the database know them.

The models come from the migrations and not from the code, so that a database can still be backed up after
the program was updated and before `migrate` ran. A row is one line of JSON, the same on both engines.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import batched
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, models
from django.db.migrations.loader import MigrationLoader
from django.utils.duration import duration_iso_string

LEFT_OUT = ("django_session",)  # whoever was signed in signs in anew
BATCH = 500  # rows held at once; a row with the longest texts has some 300 kB
BATCH_OF_FILES = 8  # as many of a table that holds files, of up to 5 MB each


def _plain(value: object) -> str:
    """What JSON has no word for, as text that the field reads back. Moments are in UTC."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case timedelta():
            return duration_iso_string(value)
        case bytes() | memoryview():
            return base64.b64encode(value).decode("ascii")
    raise TypeError(f"no line for a {type(value).__name__}")


_encode = json.JSONEncoder(default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def line(value: object) -> bytes:
    """One line of the archive. A lone surrogate, which JSON text on SQLite can hold, passes too."""
    return _encode(value).encode("utf-8", "surrogatepass") + b"\n"


def read_line(data: bytes) -> Any:
    """What `line` wrote, with plain texts where JSON has no word."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class Sum:
    """What a table holds: how many rows, the SHA-256 of their lines, the highest number ever given out."""

    rows: int
    sha256: str
    last_number: int | None = field(compare=False)

    @classmethod
    def of(cls, lines: Iterable[bytes], last_number: int | None) -> "Sum":
        """The sum of lines."""
        rows, digest = 0, hashlib.sha256()
        for each in lines:
            rows += 1
            digest.update(each)
        return cls(rows, digest.hexdigest(), last_number)


class Table:
    """One table of one database."""

    def __init__(self, model: type[models.Model], alias: str) -> None:
        self.connection = connections[alias]
        self.name = model._meta.db_table
        self.fields = [each for each in model._meta.local_concrete_fields if not each.generated]
        self.columns = [str(each.column) for each in self.fields]
        self._records: models.QuerySet[Any] = models.QuerySet(model=model, using=alias)
        self._quoted = self.connection.ops.quote_name(self.name)
        self._key = model._meta.pk.column
        holds_files = any(isinstance(each, models.BinaryField) for each in self.fields)
        self._batch = BATCH_OF_FILES if holds_files else BATCH

    def records(self, **conditions: Any) -> models.QuerySet[Any]:
        """The rows as records of the migrations' models, unscoped."""
        return self._records.filter(**conditions)

    def lines(self) -> Iterator[bytes]:
        """Every row as a line, in the order of the keys."""
        rows = self._records.order_by("pk").values_list(*(each.attname for each in self.fields))
        return map(line, rows.iterator(chunk_size=self._batch))

    def insert(self, lines: Iterable[bytes]) -> None:
        """Write lines as rows."""
        quote = self.connection.ops.quote_name
        columns = ", ".join(quote(each) for each in self.columns)
        places = ", ".join(["%s"] * len(self.columns))
        statement = f"INSERT INTO {self._quoted} ({columns}) VALUES ({places})"  # noqa: S608 own names, quoted
        with self.connection.cursor() as cursor:
            for batch in batched(lines, self._batch):
                cursor.executemany(statement, [self._values(read_line(each)) for each in batch])

    def clear(self) -> None:
        """Remove every row."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self._quoted}")  # noqa: S608 own name, quoted

    def last_number(self) -> int | None:
        """The highest number ever given out; None where the database gives out none.

        It may be higher than any row's: the number of a disposed record must never come back, or the trail
        would speak of another person.
        """
        if not self._numbers_itself():
            return None
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "sqlite":
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self.name])
            else:
                sequence = "pg_get_serial_sequence(%s, %s)::regclass"
                cursor.execute(f"SELECT pg_sequence_last_value({sequence})", [self._quoted, self._key])
            given = cursor.fetchone()
        highest = self._records.aggregate(highest=models.Max("pk"))["highest"]
        return max((given and given[0]) or 0, highest or 0)

    def number_on(self, last: int | None) -> None:
        """Let the next row's number follow the highest ever given out."""
        if last is None:
            return
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [self.name])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [self.name, last])
            else:
                place = [self._quoted, self._key, max(last, 1), last > 0]
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", place)

    def sum(self) -> Sum:
        """What the table holds now."""
        return Sum.of(self.lines(), self.last_number())

    def _numbers_itself(self) -> bool:
        return any(isinstance(each, models.AutoField) for each in self.fields)

    def _values(self, row: list[Any]) -> list[Any]:
        return [self._value(each, value) for each, value in zip(self.fields, row, strict=True)]

    def _value(self, column: "models.Field[Any, Any]", value: Any) -> Any:
        if value is None and isinstance(column, models.JSONField) and not column.null:
            return column.get_db_prep_value(None, self.connection)  # JSON's null, not SQL's
        return column.get_db_prep_save(column.to_python(value), self.connection)


def migrations(alias: str | None) -> list[str]:
    """The migrations applied to a database, as "app.name"; with None those the program brings."""
    loader = MigrationLoader(connections[alias] if alias else None)
    return sorted(
        ".".join(each) for each in loader.graph.nodes if not alias or each in loader.applied_migrations
    )


def tables(alias: str) -> list[Table]:
    """Every table that goes into a back-up, by name."""
    return sorted(
        (Table(model, alias) for model in _models(alias) if model._meta.db_table not in LEFT_OUT),
        key=lambda table: table.name,
    )


def strangers(alias: str) -> list[str]:
    """Tables that no back-up holds although nobody decided so: no migration's state knows them."""
    known = {model._meta.db_table for model in _models(alias)} | {"django_migrations"}
    known |= {str(cache.get("LOCATION")) for cache in settings.CACHES.values()}
    return sorted(set(connections[alias].introspection.table_names()) - known)


def _models(alias: str) -> Iterator[type[models.Model]]:
    loader = MigrationLoader(connections[alias])
    state = loader.project_state([key for key in loader.applied_migrations if key in loader.graph.nodes])
    for model in state.apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model

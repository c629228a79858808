"""A standstill: the database as of one moment, while everybody goes on writing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from komatsu_support.management.archive.sealed import Refused

PATIENCE = 120  # seconds to wait for a moment in which no other process commits


@contextmanager
def standstill() -> Iterator[str]:
    """The alias of a connection on which nothing changes any more. For reading."""
    with _copy() if connection.vendor == "sqlite" else _frozen() as alias:
        yield alias


@contextmanager
def _frozen() -> Iterator[str]:
    """PostgreSQL: one read-only transaction that sees what was committed when it began."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield DEFAULT_DB_ALIAS


@contextmanager
def _copy() -> Iterator[str]:
    """SQLite: a copy in an anonymous temporary file ("file:"), which the system drops with the process.

    Reading the records themselves for so long would hold up every writer and, behind the writer, every
    reader; copying pages takes about a second for a gigabyte.
    """
    alias = "standstill"
    copy = connection.copy(alias)
    copy.settings_dict["NAME"] = "file:"
    connections[alias] = copy
    try:
        connection.ensure_connection()
        copy.ensure_connection()
        _copy_pages(connection.connection, copy.connection)
        yield alias
    finally:
        copy.close()
        del connections[alias]


def _copy_pages(source: Any, target: Any) -> None:
    """Copy one SQLite database into another in one step, between two commits of the others."""
    deadline = time.monotonic() + PATIENCE

    def look_at_the_clock(status: int, remaining: int, total: int) -> None:
        if status != sqlite3.SQLITE_DONE and time.monotonic() > deadline:
            raise Refused("ほかの処理が書き込みを続けているため、データベースを読み取れませんでした。")

    with connection.wrap_database_errors:
        source.backup(target, pages=-1, progress=look_at_the_clock, sleep=0.05)

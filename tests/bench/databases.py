"""Throw-away databases, one for each size, and the switch between them."""

import contextlib
import copy
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend
from psycopg import sql

from tests.bench.load import S1, S10, S1000, Size, load


class Databases:
    """Every size in a database of its own; a size is loaded when it is first asked for."""

    def __init__(self, home: Path) -> None:
        self._settings: dict[str, Any] = connections.settings["default"]
        self.vendor: str = connections["default"].vendor
        self._home = home
        self._made: dict[str, Any] = {}
        self.largest = (
            S1000 if os.environ.get("BENCH_SIZE") == "1000" and self.vendor == "postgresql" else S10
        )

    @contextlib.contextmanager
    def at(self, size: Size) -> Iterator[None]:
        """Lets Django talk to the database of this size."""
        before = connections["default"]
        connections["default"] = self._connection(size)
        try:
            yield
        finally:
            connections["default"] = before

    def drop(self) -> None:
        """Takes every database away again."""
        for connection in self._made.values():
            connection.close()
        if self.vendor == "postgresql":
            for name in self._made:
                self._on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _connection(self, size: Size) -> Any:
        if size.name not in self._made:
            self._make(size)
        return self._made[size.name]

    def _make(self, size: Size) -> None:
        """A copy of an empty office, filled. S1000 grows out of S10."""
        root = "empty"
        if size is S1000:
            self._connection(S10)
            root = S10.name
        elif "empty" not in self._made:
            self._create("empty")
            with self._talking_to("empty"):
                call_command("migrate", verbosity=0)
                call_command("createcachetable", verbosity=0)
        self._create(size.name, root)
        with self._talking_to(size.name):
            load(size)

    @contextlib.contextmanager
    def _talking_to(self, name: str) -> Iterator[None]:
        before = connections["default"]
        connections["default"] = self._made[name]
        try:
            yield
        finally:
            connections["default"] = before

    def _create(self, name: str, root: str = "") -> None:
        if root:
            self._made[root].close()  # neither engine copies a database that is open
        database = copy.deepcopy(self._settings)
        if self.vendor == "sqlite":
            database["NAME"] = str(self._home / f"{name}.sqlite3")
            if root:
                shutil.copyfile(self._home / f"{root}.sqlite3", database["NAME"])
        else:
            database["NAME"] = self._database(name)
            template = sql.Identifier(self._database(root) if root else "template0")
            self._on_server(
                "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", name, template
            )
        self._made[name] = load_backend(database["ENGINE"]).DatabaseWrapper(database, "default")

    def _on_server(self, statement: str, name: str, *parts: sql.Composable) -> None:
        url = re.sub(
            r"^\w+", "postgresql", os.environ["DATABASE_URL"]
        )  # pgsql:// too, as the settings read it
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(sql.SQL(statement).format(sql.Identifier(self._database(name)), *parts))

    @staticmethod
    def _database(name: str) -> str:
        return f"bench_{os.getpid()}_{name.lower()}"


@contextlib.contextmanager
def databases(home: Path) -> Iterator[Databases]:
    """The databases for the length of a `with`."""
    offices = Databases(home)
    try:
        yield offices
    finally:
        offices.drop()


__all__ = ["S1", "S10", "S1000", "Databases", "Size", "databases"]

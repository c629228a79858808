"""Time spent in the database, and the statements it was spent on."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.db import connections
from django.db.backends.utils import CursorWrapper

CONTROL = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET CONSTRAINTS)", re.IGNORECASE)
SIGNED_IN = re.compile(
    r'SELECT .* FROM "komatsu_support_user" WHERE "komatsu_support_user"."id" = \S+ LIMIT 21$'
)


class Clock:
    """Runs while the driver executes or fetches: on SQLite most of a query's work is done by fetching."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.statements: list[str] = []

    def __enter__(self) -> Self:
        connection: Any = connections["default"]
        self._connection = connection
        connection.ensure_connection()
        connection.make_cursor = lambda cursor: _Timed(cursor, connection, self)
        return self

    def __exit__(self, *error: object) -> None:
        del self._connection.make_cursor

    @property
    def own(self) -> list[str]:
        """The statements besides transaction control, the session and the signed-in user."""
        rest = [each for each in self.statements if not CONTROL.match(each) and "django_session" not in each]
        signed_in = next((each for each in rest if SIGNED_IN.match(each)), None)
        if signed_in is not None:
            rest.remove(signed_in)
        return rest

    @contextmanager
    def running(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


class _Timed(CursorWrapper):
    """Django's cursor with a clock."""

    def __init__(self, cursor: Any, db: Any, clock: Clock) -> None:
        super().__init__(cursor, db)
        self._clock = clock

    def execute(self, sql: Any, params: Any = None) -> Any:
        self._clock.statements.append(str(sql))
        with self._clock.running():
            return super().execute(sql, params)

    def executemany(self, sql: Any, param_list: Any) -> Any:
        self._clock.statements.append(str(sql))
        with self._clock.running():
            return super().executemany(sql, param_list)

    def fetchone(self) -> Any:
        with self._clock.running():
            return self.cursor.fetchone()

    def fetchmany(self, size: int) -> Any:
        with self._clock.running():
            return self.cursor.fetchmany(size)

    def fetchall(self) -> Any:
        with self._clock.running():
            return self.cursor.fetchall()

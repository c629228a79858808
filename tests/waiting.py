"""Waiting until others wait: for tests in which the order of two transactions decides. PostgreSQL only."""

from time import monotonic, sleep

from django.db import connection

PATIENCE = 30  # s


def wait_for(number: int) -> None:
    """Waits until so many transactions wait for a lock."""
    end = monotonic() + PATIENCE
    while _waiting() < number:
        assert monotonic() < end, "nobody waits"
        sleep(0.05)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])

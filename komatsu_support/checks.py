"""System checks: what would be silently wrong at run time is an error at start."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection, connections

from komatsu_support.desk import desk_hours

TRIGGERS = {
    "sqlite": ["trail_no_update", "trail_no_delete", "trail_no_replace"],
    "postgresql": ["trail_no_change", "trail_no_truncate"],
}
SQLITE_PRAGMAS = {"foreign_keys": {1}, "recursive_triggers": {1}, "secure_delete": {1}, "synchronous": {2, 3}}
RUNGS = ("accepted", "connected", "continued")


def missing_triggers() -> list[str]:
    """Triggers of the trail that are not in the database. A table rebuild on SQLite drops them silently."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in TRIGGERS[connection.vendor] if name not in present]


@register(Tags.database)
def database_keeps_its_promises(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Triggers present, SQLite's settings in force, PostgreSQL in C collation."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        if "komatsu_support_auditevent" not in connections[alias].introspection.table_names():
            continue
        found += [
            Error(f"証跡を守るトリガー {name} がありません。", id="komatsu_support.E001")
            for name in missing_triggers()
        ]
        found += _sqlite(alias) if connections[alias].vendor == "sqlite" else _postgresql(alias)
    return found


def _sqlite(alias: str) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    with connections[alias].cursor() as cursor:
        for pragma, wanted in SQLITE_PRAGMAS.items():
            value = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
            if value not in wanted:
                found.append(Error(f"SQLite の {pragma} が {value} です。", id="komatsu_support.E002"))
    return found


def _postgresql(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT datcollate FROM pg_database WHERE datname = current_database()")
        (collation,) = cursor.fetchone()
    if collation in ("C", "POSIX", "C.UTF-8", "C.utf8"):
        return []
    return [
        Error(
            f"データベースの照合順序が {collation} です。",
            hint="CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
            id="komatsu_support.E003",
        )
    ]


@register
def settings_are_known_words(**kwargs: Any) -> list[CheckMessage]:
    """CONNECTED_RUNG and CLIENT_ACCESS hold a word that the code knows."""
    found: list[CheckMessage] = []
    if settings.CONNECTED_RUNG not in RUNGS:
        found.append(Error(f"CONNECTED_RUNG は {'・'.join(RUNGS)} のどれかです。", id="komatsu_support.E004"))
    if settings.CLIENT_ACCESS not in ("team", "assigned"):
        found.append(Error("CLIENT_ACCESS は team か assigned です。", id="komatsu_support.E005"))
    return found


@register
def desk_hours_can_be_read(**kwargs: Any) -> list[CheckMessage]:
    """DESK_HOURS, DESK_LUNCH and DESK_STEP make an opening time."""
    try:
        desk_hours()
    except ValueError as error:
        return [Error(str(error), id="komatsu_support.E006")]
    return []

"""The trail's triggers, taken down and put up again: for tests that play the burglar, and for the flush."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.apps import apps
from django.db import connection

from komatsu_support.checks import TRIGGERS, missing_triggers

append_only = import_module("komatsu_support.migrations.0002_trail_is_append_only")
master_lists = import_module("komatsu_support.migrations.0003_first_master_lists")


def lift() -> None:
    """Take every trigger down."""
    connection.check_constraints()  # PostgreSQL wants no deferred check pending on the table
    table = f" ON {append_only.TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in TRIGGERS[connection.vendor]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


def guard() -> None:
    """Put them up as the migration does."""
    statements = append_only.SQLITE if connection.vendor == "sqlite" else append_only.POSTGRESQL
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def lifted() -> Iterator[None]:
    """Without triggers for the length of a `with`."""
    lift()
    yield
    guard()


def refill() -> None:
    """What an empty database has after migrating: triggers, the trail's head, the master lists."""
    if missing_triggers():
        guard()
    append_only.first_head(apps)
    master_lists.load(apps)

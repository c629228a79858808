"""What a command asks of the database before it begins, answered in a sentence and exit code 2."""

from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def require_migrated() -> None:
    """Refuse a database that is not there or not up to date."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(
            f"データベースに接続できません（{type(error).__name__}）。(cannot reach the database)",
            returncode=2,
        ) from error
    if missing:
        raise CommandError(
            "データベースの準備ができていません。先に manage.py migrate を実行してください。(migrate first)",
            returncode=2,
        )

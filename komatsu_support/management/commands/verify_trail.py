"""manage.py verify_trail: walk the whole trail and say whether anybody has touched it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from komatsu_support import audit
from komatsu_support.management.database import require_migrated


class Command(BaseCommand):
    """Finds edited, removed, swapped and cut-off rows of the trail."""

    help = "証跡の連鎖をはじめから検証します。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 with the number of rows and the last mac; 2 with one sentence a fault on stderr."""
        require_migrated()
        verdict = audit.verify()
        if verdict.faults:
            raise CommandError("\n".join(verdict.faults), returncode=2)
        self.stdout.write("証跡に誤りはありません。")
        self.stdout.write(f"rows {verdict.rows}")
        self.stdout.write(f"head {verdict.head}")

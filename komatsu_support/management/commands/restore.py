"""`manage.py restore PATH` reads a back-up into an empty database: all of it, proven equal, or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from komatsu_support.management.archive import restore
from komatsu_support.management.archive.terminal import ArchiveCommand


class Command(ArchiveCommand):
    """復元。"""

    help = "バックアップを空のデータベースに復元し、内容と証跡を検証します。SQLite と PostgreSQL の間でも移せます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH and --despite-trail."""
        parser.add_argument("path", type=Path, help="backup が作ったファイル")
        parser.add_argument(
            "--despite-trail",
            action="store_true",
            help="証跡が検証できなくても復元する（TRAIL_KEY を失ったとき）",
        )

    def handle(self, *args: Any, path: Path, despite_trail: bool, **options: Any) -> None:
        """Restore."""
        contents = restore(path, despite_trail=despite_trail, say=self.say, warn=self.warn)
        self.report(
            "復元しました",
            path,
            contents,
            more="内容を照合し、証跡を検証しました。全員がログインし直します。",
        )

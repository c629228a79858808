"""`manage.py backup PATH` writes all records into one sealed file; `--verify` checks such a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from komatsu_support.management.archive import inspect, make
from komatsu_support.management.archive.terminal import ArchiveCommand


class Command(ArchiveCommand):
    """バックアップ。"""

    help = "すべての記録を、BACKUP_KEY で封をした1つのファイルに保存します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH and --verify."""
        parser.add_argument("path", help="保存先のフォルダーかファイル")
        parser.add_argument(
            "--verify", action="store_true", help="PATH のファイルを検査する（データベースには触れない）"
        )
        parser.add_argument(
            "--despite-trail",
            action="store_true",
            help="証跡に書けなくても保存する（ディスクが一杯のときなど）",
        )

    def handle(self, *args: Any, path: str, verify: bool, despite_trail: bool, **options: Any) -> None:
        """Write, or check."""
        if verify:
            self.report("検査しました", Path(path), inspect(Path(path)))
            return
        written, contents = make(path, despite_trail=despite_trail, say=self.say, warn=self.warn)
        self.report("保存しました", written, contents)

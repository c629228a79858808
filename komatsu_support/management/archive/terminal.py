"""How the two commands speak: what is happening, what was done, and why something was not."""

import errno
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from komatsu_support.audit import TrailUnavailable
from komatsu_support.management.archive.file import Contents
from komatsu_support.management.archive.sealed import Refused

REASONS = {
    errno.ENOENT: "見つかりません。",
    errno.EACCES: "権限がありません。",
    errno.EISDIR: "フォルダーではなくファイルを指定してください。",
    errno.ENOSPC: "保存先の空き容量がありません。",
    errno.EROFS: "保存先は書き込めません。",
}


class ArchiveCommand(BaseCommand):
    """A command that ends with 0, or with 2 and a sentence on stderr."""

    requires_system_checks = ()  # a fault in the settings must not stand between the office and its records

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run, with every foreseeable fault as a sentence.

        A database's own words stay unsaid: they can quote a name.
        """
        self.verbosity = options["verbosity"]
        self.began = time.monotonic()
        try:
            with _told_to_stop():
                return super().execute(*args, **options)
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from None
        except OSError as error:
            reason = REASONS.get(error.errno or 0, error.strerror or str(error))
            raise CommandError(f"ファイルを読み書きできません: {reason}", returncode=2) from error
        except (DatabaseError, TrailUnavailable) as error:
            sentence = f"データベースの誤りのため中止しました（{type(error).__name__}）。"
            raise CommandError(sentence, returncode=2) from error

    def say(self, text: str) -> None:
        """Show what is happening, to somebody who watches."""
        if self.verbosity > 1 or (self.verbosity and self.stdout.isatty()):
            self.stdout.write(f"  {text}")

    def warn(self, text: str) -> None:
        """Say what somebody must see to."""
        self.stderr.write(f"注意: {text}")

    def report(self, deed: str, path: Path, contents: Contents, *, more: str = "") -> None:
        """Say what was done: file, moment, size, tables, rows, trail, seconds."""
        if not self.verbosity:
            return
        moment = parse_datetime(contents.manifest.created_at)
        facts = [
            f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S} 時点",
            filesizeformat(path.stat().st_size),
            f"{len(contents.tables):,}表",
            f"{contents.rows:,}行",
            f"証跡 {contents.manifest.trail_number:,} まで",
            f"{time.monotonic() - self.began:.1f}秒",
        ]
        self.stdout.write(
            "\n".join([f"{deed}: {path}", f"  {'、'.join(facts)}", *([f"  {more}"] if more else [])])
        )


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the work in good order: nothing half-done stays behind."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Refused("中断の指示を受けたため、何も残さずに中止しました。")

    with ExitStack() as former:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                former.callback(signal.signal, number, signal.signal(number, stop))
        yield

"""Making a back-up: all tables of one moment, in a file that is either whole or not there."""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from komatsu_support import audit
from komatsu_support.management.archive.file import Contents, Manifest, Writer, inspect, key_mark
from komatsu_support.management.archive.sealed import Refused
from komatsu_support.management.archive.snapshot import standstill
from komatsu_support.management.archive.tables import migrations, strangers, tables
from komatsu_support.models import AuditEvent, TrailHead, User

PREFIX, SUFFIX = ".office-", ".partial"  # of the file that is being written
ATTEMPTS = 3  # to write to the trail; each waits as long as the settings let any writer wait
STALE = 24 * 60 * 60  # seconds after which such a file belongs to nobody any more


def make(
    target: str, *, despite_trail: bool, say: Callable[[str], None], warn: Callable[[str], None]
) -> tuple[Path, Contents]:
    """Write a back-up to a file, or into a directory under the present time. Raises Refused.

    The trail knows of it before the first row is read, and again when the file is whole. `despite_trail` is
    for a database that can no longer be written.
    """
    path = _place(target)
    begun = _told(f"作成開始 {path.name}")
    if not begun and not despite_trail:
        raise Refused(
            "証跡に書けないため、中止しました。それでも記録を救い出すときは --despite-trail を付けてください。"
        )
    with _whole_or_nothing(path) as (sink, partial):
        with standstill() as alias:
            contents = _write(sink, alias, say=say, warn=warn)
        sink.flush()
        os.fsync(sink.fileno())
        say("書いたファイルを読み直しています。")
        if inspect(partial) != contents:
            raise Refused("書いたファイルを読み直すと内容が違います。保存先の装置を確かめてください。")
    if not _told(f"作成完了 {path.name}", count=contents.rows):
        warn("バックアップは完成しましたが、証跡に書けませんでした。")
    return path, contents


def _told(basis: str, *, count: int | None = None) -> bool:
    """Whether the trail took the event. SQLite gives no turns: among many writers one may wait in vain."""
    for _ in range(ATTEMPTS):
        with contextlib.suppress(audit.TrailUnavailable, DatabaseError):
            audit.record(AuditEvent.Action.BACKUP, by=User.objects.system(), basis=basis, count=count)
            return True
    return False


def _place(target: str) -> Path:
    """The file to write. A name with a slash at its end is meant as a directory."""
    path = Path(target)
    folder = path if path.is_dir() or target.endswith(("/", os.sep)) else path.parent
    if not folder.is_dir():
        raise Refused(f"フォルダー {folder} がありません。")
    if folder == path:
        path /= f"office-{timezone.localtime():%Y%m%d-%H%M%S}.backup"
    _refuse_to_overwrite(path)
    return path


def _refuse_to_overwrite(path: Path) -> None:
    if path.exists():
        raise Refused(f"{path} は既にあります。上書きはしません。")


def _write(
    sink: BinaryIO, alias: str, *, say: Callable[[str], None], warn: Callable[[str], None]
) -> Contents:
    if unknown := strangers(alias):
        warn(f"バックアップに含まれない表があります: {'、'.join(unknown)}")
    writer = Writer(sink, _manifest(alias))
    for table in tables(alias):
        say(table.name)
        writer.add(table.name, table.columns, table.lines(), table.last_number())
    return writer.end()


def _manifest(alias: str) -> Manifest:
    head = TrailHead.objects.using(alias).filter(pk=1).first() or TrailHead()
    return Manifest(
        created_at=timezone.now().isoformat(),
        engine=connection.vendor,
        migrations=migrations(alias),
        trail_number=head.number,
        trail_mac=head.mac,
        keys={name: key_mark(getattr(settings, name)) for name in ("SECRET_KEY", "TRAIL_KEY")},
    )


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file beside, for its owner alone (0600), that takes its name only when all went well."""
    _sweep(path.parent)
    handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=path.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            yield sink, partial
        _refuse_to_overwrite(path)
        partial.rename(path)
        _settle(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what a killed process or a power cut left behind."""
    for left in folder.glob(f"{PREFIX}*{SUFFIX}"):
        if left.stat().st_mtime < time.time() - STALE:
            left.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Make the new name outlive a power cut, where the system can (Windows does so by itself)."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""Restoring a back-up into an empty place: all of it and proven equal, or nothing."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from komatsu_support import audit, checks
from komatsu_support.management.archive.file import Contents, Manifest, inspect, key_mark, opened
from komatsu_support.management.archive.sealed import Refused
from komatsu_support.management.archive.tables import LEFT_OUT, Table, migrations, tables
from komatsu_support.models import AuditEvent, TrailHead, User

# What the migrations themselves put into an empty database; a restore replaces it.
SEEDED = (
    "auth_permission",
    "django_content_type",
    "komatsu_support_term",
    "komatsu_support_termlabel",
    "komatsu_support_trailhead",
    "komatsu_support_user",
)


def restore(
    path: Path, *, despite_trail: bool, say: Callable[[str], None], warn: Callable[[str], None]
) -> Contents:
    """Read a back-up into the empty database. Raises Refused, and then the database is as before.

    `despite_trail` accepts a trail that does not verify: the records matter more than a lost TRAIL_KEY.
    """
    say("ファイルを検査しています。")
    contents = inspect(path)
    _refuse_another_release(contents.manifest)
    _refuse_other_keys(contents.manifest, despite_trail=despite_trail, warn=warn)
    if not connection.introspection.table_names():
        say("データベースを用意しています。")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    with transaction.atomic(durable=True):
        _refuse_unless_ready(contents.manifest)
        there = {table.name: table for table in tables(DEFAULT_DB_ALIAS)}
        _lock(list(there))
        _refuse_unless_empty(there)
        _fill(path, there, say)
        say("復元した内容をバックアップと照合しています。")
        _refuse_unless_equal(contents, there)
        faults = _trail_faults(contents.manifest, accepted=despite_trail, warn=warn)
        for name, table in there.items():
            table.number_on(contents.tables[name].last_number)
        basis = f"復元 {path.name}（証跡 {contents.manifest.trail_number} まで、誤り {faults} 件）"
        audit.record(AuditEvent.Action.BACKUP, by=User.objects.system(), basis=basis, count=contents.rows)
    return contents


def _refuse_another_release(manifest: Manifest) -> None:
    program, archived = set(migrations(None)), set(manifest.migrations)
    if program != archived:
        differing = "、".join(sorted(program ^ archived)[:3])
        raise Refused(
            "このバックアップは別の版のプログラムのものです。作ったときと同じ版のプログラムで復元し、"
            f"その後で更新してください。（違い: {differing}）"
        )


def _refuse_other_keys(manifest: Manifest, *, despite_trail: bool, warn: Callable[[str], None]) -> None:
    if manifest.keys["TRAIL_KEY"] != key_mark(settings.TRAIL_KEY) and not despite_trail:
        raise Refused(
            "TRAIL_KEY がバックアップを作ったときと違うため、証跡を検証できません。元の TRAIL_KEY を設定して"
            "ください。鍵を失ったときは --despite-trail を付けると、検証なしで復元します。"
        )
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if manifest.keys["SECRET_KEY"] not in map(key_mark, known):
        warn(
            "SECRET_KEY がバックアップを作ったときと違うため、二要素認証が使えません。元の鍵を "
            "SECRET_KEY_FALLBACKS に加えるか、各自の二要素認証を登録し直してください。"
        )


def _refuse_unless_ready(manifest: Manifest) -> None:
    """The tables are of the same release, and guarded."""
    if migrations(DEFAULT_DB_ALIAS) != manifest.migrations:
        raise Refused("データベースの版がバックアップと違います。先に manage.py migrate を実行してください。")
    for fault in checks.database_keeps_its_promises([DEFAULT_DB_ALIAS]):
        raise Refused(str(fault.msg))


def _lock(names: list[str]) -> None:
    """Keep writers out until the end; on SQLite the transaction has done so by beginning."""
    if connection.vendor == "sqlite":
        return
    quoted = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(f"LOCK TABLE {quoted} IN EXCLUSIVE MODE")


def _refuse_unless_empty(there: dict[str, Table]) -> None:
    occupied = [name for name, table in there.items() if name not in SEEDED and table.records().exists()]
    if there["komatsu_support_user"].records().exclude(username="system").exists():
        occupied.append("komatsu_support_user")
    if occupied:
        raise Refused(
            "空のデータベースにだけ復元できます。次の表に記録があります: " + "、".join(sorted(occupied)[:5])
        )


def _fill(path: Path, there: dict[str, Table], say: Callable[[str], None]) -> None:
    """Replace what the migrations had put there by what the file holds. Nobody stays signed in."""
    for name in SEEDED:
        there[name].clear()
    with connection.cursor() as cursor:
        for name in LEFT_OUT:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608 own name, quoted
    with opened(path) as reader:
        for name, columns, lines in reader.tables():
            if name not in there or there[name].columns != columns:
                raise Refused(f"バックアップの表 {name} がこのデータベースの表と合いません。")
            say(name)
            there[name].insert(lines)
    connection.check_constraints()


def _refuse_unless_equal(contents: Contents, there: dict[str, Table]) -> None:
    """Every table, read back from the database, is what the file says."""
    if set(there) != set(contents.tables):
        raise Refused("バックアップの表の数がこのデータベースと合いません。")
    for name, table in there.items():
        if table.sum() != contents.tables[name]:
            raise Refused(f"復元した {name} の内容がバックアップと一致しません。")


def _trail_faults(manifest: Manifest, *, accepted: bool, warn: Callable[[str], None]) -> int:
    """How many faults the restored trail has; none, unless they were accepted."""
    verdict = audit.verify()
    faults = list(verdict.faults)
    if (verdict.rows, verdict.head) != (manifest.trail_number, manifest.trail_mac):
        faults.append("証跡の末尾がバックアップの記載と違います。")
    if faults and not accepted:
        raise Refused(
            f"証跡の検証で誤りが {len(faults)} 件見つかりました。{faults[0]}"
            "それでも記録を取り戻すときは --despite-trail を付けてください。"
        )
    for fault in faults[:3]:
        warn(fault)
    if faults:
        _mend_head(verdict)
    return len(faults)


def _mend_head(verdict: audit.Verdict) -> None:
    """Let a trail whose head is lost go on from its last row; the next event says that it had faults."""
    head = TrailHead.objects.filter(pk=1).first() or TrailHead(pk=1)
    if head.number < verdict.rows:
        head.number, head.mac = verdict.rows, verdict.head
    head.seal = head.sealed()
    head.save()

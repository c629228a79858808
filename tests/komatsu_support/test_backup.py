"""Back-up and restore as the office runs them: commands in processes of their own, places of their own."""

import json
import os
import resource
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any

import psycopg
import pytest

from komatsu_support.management.archive import Manifest, Refused, inspect, snapshot
from komatsu_support.management.archive.file import Writer, opened
from komatsu_support.management.archive.sealed import CHUNK, FRAME
from komatsu_support.management.archive.tables import line

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("DATABASE_URL", "")
ENGINE = "postgresql" if SERVER.startswith("postgres") else "sqlite"
EMPTY_DATABASE = "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
FULL = os.environ.get("PROVE") == "full"
KEYS = {
    "SECRET_KEY": "secret-of-the-office",
    "TRAIL_KEY": "trail-of-the-office",
    "BACKUP_KEY": "backup-of-the-office",
}

RECORDS = """
from datetime import date, time
from django.utils import timezone
from komatsu_support.models import Draft
from tests.factories import *
lead = UserFactory("lead", password=None)
client = ClientFactory(name="\\uFA19\\U000E0100田 花子😀", assigned=[lead], by=lead)
for day in (1, 2, 3):
    ConsultationFactory(client=client, consulted_on=date(2025, 5, day), started_at=time(9, 5), staff=lead,
                        content="長" * 50_000, topics=["mental", "dv"], by=lead)
OpenDayFactory(heads={"visitor": 7, "child": 0}, by=lead)
ReferralFactory(by=lead)
drafts = [Draft(user=lead, form="x", key=str(n), saved_at=timezone.now(),
                data={"z": [1, None, "改行\\n\\u2028"], "a": {"ひらがな": 1.5}}) for n in range(3)]
Draft.objects.bulk_create(drafts)
Draft.objects.get(key="2").delete()
"""
CONTENT = """
import json, sys
from django.apps import apps
rows = {
    model._meta.db_table: [json.dumps(row, default=repr, sort_keys=True)
                           for row in model._base_manager.order_by("pk").values()]
    for model in apps.get_models(include_auto_created=True)
}
json.dump(rows, sys.stdout)
"""
TRAIL = """
import json, sys
from komatsu_support import audit
from komatsu_support.models import AuditEvent
told = AuditEvent.objects.filter(action="backup").order_by("number")
json.dump([list(told.values_list("user__username", "basis", "count")), audit.verify().faults], sys.stdout)
"""

# Saves a client, changes it, and says so when it is safe.
WRITER = """
from secrets import token_hex
from time import sleep
from tests.factories import ClientFactory, UserFactory
lead = UserFactory("lead", password=None, username=token_hex(5))
while True:
    client = ClientFactory(number=token_hex(5), assigned=[lead], by=lead)
    client.save(by=lead, changed=["name"])
    print(f"UUID('{client.submission}')", flush=True)
    sleep(0.01)
"""
# Clients whose versions, history and trail do not agree, or whose boxes are not ticked.
TORN = """
import json, sys
from consultations.models import Client
from komatsu_support.models import AuditEvent
torn = []
told = AuditEvent.objects.filter(object_type="consultations.client")
for client in Client.objects.all():
    counts = {client.version, client.history.count(), told.filter(object_id=client.pk).count()}
    if len(counts) != 1 or client.assigned.count() != 1:
        torn.append(client.pk)
lost = set(told.values_list("object_id", flat=True)) - set(Client.objects.values_list("pk", flat=True))
json.dump([*torn, *lost], sys.stdout)
"""
# A trigger that changes what is written.
MEDDLER = {
    "sqlite": """CREATE TRIGGER meddler AFTER INSERT ON komatsu_support_draft
        BEGIN UPDATE komatsu_support_draft SET page = 'other' WHERE id = NEW.id; END""",
    "postgresql": """CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.page = 'other'; RETURN NEW; END $$;
        CREATE TRIGGER meddler BEFORE INSERT ON komatsu_support_draft
        FOR EACH ROW EXECUTE FUNCTION meddle()""",
}


@dataclass
class Place:
    """An installation of its own: a data directory, a database, keys."""

    home: Path
    url: str
    keys: dict[str, str] = field(default_factory=lambda: dict(KEYS))

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see."""
        return {
            **os.environ,
            **self.keys,
            "DATA_DIR": str(self.home),
            "DATABASE_URL": self.url,
            "DEBUG": "true",
            "DJANGO_SETTINGS_MODULE": "komatsu_support.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, *arguments: object, **options: Any) -> subprocess.Popen[str]:
        """A process of the installation."""
        words = [sys.executable, *map(str, arguments)]
        return subprocess.Popen(words, cwd=ROOT, env=self.environment, text=True, **options)

    def manage(self, *arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        """A command, run to its end."""
        process = self.start("manage.py", *arguments, stdout=PIPE, stderr=PIPE, **options)
        out, err = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def python(self, code: str, *arguments: object) -> str:
        """What a piece of code prints."""
        whole = f"import django; django.setup()\n{code}"
        process = self.start("-c", whole, *arguments, stdout=PIPE, stderr=PIPE)
        out, err = process.communicate()
        assert (process.returncode, err) == (0, "")
        return out

    def content(self) -> dict[str, list[str]]:
        """Every row of every table, read through the models and not as the archive does."""
        content: dict[str, list[str]] = json.loads(self.python(CONTENT))
        return content

    def raw(self) -> dict[str, list[Any]]:
        """Every row of every table as the engine holds it: to see that nothing was written."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.home / "office.sqlite3")) as connection:
                names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                rows = connection.execute
                return {n: rows(f"SELECT * FROM {n} ORDER BY 1").fetchall() for (n,) in names}  # noqa: S608
        with psycopg.connect(self.url) as connection:
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            names = connection.execute(tables).fetchall()
            return {
                n: connection.execute(f"SELECT * FROM {n} ORDER BY 1".encode()).fetchall()  # noqa: S608
                for (n,) in names
            }

    def backed_up(self, folder: Path) -> Path:
        """A new back-up of it."""
        before = set(folder.iterdir())
        done = self.manage("backup", folder / f"{len(before)}.backup")
        assert (done.returncode, done.stderr) == (0, "")
        (made,) = set(folder.iterdir()) - before
        return made


type NewPlace = Callable[..., Place]


@pytest.fixture(scope="module")
def new_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewPlace]:
    """`new_place()`: a place with an empty, migrated database; `new_place(bare=True)`: without a table."""
    migrated: dict[str, Place] = {}
    with ExitStack() as ending:

        def make(engine: str = ENGINE, *, bare: bool = False) -> Place:
            if bare:
                return _place(tmp_path_factory.mktemp("place"), engine, None, ending)
            if engine not in migrated:
                migrated[engine] = make(engine, bare=True)
                for command in (["migrate", "-v0"], ["createcachetable"]):
                    done = migrated[engine].manage(*command)
                    assert (done.returncode, done.stderr) == (0, "")
            return _place(tmp_path_factory.mktemp("place"), engine, migrated[engine], ending)

        yield make


def _place(home: Path, engine: str, original: Place | None, ending: ExitStack) -> Place:
    """A new place, with a copy of another's database where one is given."""
    if engine == "sqlite":
        if original:
            shutil.copyfile(original.home / "office.sqlite3", home / "office.sqlite3")
        return Place(home, f"sqlite:///{home / 'office.sqlite3'}")
    name = f"place_{secrets.token_hex(6)}"
    template = original.url.rsplit("/", 1)[1] if original else f"template0 {EMPTY_DATABASE}"
    _tell_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    ending.callback(_tell_server, f"DROP DATABASE {name} WITH (FORCE)")
    return Place(home, f"{SERVER.rsplit('/', 1)[0]}/{name}")


def _tell_server(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="module")
def office(new_place: NewPlace) -> Place:
    """A place at work, with records of several kinds. Only for reading and backing up."""
    place = new_place()
    place.python(RECORDS)
    return place


@pytest.fixture(scope="module")
def backup(office: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A back-up of the office."""
    return office.backed_up(tmp_path_factory.mktemp("backup"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test puts its back-ups."""
    path = tmp_path / "backups"
    path.mkdir()
    return path


def _without_trail(content: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        name: rows
        for name, rows in content.items()
        if name not in ("komatsu_support_auditevent", "komatsu_support_trailhead")
    }


def _rewritten(backup: Path, path: Path, change: Callable[[str, list[bytes]], list[bytes]]) -> None:
    """Write a back-up anew with other rows, under the right key: what no outsider could."""
    with opened(backup) as reader, path.open("wb") as sink:
        writer = Writer(sink, reader.manifest)
        for name, columns, lines in reader.tables():
            kept = list(lines)
            writer.add(name, columns, change(name, kept), reader.sums[name].last_number)
        writer.end()


@pytest.fixture(autouse=True)
def office_key(settings: Any) -> None:
    """The tests read back-ups under the office's key."""
    settings.BACKUP_KEY = KEYS["BACKUP_KEY"]


# --- what comes back


def test_restore_gives_back_every_row(office, backup, new_place):
    place = new_place()

    done = place.manage("restore", backup)

    there, here = office.content(), place.content()
    (told, faults), n = json.loads(place.python(TRAIL)), inspect(backup).manifest.trail_number
    assert (done.returncode, done.stderr) == (0, "")
    assert _without_trail(here) == _without_trail(there)
    assert here["komatsu_support_auditevent"][:n] == there["komatsu_support_auditevent"][:n]
    assert told[-1] == ["system", f"復元 {backup.name}（証跡 {n} まで、誤り 0 件）", inspect(backup).rows]
    assert len(here["komatsu_support_auditevent"]) == n + 1
    assert faults == []


@pytest.mark.skipif(ENGINE == "sqlite", reason="needs both engines: make test-pg")
def test_restore_moves_the_office_to_the_other_engine_and_back(office, backup, new_place, folder):
    sqlite, postgresql = new_place("sqlite"), new_place("postgresql")

    moved = sqlite.manage("restore", backup)
    back = postgresql.manage("restore", sqlite.backed_up(folder))

    assert (moved.returncode, moved.stderr, back.returncode, back.stderr) == (0, "", 0, "")
    assert _without_trail(sqlite.content()) == _without_trail(office.content())
    assert _without_trail(postgresql.content()) == _without_trail(office.content())


def test_restore_lays_out_a_database_without_tables(office, backup, new_place):
    place = new_place(bare=True)

    done = place.manage("restore", backup)

    assert (done.returncode, done.stderr) == (0, "")
    assert _without_trail(place.content()) == _without_trail(office.content())


def test_restore_never_gives_out_a_number_twice(office, backup, new_place):
    place = new_place()
    place.manage("restore", backup)

    numbers = place.python(
        "from django.utils import timezone\nfrom komatsu_support.models import *\n"
        "last = Draft.objects.latest('pk').pk\n"
        "new = Draft.objects.create(user_id=1, form='y', key='new', saved_at=timezone.now()).pk\n"
        "print(new - last)"
    )

    assert numbers == "2\n"  # the draft between them was discarded before the back-up


def test_restore_signs_nobody_in(new_place, folder):
    office, place = new_place(), new_place()
    office.python(
        "from datetime import datetime, UTC\nfrom django.contrib.sessions.models import Session\n"
        "Session.objects.create(session_key='k', session_data='d', expire_date=datetime(2099, 1, 1, tzinfo=UTC))"
    )

    done = place.manage("restore", office.backed_up(folder))

    assert (done.returncode, done.stderr) == (0, "")
    assert place.content()["django_session"] == []


# --- the file


def test_backup_into_a_folder_is_named_by_the_time_and_closed_to_others(office, folder):
    done = office.manage("backup", folder)

    (made,) = folder.iterdir()
    assert (done.returncode, done.stderr) == (0, "")
    assert time.strptime(made.name, "office-%Y%m%d-%H%M%S.backup")
    assert made.stat().st_mode & 0o777 == 0o600
    assert str(made) in done.stdout


def test_backup_is_in_the_trail_before_and_after(office, folder, new_place):
    made = office.backed_up(folder)

    told, faults = json.loads(office.python(TRAIL))
    assert told[-2:] == [
        ["system", f"作成開始 {made.name}", None],
        ["system", f"作成完了 {made.name}", inspect(made).rows],
    ]
    assert faults == []


def test_backup_holds_every_table(office, backup):
    tables = set(office.content()) - {"django_session"}

    assert set(inspect(backup).tables) == tables


def test_backup_names_a_table_that_it_does_not_hold(new_place, folder):
    place = new_place()
    place.python(
        "from django.db import connection\nconnection.cursor().execute('CREATE TABLE stranger (n int)')"
    )

    done = place.manage("backup", folder)

    assert (done.returncode, done.stderr) == (0, "注意: バックアップに含まれない表があります: stranger\n")


def test_backup_of_a_database_behind_the_program_holds_what_there_is(new_place, folder):
    place, fresh = new_place(), new_place()
    place.manage("migrate", "kpi", "zero")

    made = place.backed_up(folder)

    done = fresh.manage("restore", made)
    assert [name for name in inspect(made).tables if name.startswith("kpi_")] == []
    assert (done.returncode, "別の版のプログラム" in done.stderr) == (2, True)


def test_backup_overwrites_nothing(office, folder):
    (folder / "kept").write_text("kept")

    done = office.manage("backup", folder / "kept")

    assert (done.returncode, done.stderr) == (
        2,
        f"CommandError: {folder / 'kept'} は既にあります。上書きはしません。\n",
    )
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("kept", "kept")]


def test_backup_into_a_missing_folder_says_so(office, folder):
    done = office.manage("backup", f"{folder}/missing/")

    assert (done.returncode, done.stderr) == (
        2,
        f"CommandError: フォルダー {folder / 'missing'} がありません。\n",
    )
    assert list(folder.iterdir()) == []


def test_backup_onto_a_full_disk_leaves_nothing(office, folder):
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = office.manage("backup", folder, "--despite-trail", preexec_fn=full)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert list(folder.iterdir()) == []


def test_backup_is_not_made_when_the_trail_cannot_tell_unless_asked(new_place, folder):
    place = new_place()
    place.python("from komatsu_support.models import *\nTrailHead.objects.all().delete()")

    refused = place.manage("backup", folder)
    nothing = list(folder.iterdir())
    done = place.manage("backup", folder, "--despite-trail")

    assert (refused.returncode, "証跡に書けないため" in refused.stderr, nothing) == (2, True, [])
    assert (done.returncode, done.stderr) == (
        0,
        "注意: バックアップは完成しましたが、証跡に書けませんでした。\n",
    )
    assert len(list(folder.iterdir())) == 1


def test_verify_needs_no_database(backup, tmp_path):
    place = Place(tmp_path, "postgresql://nobody:nothing@127.0.0.1:9/none")

    done = place.manage("backup", "--verify", backup)

    assert (done.returncode, done.stderr) == (0, "")
    assert f"{inspect(backup).rows:,}行" in done.stdout


def test_verify_of_something_else_says_so(tmp_path):
    (tmp_path / "letter").write_text("拝啓")
    place = Place(tmp_path, "postgresql://nobody:nothing@127.0.0.1:9/none")

    other, missing = (
        place.manage("backup", "--verify", tmp_path / "letter"),
        place.manage("backup", "--verify", "x"),
    )

    sentence = "このシステムのバックアップファイルではないか、先頭が壊れています。"
    assert (other.returncode, other.stderr) == (2, f"CommandError: {sentence}\n")
    assert (missing.returncode, missing.stderr) == (
        2,
        "CommandError: ファイルを読み書きできません: 見つかりません。\n",
    )


# --- what is refused, and then nothing is written


def _refused(place: Place, backup: Path, reason: str) -> None:
    """The restore ends with 2 and its reason, and the database is as before."""
    before = place.raw()

    done = place.manage("restore", backup)

    assert (done.returncode, done.stderr.count("\n"), reason in done.stderr) == (2, 1, True), done.stderr
    assert place.raw() == before


def test_restore_refuses_a_second_time(backup, new_place):
    place = new_place()
    place.manage("restore", backup)

    _refused(place, backup, "空のデータベースにだけ復元できます")


@pytest.mark.parametrize(
    "row",
    [
        "UserFactory('admin', password=None)",
        "OfficeDay.objects.bulk_create([OfficeDay(day='2025-05-01', created_by_id=1, updated_by_id=1)])",
        "audit.record('login', by=None)",
    ],
)
def test_restore_refuses_a_place_that_holds_anything(backup, new_place, row):
    place = new_place()
    place.python(f"from komatsu_support import audit\nfrom tests.factories import *\n{row}")

    _refused(place, backup, "空のデータベースにだけ復元できます")


def test_restore_refuses_another_key(backup, new_place):
    place = new_place()
    place.keys["BACKUP_KEY"] = "another"

    _refused(place, backup, "BACKUP_KEY がこのバックアップの鍵と違う")


def test_restore_refuses_a_truncated_file(backup, new_place, folder):
    (folder / "short").write_bytes(backup.read_bytes()[:-1])

    _refused(new_place(), folder / "short", "途中で切れています")


def test_restore_refuses_a_database_of_another_release(backup, new_place):
    place = new_place()
    place.manage("migrate", "kpi", "zero")

    done = place.manage("restore", backup)

    assert (done.returncode, "先に manage.py migrate" in done.stderr) == (2, True)


def test_restore_refuses_a_place_whose_trail_is_not_guarded(backup, new_place):
    place = new_place()
    place.python("from tests import trail\ntrail.lift()")

    _refused(place, backup, "証跡を守るトリガー")


def test_restore_refuses_rows_that_point_nowhere(backup, new_place, folder):
    _rewritten(backup, folder / "cut", lambda name, lines: [] if name == "cafe_openday" else lines)

    _refused(new_place(), folder / "cut", "データベースの誤りのため中止しました（IntegrityError）")


def test_restore_refuses_what_the_database_does_not_give_back(backup, new_place):
    place = new_place()
    place.python(f"from django.db import connection\nconnection.cursor().execute({MEDDLER[ENGINE]!r})")

    _refused(place, backup, "復元した komatsu_support_draft の内容がバックアップと一致しません")


def test_restore_refuses_an_edited_trail_unless_asked(new_place, folder):
    office, place = new_place(), new_place()
    office.python(
        "from tests import trail\nfrom komatsu_support import audit\nfrom komatsu_support.models import *\n"
        "[audit.record('login', by=None) for _ in range(3)]\ntrail.lift()\n"
        "AuditEvent.objects.filter(pk=2).update(action='view')\nTrailHead.objects.all().delete()\ntrail.guard()"
    )
    office.manage("backup", folder / "edited", "--despite-trail")

    _refused(place, folder / "edited", "証跡の検証で誤りが 3 件見つかりました")
    done = place.manage("restore", folder / "edited", "--despite-trail")

    (told, faults) = json.loads(place.python(TRAIL))
    assert (done.returncode, done.stderr.count("注意")) == (0, 3)
    assert told == [["system", "復元 edited（証跡 0 まで、誤り 3 件）", inspect(folder / "edited").rows]]
    assert faults == ["通番 2 の証跡が書き換えられているか、順序が違います。"]


def test_restore_with_another_trail_key_is_refused_unless_asked(office, backup, new_place):
    place = new_place()
    place.keys["TRAIL_KEY"] = "another"

    _refused(place, backup, "TRAIL_KEY がバックアップを作ったときと違う")
    done = place.manage("restore", backup, "--despite-trail")

    assert done.returncode == 0
    assert _without_trail(place.content()) == _without_trail(office.content())


def test_restore_with_another_secret_key_says_what_no_longer_works(backup, new_place):
    changed, kept = new_place(), new_place()
    changed.keys["SECRET_KEY"] = kept.keys["SECRET_KEY"] = "another"
    kept.keys["SECRET_KEY_FALLBACKS"] = KEYS["SECRET_KEY"]

    warned, silent = changed.manage("restore", backup), kept.manage("restore", backup)

    assert (warned.returncode, "二要素認証が使えません" in warned.stderr) == (0, True)
    assert (silent.returncode, silent.stderr) == (0, "")


# --- damage


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file of several chunks, whose rows cannot be compressed."""
    path = tmp_path / "paper.backup"
    with path.open("wb") as sink:
        writer = Writer(sink, Manifest("2026-04-01T00:00:00+00:00", "sqlite", [], 0, "", {}))
        writer.add("t", ["n", "text"], [line([n, secrets.token_urlsafe(3000)]) for n in range(150)], None)
        writer.end()
    return path


def _damaged(path: Path, data: bytes) -> bool:
    path.write_bytes(data)
    try:
        inspect(path)
    except Refused:
        return True
    return False


def _frames(data: bytes) -> list[tuple[int, int]]:
    """Where each frame begins and ends."""
    frames, start = [], 25 + 16 + 16
    while start < len(data):
        end = start + FRAME.size + FRAME.unpack_from(data, start)[1]
        frames.append((start, end))
        start = end
    return frames


def test_a_file_cut_off_anywhere_is_refused(paper):
    data = paper.read_bytes()
    cuts = {*range(0, len(data), 64 * 1024), *(start for start, _ in _frames(data)), 1, 56, len(data) - 1}

    assert len(data) > 5 * CHUNK
    assert [cut for cut in sorted(cuts) if not _damaged(paper, data[:cut])] == []
    assert _damaged(paper, data + b"\0")
    assert not _damaged(paper, data)


def test_a_file_cut_off_whose_new_end_claims_to_be_the_last_is_refused(paper):
    data = paper.read_bytes()
    (start, end), *_ = _frames(data)

    assert (data[start], _damaged(paper, data[:start] + b"\1" + data[start + 1 : end])) == (0, True)


def test_a_file_with_a_flipped_byte_is_refused(paper):
    data = paper.read_bytes()
    places = [0, 24, 25, 40, 41, 56, *range(57, len(data), 30011)]
    places += [start + n for start, _ in _frames(data) for n in (0, 3, 4, 5)]

    unseen = []
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1
        if not _damaged(paper, bytes(flipped)):
            unseen.append(place)

    assert unseen == []


def test_a_file_with_swapped_repeated_or_missing_chunks_is_refused(paper):
    data = paper.read_bytes()
    head, chunks = data[:57], [data[start:end] for start, end in _frames(data)]
    first, second, *rest = chunks

    assert not _damaged(paper, b"".join([head, first, second, *rest]))
    assert _damaged(paper, b"".join([head, second, first, *rest]))
    assert _damaged(paper, b"".join([head, first, first, second, *rest]))
    assert _damaged(paper, b"".join([head, first, *rest]))
    assert _damaged(paper, b"".join([head, *rest[-1:]]))


def test_a_file_shows_nothing_to_the_eye(backup):
    data = backup.read_bytes()

    assert [word for word in ("花子", "shokuin", "cafe_openday", "manifest") if word.encode() in data] == []


# --- killed midway


def _when(true: Callable[[], object]) -> None:
    """Return as soon as it is so."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def _killed_while_writing(office: Place, folder: Path, by: signal.Signals) -> tuple[int, str]:
    process = office.start("manage.py", "backup", folder, stdout=PIPE, stderr=PIPE)
    _when(lambda: list(folder.glob(".office-*.partial")))
    process.send_signal(by)
    return process.wait(), process.communicate()[1]


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_backup_told_to_stop_leaves_nothing(office, folder, by):
    code, err = _killed_while_writing(office, folder, by)

    said = err.partition("\n")[0]  # the interpreter may add what it could not tidy up
    assert (code, said) == (2, "CommandError: 中断の指示を受けたため、何も残さずに中止しました。")
    assert list(folder.iterdir()) == []


def test_backup_killed_leaves_no_backup_and_the_next_day_nothing(office, folder):
    code, _ = _killed_while_writing(office, folder, signal.SIGKILL)

    (left,) = folder.iterdir()
    os.utime(left, (time.time() - 25 * 60 * 60,) * 2)
    made = office.backed_up(folder)

    assert (code, left.suffix) == (-signal.SIGKILL, ".partial")
    assert list(folder.iterdir()) == [made]


@pytest.mark.parametrize("word", ["cafe_openday", "照合"])
def test_restore_killed_leaves_the_place_empty(office, backup, new_place, word):
    place = new_place()
    before = place.raw()
    process = place.start("manage.py", "restore", backup, "-v2", stdout=PIPE)
    _read_until(word, process.stdout)
    process.kill()
    process.communicate()

    after = place.raw()
    done = place.manage("restore", backup)

    assert after == before
    assert (done.returncode, done.stderr) == (0, "")
    assert _without_trail(place.content()) == _without_trail(office.content())


def _read_until(word: str, stream: IO[str]) -> None:
    for said in stream:
        if word in said:
            return
    pytest.fail(f"{word} was never said")


# --- under load


def test_a_database_that_is_never_free_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "PATIENCE", 0.2)
    path = tmp_path / "busy.sqlite3"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as writer,
        closing(sqlite3.connect(path, timeout=0.01)) as source,
        closing(sqlite3.connect("")) as target,
    ):
        writer.execute("CREATE TABLE t (n)")
        writer.execute("BEGIN EXCLUSIVE")

        with pytest.raises(Refused, match="ほかの処理が書き込みを続けているため"):
            snapshot._copy_pages(source, target)


@pytest.mark.prove
def test_backups_under_load_are_each_one_moment(new_place, folder, tmp_path):
    office = new_place()
    acknowledged = [tmp_path / f"acknowledged-{n}" for n in range(2)]
    writers = [_writer(office, path) for path in acknowledged]
    rounds = []
    try:
        _when(lambda: all(len(_lines(path)) > 2 for path in acknowledged))
        for _ in range(20 if FULL else 2):
            known = [line for path in acknowledged for line in _lines(path)]
            rounds.append((office.backed_up(folder), known))
    finally:
        for writer in writers:
            writer.terminate()
        ends = [writer.wait() for writer in writers]
    assert ends == [-signal.SIGTERM] * 2

    there = office.content()
    for made, known in rounds:
        place = new_place()
        done = place.manage("restore", made)
        here = place.content()

        trail = here["komatsu_support_auditevent"][:-1]  # the last tells of the restore
        seen = {json.loads(row)["submission"] for row in here["consultations_client"]}
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(place.python(TRAIL))[1] == []
        assert trail == there["komatsu_support_auditevent"][: len(trail)]
        assert [client for client in known if client not in seen] == []
        assert json.loads(place.python(TORN)) == []
    assert len(rounds[-1][1]) > len(rounds[0][1])


def _writer(office: Place, path: Path) -> subprocess.Popen[str]:
    with path.open("w") as sink:
        return office.start("-c", f"import django; django.setup()\n{WRITER}", stdout=sink)


def _lines(path: Path) -> list[str]:
    return path.read_text().split("\n")[:-1]

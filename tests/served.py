"""A real server on a sample year: `manage.py up` in a process of its own, on an empty place.

What a newcomer gets, on the engine the tests run on. It can be stopped as a power cut would, and started again.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "tonton-sample-2025"
ANSWERER = """
import contextlib, io, json, sys, traceback
from django.db import connections

for line in sys.stdin:
    printed, fault = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), {})
    except BaseException:
        fault = traceback.format_exc()
    finally:
        connections.close_all()
    print(json.dumps([printed.getvalue().strip(), fault]), flush=True)
"""
"""Runs lines of Python for as long as they come: a new process for each would take a second to begin."""


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of this session's own, on the engine the tests run on."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{tmp_path_factory.mktemp('e2e') / 'office.sqlite3'}"
        return
    name = f"e2e_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield f"{given.rpartition('/')[0]}/{name}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Site:
    """The running server; it can be stopped and started again."""

    def __init__(self, environment: dict[str, str], port: int, log: Path) -> None:
        self.url = f"http://localhost:{port}"
        self.environment, self._port, self._log = environment, port, log
        self._process: subprocess.Popen[bytes] | None = None
        self._answerer: subprocess.Popen[str] | None = None

    def manage(self, *words: str) -> None:
        """One management command in the server's place."""
        subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def ask(self, question: str) -> str:
        """What some lines of Python print in the server's place."""
        if self._answerer is None:
            self._answerer = subprocess.Popen(
                [sys.executable, "manage.py", "shell", "--no-imports", "-c", ANSWERER],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._answerer.stdin
        assert self._answerer.stdout
        print(json.dumps(question), file=self._answerer.stdin, flush=True)
        answer, fault = json.loads(self._answerer.stdout.readline())
        assert fault == ""
        return str(answer)

    def start(self) -> None:
        """Serve, and wait until it answers. With $LATE set, late (`tests.late`)."""
        manage = ["-m", "tests.late"] if os.environ.get("LATE") else ["manage.py"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *manage, "runserver", "--noreload", f"localhost:{self._port}"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{self.url}/healthz/", timeout=2).close()  # noqa: S310
            except OSError:
                time.sleep(0.2)
            else:
                return
        pytest.fail(f"the server did not start:\n{self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        """End the server, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def end(self) -> None:
        """Nothing of it stays behind."""
        self.stop()
        if self._answerer is not None:
            self._answerer.communicate()  # its questions end, and so does it
            self._answerer = None


@pytest.fixture(scope="session")
def site(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample year, served."""
    place = tmp_path_factory.mktemp("site")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    # Without SECRET_KEY manage.py is a development checkout, sample accounts included.
    environment = {key: value for key, value in os.environ.items() if key not in ("SECRET_KEY", "DEBUG")}
    environment |= {"DATABASE_URL": database_url, "DATA_DIR": str(place), "REQUIRE_MFA": "false"}
    served = Site(environment, port, place / "server.log")
    served.manage("up", "--no-serve")
    served.start()
    yield served
    served.end()

"""A real server on a sample year, and a real Chromium before it.

The server is `manage.py up` in a process of its own, on an empty place: what a newcomer gets. Without a
Chromium these tests are skipped and the summary says so; E2E_REQUIRED=1 makes that an error.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "tonton-sample-2025"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here, and skip it loudly where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if not CHROMIUM and not os.environ.get("E2E_REQUIRED"):
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM FOUND: the browser tests did NOT run"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The machine's own Chromium; Playwright downloads none."""
    if not CHROMIUM:
        pytest.fail("E2E_REQUIRED is set and there is no Chromium.")
    return {"executable_path": CHROMIUM, "args": QUIET}


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
        self._environment, self._port, self._log = environment, port, log
        self._process: subprocess.Popen[bytes] | None = None

    def manage(self, *words: str) -> None:
        """One management command in the server's place."""
        subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        """Serve, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "runserver", "--noreload", f"localhost:{self._port}"],
                cwd=ROOT,
                env=self._environment,
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
    served.stop()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained about; a test fails with any left at its end."""
    return []


@pytest.fixture
def visit(browser: Browser, site: Site, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """`visit("counselor", width="phone")`: a page on which that sample account is signed in."""
    contexts: list[BrowserContext] = []

    def sign_in(username: str = "", *, width: str = "wide") -> Page:
        context = browser.new_context(viewport=WIDTHS[width], locale="ja-JP", base_url=site.url)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda line: complaints.append(line.text) if _is_complaint(line) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if username:
            page.goto("/accounts/login/")
            page.locator("input[name=login]").fill(username)
            page.locator("input[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="ログイン", exact=True).click()
            page.wait_for_url("**/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


def _is_complaint(line: object) -> bool:
    """Errors, but neither the browser's own note of a status such as 404, 409 or 422 nor htmx's of a draft
    that the page took back because the record itself is on its way."""
    text = str(getattr(line, "text", ""))
    notes = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
    return getattr(line, "type", "") == "error" and not text.startswith(notes)

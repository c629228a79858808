"""A real Chromium before the real server of `tests.served`.

Without a Chromium these tests are skipped and the summary says so; E2E_REQUIRED=1 makes that an error.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partialmethod
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.e2e.door import sign_in
from tests.served import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLOW = 30_000  # ms an answer may take on a busy machine
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


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """How long an expectation waits: a busy machine is no fault.

    With $LATE set, no click waits for the page that it leads to: a test that leans on that fails.
    """
    expect.set_options(timeout=SLOW)
    if os.environ.get("LATE"):
        Locator.click = partialmethod(Locator.click, no_wait_after=True)  # type: ignore[method-assign,assignment]


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained about; a test fails with any left at its end."""
    return []


@pytest.fixture
def visit(browser: Browser, site: Site, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """`visit("counselor", width="phone")`: a page on which that sample account is signed in."""
    contexts: list[BrowserContext] = []

    def open_page(username: str = "", *, width: str = "wide") -> Page:
        context = browser.new_context(viewport=WIDTHS[width], locale="ja-JP", base_url=site.url)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.on("console", lambda line: complaints.append(line.text) if _is_complaint(line) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if username:
            sign_in(page, username)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _is_complaint(line: object) -> bool:
    """Errors, but neither the browser's own note of a status such as 404, 409 or 422 nor htmx's of a draft
    that the page took back because the record itself is on its way."""
    text = str(getattr(line, "text", ""))
    notes = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
    return getattr(line, "type", "") == "error" and not text.startswith(notes)

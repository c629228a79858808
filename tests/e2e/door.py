"""Signing in through the page; arriving on the next one; waiting until something is so."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.served import PASSWORD


def sign_in(page: Page, username: str) -> None:
    """From the log-in page, opened unless the browser stands on it, to 今日の仕事.

    The address alone does not tell: that of the log-in page ends in a slash too. Nor does the heading: it stands
    before the scripts have run, and a key pressed by then would be lost.
    """
    if "/accounts/login/" not in page.url:
        page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="今日の仕事")).to_be_visible()
    page.wait_for_load_state()


def lands(page: Page, path: str) -> None:
    """Waits for the page that a press leads to, and for its scripts; `path` is a regular expression.

    What is asked is where the browser stands, not how it came there: of two presses the second may end the
    journey of the first, which `wait_for_url` takes for a failure.
    """
    expect(page).to_have_url(re.compile(path))
    page.wait_for_load_state()


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """What is pressed inside leads to another page, maybe of the same address: waits until that one stands."""
    page.evaluate("document.documentElement.dataset.left = ''")
    yield
    expect(page.locator("html:not([data-left])")).to_be_attached()
    page.wait_for_load_state()


def until(page: Page, came: Callable[[], bool]) -> None:
    """Waits, while the browser goes on, for what no locator tells."""
    for _ in range(300):
        if came():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not come")

"""The search box of persons: by keys alone, as one types, and never an old answer over a new one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.door import until
from tests.e2e.test_roles import is_too_wide, violations

SUGGEST = "**/consultations/clients/suggest/"
WATCH = """list => {
  list.dataset.shown = "";
  new MutationObserver(() => { list.dataset.shown += list.textContent; }).observe(list, { childList: true });
}"""


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_person_is_found_and_opened_by_keys_alone(visit: Callable[..., Page], width: str) -> None:
    page = visit("counselor", width=width)

    page.keyboard.press("/")
    page.keyboard.type("みほん", delay=30)
    links = page.locator("#found-persons a")
    expect(links.nth(1)).to_be_visible()
    name = links.nth(1).locator(".found-name").inner_text()
    found = (violations(page), is_too_wide(page))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert found == ([], False)
    assert "%E3" not in page.url


def test_list_closes_by_escape_and_enter_shows_everybody(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    page.keyboard.press("/")
    page.keyboard.type("みほん", delay=30)
    expect(page.locator("#found-persons a").first).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.locator("#found-persons")).to_be_hidden()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("相談者を探す")
    expect(page.locator("#find-person")).to_have_value("みほん")
    assert violations(page) == []


def test_old_answer_is_never_shown_for_what_stands_in_the_box_by_then(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    asked: list[Route] = []

    def hold_the_first(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route(SUGGEST, hold_the_first)
    found, box = page.locator("#found-persons"), page.locator("#find-person")
    found.evaluate(WATCH)
    box.press_sequentially("さく")
    until(page, lambda: len(asked) == 1)
    box.fill("みほん")
    asked[0].continue_()

    expect(found.locator(".found-name").first).to_contain_text("見本")
    assert "サク" not in (found.get_attribute("data-shown") or "サク").split("見本")[0]


def test_one_character_asks_nothing(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.locator("#find-person").press_sequentially("み")
    page.wait_for_timeout(500)

    assert [url for url in asked if "suggest" in url] == []

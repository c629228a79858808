"""Typing through a cut network, a killed server and an ended session: at most ten seconds are lost, nothing twice.

The figure: 20,000 characters, 50 runs (`make prove`); one short run in `make test`. A run types, suffers each
fault once in an order of its own, goes on typing, and ends as a power cut at the desk would: the browser is
gone without a word. What a new browser is offered then is compared with what was typed ten seconds before.
"""

import os
import random
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.door import lands, next_page, sign_in
from tests.served import Site

pytestmark = pytest.mark.prove
FULL = os.environ.get("PROVE") == "full"
RUNS, LENGTH = (50, 20_000) if FULL else (1, 2_000)
MAY_BE_LOST = 10.0  # seconds of typing
SAVED = re.compile(r"下書き保存 \d\d:\d\d")
CHUNK = 50  # characters at a stroke: a fast typist's ten seconds

COUNT = "from consultations.models import Consultation as K; print(K.objects.count())"
CHOOSE = "field => field.options ? (field.selectedIndex = 1) : (field.checked = true)"


class Desk:
    """A form being filled in, and when each character of it was typed."""

    def __init__(self, page: Page, dice: random.Random) -> None:
        self.page, self.dice, self.typed = page, dice, ""
        self.moments: list[tuple[float, int]] = []
        page.goto("/consultations/new/")
        self.box = page.locator("textarea[name=content]")
        self.box.focus()

    def type(self, length: int) -> None:
        """So many characters, a stroke of some every half second or so."""
        for _ in range(0, length, CHUNK):
            stroke = "".join(self.dice.choice("あいうえおかきくけこ話相談") for _ in range(CHUNK))
            self.page.keyboard.insert_text(stroke)
            self.typed += stroke
            self.moments.append((time.monotonic(), len(self.typed)))
            self.page.wait_for_timeout(self.dice.choice([20, 60, 200]))

    def until(self, moment: float) -> str:
        """What had been typed by then."""
        return self.typed[: max((length for at, length in self.moments if at <= moment), default=0)]

    def settle(self) -> None:
        """Wait until the page says that all is kept again."""
        self.page.keyboard.insert_text("。")
        self.typed += "。"
        expect(self.page.locator("#draft-status")).to_have_text(SAVED, timeout=40_000)


def cut_network(desk: Desk, site: Site) -> None:
    """The cable is out for a while."""
    desk.page.context.set_offline(True)
    desk.type(LENGTH // 10)
    desk.page.context.set_offline(False)
    desk.settle()


def kill_server(desk: Desk, site: Site) -> None:
    """The server is gone and comes back."""
    site.stop()
    desk.type(LENGTH // 10)
    site.start()
    desk.settle()


def end_session(desk: Desk, site: Site) -> None:
    """The session ends while she types; she signs in again in another tab."""
    context = desk.page.context
    others = [cookie for cookie in context.cookies() if cookie["name"] != "sessionid"]
    context.clear_cookies()
    context.add_cookies(others)  # type: ignore[arg-type]
    desk.type(LENGTH // 10)
    expect(desk.page.locator("#draft-status")).to_contain_text("ログインの期限が切れました", timeout=20_000)
    tab = context.new_page()
    sign_in(tab, "counselor")
    tab.close()
    desk.page.bring_to_front()
    desk.page.evaluate("dispatchEvent(new Event('focus'))")
    desk.settle()


@pytest.mark.parametrize("run", range(RUNS))
def test_ten_seconds_of_typing_are_lost_at_most_and_nothing_is_there_twice(
    visit: Callable[..., Page], site: Site, complaints: list[str], run: int
) -> None:
    dice, before = random.Random(run), int(site.ask(COUNT))
    page = visit("counselor")
    desk = Desk(page, dice)
    faults = [cut_network, kill_server, end_session]
    dice.shuffle(faults)

    for fault in faults:
        desk.type(LENGTH // 5)
        fault(desk, site)
    desk.type(LENGTH - len(desk.typed))
    page.wait_for_timeout(dice.randrange(0, 4_000))
    submission = page.locator("input[name=submission]").input_value()
    ended = time.monotonic()
    page.context.close()  # no goodbye: as when the power goes

    found = visit("counselor")
    found.goto("/consultations/new/")
    with next_page(found):
        found.get_by_role("link", name="続きを書く").first.click()
    kept = found.locator("textarea[name=content]").input_value()
    assert desk.typed.startswith(kept)
    assert len(kept) >= len(desk.until(ended - MAY_BE_LOST))
    assert found.locator("input[name=submission]").input_value() == submission

    found.locator("textarea[name=content]").fill(desk.typed)
    found.locator("select[name=main_topic], input[name=main_topic]").first.evaluate(CHOOSE)
    found.locator("input[name=method]").first.check()
    found.locator("[data-submit]").dblclick()
    lands(found, r"/consultations/\d+/$")
    assert int(site.ask(COUNT)) == before + 1
    found.goto("/consultations/new/")
    expect(found.get_by_role("link", name="続きを書く")).to_have_count(0)
    complaints.clear()  # the browser's own lines about the faults

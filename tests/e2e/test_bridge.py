"""橋, by three hands: the coordinator presses, a counselor takes it up, and the coordinator is told nothing."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.door import lands, next_page
from tests.e2e.test_intake import choose_phone_and_topic, register
from tests.e2e.test_roles import is_too_wide, violations
from tests.served import Site

LATEST = "from cafe.models import OpenDay; print(OpenDay.objects.held().latest('held_on').pk)"


def waiting(page: Page) -> int:
    """How many wait, as the home of a counselor says."""
    page.goto("/")
    found = re.search(r"カフェからの橋（(\d+)件待っています）", page.locator("main").inner_text())
    return int(found[1]) if found else 0


def test_press_of_the_coordinator_becomes_a_talk_of_which_she_learns_nothing(
    visit: Callable[..., Page], site: Site
) -> None:
    coordinator, counselor = visit("coordinator"), visit("counselor", width="phone")
    day = f"/cafe/days/{site.ask(LATEST)}/"
    coordinator.goto(day)
    before, many = coordinator.locator("main").inner_text(), waiting(counselor)

    coordinator.get_by_role("button", name="相談員につなぐ").click()
    coordinator.locator("#question").get_by_role("button", name="やめる").click()
    assert waiting(counselor) == many
    coordinator.get_by_role("button", name="相談員につなぐ").click()
    coordinator.locator("#question").get_by_role("button", name="相談員につなぐ").click()
    expect(coordinator.locator("#messages")).to_have_text("相談員に伝わりました。")
    found = [(violations(coordinator), is_too_wide(coordinator))]
    assert waiting(counselor) == many + 1
    with next_page(counselor):
        counselor.get_by_role("link", name="カフェからの橋を開く").click()
    found.append((violations(counselor), is_too_wide(counselor)))
    counselor.get_by_role("link", name="相談を記録する").last.click()
    expect(counselor.locator(".banner-info")).to_contain_text("カフェからの橋（")
    expect(counselor.get_by_label("カフェ利用", exact=True)).to_be_checked()
    choose_phone_and_topic(counselor)
    counselor.get_by_text("初めての方", exact=True).click()
    counselor.locator("#id_new_alias").fill("みかんさん")
    register(counselor)
    lands(counselor, r"\?talk=\d+$")
    counselor.locator(".timeline").get_by_role("link").first.click()

    expect(counselor.locator(".facts")).to_contain_text("カフェからの橋（")
    assert waiting(counselor) == many
    coordinator.goto(day)
    assert coordinator.locator("main").inner_text() == before
    coordinator.goto("/")
    expect(coordinator.locator("body")).not_to_contain_text("橋")
    refused = coordinator.goto("/consultations/introductions/")
    assert refused is not None
    assert refused.status == 403
    assert found == [([], False)] * 2


def test_bridges_are_linked_dropped_and_measured_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("lead", width="phone")
    page.goto("/consultations/introductions/")
    found = []
    with next_page(page):
        page.get_by_role("link", name="既にある相談記録につなぐ").first.click()
    found.append((violations(page), is_too_wide(page)))
    page.goto("/consultations/introductions/")
    page.get_by_role("link", name="相談にならなかった").first.click()
    page.get_by_role("button", name="相談にならなかったと記録").click()
    expect(page.get_by_role("alert")).to_contain_text("相談にならなかった理由を選んでください。")
    found.append((violations(page), is_too_wide(page)))
    page.get_by_label("来られなかった").check()
    with next_page(page):
        page.get_by_role("button", name="相談にならなかったと記録").click()
    found.append((violations(page), is_too_wide(page)))
    page.goto("/")
    page.get_by_role("link", name="カフェからの流れ").click()
    expect(page.get_by_role("region", name="橋のゆくえ")).to_contain_text("来られなかった")
    found.append((violations(page), is_too_wide(page)))

    assert found == [([], False)] * 4

"""Each role signs in and walks every page of its menu: Japanese, accessible, no complaint of the browser."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.door import next_page

SCREENSHOTS = Path(__file__).parent / "screenshots"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MENUS = {
    "counselor": [
        "今日の仕事",
        "相談",
        "相談者",
        "予約",
        "カフェ",
        "つなぎ",
        "会議",
        "支援機関",
        "研修",
        "指標",
        "カレンダー",
    ],
    "lead": [
        "今日の仕事",
        "相談",
        "相談者",
        "予約",
        "カフェ",
        "つなぎ",
        "会議",
        "支援機関",
        "研修",
        "指標",
        "カレンダー",
        "証跡",
        "証跡の状態",
    ],
    "coordinator": ["今日の仕事", "カフェ", "支援機関", "研修", "カフェ指標", "カレンダー"],
    "manager": ["今日の仕事", "カフェ", "支援機関", "研修", "指標", "カレンダー", "証跡", "証跡の状態"],
    "viewer": ["今日の仕事", "研修", "指標"],
    "admin": ["今日の仕事", "カレンダー", "選択肢", "アカウント", "証跡の状態"],
}


def shoot(page: Page, name: str) -> None:
    """Keep a picture for README and for eyes, when asked to (SCREENSHOTS=1)."""
    if os.environ.get("SCREENSHOTS"):
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def violations(page: Page) -> list[str]:
    """What axe finds: WCAG 2.2 AA and best practice. Asked before the styles are there, it measures bare links."""
    page.wait_for_load_state("load")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes'][:3]]}" for each in found]


def is_too_wide(page: Page) -> bool:
    """Whether the page itself scrolls sideways."""
    return bool(page.locator("html").evaluate("root => root.scrollWidth > root.clientWidth + 1"))


@pytest.mark.parametrize("width", ["wide", "phone"])
@pytest.mark.parametrize("role", MENUS)
def test_role_walks_its_menu(visit: Callable[..., Page], role: str, width: str) -> None:
    page = visit(role, width=width)
    menu = page.get_by_role("navigation", name="主な画面").get_by_role("link")
    assert menu.all_inner_texts() == MENUS[role]

    for number, label in enumerate(MENUS[role]):
        with next_page(page):
            menu.nth(number).click()

        expect(menu.nth(number)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "ja")
        assert (label, violations(page)) == (label, [])
        assert (label, is_too_wide(page)) == (label, False)
        shoot(page, f"{role}-{number:02d}-{width}")


def test_log_in_page_is_ours(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/")

    expect(page.get_by_role("heading", name="ログイン")).to_be_visible()
    assert violations(page) == []
    shoot(page, "login-wide")


def test_wrong_password_is_answered_in_words(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("viewer")
    page.locator("input[name=password]").fill("wrong-password-1")
    page.get_by_role("button", name="ログイン", exact=True).click()

    expect(
        page.get_by_text("ログインIDかパスワードが違います。もう一度入力してください。").first
    ).to_be_visible()


@pytest.mark.parametrize("width", ["wide", "phone"])
@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("counselor", "/consultations/new/"),
        ("counselor", "/consultations/clients/new/"),
        ("counselor", "/consultations/appointments/new/"),
        ("counselor", "/referrals/new/?case=1"),
        ("counselor", "/referrals/conferences/new/"),
        ("counselor", "/referrals/consents/new/"),
        ("lead", "/referrals/agencies/new/"),
        ("coordinator", "/cafe/days/new/"),
        ("manager", "/training/sessions/new/"),
        ("manager", "/kpi/2025/targets/new/"),
        ("manager", "/kpi/2025/report/"),
        ("admin", "/users/new/"),
        ("admin", "/terms/new/"),
    ],
)
def test_form_is_accessible_empty_and_with_errors(
    visit: Callable[..., Page], role: str, path: str, width: str
) -> None:
    page = visit(role, width=width)
    page.goto(path)
    assert violations(page) == []
    assert not is_too_wide(page)
    name = path.partition("?")[0].strip("/").replace("/", "-")
    shoot(page, f"form-{name}-{width}")

    with next_page(page):
        page.get_by_role("button", name="登録", exact=True).or_(
            page.get_by_role("button", name="更新", exact=True)
        ).click()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []
    shoot(page, f"form-{name}-errors-{width}")

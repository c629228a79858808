"""見られてもよい画面: one key, and nothing readable is left in the page; again, and she goes on typing."""

from collections.abc import Callable

from playwright.sync_api import APIResponse, Page, Route, expect

from tests.e2e.door import lands, sign_in, until
from tests.e2e.test_roles import is_too_wide, shoot, violations

TYPED = "聞かれては困る途中の文章"


def everything(page: Page) -> str:
    """All there is in the page, what stands in its fields too."""
    fields = page.locator("input, textarea, select").evaluate_all("all => all.map(field => field.value)")
    return page.content() + " ".join(fields)


def name_of_a_client(page: Page) -> str:
    """Opens a client's page; the name that stands on it."""
    page.goto("/consultations/clients/?protection=address")
    page.locator("main tbody th a").first.click()
    return page.locator("h1").inner_text().partition("（")[0].strip()


def test_key_hides_what_is_typed_and_brings_it_back(visit: Callable[..., Page]) -> None:
    page = visit("lead")
    page.goto("/consultations/new/")
    page.locator("textarea[name=content]").fill(TYPED)
    assert TYPED in everything(page)

    told: list[Route] = []
    page.route("**/screen/hide/", lambda route: told.append(route), times=1)
    page.keyboard.press("F8")
    until(page, lambda: len(told) == 1)
    at_once = everything(page)  # before the server has heard, and sends another page
    told[0].continue_()
    expect(page.locator("body[data-screen-hidden]")).to_be_attached()
    page.wait_for_load_state()

    assert TYPED not in at_once
    assert TYPED not in everything(page)
    assert page.locator("textarea[name=content]").is_disabled()
    assert violations(page) == []
    page.keyboard.press("F8")
    expect(page.locator("textarea[name=content]")).to_have_value(TYPED)


def test_client_has_no_name_on_a_hidden_page_at_either_width(visit: Callable[..., Page]) -> None:
    for width in ("wide", "phone"):
        page = visit("counselor", width=width)
        name = name_of_a_client(page)
        mine = page.locator(".account summary").inner_text()
        assert len(name) > 1

        page.get_by_role("button", name="画面を隠す").click()
        expect(page.locator("body[data-screen-hidden]")).to_be_attached()

        assert [word for word in (name, mine) if word in everything(page)] == []
        assert violations(page) == []
        assert not is_too_wide(page)
        shoot(page, f"hidden-client-{width}")
        page.get_by_role("button", name="画面を戻す").last.click()
        expect(page.locator("main")).to_contain_text(name)


def tabs(page: Page) -> tuple[Page, Page]:
    """This page, and another tab of the same browser in which something is typed."""
    other = page.context.new_page()
    other.goto("/consultations/new/")
    other.locator("textarea[name=content]").fill(TYPED)
    page.bring_to_front()
    return page, other


def hide(page: Page) -> None:
    """Presses the key and waits for the page that the server sends masked."""
    page.keyboard.press("F8")
    expect(page.locator("body[data-screen-hidden]")).to_be_attached()
    page.wait_for_load_state()  # its script is there to hear the next press


def show(page: Page) -> None:
    """Presses the key and waits for the page that can be read."""
    page.keyboard.press("F8")
    expect(page.locator("body:not([data-screen-hidden])")).to_be_attached()
    page.wait_for_load_state()


def test_other_tab_hides_and_comes_back_with_this_one(visit: Callable[..., Page]) -> None:
    page, other = tabs(visit("counselor2"))

    hide(page)
    expect(other.locator("body[data-screen-hidden]")).to_be_attached()
    assert TYPED not in everything(other)
    page.keyboard.press("F8")

    expect(other.locator("textarea[name=content]")).to_have_value(TYPED)


def test_masked_page_that_was_on_its_way_comes_back_too(visit: Callable[..., Page]) -> None:
    page, other = tabs(visit("counselor2"))
    late: list[tuple[Route, APIResponse]] = []
    other.route("**/consultations/new/**", lambda route: late.append((route, route.fetch())), times=1)

    hide(page)
    until(page, lambda: len(late) == 1)
    show(page)
    route, answer = late[0]
    assert "data-screen-hidden" in answer.text()
    route.fulfill(response=answer)

    expect(other.locator("textarea[name=content]")).to_have_value(TYPED)
    expect(page.locator("body:not([data-screen-hidden])")).to_be_attached()


def test_readable_page_that_was_on_its_way_is_hidden_too(visit: Callable[..., Page]) -> None:
    page, other = tabs(visit("counselor2"))
    late: list[tuple[Route, APIResponse]] = []
    other.route("**/consultations/clients/", lambda route: late.append((route, route.fetch())), times=1)
    other.evaluate("setTimeout(() => location.assign('/consultations/clients/'))")
    until(page, lambda: len(late) == 1)

    hide(page)
    route, answer = late[0]
    assert "data-screen-hidden" not in answer.text()
    route.fulfill(response=answer)

    expect(other.locator("body[data-screen-hidden]")).to_be_attached()
    expect(page.locator("body[data-screen-hidden]")).to_be_attached()
    show(page)
    expect(other.locator("body:not([data-screen-hidden])")).to_be_attached()


def test_hiding_that_reaches_the_server_late_does_not_hide_again(visit: Callable[..., Page]) -> None:
    page, other = tabs(visit("counselor2"))
    late: list[Route] = []
    other.route("**/screen/hide/", lambda route: late.append(route), times=1)

    hide(page)
    until(page, lambda: len(late) == 1)
    show(page)
    late[0].continue_()

    expect(other.locator("textarea[name=content]")).to_have_value(TYPED)
    page.reload()
    expect(page.locator("body:not([data-screen-hidden])")).to_be_attached()


def test_server_is_told_as_soon_as_the_network_is_back(
    visit: Callable[..., Page], complaints: list[str]
) -> None:
    page, other = tabs(visit("counselor2"))
    page.context.set_offline(True)

    page.keyboard.press("F8")
    expect(page.get_by_text("通信が切れている")).to_be_visible()
    expect(other.get_by_text("通信が切れている")).to_be_attached()
    page.context.set_offline(False)

    expect(page.locator("body[data-screen-hidden]")).to_be_attached()
    expect(other.locator("body[data-screen-hidden]")).to_be_attached()
    page.wait_for_load_state()
    page.keyboard.press("F8")
    expect(other.locator("textarea[name=content]")).to_have_value(TYPED)
    complaints.clear()  # the browser says that requests failed


def test_without_the_network_the_page_is_hidden_all_the_same(
    visit: Callable[..., Page], complaints: list[str]
) -> None:
    page = visit("counselor3")
    page.goto("/consultations/new/")
    page.locator("textarea[name=content]").fill(TYPED)
    page.context.set_offline(True)

    page.keyboard.press("F8")
    expect(page.get_by_text("通信が切れている")).to_be_visible()

    assert TYPED not in everything(page)
    page.keyboard.press("F8")
    expect(page.locator("textarea[name=content]")).to_have_value(TYPED)
    page.context.set_offline(False)
    complaints.clear()  # the browser says that requests failed


def test_name_in_the_search_box_is_hidden_too(visit: Callable[..., Page], complaints: list[str]) -> None:
    page = visit("counselor3")
    page.context.set_offline(True)
    box = page.locator("#find-person")
    box.fill(TYPED)

    page.keyboard.press("F8")
    expect(page.get_by_text("通信が切れている")).to_be_visible()

    assert TYPED not in everything(page)
    page.keyboard.press("F8")
    expect(box).to_have_value(TYPED)
    page.context.set_offline(False)
    complaints.clear()  # the browser says that requests failed


def refused_page(page: Page) -> None:
    """A page that cannot be fetched again: what was typed was refused."""
    page.goto("/consultations/new/")
    page.locator("textarea[name=content]").fill(TYPED)
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.wait_for_load_state()


def test_another_s_log_in_does_not_lift_the_curtain(visit: Callable[..., Page]) -> None:
    page = visit("lead")
    refused_page(page)
    hidden = page.locator("main .curtain")
    other = page.context.new_page()
    other.goto("/")
    page.bring_to_front()
    page.keyboard.press("F8")
    expect(hidden).to_be_visible()
    expect(other.locator("body[data-screen-hidden]")).to_be_attached()
    page.evaluate("new BroadcastChannel('screen').onmessage = () => { document.title = 'heard' }")

    other.wait_for_load_state()
    other.get_by_role("button", name="ログアウト").click()
    lands(other, "/accounts/login/")
    sign_in(other, "counselor2")
    until(page, lambda: page.title() == "heard")

    expect(hidden).to_be_visible()
    assert TYPED not in everything(page)


def test_page_that_cannot_be_fetched_again_waits_behind_the_curtain(visit: Callable[..., Page]) -> None:
    page = visit("lead")
    refused_page(page)

    page.keyboard.press("F8")
    assert TYPED not in everything(page)
    other = page.context.new_page()
    other.goto("/")
    expect(other.locator("body[data-screen-hidden]")).to_be_attached()
    other.close()
    page.keyboard.press("F8")

    expect(page.locator("textarea[name=content]")).to_have_value(TYPED)


def test_button_hides_without_scripts(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    cookies = page.context.cookies()
    plain = page.context.browser.new_context(java_script_enabled=False, base_url=page.url)  # type: ignore[union-attr]
    plain.add_cookies(cookies)  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto("/consultations/clients/")

    number = page.locator("main tbody th").first
    page.get_by_role("button", name="画面を隠す").click()
    expect(number).to_have_text("●●●●")
    page.get_by_role("button", name="画面を戻す").first.click()

    expect(number).not_to_have_text("●●●●")
    assert page.url.endswith("/consultations/clients/")
    plain.close()

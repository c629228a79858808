"""Nothing typed is lost: a draft while typing, a session that ends, two people on one record, a double press."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.door import lands, sign_in, until

SAVED = re.compile(r"下書き保存 \d\d:\d\d")


def begin(page: Page, text: str) -> None:
    """A new consultation with what must be there, and a text."""
    page.goto("/consultations/new/")
    page.locator("textarea[name=content]").fill(text)
    choose_topic_and_method(page)


def choose_topic_and_method(page: Page) -> None:
    """What must be there beside the text."""
    page.locator("input[name=main_topic]").first.check()
    page.locator("input[name=method]").first.check()


def register(page: Page) -> None:
    """Press 登録 and arrive on the record's page."""
    page.get_by_role("button", name="登録", exact=True).click()
    lands(page, r"/consultations/\d+/$")


def send_again(page: Page) -> None:
    """Once, or twice where the page had not yet fetched the token that signing in renewed."""
    again = page.get_by_role("button", name="もう一度送る")
    again.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("ログインの期限が切れました")
    page.wait_for_load_state()
    if again.count():
        again.click()


def test_draft_is_saved_while_typing_offered_on_return_and_gone_on_submit(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    begin(page, "夜眠れない日が続いている（下書きの試験）")
    expect(page.locator("#draft-status")).to_have_text(SAVED, timeout=15_000)

    page.goto("/")
    page.goto("/consultations/new/")
    page.get_by_role("link", name="続きを書く").first.click()
    expect(page.locator("textarea[name=content]")).to_have_value("夜眠れない日が続いている（下書きの試験）")
    page.wait_for_load_state()
    choose_topic_and_method(page)  # a slow machine keeps the text before these are ticked
    register(page)

    page.goto("/consultations/new/")
    expect(page.get_by_role("link", name="続きを書く")).to_have_count(0)


def test_text_typed_into_an_ended_session_is_given_back_and_saved(visit: Callable[..., Page]) -> None:
    page = visit("counselor2")
    begin(page, "セッションが切れても残る文章")
    cookies = [c for c in page.context.cookies() if c["name"] != "sessionid"]
    page.context.clear_cookies()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]

    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.get_by_role("button", name="もう一度送る")).to_be_visible()

    other = page.context.new_page()
    sign_in(other, "counselor2")
    send_again(page)

    lands(page, r"/consultations/\d+/$")
    expect(page.get_by_text("セッションが切れても残る文章").first).to_be_visible()


def test_two_people_on_one_record_see_both_texts_and_the_second_chooses(visit: Callable[..., Page]) -> None:
    first = visit("counselor")
    begin(first, "もとの文章")
    register(first)
    path = first.url
    second = visit("lead")
    second.goto(f"{path}edit/")
    first.goto(f"{path}edit/")
    first.locator("textarea[name=content]").fill("先に保存した文章")
    first.get_by_role("button", name="更新", exact=True).click()
    lands(first, f"{re.escape(path)}$")

    second.locator("textarea[name=content]").fill("後から保存した文章")
    second.get_by_role("button", name="更新", exact=True).click()

    conflict = second.get_by_role("alert").filter(has_text="ほかの人が先に更新しました")
    expect(conflict).to_contain_text("先に保存した文章")
    expect(conflict).to_contain_text("後から保存した文章")
    second.get_by_role("button", name="更新", exact=True).click()
    lands(second, f"{re.escape(path)}$")
    expect(second.get_by_text("後から保存した文章").first).to_be_visible()


def test_pressing_twice_and_sending_again_makes_one_record(visit: Callable[..., Page]) -> None:
    page = visit("counselor3")
    begin(page, "二度押した文章")
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None
    )

    page.get_by_role("button", name="登録", exact=True).dblclick()
    lands(page, r"/consultations/\d+/$")
    lost_answer = next(body for body in sent if "submission=" in body and "draft_key" in body)
    again = page.request.post(
        "/consultations/new/",
        data=lost_answer,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url},
    )

    assert again.url == page.url


@pytest.mark.parametrize("is_answered", [True, False])
def test_record_waits_a_moment_for_a_draft_on_its_way(visit: Callable[..., Page], is_answered: bool) -> None:
    page = visit("counselor3")
    begin(page, "下書きより先に着いてはならない文章")
    held: list[Route] = []
    steps: list[str] = []
    page.on("request", lambda sent: steps.append("record") if sent.is_navigation_request() else None)
    page.on("response", lambda answer: steps.append("draft") if answer.url.endswith("/drafts/") else None)
    page.route("**/drafts/", lambda route: held.append(route), times=1)
    page.keyboard.press("Control+s")
    until(page, lambda: len(held) == 1)

    page.get_by_role("button", name="登録", exact=True).click(no_wait_after=True)
    if is_answered:
        held[0].continue_()

    lands(page, r"/consultations/\d+/$")
    assert steps[:2] == (["draft", "record"] if is_answered else ["record", "record"])

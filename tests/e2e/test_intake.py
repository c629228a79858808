"""The form of a consultation under a nurse's hands: few keys, nothing lost, with and without JavaScript."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.door import lands, sign_in
from tests.e2e.test_roles import is_too_wide, violations
from tests.served import Site

BUDGET = 12  # key strokes of a call by somebody known, beside the text and the kana typed to find her
COUNT = "addEventListener('keydown', () => { window.strokes = (window.strokes || 0) + 1 }, true)"
COVERED = """() => {
  const bar = () => document.querySelector('.form-actions').getBoundingClientRect().top;
  const fields = [...document.querySelectorAll('form[data-draft] .fields :is(input, select, textarea, summary, button)')]
  return fields.filter((each) => each.offsetParent && each.type !== 'hidden').filter((each) => {
    each.focus();
    const place = each.getBoundingClientRect();
    const need = each.matches('textarea') ? 48 : place.height; // of a text, the line where one writes
    return place.top < 0 || place.top + need > bar() + 1;
  }).map((each) => each.id);
}"""


def open_new(page: Page) -> None:
    """An empty form of a consultation."""
    page.goto("/consultations/new/")
    expect(page.locator("#id_content")).to_be_focused()


def somebody_new(page: Page, name: str, kana: str) -> None:
    """Her fields in the part 「初めての方」."""
    page.get_by_text("初めての方", exact=True).click()
    page.locator("#id_new_name").fill(name)
    page.locator("#id_new_name_kana").fill(kana)


def choose_phone_and_topic(page: Page) -> None:
    """What every talk must have."""
    page.locator("input[name=main_topic]").first.check()
    page.get_by_label("電話", exact=True).first.check()


def register(page: Page) -> None:
    """Press 登録."""
    page.get_by_role("button", name="登録", exact=True).click()


def candidates(page: Page) -> Locator:
    """Whom the letters typed so far may mean."""
    return page.locator("#client-list").get_by_role("option")


def known(page: Page, name: str, kana: str) -> None:
    """Somebody with a file and one talk."""
    open_new(page)
    choose_phone_and_topic(page)
    somebody_new(page, name, kana)
    register(page)
    lands(page, r"\?talk=\d+$")


def test_call_of_somebody_known_costs_twelve_keys_at_most(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    known(page, "試打 花子", "シダハナ")
    page.add_init_script(COUNT)
    open_new(page)
    press = page.keyboard.press

    page.keyboard.insert_text("夜眠れない日が続いている。")
    press("Tab")
    press("a")  # ◎ こころの不調・不安
    press("Tab")
    press("ArrowDown")  # 電話
    press("Tab")
    press("Tab")
    page.keyboard.insert_text("シダハ")
    expect(candidates(page)).to_have_count(1)
    press("ArrowDown")
    press("Enter")
    expect(page.locator("#client-found")).to_contain_text("試打 花子")
    strokes = page.evaluate("window.strokes") + 2  # Ctrl and Enter leave the page
    press("Control+Enter")
    lands(page, r"/consultations/clients/\d+/\?talk=\d+$")

    print(f"\nkey strokes beside text and kana: {strokes}")
    assert strokes <= BUDGET
    expect(page.get_by_role("heading", name="次回予定")).to_be_visible()
    expect(page.locator(".timeline > li").first).to_contain_text("電話　こころの不調・不安")
    assert violations(page) == []


def test_topics_are_one_stop_where_letters_and_arrows_choose(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    open_new(page)
    press = page.keyboard.press

    press("Tab")
    press("b")
    press("f")
    press("Shift+C")
    press("ArrowDown")  # from ◎ of the third to ◎ of the sixth
    press("ArrowRight")
    press("Space")
    press("Space")

    marked = page.locator(".topic:has(input[name=main_topic]:checked)")
    expect(marked.locator(".topic-also")).to_have_text(["病気・健康・障がい"])
    ticked = page.locator(".topic:has(input[name=topics]:checked)")
    expect(ticked.locator(".topic-also")).to_have_text(["夫婦・パートナー・離婚"])
    press("Tab")
    expect(page.locator("input[name=method]").first).to_be_focused()


def test_errors_keep_every_choice(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    known(page, "試打 保子", "シダホゴ")
    open_new(page)
    page.locator("#id_content").fill("消えては困る文章")
    topics = page.locator(".topic")
    topics.nth(3).locator("input[type=radio]").check()
    topics.nth(5).locator("input[type=checkbox]").check()
    page.get_by_label("訪問", exact=True).check()
    page.locator("#id_client").press_sequentially("シダホ")
    candidates(page).first.click()
    expect(page.locator("#client-found")).to_contain_text("試打 保子")
    page.locator("input[name=responses]").nth(2).check()
    page.locator("#id_urgency input, input[name=urgency]").nth(1).check()
    page.get_by_role("button", name="止める").click()
    page.locator("#id_next_on").fill("あした")
    before = chosen(page)

    register(page)

    expect(page.locator("#id_next_on")).to_be_focused()
    after = chosen(page)
    assert {**after, "clock": ""} == {**before, "clock": ""}
    assert [each["clock"][0].split(":")[0] for each in (before, after)] == ["stop", "stop"]
    expect(page.locator("#client-found")).to_contain_text("試打 保子")
    expect(page.get_by_role("button", name="再開")).to_be_visible()
    assert violations(page) == []


def chosen(page: Page) -> dict[str, Any]:
    """Every field of the form as it would be sent."""
    script = """() => {
      const sent = {};
      for (const [name, value] of new FormData(document.querySelector('form[data-draft]'))) (sent[name] ??= []).push(value);
      delete sent.csrfmiddlewaretoken;
      return sent;
    }"""
    fields: dict[str, Any] = page.evaluate(script)
    return fields


def test_somebody_new_pressed_twice_is_one_person_with_one_talk(visit: Callable[..., Page]) -> None:
    page = visit("counselor2")
    open_new(page)
    choose_phone_and_topic(page)
    somebody_new(page, "試打 二子", "シダニコ")
    page.get_by_label("支援ケースを始める").check()

    page.get_by_role("button", name="登録", exact=True).dblclick()
    lands(page, r"\?talk=\d+$")

    expect(page.locator(".timeline > li")).to_have_count(2)  # the talk and the case
    expect(page.get_by_role("heading", name="試打 二子")).to_be_visible()
    open_new(page)
    page.locator("#id_client").press_sequentially("シダニコ")
    candidates(page).click()
    expect(page.locator("#id_case option")).to_have_count(2)
    expect(page.locator("#id_case")).to_have_value("")  # her case is offered, and chosen by nobody yet


def test_talk_of_nobody_leads_to_its_own_page(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    open_new(page)
    choose_phone_and_topic(page)
    register(page)

    lands(page, r"/consultations/\d+/$")
    expect(page.locator(".facts")).to_contain_text("匿名")


def test_clock_gives_the_minutes_of_a_call_unless_she_wrote_them(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    page.clock.install(time=datetime.now(UTC))
    minutes = []
    for typed in ("", "25"):
        open_new(page)
        choose_phone_and_topic(page)
        expect(page.locator("#id_started_at")).not_to_have_value("")
        page.clock.fast_forward("12:00")
        expect(page.locator("#clock .clock-minutes")).to_have_text("12分")
        page.locator("#id_minutes").fill(typed)
        register(page)
        lands(page, r"/consultations/\d+/$")
        minutes.append(re.findall(r"(\d+)分", page.locator(".facts").inner_text()))

    assert minutes == [["12"], ["25"]]


def test_talk_of_another_day_begins_at_no_time_and_is_not_timed(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    open_new(page)
    choose_phone_and_topic(page)
    page.locator("#id_consulted_on").fill("R8.4.1")
    page.locator("#id_minutes").focus()

    expect(page.locator("#id_started_at")).to_have_value("")
    register(page)
    lands(page, r"/consultations/\d+/$")
    expect(page.locator(".facts")).not_to_contain_text("分")


def test_nothing_is_covered_on_a_phone_nor_at_twice_the_size(visit: Callable[..., Page]) -> None:
    page = visit("counselor", width="phone")
    page.emulate_media(reduced_motion="reduce")  # else a field is measured while it scrolls
    covered = []
    for size in ({"width": 390, "height": 844}, {"width": 640, "height": 450}, {"width": 320, "height": 640}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        open_new(page)
        page.get_by_text("初めての方", exact=True).click()
        covered += page.evaluate(COVERED)
        assert not is_too_wide(page)

    assert covered == []


def test_form_works_without_javascript(browser: Browser, site: Site, visit: Callable[..., Page]) -> None:
    known(visit("counselor"), "試打 無子", "シダナシ")
    context = browser.new_context(base_url=site.url, locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "counselor")
    page.goto("/consultations/new/")
    choose_phone_and_topic(page)
    page.locator("#id_usual_reason").select_option("時間の問い合わせ")
    somebody_new(page, "試打 有子", "シダアリ")
    register(page)
    expect(page.get_by_role("heading", name="次回予定")).to_be_visible()
    made = page.url
    number = re.findall(r"R\d+-\d{4}", page.locator("h1").inner_text())[0]

    page.goto("/consultations/new/")
    choose_phone_and_topic(page)
    page.locator("#id_client").fill(number)
    register(page)

    expect(page.locator(".timeline > li")).to_have_count(2)
    assert page.url.partition("?")[0] == made.partition("?")[0]
    context.close()

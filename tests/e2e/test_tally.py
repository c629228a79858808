"""片手カウンタ in real browsers: two tablets, a network that comes and goes, a server that dies, a closed lid."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.door import lands, until
from tests.e2e.test_roles import violations
from tests.served import Site

PRESSES = 200
KINDS = ["初めて", "いつもの", "子ども", "担い手"]
ALL_SENT = "すべて届いています"
LONG = 60_000  # ms: the slowest back-off and a restart


PLAN = """
from datetime import date, timedelta
from django.utils import timezone
from cafe.models import OpenDay
from komatsu_support.models import User
by = User.objects.get(username="coordinator")
recent = [timezone.localdate() - timedelta(days=days_ago) for days_ago in range(10)]
for held_on in [*recent, *(date(2019, 5, day) for day in (8, 9, 10, 11))]:
    for day in OpenDay.objects.standing().filter(held_on=held_on):
        day.void("試験のため", by=by)
    day = OpenDay(held_on=held_on)
    day.save(by=by)
    print(day.pk)
"""


@pytest.fixture
def days(site: Site) -> list[int]:
    """New planned days of the coordinator's: ten that end today, four of a 年度 without any other."""
    return [int(pk) for pk in site.ask(PLAN).split()]


def open_tablet(page: Page, day: int) -> Page:
    """Presses 端末で数える on the day's page and waits for the counter, and for the worker that keeps it."""
    page.goto(f"/cafe/days/{day}/")
    page.get_by_role("button", name="端末で数える").click()
    expect(state(page)).to_contain_text(ALL_SENT)
    assert page.url.endswith("/tally/")  # the token is gone from the address
    until(page, lambda: page.evaluate("caches.match(location.pathname).then(Boolean)"))
    return page


def state(page: Page):
    """The line that says what is sent."""
    return page.locator("#tally-state")


def total(page: Page):
    """今日 n 人."""
    return page.locator("#tally-total")


def press(page: Page, kind: str) -> None:
    """One ＋."""
    page.locator(".tally-kind", has_text=kind).click()


def stored(site: Site, day: int) -> tuple[int, int]:
    """Rows of taps of a day, and the heads that stand."""
    found = site.ask(
        "from cafe.models import OpenDay, Tap; "
        f"taps = Tap.objects.of_day(OpenDay.objects.get(pk={day})); "
        "print(taps.count(), sum(taps.by_kind().values()))"
    )
    rows, heads = found.split()
    return int(rows), int(heads)


@pytest.fixture
def deaf(complaints: list[str]):
    """A cut network and a dead server are meant here."""
    yield
    complaints[:] = [line for line in complaints if "ERR_" not in line and "Failed to fetch" not in line]


def test_two_tablets_press_200_times_over_a_bad_network_and_a_dead_server(
    visit: Callable[..., Page], site: Site, days: list[int], deaf: None
) -> None:
    dice = random.Random(4)
    day = days[0]
    tablets = [open_tablet(visit("coordinator", width=width), day) for width in ("phone", "wide")]
    shaky: BrowserContext = tablets[0].context
    is_cut = False

    for number in range(PRESSES):
        press(dice.choice(tablets), dice.choice(KINDS))
        if dice.random() < 0.08:
            is_cut = not is_cut
            shaky.set_offline(is_cut)
        if number == PRESSES // 2:
            site.stop()
        if number == PRESSES * 3 // 4:
            site.start()
    shaky.set_offline(False)

    for tablet in tablets:
        expect(state(tablet)).to_contain_text(ALL_SENT, timeout=LONG)
        expect(total(tablet)).to_have_text(str(PRESSES), timeout=LONG)
    assert stored(site, day) == (PRESSES, PRESSES)


def test_counter_opens_without_a_network_after_log_out_and_its_taps_arrive_later(
    visit: Callable[..., Page], site: Site, days: list[int], deaf: None
) -> None:
    day = days[1]
    tablet = open_tablet(visit("coordinator", width="phone"), day)
    press(tablet, "いつもの")
    expect(state(tablet)).to_contain_text(ALL_SENT)
    page = tablet.context.new_page()
    page.goto("/")
    page.get_by_role("button", name="ログアウト").click()
    lands(page, "/accounts/login/")
    page.close()

    tablet.context.set_offline(True)
    for kind in ("初めて", "子ども", "初めて"):
        press(tablet, kind)
    tablet.get_by_role("button", name="もどす（初めて）").click()
    expect(state(tablet)).to_contain_text("この端末の未送信 4件")
    tablet.close()  # the lid
    again = shut_and_opened(tablet, day)

    expect(state(again)).to_contain_text("この端末の未送信 4件")
    expect(total(again)).to_have_text("3")
    assert violations(again) == []
    again.context.set_offline(False)
    expect(state(again)).to_contain_text(ALL_SENT, timeout=LONG)
    expect(total(again)).to_have_text("3")
    assert stored(site, day) == (5, 3)


def shut_and_opened(tablet: Page, day: int) -> Page:
    """The same tablet, in a new tab."""
    page = tablet.context.new_page()
    page.goto(f"/cafe/days/{day}/tally/")
    return page


def test_two_tabs_of_one_tablet_send_each_tap_once(
    visit: Callable[..., Page], site: Site, days: list[int], deaf: None
) -> None:
    day = days[2]
    first = open_tablet(visit("coordinator"), day)
    second = shut_and_opened(first, day)
    expect(state(second)).to_contain_text(ALL_SENT)

    first.context.set_offline(True)
    for number in range(20):
        press((first, second)[number % 2], "いつもの")
    first.context.set_offline(False)

    for tab in (first, second):
        expect(state(tab)).to_contain_text(ALL_SENT, timeout=LONG)
        expect(total(tab)).to_have_text("20")
    assert stored(site, day) == (20, 20)


def test_answer_that_is_none_keeps_the_taps(
    visit: Callable[..., Page], site: Site, days: list[int], deaf: None
) -> None:
    day = days[3]
    tablet = open_tablet(visit("coordinator", width="phone"), day)
    answers = iter(
        [
            {"status": 200, "content_type": "text/html", "body": "<h1>Wi-Fi へようこそ</h1>"},
            {"status": 500, "content_type": "application/json", "body": '{"accepted": []}'},
            {"status": 409, "content_type": "text/html", "body": ""},
            {"status": 401, "content_type": "application/json", "body": "{}"},
            {"status": 200, "content_type": "application/json", "body": '{"accepted": [], "kinds": {}}'},
        ]
    )
    asked: list[str] = []

    def portal(route) -> None:
        asked.append(route.request.method)
        answer = next(answers, None)
        route.fulfill(**answer) if answer else route.continue_()

    tablet.route(re.compile(r"/tally/taps/$"), portal)
    press(tablet, "初めて")
    for number in range(1, 6):
        expect(state(tablet)).to_contain_text("この端末の未送信 1件")
        wait_for(tablet, asked, number)
        tablet.evaluate("dispatchEvent(new Event('online'))")  # does not wait for the next try

    expect(state(tablet)).to_contain_text(ALL_SENT, timeout=LONG)
    expect(total(tablet)).to_have_text("1")
    assert next(answers, None) is None
    assert stored(site, day) == (1, 1)


def wait_for(page: Page, asked: list[str], number: int) -> None:
    """Until so many requests have come."""
    for _ in range(400):
        if len(asked) >= number:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"only {len(asked)} requests came")


def test_tablet_that_was_taken_back_says_so_and_sends_with_its_next_token(
    visit: Callable[..., Page], site: Site, days: list[int]
) -> None:
    day = days[4]
    tablet = open_tablet(visit("coordinator", width="phone"), day)
    site.ask(
        "from cafe.models import Tablet; "
        f"tablet = Tablet.objects.get(open_day={day}); tablet.void('紛失', by=tablet.created_by)"
    )

    press(tablet, "初めて")
    expect(state(tablet)).to_contain_text("数えられなくなりました", timeout=LONG)
    expect(state(tablet)).to_contain_text("未送信 1件は、この端末に残っています")
    open_tablet(tablet, day)

    expect(total(tablet)).to_have_text("1")
    assert stored(site, day) == (1, 1)


def test_undo_that_waited_while_the_tablet_was_taken_back_takes_its_tap_back_with_the_next_token(
    visit: Callable[..., Page], site: Site, days: list[int], deaf: None
) -> None:
    day = days[4]
    tablet = open_tablet(visit("coordinator", width="phone"), day)
    press(tablet, "初めて")
    press(tablet, "子ども")
    expect(state(tablet)).to_contain_text(ALL_SENT, timeout=LONG)
    tablet.context.set_offline(True)
    tablet.get_by_role("button", name="もどす（子ども）").click()
    expect(state(tablet)).to_contain_text("この端末の未送信 1件")
    site.ask(
        "from cafe.models import Tablet; "
        f"tablet = Tablet.objects.get(open_day={day}); tablet.void('紛失', by=tablet.created_by)"
    )

    tablet.context.set_offline(False)
    expect(state(tablet)).to_contain_text("数えられなくなりました", timeout=LONG)
    open_tablet(tablet, day)

    expect(total(tablet)).to_have_text("1")
    assert stored(site, day) == (3, 1)
    tablet.get_by_role("button", name="もどす（初めて）").click()
    expect(total(tablet)).to_have_text("0")
    expect(state(tablet)).to_contain_text(ALL_SENT, timeout=LONG)
    assert stored(site, day) == (4, 0)


def test_word_for_the_counselors_can_be_taken_back_and_is_told_once_it_arrived(
    visit: Callable[..., Page], site: Site, days: list[int], deaf: None
) -> None:
    day = days[5]
    tablet = open_tablet(visit("coordinator", width="phone"), day)
    bridge, note = tablet.get_by_role("button", name="相談員につなぐ"), tablet.locator("#tally-note")
    count = (
        f"from cafe.models import Introduction; print(Introduction.objects.filter(open_day={day}).count())"
    )

    bridge.click()
    tablet.get_by_role("button", name="やめる").click()
    expect(note).to_have_text("知らせるのをやめました。")
    tablet.context.set_offline(True)
    bridge.click()
    expect(note).to_contain_text("まだ相談員に届いていません。急ぐときは声をかけてください", timeout=LONG)
    tablet.close()
    tablet = shut_and_opened(tablet, day)
    note = tablet.locator("#tally-note")
    expect(note).to_contain_text("まだ相談員に届いていません。")
    away = [tablet.get_by_text("締める", exact=True).get_attribute("href"), violations(tablet)]
    expect(tablet.locator("#tally-away")).to_be_visible()
    before = site.ask(count)
    tablet.context.set_offline(False)
    expect(note).to_have_text("相談員に知らせました。", timeout=LONG)
    expect(state(tablet)).to_contain_text(ALL_SENT, timeout=LONG)
    expect(tablet.get_by_role("link", name="締める")).to_be_visible()

    assert away == [None, []]
    assert (before, site.ask(count)) == ("0", "1")
    assert violations(tablet) == []


def test_counter_left_open_over_night_is_no_counter_of_today(
    visit: Callable[..., Page], site: Site, days: list[int], deaf: None
) -> None:
    page, warning = visit("coordinator", width="phone"), "の画面です。今日の人数はここに入りません"
    page.clock.install()
    tablet = open_tablet(page, days[0])
    when, other = tablet.locator("#tally-when"), tablet.locator("#tally-other")
    expect(when).to_have_text("今日")
    expect(other).to_be_hidden()

    tablet.context.set_offline(True)
    tablet.clock.fast_forward("24:00:00")  # every timer that is due rings once
    expect(other).to_contain_text(warning)
    expect(when).to_contain_text("月")
    had = int(total(tablet).inner_text())
    press(tablet, "いつもの")
    expect(total(tablet)).to_have_text(str(had + 1))
    tablet.context.set_offline(False)
    open_tablet(tablet, days[1])

    expect(other).to_be_visible()
    assert "今日" not in tablet.locator(".tally-total").inner_text()
    assert violations(tablet) == []
    tablet.get_by_role("link", name="今日の画面へ").click()
    expect(tablet.get_by_role("heading", name="今日のカフェ")).to_be_visible()


def test_age_is_of_the_next_head_alone_for_a_while_and_never_of_a_child(
    visit: Callable[..., Page], site: Site, days: list[int]
) -> None:
    page = visit("coordinator", width="phone")
    page.clock.install()
    tablet = open_tablet(page, days[9])
    band, said = tablet.get_by_role("button", name="30代"), tablet.locator("#tally-band-said")

    band.click()
    expect(said).to_have_text("次の1人は30代")
    press(tablet, "子ども")
    expect(said).to_have_text("子どもに年代は付けません")
    expect(band).to_have_attribute("aria-pressed", "false")
    band.click()
    tablet.clock.fast_forward(14_000)
    expect(band).to_have_attribute("aria-pressed", "true")
    tablet.clock.fast_forward(2_000)
    expect(band).to_have_attribute("aria-pressed", "false")
    expect(said).to_have_text("30代は消えました")
    press(tablet, "いつもの")
    expect(total(tablet)).to_have_text("2")
    expect(state(tablet)).to_contain_text(ALL_SENT)

    ages = f"from cafe.models import Tap; print(list(Tap.objects.filter(tablet__open_day={days[9]}).values_list('age_band', flat=True)))"
    assert site.ask(ages) == "['', '']"


def test_keys_alone_count_with_a_band_and_take_back(
    visit: Callable[..., Page], site: Site, days: list[int]
) -> None:
    day = days[6]
    tablet = open_tablet(visit("coordinator"), day)

    tablet.get_by_role("button", name="60代").focus()
    tablet.keyboard.press("Space")
    expect(tablet.get_by_role("button", name="60代")).to_have_attribute("aria-pressed", "true")
    tablet.locator(".tally-kind", has_text="いつもの").focus()
    tablet.keyboard.press("Enter")
    tablet.keyboard.press("Enter")
    expect(total(tablet)).to_have_text("2")
    tablet.get_by_role("button", name="もどす（いつもの）").focus()
    tablet.keyboard.press("Enter")

    expect(total(tablet)).to_have_text("1")
    expect(state(tablet)).to_contain_text(ALL_SENT)
    expect(tablet.get_by_role("button", name="60代")).to_have_attribute("aria-pressed", "false")
    ages = f"from cafe.models import OpenDay, Tap; print(Tap.objects.of_day(OpenDay.objects.get(pk={day})).by_age())"
    assert site.ask(ages) == "{'60s': 1}"


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (820, 1180)])
def test_every_plus_is_wide_enough_for_a_thumb(
    visit: Callable[..., Page], days: list[int], width: int, height: int
) -> None:
    day = days[7]
    tablet = open_tablet(visit("coordinator"), day)

    tablet.set_viewport_size({"width": width, "height": height})

    heights = [box["height"] for each in tablet.locator(".tally-kind").all() if (box := each.bounding_box())]
    wide = tablet.evaluate("document.documentElement.scrollWidth")
    assert min(heights) >= 88
    assert len(heights) == 4
    assert wide <= width
    assert violations(tablet) == []


def test_browser_without_a_token_is_led_to_the_day(
    visit: Callable[..., Page], site: Site, days: list[int]
) -> None:
    day = days[8]
    stranger = visit()

    stranger.goto(f"/cafe/days/{day}/tally/")

    expect(stranger.get_by_text("この端末では、まだ数えられません。")).to_be_visible()
    expect(stranger.locator(".tally-kind").first).to_be_hidden()
    assert violations(stranger) == []
    stranger.get_by_role("link", name="開催日の画面へ").click()
    lands(stranger, "/accounts/login/")


def test_worker_keeps_the_counter_and_nothing_else(
    visit: Callable[..., Page], site: Site, days: list[int]
) -> None:
    day = days[9]
    tablet = open_tablet(visit("coordinator"), day)
    tablet.goto(f"/cafe/days/{day}/")
    tablet.goto(f"/cafe/days/{day}/tally/")
    expect(state(tablet)).to_contain_text(ALL_SENT)

    kept = tablet.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname)))).flat()"
    )

    assert sorted(path for path in kept if not path.startswith("/static/")) == [f"/cafe/days/{day}/tally/"]
    assert not any(Path(path).name == "office.js" for path in kept)


def test_zero_cancelled_and_unclosed_are_three_different_things(
    visit: Callable[..., Page], site: Site, days: list[int]
) -> None:
    nobody, snow, forgotten, tapped = days[10:]
    page = visit("coordinator")

    close(page, nobody, visitors="0", asked="0人で締める")
    page.go_back()  # not the browser's own page of what cannot be asked again
    expect(page.get_by_role("heading", level=1)).to_contain_text("を締め直す")
    page.goto(f"/cafe/days/{snow}/cancel/")
    page.get_by_label("休止の理由").fill("大雪のため")
    page.get_by_role("button", name="休止にする").click()
    lands(page, f"/cafe/days/{snow}/$")
    close(page, tapped, visitors="5", asked="5人で締める")

    page.goto("/")
    alarm = page.locator("section", has=page.get_by_role("heading", name="未入力の開催日"))
    expect(alarm.locator(f"a[href='/cafe/days/{forgotten}/']")).to_be_visible()
    assert alarm.locator(f"a[href='/cafe/days/{nobody}/'], a[href='/cafe/days/{snow}/']").count() == 0
    page.goto("/cafe/days/?year=2019")
    expect(page.locator(".totals")).to_contain_text("開催 2日　延参加者数 5人")
    expect(page.locator(".totals")).to_contain_text("1日平均 2.5人")


def close(page: Page, day: int, *, visitors: str, asked: str) -> None:
    """締める with so many visitors."""
    page.goto(f"/cafe/days/{day}/close/")
    page.get_by_label("利用者", exact=False).first.fill(visitors)
    page.get_by_role("button", name="人数を確かめる").click()
    confirmation = page.get_by_role("button", name=asked)
    expect(confirmation).to_be_visible()
    page.wait_for_load_state()  # what makes Back work comes with the scripts
    confirmation.click()
    lands(page, f"/cafe/days/{day}/$")

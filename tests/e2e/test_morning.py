"""A morning at the desk, told from the first call to the last: nothing lost, nobody counted twice, nobody let in."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, expect

from komatsu_support.fiscal import wareki
from tests.e2e.door import lands
from tests.e2e.morning import (
    Year,
    end_session,
    file_on,
    look_for,
    post,
    press,
    sign_in_again,
    status_of,
    timeline,
)
from tests.e2e.test_drafts import SAVED, begin, send_again
from tests.e2e.test_intake import candidates, choose_phone_and_topic, known, open_new, somebody_new
from tests.served import Site

type Visit = Callable[..., Page]

TALK = r"/consultations/\d+/$"
FILE_AFTER_TALK = r"/consultations/clients/\d+/\?talk=\d+$"
FILE = r"/consultations/clients/\d+/$"
CLOSED_AFTER = "本人の家族から、安否の問い合わせがあったため"
TRAIL = "from komatsu_support.audit import verify; print(verify().faults)"


def test_morning_is_counted_right_at_every_step(
    visit: Visit, site: Site, complaints: list[str], tmp_path: Path
) -> None:
    year = Year(site)
    nurse, second, lead = visit("counselor"), visit("counselor2"), visit("lead")
    assert year.on_the_page(lead, tmp_path) == year.begun

    a_first_call(nurse, year)
    a_known_caller(nurse, year)
    an_anonymous_one_who_becomes_a_nickname_and_then_a_name(nurse, year)
    a_dropped_network(nurse, year, complaints)
    a_session_that_expires(nurse, year)
    a_double_press(nurse, year)
    two_nurses_on_one_record(nurse, second, year)
    a_duplicate_merged_and_parted_again(nurse, lead, year)
    a_restricted_client_opened_by_break_glass(nurse, second, lead, year)

    assert year.on_the_page(lead, tmp_path) == year.due
    assert site.ask(TRAIL) == "[]"


def a_first_call(page: Page, year: Year) -> None:
    """Somebody who will call again: file and talk in one press."""
    known(page, "朝野 花子", "アサノハナコ")
    year.grows(1, 1, by="a first call")


def a_known_caller(page: Page, year: Year) -> None:
    """Found by three kana, written down by the keyboard alone, and promised another day."""
    open_new(page)
    key = page.keyboard.press
    page.keyboard.insert_text("昨日から眠れない。")
    key("Tab")
    key("a")  # ◎ こころの不調・不安
    key("Tab")
    key("ArrowDown")  # 電話
    key("Tab")
    key("Tab")
    page.keyboard.insert_text("アサノ")
    expect(candidates(page)).to_have_count(1)
    key("ArrowDown")
    key("Enter")
    expect(page.locator("#client-found")).to_contain_text("朝野 花子")
    key("Control+Enter")
    lands(page, FILE_AFTER_TALK)
    expect(timeline(page)).to_have_count(2)
    expect(timeline(page).first).to_contain_text("昨日から眠れない。")
    year.grows(1, 0, by="a known caller")

    next_week = timezone.localdate() + timedelta(days=7)
    offered = page.locator("section", has=page.get_by_role("heading", name="次回予定"))
    offered.locator("#id_next_on").fill(next_week.isoformat())
    offered.locator("#id_next_plan").fill("様子を聞く電話")
    press(page, "次回予定を登録")
    promise = page.locator("section", has=page.get_by_role("heading", name="次の約束"))
    expect(promise).to_contain_text(f"{wareki(next_week)}　様子を聞く電話")
    year.grows(0, 0, by="次回予定")


def an_anonymous_one_who_becomes_a_nickname_and_then_a_name(page: Page, year: Year) -> None:
    """One talk and one person throughout, under one number."""
    begin(page, "名前は言いたくないとのこと。")
    press(page, "登録")
    lands(page, TALK)
    expect(page.locator(".facts")).to_contain_text("匿名")
    year.grows(1, 0, by="an anonymous call")

    page.get_by_role("link", name="相談者と結ぶ").click()
    page.get_by_label("呼び名", exact=True).fill("あおいさん")
    press(page, "登録して結ぶ")
    lands(page, TALK)
    page.get_by_role("link", name="あおいさん").first.click()
    lands(page, FILE)
    nickname, path = file_on(page)
    year.grows(0, 1, by="a nickname")

    page.goto(f"{path}edit/")
    page.get_by_label("氏名", exact=True).fill("仮名 あおい")
    page.get_by_label("氏名カナ").fill("カメイ アオイ")
    press(page, "更新")
    lands(page, FILE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("仮名 あおい")
    expect(timeline(page)).to_have_count(1)
    assert file_on(page) == (nickname, path)
    year.grows(0, 0, by="a name")


def a_dropped_network(page: Page, year: Year, complaints: list[str]) -> None:
    """The cable is out while she types; what she typed is on the page, then in the draft, then in one record."""
    begin(page, "話のはじめ。")
    page.context.set_offline(True)
    page.locator("#id_content").press_sequentially("通信が切れている間の話。")
    expect(page.locator("#draft-status")).to_contain_text("通信が切れています")
    page.context.set_offline(False)
    page.locator("#id_content").press_sequentially("続き。")
    expect(page.locator("#draft-status")).to_have_text(SAVED)
    complaints[:] = [each for each in complaints if not each.startswith("htmx:sendError")]  # the cut itself
    year.grows(0, 0, by="a draft")

    press(page, "登録")
    lands(page, TALK)
    expect(page.locator(".prose").first).to_have_text("話のはじめ。通信が切れている間の話。続き。")
    year.grows(1, 0, by="a dropped network")


def a_session_that_expires(page: Page, year: Year) -> None:
    """登録 comes too late: the text is given back, she signs in beside it and sends it once."""
    begin(page, "ログインが切れる前から書いていた話。")
    end_session(page)
    press(page, "登録")
    expect(page.get_by_role("heading", name="ログインの期限が切れました")).to_be_visible()
    year.grows(0, 0, by="a session that expired")

    sign_in_again(page, "counselor")
    send_again(page)
    lands(page, TALK)
    expect(page.locator(".prose").first).to_have_text("ログインが切れる前から書いていた話。")
    year.grows(1, 0, by="sent again")


def a_double_press(page: Page, year: Year) -> None:
    """One record."""
    begin(page, "二度押した話。")
    page.get_by_role("button", name="登録", exact=True).dblclick()
    lands(page, TALK)
    year.grows(1, 0, by="a double press")


def two_nurses_on_one_record(first: Page, second: Page, year: Year) -> None:
    """The later one is shown both texts and chooses: here, both; who wrote which stays in the history."""
    begun, earlier, later = "二度押した話。", "先に書き足した一文。", "後から書き足した一文。"
    path = re.sub(r"^https?://[^/]+", "", first.url)
    second.goto(f"{path}edit/")
    first.goto(f"{path}edit/")
    first.locator("#id_content").fill(f"{begun}{earlier}")
    press(first, "更新")
    lands(first, TALK)

    second.locator("#id_content").fill(f"{begun}{later}")
    with second.expect_response(
        lambda answer: answer.request.method == "POST" and path in answer.url
    ) as told:
        press(second, "更新")
    assert told.value.status == 409
    conflict = second.get_by_role("alert").filter(has_text="ほかの人が先に更新しました")
    expect(conflict).to_contain_text(f"{begun}{earlier}")
    expect(conflict).to_contain_text(f"{begun}{later}")
    second.locator("#id_content").fill(f"{begun}{earlier}{later}")
    press(second, "更新")
    lands(second, TALK)

    expect(second.locator(".prose").first).to_have_text(f"{begun}{earlier}{later}")
    second.get_by_role("link", name="変更の履歴").click()
    expect(second.locator(".version ins")).to_have_text([f"（追加）{later}", f"（追加）{earlier}"])
    year.grows(0, 0, by="two nurses on one record")


def a_duplicate_merged_and_parted_again(nurse: Page, lead: Page, year: Year) -> None:
    """One person written down twice is two until the files are one, and two again when that was wrong."""
    look_for(nurse, "アサノハナコ")
    lands(nurse, FILE)
    kept, kept_path = file_on(nurse)
    open_new(nurse)
    choose_phone_and_topic(nurse)
    nurse.locator("#id_content").fill("もう一つの記録の話。")
    somebody_new(nurse, "朝野 華子", "アサノハナコ")
    told = nurse.locator("#new-person-alike")
    expect(told.get_by_text("似た方が登録されています。")).to_be_visible()
    expect(told.get_by_role("link", name=kept)).to_be_visible()
    press(nurse, "登録")
    lands(nurse, FILE_AFTER_TALK)
    merged, merged_path = file_on(nurse)
    assert merged != kept
    year.grows(1, 1, by="a second file")

    lead.goto("/consultations/clients/duplicates/")
    lead.get_by_role("link", name=re.compile(f"見比べて統合する.*{kept}と{merged}")).click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("相談者の統合")
    lead.get_by_label("同じ方と判断した理由").fill("本人に確かめた")
    press(lead, "統合")
    lands(lead, f"{kept_path}$")
    expect(lead.get_by_text(f"旧番号 {merged} の記録もここにあります")).to_be_visible()
    expect(timeline(lead)).to_have_count(3)
    year.grows(0, -1, by="a merge")

    look_for(nurse, merged)
    lands(nurse, f"{kept_path}$")
    nurse.goto(merged_path)
    lands(nurse, f"{kept_path}$")
    expect(nurse.get_by_text(f"{merged} は {kept} に統合されています。")).to_be_visible()

    lead.get_by_role("link", name="統合を元に戻す").click()
    lead.get_by_label("理由").fill("別の方だった")
    press(lead, "元に戻す")
    lands(lead, f"{merged_path}$")
    expect(timeline(lead)).to_have_count(1)
    expect(timeline(lead)).to_contain_text("もう一つの記録の話。")
    lead.goto(kept_path)
    expect(timeline(lead)).to_have_count(2)
    expect(lead.locator(".timeline")).not_to_contain_text("もう一つの記録の話。")
    year.grows(0, 1, by="the way back")


def a_restricted_client_opened_by_break_glass(nurse: Page, second: Page, lead: Page, year: Year) -> None:
    """Closed to the second nurse until she says why; then hers to read, not to write; and lead looks into it."""
    look_for(nurse, "カメイ アオイ")
    lands(nurse, FILE)
    number, path = file_on(nurse)
    lead.goto(f"{path}edit/")
    lead.get_by_label("閲覧の範囲").select_option("restricted")
    press(lead, "更新")
    lands(lead, f"{path}$")

    assert status_of(second, path) == 404
    look_for(second, "カメイ アオ")
    expect(second.locator("main")).not_to_contain_text(number)
    look_for(second, "カメイ アオイ")
    expect(second.locator("main")).not_to_contain_text("仮名 あおい")
    year.grows(0, 0, by="a restricted client")

    second.locator("main").get_by_role("link", name=number).click()
    expect(second.get_by_role("heading", level=1)).to_have_text("緊急閲覧")
    second.get_by_label("緊急に閲覧する理由").fill(CLOSED_AFTER)
    press(second, "理由を記録して開く")
    lands(second, f"{path}$")
    expect(second.get_by_text("緊急閲覧中")).to_be_visible()
    timeline(second).get_by_role("link", name=re.compile("こころの不調")).click()
    lands(second, TALK)
    expect(second.locator(".prose").first).to_have_text("名前は言いたくないとのこと。")
    expect(second.get_by_text("緊急閲覧中")).to_be_visible()
    nothing_can_be_written(second, path)
    year.grows(0, 0, by="a broken glass")

    lead.goto("/")
    card = lead.locator(".card", has=lead.get_by_role("heading", name="緊急閲覧の確認待ち"))
    card.get_by_role("link", name=number).click()
    broken = lead.locator("section.panel", has_text=number)
    expect(broken).to_contain_text(CLOSED_AFTER)
    broken.get_by_label("確認の所見").fill("必要な閲覧だった")
    broken.get_by_role("button", name="確認しました").click()
    expect(lead.locator("section.panel", has_text=number)).to_contain_text("必要な閲覧だった")
    lead.goto("/")
    expect(card.get_by_role("link", name=number)).to_have_count(0)

    second.goto(path)
    press(second, "閲覧を終える")
    expect(second.get_by_text("緊急閲覧を終えました。")).to_be_visible()
    assert status_of(second, path) == 404
    year.grows(0, 0, by="a glass that was looked into")


def nothing_can_be_written(page: Page, client_path: str) -> None:
    """Neither by a button of the file and of the talk that is open, nor past them."""
    talk_path = re.sub(r"^https?://[^/]+", "", page.url)
    steps = [f"{client_path}{verb}/" for verb in ("edit", "contact", "void")]
    steps += [f"{talk_path}{verb}/" for verb in ("edit", "detach", "void")]
    for path in (client_path, talk_path):
        page.goto(path)
        offered = page.locator("main a").evaluate_all("all => all.map(link => new URL(link.href).pathname)")
        assert [step for step in (*steps, "/consultations/new/") if step in offered] == []
    answers = [post(page, step, content="書き換えた話。", name="別の名", reason="消す") for step in steps]
    assert answers == [403] * len(steps)
    assert post(page, "/consultations/clients/suggest/", q="みほん") == 200  # no fault of the form itself
    page.goto(talk_path)
    expect(page.locator(".prose").first).to_have_text("名前は言いたくないとのこと。")

"""相談一覧 with names as a file: why, what is in it, what never is."""

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import reverse

from komatsu_support.models import AuditEvent
from tests.browser import html, table
from tests.factories import BreakGlassFactory, ClientFactory, ConsultationFactory, UserFactory

pytestmark = pytest.mark.django_db
NAMED = reverse("consultations:consultation_export_named")
REASON = {"reason": "個別ケース会議の資料のため"}
REACH: dict[str, Any] = {
    "phone": "0761-00-4321",
    "mobile": "090-0000-4321",
    "address": "架空町九丁目1",
    "district": "架空町",
    "postcode": "923-0000",
    "call_as": "はなやの者",
    "watchword": "あさがお",
    "contact_warning": "夫が同居",
}


def looks(user):
    """Exports in the trail: basis and count."""
    return list(AuditEvent.objects.filter(user=user, action="export").values_list("basis", "count"))


def rows(answer):
    """The file's rows by column."""
    head, *lines = table(answer)
    return [
        dict(zip(head, line, strict=True)) for line in lines if line[0] and "取扱注意" not in str(line[0])
    ]


def test_page_names_the_consequences_before_anything_leaves(login):
    browser = login()
    ConsultationFactory()

    page = browser.get(f"{NAMED}?year=all")

    assert page.context["count"] == 1
    assert "証跡に残ります" in html(page)
    assert looks(browser.user) == []


@pytest.mark.parametrize("reason", ["", "   ", "会議", "あいうえ"])
def test_without_a_reason_nothing_leaves(login, reason):
    browser = login()
    ConsultationFactory()

    answer = browser.post(f"{NAMED}?year=all", {"reason": reason})

    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert looks(browser.user) == []


def test_file_has_names_and_texts_and_the_trail_says_why(login):
    browser = login()
    client = ClientFactory(name="見本 花子", name_kana="ミホン ハナコ", alias="はなさん", **REACH)
    ConsultationFactory(
        client=client, topics=["dv", "work"], responses=["listen"], content="眠れない", response="聞いた"
    )

    answer = browser.post(f"{NAMED}?year=all", REASON)
    (row,) = rows(answer)

    expected = {
        "相談者番号": client.number,
        "氏名": "見本 花子",
        "氏名カナ": "ミホン ハナコ",
        "呼び名": "はなさん",
        "主訴": "DV（配偶者等からの暴力）",
        "内容": "DV（配偶者等からの暴力）、仕事・就労",
        "対応内容": "傾聴",
        "相談内容": "眠れない",
        "対応": "聞いた",
    }
    assert {name: row[name] for name in expected} == expected
    assert looks(browser.user) == [(REASON["reason"], 1)]


def test_trail_is_written_before_the_first_byte(login, monkeypatch):
    browser = login()
    ConsultationFactory()
    seen: list[Any] = []

    def first_byte(*_):
        seen.append(looks(browser.user))
        raise TimeoutError("first byte")

    monkeypatch.setattr("komatsu_support.pages.workbook_response", first_byte)

    with pytest.raises(TimeoutError, match="first byte"):
        browser.post(f"{NAMED}?year=all", REASON)

    assert seen == [[(REASON["reason"], 1)]]


def test_file_never_holds_a_way_to_reach_anybody(login):
    browser = login("lead")
    kinds: list[dict[str, Any]] = [{}, {"address_protected": True, "protected_until": "2027-03-31"}]
    for number, kind in enumerate(kinds):
        client = ClientFactory(name=f"見本 {number}", **REACH, **kind)
        ConsultationFactory(client=client, content="話", next_plan="来週")

    answer = browser.post(f"{NAMED}?year=all", REASON)

    text = str(table(answer))
    assert "見本 0" in text
    assert [value for value in REACH.values() if value in text] == []


def test_texts_of_a_protected_client_stay_in_the_house(login):
    client = ClientFactory(address_protected=True, protected_until="2027-03-31")
    ConsultationFactory(client=client, content="新しい住まいは駅の裏", response="", assessment="危ない")

    (row,) = rows(login().post(f"{NAMED}?year=all", REASON))

    kept_back = "（支援措置のため出力しません）"
    assert [row[name] for name in ("相談内容", "対応", "所見")] == [kept_back, "", kept_back]


@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_closed_client_is_left_out_even_for_those_who_may_open_her(login, protection):
    browser = login()
    mine = ClientFactory(
        name="秘密 すみれ", protection=protection, staff=browser.user, assigned=[browser.user]
    )
    ConsultationFactory(client=mine)
    ConsultationFactory(client=None)

    page = browser.get(f"{NAMED}?year=all")
    found = rows(browser.post(f"{NAMED}?year=all", REASON))

    assert (page.context["count"], page.context["left_out"]) == (1, 1)
    assert [row["相談者番号"] for row in found] == ["匿名"]


def test_what_a_broken_glass_shows_is_left_out(login, settings):
    settings.CLIENT_ACCESS = "assigned"
    browser = login()
    mine, others = ClientFactory(staff=browser.user), ClientFactory(staff=UserFactory())
    gone = ClientFactory(staff=browser.user, disposed_on=date(2024, 4, 1))
    for client in (mine, others, gone):
        ConsultationFactory(client=client)
    BreakGlassFactory(others, by=browser.user)

    page = browser.get(f"{NAMED}?year=all")
    found = rows(browser.post(f"{NAMED}?year=all", REASON))

    assert (page.context["count"], page.context["left_out"]) == (2, 1)
    assert {row["相談者番号"] for row in found} == {mine.number, gone.number}


def test_file_has_the_records_of_the_same_filter(login):
    browser = login()
    ConsultationFactory(urgency="high")
    ConsultationFactory(urgency="low")

    found = rows(browser.post(f"{NAMED}?year=all&urgency=high", REASON))

    assert [row["緊急度"] for row in found] == ["高"]


def test_nothing_to_hand_out_is_no_file(login):
    browser = login()

    answer = browser.post(f"{NAMED}?year=all&since=xx", REASON)

    assert "出力できる記録がありません" in html(answer)
    assert looks(browser.user) == []


def test_sheet_is_headed_with_care(login):
    ConsultationFactory()

    answer = login().post(f"{NAMED}?year=all", REASON)
    book = ZipFile(BytesIO(b"".join(answer.streaming_content)))

    assert "取扱注意" in book.read("xl/workbook.xml").decode()
    assert "取扱注意" in book.read("xl/worksheets/sheet1.xml").decode().partition("<headerFooter")[2]


@pytest.mark.parametrize(
    "payload",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
        "＝1+1",
        "\t=1+1",
        '=HYPERLINK("http://x","y")',
        "#N/A",
    ],
)
def test_no_text_becomes_a_formula_or_a_link(login, payload):
    client = ClientFactory(name=payload, name_kana="", alias=payload)
    ConsultationFactory(client=client, content=payload, response=payload, assessment=payload)

    answer = login().post(f"{NAMED}?year=all", REASON)
    book = ZipFile(BytesIO(b"".join(answer.streaming_content)))

    cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert ("<f>" in cells, "<hyperlink" in cells, 't="e"' in cells) == (False, False, False)

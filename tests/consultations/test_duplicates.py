"""Who looks alike and why: while one types, in the list, and told apart for good."""

from datetime import date
from typing import Any

import pytest

from consultations.alike import pairs, reasons_of
from consultations.models import Client, DistinctPair
from komatsu_support.models import AuditEvent
from tests.browser import html
from tests.consultations.test_views import url
from tests.factories import ClientFactory, MergeFactory

pytestmark = pytest.mark.django_db
BORN = date(1963, 5, 3)


def of(**fields) -> Client:
    return Client(**fields)


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"phone": "0761-00-1111"}, {"mobile": "0761-00-1111"}, ["同じ電話"]),
        (
            {"name_kana": "ミホン ハナコ", "birth_date": BORN},
            {"name_kana": "ミホン　ハナコ", "birth_date": BORN},
            ["同じカナ・生年月日"],
        ),
        ({"name_kana": "ミホン ハナコ"}, {"name_kana": "ミホンハナコ", "birth_date": BORN}, ["同じカナ"]),
        (
            {"name_kana": "ヤマザキ", "birth_date": BORN},
            {"name_kana": "ヤマサキ", "birth_date": BORN},
            ["似た読み・同じ生年月日"],
        ),
        ({"name_kana": "ヤマザキ"}, {"name_kana": "ヤマサキ"}, []),
        ({"name": "髙橋 花"}, {"name": "高橋 花"}, ["異体字の違いだけ"]),
        ({"name": "高橋　花"}, {"name": "高橋花"}, ["同じ氏名"]),
        ({"alias": "はなこ"}, {"name_kana": "ハナコ"}, ["呼び名と氏名"]),
        ({"name": "花子"}, {"alias": "花子"}, ["呼び名と氏名"]),
        ({"alias": "はな"}, {"alias": "はな"}, []),
        ({"birth_date": BORN}, {"birth_date": BORN}, []),
        (
            {"name": "高橋 花", "birth_date": BORN, "phone": "0761-00-1111"},
            {"name": "高橋 花", "birth_date": date(1999, 1, 1), "phone": "0761-00-1111"},
            ["同じ電話"],
        ),
        ({}, {}, []),
    ],
)
def test_reasons_are_named_and_another_birth_date_leaves_the_phone_alone(one, other, reasons):
    assert reasons_of(of(**one), of(**other)) == reasons
    assert reasons_of(of(**other), of(**one)) == reasons


# -- the list -----------------------------------------------------------------------------------------------


def test_pairs_are_listed_the_likeliest_first_and_told_apart_for_good(login):
    browser = login()
    a, b = (ClientFactory(name="髙橋 花", name_kana=""), ClientFactory(name="高橋 花", name_kana=""))
    c, d = (
        ClientFactory(name="", phone="0761-00-1111", birth_date=BORN, name_kana="ミホン") for _ in range(2)
    )
    ClientFactory(name="架空 いろは", name_kana="カクウ イロハ")

    before = [(pair.one, pair.other) for pair in pairs(browser.user)]
    browser.post(url("duplicate_dismiss"), {"kept": d.pk, "merged": c.pk})
    browser.post(url("duplicate_dismiss"), {"kept": c.pk, "merged": d.pk})

    assert before == [(c, d), (a, b)]
    assert [(pair.one, pair.other) for pair in pairs(browser.user)] == [(a, b)]
    apart = DistinctPair.objects.get()
    assert (apart.first, apart.second, apart.created_by) == (c, d, browser.user)


def test_page_names_both_and_the_reasons_and_is_in_the_trail(login):
    browser = login()
    ClientFactory.create_batch(2, name="見本 花子", name_kana="ミホン ハナコ", phone="0761-00-1111")

    page = html(browser.get(url("duplicate_list")))

    assert [
        page.count(f'<span class="tag">{each}</span>') for each in ("同じ電話", "同じ氏名", "同じカナ")
    ] == [1] * 3
    assert "0761-00-1111" not in page
    assert AuditEvent.objects.filter(user=browser.user, action="list", count=2).count() == 1


def test_closed_voided_and_merged_files_are_in_no_pair(login, user):
    browser = login()
    same: dict[str, Any] = {"name": "見本 花子", "name_kana": "ミホン ハナコ"}
    one = ClientFactory(**same)
    ClientFactory(**same, protection="restricted")
    ClientFactory(**same).void("誤登録", by=user())
    MergeFactory(one, ClientFactory(**same))

    assert pairs(browser.user) == []


def test_phone_of_many_says_nothing(login):
    ClientFactory.create_batch(9, name="", name_kana="", phone="0761-00-1111")

    assert pairs(login().user) == []


def test_two_numbers_lead_to_both_files_side_by_side(login):
    one, other = ClientFactory(), ClientFactory()

    answer = login().post(url("duplicate_list"), {"kept": one.number, "merged": other.number})

    assert answer.url == f"{url('merge_create')}?kept={one.pk}&merged={other.pk}"


@pytest.mark.parametrize("numbers", [("", ""), ("R1-0001", "x"), None])
def test_numbers_that_name_no_two_are_refused_in_words(login, numbers):
    one = ClientFactory()
    kept, merged = numbers or (one.number, one.number)

    answer = login().post(url("duplicate_list"), {"kept": kept, "merged": merged})

    assert answer.status_code == 422


def test_nobody_is_told_apart_from_herself_or_from_a_closed_file(login):
    one, closed = ClientFactory(), ClientFactory(protection="restricted")
    browser = login()

    for other in (one, closed):
        browser.post(url("duplicate_dismiss"), {"kept": one.pk, "merged": other.pk})

    assert DistinctPair.objects.count() == 0


# -- while one types ----------------------------------------------------------------------------------------


def told(browser, **fields) -> str:
    return html(browser.post(url("client_duplicates"), fields))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "高橋花"}, "異体字の違いだけ"),
        ({"name_kana": "ﾀｶﾊｼ ﾊﾅ"}, "同じカナ"),
        ({"name_kana": "たかはし はな", "birth_date": "s38.5.3"}, "同じカナ・生年月日"),
        ({"phone": "0761001111"}, "同じ電話"),
        ({"mobile": "０７６１－００－１１１１", "birth_date": "x"}, "同じ電話"),
    ],
)
def test_alike_is_told_with_the_reason_and_a_link(login, fields, reason):
    client = ClientFactory(name="髙橋 花", name_kana="タカハシ ハナ", phone="0761-00-1111", birth_date=BORN)
    ClientFactory(name="架空 いろは", name_kana="カクウ イロハ", phone="0761-00-2222")

    text = told(login(), **fields)

    assert text.count("<li>") == 1
    assert client.get_absolute_url() in text
    assert f'<span class="tag">{reason}</span>' in text


@pytest.mark.parametrize(
    "fields", [{}, {"name": "高"}, {"phone": "0761"}, {"name_kana": "漢字"}, {"phone": "110"}]
)
def test_nothing_is_told_of_nothing_or_of_half_a_number(login, fields):
    ClientFactory(name="高橋 花", name_kana="タカハシ ハナ", phone="110", protection="restricted")
    browser = login()

    assert told(browser, **fields).strip() == ""
    assert AuditEvent.objects.filter(user=browser.user, action="list").count() == 0


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"phone": "0761001111"}, "電話番号"),
        ({"name": "高橋花"}, "氏名"),
        ({"name_kana": "タカハシハナ"}, "カナ"),
    ],
)
def test_closed_file_is_told_without_number_or_name(login, fields, what):
    client = ClientFactory(
        name="髙橋 花", name_kana="タカハシ ハナ", phone="0761-00-1111", protection="restricted"
    )

    text = told(login(), **fields)

    assert f"閲覧制限の方に同じ{what}の方がいます。主任相談員に確かめてください。" in text
    assert [word for word in (client.number, "髙橋", "clients/") if word in text] == []


def test_sealed_file_is_told_to_nobody(login):
    ClientFactory(name="髙橋 花", phone="0761-00-1111", protection="sealed")

    assert told(login("lead"), name="高橋花", phone="0761001111").strip() == ""


def test_new_file_asks_for_those_alike(login):
    assert "data-alike" in html(login().get(url("client_create")))

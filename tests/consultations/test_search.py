"""Who is found by what, in which order, and who is told of a closed file."""

import re
from datetime import date

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.models import Client, Match, SearchTail
from consultations.models.search import LONGEST, ends_of, words_of
from komatsu_support.models import AuditEvent, User
from komatsu_support.text import search_key, sound_key
from komatsu_support.variants import VARIANTS
from tests.browser import html
from tests.consultations.test_views import url
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def numbers(typed: str) -> list[str]:
    """Who is found, in order, by number."""
    return [client.number for client in Client.objects.standing().found_by(typed)]


def finds(typed: str, **fields) -> bool:
    """Whether such a client is found among others."""
    ClientFactory(
        name="例題 ふみ", name_kana="レイダイ フミ", phone="076-000-9999", birth_date=date(1999, 1, 1)
    )
    client = ClientFactory(**{"name": "", **fields})
    return numbers(typed) == [client.number]


# -- what is found ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("髙橋 花", "高橋"),
        ("高橋 花", "髙橋"),
        ("渡邊 花", "渡辺"),
        ("渡邉 花", "渡邊"),
        ("渡辺 花", "渡邉"),
        ("山﨑 花", "山崎"),
        ("山崎 花", "山嵜"),
        ("齋藤 花", "斎藤"),
        ("斉藤 花", "齊藤"),
        ("廣澤 花", "広沢"),
        ("\ufa19谷 花", "神谷"),
        ("神谷 花", "\ufa19谷"),
        ("𠮷田 花", "吉田"),
        ("佐々木 花", "佐佐木"),
        ("辻\U000e0100 花", "辻 花"),
    ],
)
def test_kanji_find_their_variants_both_ways(written, typed):
    assert finds(typed, name=written)


@pytest.mark.parametrize(
    "typed", ["みほん", "ﾐﾎﾝ", "ミホン", "みほん はなこ", "ﾐﾎﾝﾊﾅｺ", "ほん", "ハナコ　ミホン", "ミボン"]
)
def test_reading_is_found_in_every_width_and_kana(typed):
    assert finds(typed, name="見本 花子", name_kana="ミホン ハナコ")


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("オーノ ミキ", "オオノ"),
        ("オオノ ミキ", "おーの"),
        ("オーノ ミキ", "ｵｰﾉ"),
        ("オーノ ミキ", "オ－ノ"),
        ("ヤマザキ ミキ", "やまさき"),
        ("キョウコ", "きようこ"),
    ],
)
def test_reading_is_found_as_it_was_heard(written, typed):
    assert finds(typed, name_kana=written)


@pytest.mark.parametrize("typed", ["ＡＮＮＡ", "anna", "Ａｎｎａ"])
def test_letters_are_found_in_every_width_and_case(typed):
    assert finds(typed, alias="Anna")


@pytest.mark.parametrize(
    "typed", ["R6-0012", "r6-0012", "r6-12", "ｒ６－００１２", "ｒ６ー１２", "R60012", " r6-0012 "]
)
def test_number_is_found_as_it_is_typed(typed):
    client = ClientFactory(first_contact_on=date(2024, 5, 1))
    for _ in range(11):
        client = ClientFactory(first_contact_on=date(2024, 5, 1))

    assert client.number == "R6-0012"
    assert numbers(typed) == [client.number]


@pytest.mark.parametrize(
    "typed",
    [
        "0761-00-4321",
        "0761004321",
        "０７６１ー００ー４３２１",
        "0761 00 4321",
        "(0761)00-4321",
        "+81 761 00 4321",
        "4321",
        "00-4321",
        "７６１",
    ],
)
def test_phone_is_found_by_its_digits_and_by_the_last_four(typed):
    expected = typed != "７６１"  # three digits are no phone

    assert finds(typed, phone="0761-00-4321") is expected


def test_mobile_phone_is_found_too():
    assert finds("09000004321", phone="0761-00-1111", mobile="090-0000-4321")


@pytest.mark.parametrize(
    "typed",
    [
        "s38.5.3",
        "S38.5.3",
        "昭和38年5月3日",
        "昭和38年 5月3日",
        "1963-05-03",
        "1963/5/3",
        "1963年5月3日",
        "19630503",
        "１９６３０５０３",
        "ｓ３８．５．３",
        "見本 s38.5.3",
        "s38.5.3 花子",
    ],
)
def test_birth_date_is_found_in_every_form(typed):
    assert finds(typed, name="見本 花子", birth_date=date(1963, 5, 3))


@pytest.mark.parametrize(
    "typed", ["花子 見本", "見本　花子", "見本 ハナコ", " 見本  花 ", "見本・花子", "R6 花子"]
)
def test_words_must_all_be_found_in_whatever_order(typed):
    ClientFactory(name="見本 いろは", name_kana="ミホン イロハ", first_contact_on=date(2024, 5, 1))
    client = ClientFactory(name="見本 花子", name_kana="ミホン ハナコ", first_contact_on=date(2024, 5, 1))

    assert numbers(typed) == [client.number]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "　",
        "・",
        "ー",
        "%",
        "_",
        "\\",
        "%見本%",
        "見_本",
        "見\\本",
        "'",
        '"',
        "*",
        "見本" * 200,
        "\x00",
        "見本\x01%",
    ],
)
def test_signs_and_nothing_and_too_much_find_nobody(typed):
    ClientFactory(name="見本 花子", name_kana="ミホン ハナコ")

    assert numbers(typed) == []


@pytest.mark.parametrize("written", ["50%引き", "a_b", "a\\b", "O'Neil", "*"])
def test_signs_are_found_where_they_stand(written):
    assert finds(written, alias=written)


def test_marks_that_cannot_be_seen_do_not_hinder():
    assert finds("見\u200b本\ufeff", name="見本 花子")


def test_one_person_is_found_once_however_often_she_fits():
    client = ClientFactory(name="ハナハナ", name_kana="ハナ ハナ", alias="はなはな", phone="0761-11-1111")

    assert numbers("ハナ") == [client.number]
    assert numbers("1111") == [client.number]


def test_name_that_merely_follows_in_order_is_not_found():
    ClientFactory(name=chr(ord("花") + 1), name_kana="", alias="花")
    ClientFactory(name=chr(ord("花") + 1), name_kana="", alias="")

    assert len(numbers("花")) == 1


def test_last_character_of_all_is_found():
    assert finds("\U0010ffff", alias="a\U0010ffff\U0010ffff")


# -- order --------------------------------------------------------------------------------------------------


def test_found_are_in_order_of_match_and_then_of_reading():
    day = date(2024, 5, 1)
    rows = {
        "birth": ClientFactory(name="い", name_kana="イ", birth_date=date(1963, 5, 3), first_contact_on=day),
        "phone": ClientFactory(name="ろ", name_kana="ロ", phone="0761-96-3050", mobile="090-1963-0503"),
        "inside": ClientFactory(name="", alias="友19630503", first_contact_on=day),
        "begins": ClientFactory(name="", alias="19630503友", first_contact_on=day),
        "exact": ClientFactory(name="", alias="19630503", first_contact_on=day),
    }

    found = list(Client.objects.found_by("19630503"))

    assert found == [rows[each] for each in ("exact", "begins", "inside", "phone", "birth")]
    assert [Match(each.match) for each in found] == [
        Match.EXACT,
        Match.PREFIX,
        Match.CONTAINS,
        Match.PHONE,
        Match.BIRTH,
    ]


def test_number_stands_before_a_name_that_is_written_so():
    alike = ClientFactory(name="", alias="R6-0002", first_contact_on=date(2024, 5, 1))
    client = ClientFactory(first_contact_on=date(2024, 5, 1))

    assert numbers("R6-0002") == [client.number, alike.number]


def test_equals_stand_in_order_of_their_reading_and_those_without_one_last():
    unread = ClientFactory(name="大野", name_kana="")
    third = ClientFactory(name="大野 ミキ", name_kana="オノ ミキ")
    second = ClientFactory(name="大野 アキ", name_kana="オーノ アキ")
    first = ClientFactory(name="大野 アイ", name_kana="オオノ アイ")

    assert list(Client.objects.found_by("大")) == [first, second, third, unread]


def test_reading_that_only_sounds_alike_stands_after_the_one_typed():
    alike = ClientFactory(name="", name_kana="ヤマサキ")
    exact = ClientFactory(name="", name_kana="ヤマザキ")

    assert list(Client.objects.found_by("やまざき")) == [exact, alike]


def test_two_words_within_a_reading_stand_before_one_that_only_sounds_so():
    alike = ClientFactory(name="", name_kana="アヤマサキ ミキ")
    inside = ClientFactory(name="", name_kana="アヤマザキ ミキ")

    found = list(Client.objects.found_by("やまざき みき"))

    assert found == [inside, alike]


# -- the index follows --------------------------------------------------------------------------------------


def test_index_follows_every_change_and_a_void_empties_it(user):
    client = ClientFactory(name="見本 花子", name_kana="ミホン ハナコ", phone="0761-00-4321")
    before = SearchTail.objects.filter(client=client).count()

    client.name, client.phone = "架空 花子", ""
    client.save(by=user())
    renamed = [numbers(each) for each in ("見本", "架空", "ミホン", "4321")]
    client.void("誤登録", by=user())

    assert before > 0
    assert renamed == [[], [client.number], [client.number], []]
    assert SearchTail.objects.filter(client=client).count() == 0


def test_index_is_left_alone_where_nothing_it_knows_has_changed(user):
    client = ClientFactory(name="見本 花子")
    before = set(SearchTail.objects.values_list("pk", flat=True))

    client.note = "メモ"
    client.save(by=user())

    assert set(SearchTail.objects.values_list("pk", flat=True)) == before


# -- who is told --------------------------------------------------------------------------------------------

EXACT = [
    "R6-0001",
    "秘密 すみれ",
    "秘密すみれ",
    "ヒミツ スミレ",
    "ひみつすみれ",
    "0761-00-4321",
    "07610 04321",
]
PARTS = [
    "秘密",
    "ヒミツ",
    "すみれ 秘密",
    "4321",
    "00-4321",
    "s38.5.3",
    "R6-000",
    "すみちゃん",
    "ビミツ スミレ",
]


def closed_client(**fields) -> Client:
    return ClientFactory(
        **{
            "name": "秘密 すみれ",
            "name_kana": "ヒミツ スミレ",
            "alias": "すみちゃん",
            "phone": "0761-00-4321",
            "birth_date": date(1963, 5, 3),
            "first_contact_on": date(2024, 5, 1),
            "protection": "restricted",
            **fields,
        }
    )


def search(browser, typed: str, where: str = "client_search") -> str:
    return html(browser.post(url(where), {"q": typed}))


@pytest.mark.parametrize("where", ["client_search", "client_suggest"])
@pytest.mark.parametrize("typed", EXACT)
def test_closed_file_named_in_full_is_told_by_number_and_first_kana_alone(login, typed, where):
    closed_client()

    text = search(login(), typed, where)

    assert "R6-0001　ヒ…" in text
    assert "閲覧制限" in text
    told = text.replace(f'value="{typed}"', "")
    assert [word for word in ("秘密 すみれ", "スミレ", "すみちゃん", "4321") if word in told] == []


@pytest.mark.parametrize("where", ["client_search", "client_suggest"])
@pytest.mark.parametrize("typed", PARTS)
def test_closed_file_is_not_told_by_a_part(login, typed, where):
    closed_client()

    assert "R6-0001" not in search(login(), typed, where)


@pytest.mark.parametrize("where", ["client_search", "client_suggest"])
@pytest.mark.parametrize("role", ["counselor", "lead"])
def test_sealed_file_is_told_to_nobody_but_those_named(login, role, where):
    closed_client(protection="sealed")
    browser = login(role)

    assert ["封印" in search(browser, each, where) for each in EXACT] == [False] * len(EXACT)
    assert ["ヒ…" in search(browser, each, where) for each in EXACT] == [False] * len(EXACT)


def test_sealed_file_opens_to_those_named(login):
    browser = login()
    client = closed_client(protection="sealed", assigned=[browser.user])

    assert browser.post(url("client_search"), {"q": "秘密"}).url == client.get_absolute_url()


@override_settings(CLIENT_ACCESS="assigned")
def test_others_files_are_told_by_full_names_alone_where_each_has_her_own(login):
    closed_client(protection="normal")
    browser = login()

    assert ["R6-0001　ヒ…" in search(browser, each) for each in EXACT] == [True] * len(EXACT)
    assert ["R6-0001" in search(browser, each) for each in PARTS] == [False] * len(PARTS)


@override_settings(CLIENT_ACCESS="assigned")
def test_own_file_opens_where_each_has_her_own(login):
    browser = login()
    client = closed_client(protection="normal", staff=browser.user)

    assert browser.post(url("client_search"), {"q": "秘密"}).url == client.get_absolute_url()


def test_voided_file_is_neither_found_nor_told(login, user):
    closed_client().void("誤登録", by=user())

    assert "ヒ…" not in search(login(), "秘密 すみれ")


def test_coordinator_is_told_of_nobody(user):
    closed_client()

    assert list(Client.objects.closed_to(user("coordinator"))) == []


# -- the pages ----------------------------------------------------------------------------------------------


def looks(user: User) -> list[tuple[str, int | None]]:
    events = AuditEvent.objects.filter(user=user).order_by("number")
    return [(event.action, event.count) for event in events]


def test_search_is_in_the_trail_with_its_count_and_without_its_words(login):
    browser = login()
    ClientFactory(name="見本 花子")
    ClientFactory(name="見本 いろは")

    browser.post(url("client_search"), {"q": "見本"})
    browser.post(url("client_suggest"), {"q": "見本"})

    assert looks(browser.user) == [("list", 2), ("list", 2)]
    assert AuditEvent.objects.filter(basis__contains="見本").count() == 0


@pytest.mark.parametrize("typed", ["", "見", "　見　"])
def test_box_answers_nothing_before_the_second_character(login, typed):
    browser = login()
    ClientFactory(name="見本 花子")

    answer = browser.post(url("client_suggest"), {"q": typed})

    assert (answer.status_code, answer.content, looks(browser.user)) == (200, b"", [])


def test_box_says_when_there_are_more(login):
    ClientFactory.create_batch(9, name="見本 花子")

    text = search(login(), "見本", "client_suggest")

    assert len(re.findall(r'<a href="/consultations/clients/\d+/"', text)) == 8
    assert "ほかにもいます" in text


def test_box_asks_the_database_no_more_often_for_many_than_for_one(login, django_assert_num_queries):
    browser = login()
    ClientFactory.create_batch(7, name="見本 花子")
    browser.post(url("client_suggest"), {"q": "見本"})

    with django_assert_num_queries(9):
        browser.post(url("client_suggest"), {"q": "見本"})


def test_single_person_does_not_open_beside_a_closed_file_of_the_same_name(login):
    closed_client()
    ClientFactory(name="秘密 すみれ", name_kana="ヒミツ スミレ", first_contact_on=date(2024, 5, 2))

    answer = login().post(url("client_search"), {"q": "秘密すみれ"})

    assert answer.status_code == 200
    assert "2人見つかりました" in html(answer)


def test_results_say_what_was_found_and_no_phone(login):
    ClientFactory.create_batch(2, name="見本 花子", phone="0761-00-4321")

    text = search(login(), "4321")

    assert text.count("<td>電話</td>") == 2
    assert "0761-00-4321" not in text


@pytest.mark.parametrize(
    ("role", "expected"), [("counselor", 1), ("lead", 1), ("coordinator", 0), ("manager", 0)]
)
def test_box_stands_on_every_page_of_those_who_may_open_files(login, role, expected):
    browser = login(role)

    assert html(browser.get("/")).count("data-person-search") == expected


def test_page_of_clients_has_one_box(login):
    assert html(login().get(url("client_list"))).count("data-person-search") == 1


@pytest.mark.parametrize("q", ["見本" * 100, "%", "_", "\\", "'", "🙂"])
@pytest.mark.parametrize("where", ["client_search", "client_suggest"])
def test_odd_words_are_answered_without_a_fault(login, where, q):
    assert login().post(url(where), {"q": q}).status_code in (200, 422)


def test_control_characters_are_refused(login):
    assert login().post(url("client_search"), {"q": "見\x01本"}).status_code == 400


# -- against a plain reading of the rule --------------------------------------------------------------------

LETTERS = st.sampled_from("髙高橋渡邊邉辺ミホンがかーザサ1ー-%_\\ a　々")
NAMES = st.text(LETTERS, min_size=1, max_size=6)


def plainly(client: dict[str, str], typed: str) -> bool:
    """Whether every word stands within one of the person's own, as the rule says it."""
    texts = [search_key(client[field]) for field in ("name", "name_kana", "alias")]
    sound = sound_key(client["name_kana"])
    words = [search_key(word) for word in typed.split()]
    sounds = [sound_key(word) for word in typed.split()]
    pairs = [(word, heard) for word, heard in zip(words, sounds, strict=True) if word]
    return bool(pairs) and all(
        any(word in text for text in texts) or bool(heard and heard in sound) for word, heard in pairs
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(st.fixed_dictionaries({"name": NAMES, "name_kana": NAMES, "alias": NAMES}), max_size=4),
    typed=st.text(LETTERS, min_size=1, max_size=5).filter(lambda typed: "1" not in typed),
)
def test_found_are_those_of_a_plain_reading(people, typed, user):
    by = user()
    made = [ClientFactory(by=by, **fields) for fields in people]
    mine = Client.objects.filter(pk__in=[client.pk for client in made])

    found = list(mine.found_by(typed))

    expected = [client for client, fields in zip(made, people, strict=True) if plainly(fields, typed)]
    assert sorted(client.pk for client in found) == [client.pk for client in expected]
    assert [client.match for client in found] == sorted(client.match for client in found)


@given(st.text(max_size=300))
def test_ends_of_any_name_fit_the_column(name):
    client = Client(name=name, alias=name[:40], number="R6-0001", phone="110")

    ends = list(ends_of(words_of(client)))

    assert [end for end in ends if not 0 < len(end["tail"]) <= LONGEST] == []
    assert [end["tail"] for end in ends if end["kind"] == "phone"] == ["110"]


def test_every_variant_is_found_by_its_partner():
    strays = [each for each in VARIANTS if search_key(each) != search_key(VARIANTS[each])]

    assert strays == []

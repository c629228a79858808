import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komatsu_support import variants
from komatsu_support.text import (
    INDEX_ROWS,
    fold_kana,
    fold_variants,
    half_width,
    index_row,
    is_kana,
    kana_sort_key,
    normal_number,
    normal_phone,
    normal_postcode,
    phone_digits,
    search_key,
)
from komatsu_support.variants import VARIANTS

# --- Width


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("０１２３", "0123"),
        ("０７６１ー２４－８０００", "0761-24-8000"),
        ("1－2―3‐4−5–6—7ｰ8", "1-2-3-4-5-6-7-8"),
        ("ＡＢＣ＠ｅｘａｍｐｌｅ．ｊｐ", "ABC@example.jp"),
    ],
)
def test_half_width_turns_numerals_letters_and_dashes_plain(typed, plain):
    assert half_width(typed) == plain


@pytest.mark.parametrize("typed", ["R6-0012", "ｒ６ー００１２", " Ｒ６−００１２ ", "r6 - 0012"])
def test_normal_number_is_the_number_as_given_out(typed):
    assert normal_number(typed) == "R6-0012"


# --- Kana


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("ﾔﾏﾀﾞ", "ヤマダ"),
        ("やまだ", "ヤマダ"),
        ("ヤマダ", "ヤマダ"),
        ("　やまだ　　はなこ　", "ヤマダ ハナコ"),
        ("ｵｰﾉ", "オーノ"),
        ("ｵ-ﾉ", "オーノ"),
        ("オ－ノ", "オーノ"),
        ("おーの", "オーノ"),
        ("か゛とう", "ガトウ"),
        ("か\u3099とう", "ガトウ"),
        ("ゔぃ", "ヴィ"),
        ("みすゞ", "ミスヾ"),
        ("シルバ-サントス", "シルバ-サントス"),
        ("ﾏﾘｱ･ｼﾙﾊﾞ", "マリア・シルバ"),
        ("", ""),
    ],
)
def test_fold_kana_is_full_width_katakana(typed, kana):
    assert fold_kana(typed) == kana


@given(st.text(alphabet="アがｶﾞ゛\u3099ゃーｰ-－―・ 　\t山Ａ"))
def test_fold_kana_twice_changes_nothing_more(text):
    assert fold_kana(fold_kana(text)) == fold_kana(text)


@pytest.mark.parametrize("text", ["ヤマダ", "やまだ はなこ", "ﾔﾏﾀﾞ", "オーノ", "マリア・シルバ", "ヴォー"])
def test_is_kana_accepts_a_reading_in_any_kana(text):
    assert is_kana(text)


@pytest.mark.parametrize(
    "text", ["", " ", "山田", "ヤマダ花子", "Yamada", "ヤマダ1", "ー", "-ヤマダ", "=ヤマダ"]
)
def test_is_kana_refuses_what_is_no_reading(text):
    assert not is_kana(text)


# --- 五十音順


@pytest.mark.parametrize(
    "order",
    [
        ["オオノ", "オーノ", "オノ", "カトウ", "ガトウ", "カワダ"],
        ["ハハ", "ババ", "パパ"],
        ["ハト", "バト", "パト", "ハナ"],
        ["キヤマ", "キョウダ", "キヨダ"],
        ["オノ", "オノ ハナコ", "オノダ アキ"],
        ["スズキ アキ", "スズキ・シルバ", "スズキ タミ", "スズキシルバ"],
        ["ミスズ", "ミスヾ", "ミスミ"],
        ["サトウ", "サトエ", "サトオ", "サトー"],
        ["ワダ", "ヱダ", "ヲダ", "ンダ"],
    ],
)
def test_kana_sort_key_puts_names_in_dictionary_order(order):
    keys = [kana_sort_key(kana) for kana in order]

    assert keys == sorted(set(keys))


def test_kana_sort_key_puts_names_in_the_same_order_by_bytes():
    order = [
        "オオノ",
        "オーノ",
        "オノ",
        "オノ ハナコ",
        "オノダ アキ",
        "カトウ",
        "ガトウ",
        "カワダ",
        "カワダ 𠮷",
    ]

    keys = [kana_sort_key(kana).encode() for kana in order]

    assert keys == sorted(set(keys))


@pytest.mark.parametrize("typed", ["おおの", "ｵｵﾉ", " オオノ "])
def test_kana_sort_key_is_one_for_every_way_of_typing(typed):
    assert kana_sort_key(typed) == kana_sort_key("オオノ")


@given(st.text(alphabet="アカガパャーッヽン・ -"))
def test_kana_sort_key_fits_its_column_and_holds_no_control_character(kana):
    kana = fold_kana(kana)

    key = kana_sort_key(kana)

    assert len(key) <= 2 * len(kana) + 2
    assert key.isprintable()


def test_kana_sort_key_of_nothing_is_nothing():
    assert kana_sort_key(" ") == ""


@pytest.mark.parametrize(
    ("kana", "row"),
    [
        ("オオノ", "あ"),
        ("ヴィエイラ", "あ"),
        ("ガトウ", "か"),
        ("ジュン", "さ"),
        ("ヅメ", "た"),
        ("にし", "な"),
        ("ﾊﾟｸ", "は"),
        ("マリア", "ま"),
        ("ャマ", "や"),
        ("リー", "ら"),
        ("ワダ", "わ"),
        ("ヲダ", "わ"),
        ("ンガ", "わ"),
        ("Silva", "他"),
        ("山田", "他"),
        ("ー", "他"),
        ("", "他"),
    ],
)
def test_index_row_is_the_tab_of_the_first_kana(kana, row):
    assert index_row(kana) == row


def test_index_rows_stand_in_order():
    assert "".join(INDEX_ROWS) == "あかさたなはまやらわ他"


# --- Phone and postcode


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0761-24-8000", "0761-24-8000"),
        ("0761248000", "0761-24-8000"),
        ("０７６１ー２４－８０００", "0761-24-8000"),
        ("0761―24‐8000", "0761-24-8000"),
        ("0761−24–8000", "0761-24-8000"),
        ("（０７６１）２４ー８０００", "0761-24-8000"),
        ("0761 24 8000", "0761-24-8000"),
        ("+81-761-24-8000", "0761-24-8000"),
        ("＋８１（０）７６１ー２４ー８０００", "0761-24-8000"),
        ("09012345678", "090-1234-5678"),
        ("０９０ー１２３４ー５６７８", "090-1234-5678"),
        ("+81 90 1234 5678", "090-1234-5678"),
        ("050-12345678", "050-1234-5678"),
        ("0120123456", "0120-123-456"),
        ("08001234567", "0800-123-4567"),
        ("0762201234", "076-220-1234"),
        ("0312345678", "03-1234-5678"),
        ("0999-12-3456", "0999-12-3456"),
        ("(0999)12-3456", "0999-12-3456"),
        ("0999123456", "0999123456"),
        ("110", "110"),
        ("＃９１１０", "#9110"),
        ("+55 (11) 91234-5678", "+55-11-91234-5678"),
        ("", ""),
        ("　", ""),
    ],
)
def test_normal_phone_stores_one_form(typed, phone):
    assert normal_phone(typed) == phone


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("なし", "電話番号は数字とハイフンで入力してください（例：0761-00-0000）。"),
        ("0761-24-8000（自宅）", "電話番号は数字とハイフンで入力してください（例：0761-00-0000）。"),
        ("24-8000", "電話番号は市外局番から入力してください（例：0761-00-0000）。"),
        ("090-1234-567", "電話番号の桁数を確かめてください（例：0761-00-0000、090-0000-0000）。"),
        ("0761-24-80000", "電話番号の桁数を確かめてください（例：0761-00-0000、090-0000-0000）。"),
        ("-", "電話番号の桁数を確かめてください（例：0761-00-0000、090-0000-0000）。"),
        pytest.param(
            "0" * 50_000,
            "電話番号の桁数を確かめてください（例：0761-00-0000、090-0000-0000）。",
            id="endless",
        ),
    ],
)
def test_normal_phone_refuses_with_a_sentence(typed, sentence):
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        normal_phone(typed)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("０９０ー１２３４", "0901234"),
        ("24-8000", "248000"),
        ("+81 90-1234-5678", "09012345678"),
        ("あ", ""),
    ],
)
def test_phone_digits_are_what_a_number_is_found_by(typed, digits):
    assert phone_digits(typed) == digits


@pytest.mark.parametrize("typed", ["923-8650", "9238650", "〒９２３－８６５０", "〒 923ー8650", " 923 8650 "])
def test_normal_postcode_stores_one_form(typed):
    assert normal_postcode(typed) == "923-8650"


def test_normal_postcode_of_nothing_is_nothing():
    assert normal_postcode("　") == ""


@pytest.mark.parametrize("typed", ["923", "923-86500", "92-38650", "小松市", "〒"])
def test_normal_postcode_refuses_with_a_sentence(typed):
    with pytest.raises(ValueError, match=r"^郵便番号は7桁の数字で入力してください（例：923-8650）。$"):
        normal_postcode(typed)


# --- 異体字


@pytest.mark.parametrize(
    "alike",
    [
        "高髙",
        "崎﨑嵜",
        "斎齋斉齊",
        "辺邊邉",
        "浜濱濵",
        "沢澤",
        "広廣",
        "徳德",
        "神\ufa19",
        "福\ufa1b",
        "塚\ufa10",
        "郎郞\ufa2e",  # the compatibility form of a variant
        "楽樂\uf914",
        "吉𠮷",
        "柳栁",
        "桑桒",
        "橋槗",
        "桜櫻",
        "渕淵渊",
        "島嶋嶌",
        "竜龍",
        "館舘",
        "恵惠",
        "真眞",
        "国國",
    ],
)
def test_fold_variants_makes_one_form_of_all(alike):
    assert {fold_variants(kanji) for kanji in alike} == {fold_variants(alike[0])}


@pytest.mark.parametrize(
    "apart", ["崎埼", "坂阪", "未末", "太大", "土士", "川河", "原源", "藤籐", "渡度", "洋羊", "己已巳"]
)
def test_fold_variants_keeps_other_kanji_apart(apart):
    assert len({fold_variants(kanji) for kanji in apart}) == len(apart)


def test_fold_variants_drops_variation_selectors():
    assert fold_variants("葛\U000e0100城 辻\U000e0101") == "葛城 辻"


def test_fold_variants_leaves_width_and_kana_alone():
    assert fold_variants("Ａ１ ﾔﾏﾀﾞ ① ㈱") == "Ａ１ ﾔﾏﾀﾞ ① ㈱"


def test_variants_belong_to_one_group_each():
    groups = " ".join((variants.STANDARD, variants.NAMES, variants.SPLIT, variants.SIMPLIFIED)).split()
    kanji = "".join(groups)

    assert sorted(kanji) == sorted(set(kanji))


def test_variants_lead_to_forms_that_lead_nowhere():
    assert set(VARIANTS) & set(VARIANTS.values()) == set()


def test_variants_survive_a_normalising_editor():
    source = Path(variants.__file__).read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", source)


# --- Finding


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("高崎 澄", "髙﨑　澄"),
        ("斉藤", "齋藤"),
        ("渡辺", "渡邉"),
        ("神谷", "\ufa19谷"),
        ("龍", "\u2fd3"),
        ("佐々木", "佐佐木"),
        ("やまだはなこ", "ﾔﾏﾀﾞ ﾊﾅｺ"),
        ("ヤマダ", "やまだ"),
        ("さとー", "ｻﾄｰ"),
        ("シルバ サントス", "シルバ-サントス"),
        ("マリア・シルバ", "ﾏﾘｱ ｼﾙﾊﾞ"),
        ("maria silva", "ＭＡＲＩＡ　Ｓｉｌｖａ"),
        ("r6ー0012", "R6-0012"),
        ("０７６１ー２４ー８０００", "0761248000"),
        ("①", "1"),
    ],
)
def test_search_key_of_a_query_is_that_of_what_it_should_find(query, text):
    assert search_key(query) == search_key(text)


@pytest.mark.parametrize(
    ("query", "text"), [("さとう", "さとー"), ("はは", "ばば"), ("大野", "小野"), ("1", "2")]
)
def test_search_key_keeps_other_words_apart(query, text):
    assert search_key(query) != search_key(text)


def test_search_key_holds_nothing_between_words():
    assert search_key("高崎　澄（タカサキ・スミ） 090ー1234−5678") == "高崎澄(タカサキスミ)09012345678"

"""Normal forms: what is typed in many ways and stored in one, and the keys by which it is found and sorted.

Names and free text are stored exactly as typed and never NFC- or NFKC-normalised: 神 (U+FA19) would become
another character. Only kana, phone, postcode and other numerals have a normal form for storage; what
fold_variants() and search_key() return is for comparing and stands in no record's own field.
"""

import re
import unicodedata
from typing import Final

from komatsu_support.variants import VARIANTS

# --- Characters ------------------------------------------------------------------------------------

# What stands in typed and pasted numbers for "-", beside the long mark: hyphens, dashes, minus signs, lines.
_DASHES = "‐‑‒–—―−─━﹘﹣－⁃⁻₋︱︲"
_TO_HYPHEN = str.maketrans(dict.fromkeys(_DASHES + "ーｰ", "-"))

_TO_COMBINING = str.maketrans("゛゜", "\u3099\u309a")
_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}

# A dash after a kana is the long mark, except the plain hyphen, which joins double names; after half-width
# kana (bank and payroll files) the plain hyphen too.
_LONG_MARK = re.compile(f"(?<=[ｦ-ﾟ])[{_DASHES}ｰ-]+|(?<=[ぁ-ゖァ-ヺー゛゜\u3099\u309a])[{_DASHES}ｰ]+")


def half_width(text: str) -> str:
    """Numerals, letters and signs in half width, every dash as "-": for numbers, dates, e-mail addresses."""
    return unicodedata.normalize("NFKC", text.translate(_TO_HYPHEN))


def normal_number(text: str) -> str:
    """A record's number as it is given out, however it is typed: ｒ６ー００１２ is R6-0012."""
    return "".join(half_width(text).upper().split())


def _katakana(text: str) -> str:
    """NFKC, with hiragana and half-width kana as full-width katakana."""
    text = _LONG_MARK.sub("ー", text).translate(_TO_COMBINING)
    return unicodedata.normalize("NFKC", text).translate(_TO_KATAKANA)


# --- Kana and 五十音順 ---------------------------------------------------------------------------------

_KANA = re.compile(r"[ァ-ヺ][ァ-ヺーヽヾ・ -]*")
_VOICING = re.compile("[\u3099\u309a]")
_BETWEEN_NAMES = re.compile("[ ・-]+")
_TO_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")

_OF_VOWEL: Final = {
    "ア": "アカサタナハマヤラワ",
    "イ": "イキシチニヒミリヰ",
    "ウ": "ウクスツヌフムユル",
    "エ": "エケセテネヘメレヱ",
    "オ": "オコソトノホモヨロヲ",
}
_VOWEL = {kana: vowel for vowel, row in _OF_VOWEL.items() for kana in row}

INDEX_ROWS: Final = {
    "あ": "アイウエオ",
    "か": "カキクケコ",
    "さ": "サシスセソ",
    "た": "タチツテト",
    "な": "ナニヌネノ",
    "は": "ハヒフヘホ",
    "ま": "マミムメモ",
    "や": "ヤユヨ",
    "ら": "ラリルレロ",
    "わ": "ワヰヱヲン",
    "他": "",
}
"""The tabs of an index, each with the letters its sort keys begin with; 他 takes the rest."""


def fold_kana(text: str) -> str:
    """フリガナ as stored: full-width katakana, words apart by one space."""
    return " ".join(_katakana(text).split())


def is_kana(text: str) -> bool:
    """Whether the text is a reading once folded: katakana with long marks, spaces, ・ and hyphens."""
    return _KANA.fullmatch(fold_kana(text)) is not None


def kana_sort_key(kana: str) -> str:
    """五十音順: オオノ, オーノ, オノ, カトウ, ガトウ, カワダ in plain code-point order, on every database.

    First the letters as a dictionary compares them (no voicing, no small kana, the long mark as its vowel),
    then the reading itself to part equals. Two spaces lie between: the letters never contain two, and
    nothing in them sorts lower, so a name stands before every longer one.
    At most 2n + 2 characters for a folded reading of n.
    """
    kana = fold_kana(kana)
    letters = " ".join(_BETWEEN_NAMES.sub(" ", _plain_letters(kana)).split())
    return f"{letters}  {kana}" if kana else ""


def _plain_letters(kana: str) -> str:
    letters = _VOICING.sub("", unicodedata.normalize("NFD", kana)).translate(_TO_LARGE)
    spoken = ""
    for letter in letters:
        if letter == "ー":
            spoken += _VOWEL.get(spoken[-1:], "")
        elif letter == "ヽ":
            spoken += spoken[-1:]
        else:
            spoken += letter
    return spoken


def index_row(kana: str) -> str:
    """The tab a reading stands under: one of あかさたなはまやらわ, or 他."""
    first = kana_sort_key(kana)[:1]
    return next((row for row, letters in INDEX_ROWS.items() if first and first in letters), "他")


# --- Phone and postcode ----------------------------------------------------------------------------

_PHONE_CHARACTERS = re.compile(r"[+#]?[0-9() .-]+")
_JAPAN = re.compile(r"^\+81[ .-]*(\(?0\)?)?")
_AREA_MISSING = re.compile(r"[2-9][0-9]{5,7}")

# The first that fits says where the hyphens go.
_GROUPINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(0120|0570)(\d{3})(\d{3})",
        r"(0800)(\d{3})(\d{4})",
        r"(0[25-9]0)(\d{4})(\d{4})",
        r"(076[135678]|077[06789])(\d{2})(\d{4})",  # 小松 0761, and Hokuriku around it
        r"(076)(\d{3})(\d{4})",  # 金沢, 富山
        r"(0[36])(\d{4})(\d{4})",
    )
)
# These keep the groups in which they were typed: areas farther off, 110, #9110, numbers abroad.
_GROUPED_AS_TYPED = re.compile(r"0[1-9]{2}\d{7}|1\d{2}|#\d{4}|\+\d{8,15}")


def normal_phone(text: str) -> str:
    """A phone number as stored: 0761-00-0000, 090-0000-0000, #9110, +55-11-90000-0000. Empty stays empty.

    A ValueError is a sentence for the form.
    """
    typed = _JAPAN.sub("0", half_width(text).strip())
    if not typed:
        return ""
    if not _PHONE_CHARACTERS.fullmatch(typed):
        raise ValueError("電話番号は数字とハイフンで入力してください（例：0761-00-0000）。")
    mark = typed[0] if typed[0] in "+#" else ""
    groups = re.findall("[0-9]+", typed)
    number = mark + "".join(groups)
    for grouping in _GROUPINGS:
        if match := grouping.fullmatch(number):
            return "-".join(match.groups())
    if _AREA_MISSING.fullmatch(number):
        raise ValueError("電話番号は市外局番から入力してください（例：0761-00-0000）。")
    if not _GROUPED_AS_TYPED.fullmatch(number):
        raise ValueError("電話番号の桁数を確かめてください（例：0761-00-0000、090-0000-0000）。")
    return mark + "-".join(groups)


def phone_digits(text: str) -> str:
    """The digits of a number, or of the part that is known, for finding: 24ー8000 → 248000."""
    return re.sub("[^0-9]", "", _JAPAN.sub("0", half_width(text).strip()))


def normal_postcode(text: str) -> str:
    """A postcode as stored: 923-8650. Empty stays empty; a ValueError is a sentence for the form."""
    typed = half_width(text).strip()
    if not typed:
        return ""
    match = re.fullmatch(r"〒?\s*([0-9]{3})[\s-]*([0-9]{4})", typed)
    if match is None:
        raise ValueError("郵便番号は7桁の数字で入力してください（例：923-8650）。")
    return "-".join(match.groups())


# --- Finding ---------------------------------------------------------------------------------------

# Variation selectors tell the shapes of 辻 or 葛 apart; nobody types them into a search box. Nor what cannot
# be seen: control characters and the marks of width zero that come with pasted text.
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_UNSEEN = (*range(0x09), *range(0x0E, 0x1C), 0x7F, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F))
_FOLDS = str.maketrans(VARIANTS) | dict.fromkeys((*_SELECTORS, *_UNSEEN, 0x2060, 0xFEFF))

_REPEATED = re.compile("(.)々")
_BETWEEN_WORDS = re.compile(f"(?<![ァ-ヺー])ー+|[{_DASHES}・\\s-]+")


def fold_variants(text: str) -> str:
    """異体字 as one form: 髙﨑, 高嵜 and 高崎 alike. For comparing; a name is stored as it is written."""
    return text.translate(_FOLDS)


def search_key(text: str) -> str:
    """What a text is found by: the query's key is looked for within the keys of names, kana, phones, numbers.

    One width, one case, katakana, one form of each kanji, 佐々木 as 佐佐木, nothing between the words.
    Never stored in place of the text itself.
    """
    text = fold_variants(_katakana(text).casefold())
    return _BETWEEN_WORDS.sub("", _REPEATED.sub(r"\1\1", text))


def sound_key(kana: str) -> str:
    """What a reading is found by when it was only heard: ヤマザキ as ヤマサキ, オーノ as オオノ. Empty for no kana."""
    return kana_sort_key(kana).partition("  ")[0].replace(" ", "") if is_kana(kana) else ""

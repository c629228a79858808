"""Two wordings side by side: nothing is lost, and what stayed is not told as new."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komatsu_support.wording import differing

TEXTS = st.text("住まい仕事を探す。、\nアイ12", max_size=60)


def told(before, after):
    return [(part.kind, part.text) for part in differing(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("同じ", "同じ", [("same", "同じ")]),
        ("", "新しい", [("added", "新しい")]),
        ("電話で話す", "面談で話す", [("removed", "電話"), ("added", "面談"), ("same", "で話す")]),
        ("月に1回", "月に2回", [("same", "月に"), ("removed", "1"), ("added", "2"), ("same", "回")]),
    ],
)
def test_wordings_differ_by_the_word(before, after, expected):
    assert told(before, after) == expected


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_read_from_the_difference(before, after):
    parts = told(before, after)

    assert "".join(text for kind, text in parts if kind != "added") == before
    assert "".join(text for kind, text in parts if kind != "removed") == after


def test_two_long_texts_without_a_word_in_common_take_no_long_time():
    began = perf_counter()

    differing("住まいの相談。" * 7000, "仕事ノ話、" * 7000)

    assert perf_counter() - began < 2

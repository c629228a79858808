"""Shares and averages: one decimal, half up, nothing of nothing."""

from decimal import Decimal

import pytest

from komatsu_support.rates import average, hundredth, share


@pytest.mark.parametrize(
    ("part", "whole", "result"),
    [
        (17, 19, "89.5"),
        (15, 17, "88.2"),
        (1, 16, "6.3"),
        (1, 8, "12.5"),
        (0, 3, "0.0"),
        (3, 3, "100.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
    ],
)
def test_share_has_one_decimal_and_rounds_half_up(part, whole, result):
    assert share(part, whole) == Decimal(result)


def test_share_of_nothing_is_none():
    assert share(0, 0) is None


def test_average_rounds_half_up_and_needs_a_day():
    assert [average(919, 200), average(1, 4), average(5, 0)] == [Decimal("4.6"), Decimal("0.3"), None]


def test_percent_becomes_the_number_a_cell_holds():
    assert [hundredth(Decimal("73.3")), hundredth(73), hundredth(None)] == [
        Decimal("0.733"),
        Decimal("0.73"),
        None,
    ]

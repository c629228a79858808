"""Shares and averages: one decimal, half up, nothing of nothing."""

from decimal import Decimal

from komatsu_support.rates import average, hundredth, share


def test_share_rounds_half_up():
    assert [share(1, 16), share(1, 3), share(0, 5), share(0, 0)] == [
        Decimal("6.3"),
        Decimal("33.3"),
        Decimal("0.0"),
        None,
    ]


def test_average_rounds_half_up_and_needs_a_day():
    assert [average(919, 200), average(1, 4), average(5, 0)] == [Decimal("4.6"), Decimal("0.3"), None]


def test_percent_becomes_the_number_a_cell_holds():
    assert [hundredth(Decimal("73.3")), hundredth(73), hundredth(None)] == [
        Decimal("0.733"),
        Decimal("0.73"),
        None,
    ]

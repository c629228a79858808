"""達成率 and its neighbours: the table of product.md §2, and the traps of rounding."""

from decimal import Decimal

import pytest

from kpi.measures import achievement, raw_achievement


@pytest.mark.parametrize(
    ("actual", "target", "percent"),
    [
        (11, 15, 73),
        (10, 6, 100),
        (185, 180, 100),
        (919, 850, 100),
        (846, 850, 99),
        (849, 850, 99),
        (850, 850, 100),
        (5, 8, 63),
        (1, 8, 13),
        (0, 15, 0),
        (3, 0, None),
        (0, 0, None),
        (3, None, None),
    ],
)
def test_achievement_as_printed(actual, target, percent):
    assert achievement(actual, target) == percent


@pytest.mark.parametrize(
    ("actual", "target", "percent"),
    [(11, 15, "73.3"), (10, 6, "166.7"), (185, 180, "102.8"), (919, 850, "108.1"), (1, 16, "6.3")],
)
def test_raw_achievement_is_uncapped_with_one_decimal(actual, target, percent):
    assert raw_achievement(actual, target) == Decimal(percent)


def test_raw_achievement_without_a_target_is_nothing():
    assert [raw_achievement(3, 0), raw_achievement(3, None)] == [None, None]

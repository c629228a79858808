"""割合と平均: how the office rounds what it divides. Decimal arithmetic alone, one decimal, half up."""

from decimal import ROUND_HALF_UP, Decimal


def share(part: int, whole: int) -> Decimal | None:
    """構成比. Unit: percent, one decimal, half up; None of an empty whole."""
    return average(100 * part, whole)


def average(total: int, number: int) -> Decimal | None:
    """1日平均, 1回平均. Unit: as the total, per one; one decimal, half up; None without any."""
    return (Decimal(total) / number).quantize(Decimal("0.1"), ROUND_HALF_UP) if number else None


def hundredth(percent: Decimal | int | None) -> Decimal | None:
    """73 % as 0.73, for a cell with the format 0%."""
    return None if percent is None else Decimal(percent) / 100

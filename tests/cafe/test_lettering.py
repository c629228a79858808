"""How large the letters of the flyer are: as large as one sheet allows."""

from datetime import date, timedelta

import pytest

from cafe.flyer import OPEN, Day, Item, Plan
from cafe.lettering import Lettering, lettering
from cafe.models import Flyer

FIRST = date(2025, 3, 1)  # a Saturday: six weeks
WORDS = Flyer(month=FIRST, heading="3月のとんとんカフェ", place="カフェスペース", contact="0761-00-0000")


def month(title: str, events: int, *, columns: int = 7) -> Plan:
    """Every day open with so many events of that name."""
    items = tuple(Item("10:30～11:30", title, needs_booking=False) for _ in range(events))
    start = FIRST - timedelta(days=6 if columns == 7 else 5)
    days = [start + timedelta(days=n) for n in range(42)]
    squares = [Day(on, OPEN, items=items) if on.month == 3 else None for on in days]
    weeks = [squares[at : at + columns] for at in range(0, 42, 7)]
    return Plan(FIRST, "日月火水木金土"[:columns], [week for week in weeks if any(week)], "", "")


@pytest.mark.parametrize("is_landscape", [False, True])
def test_quiet_month_is_written_large_with_whole_times(is_landscape):
    assert lettering(month("", 0), WORDS, is_landscape=is_landscape) == Lettering(13, is_short=False)


@pytest.mark.parametrize("is_landscape", [False, True])
def test_weekdays_with_three_events_each_can_be_read_from_a_step_away(is_landscape):
    plan = month("手しごとの会", 3, columns=5)

    assert lettering(plan, WORDS, is_landscape=is_landscape).is_readable


def test_times_are_shortened_before_the_letters_become_too_small_to_read():
    fuller = [lettering(month("手しごとの会", events), WORDS, is_landscape=False) for events in range(1, 8)]

    whole = [each for each in fuller if not each.is_short]
    assert fuller[: len(whole)] == whole
    assert 0 < len(whole) < len(fuller)
    assert all(each.is_readable for each in whole)
    assert [each.size for each in fuller] == sorted((each.size for each in fuller), reverse=True)


def test_letters_shrink_only_where_nothing_else_helps():
    sizes = [
        lettering(month("とても長い名前の企画" * times, 3), WORDS, is_landscape=False).size
        for times in (1, 2, 4)
    ]

    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 10


def test_more_lines_below_the_grid_leave_less_room_for_it():
    wordy = Flyer(month=FIRST, heading="3月", note="こ" * 150, **dict.fromkeys(Flyer.FOOTER, "あ" * 60))

    assert (
        lettering(month("笑いヨガ", 2), wordy, is_landscape=True).size
        < lettering(month("笑いヨガ", 2), WORDS, is_landscape=True).size
    )

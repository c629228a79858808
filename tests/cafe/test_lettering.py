"""How large the letters of the flyer are: as large as one sheet allows."""

from datetime import date, timedelta

import pytest

from cafe.flyer import OPEN, Day, Item, Plan
from cafe.lettering import Columns, Lettering, grades, lettering, remedies
from cafe.models import Flyer

FIRST = date(2025, 3, 1)  # a Saturday: six weeks
WORDS = Flyer(month=FIRST, heading="3月のとんとんカフェ", place="カフェスペース", contact="0761-00-0000")


def month(title: str, events: int, *, columns: int = 7, only: str = "", note: str = "") -> Plan:
    """Every day open with so many events of that name; or only those of these weekdays."""
    items = tuple(Item("10:30～11:30", title, needs_booking=False, note=note) for _ in range(events))
    start = FIRST - timedelta(days=6 if columns == 7 else 5)
    days = [start + timedelta(days=n) for n in range(42)]
    squares = [
        Day(on, OPEN, items=items if not only or "月火水木金土日"[on.weekday()] in only else ())
        if on.month == 3
        else None
        for on in days
    ]
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


def test_heading_gives_way_before_the_letters_do():
    greeting = Flyer(month=FIRST, heading="3月のとんとんカフェ　春の出会いを楽しむひと月、お茶を飲みましょう")
    plan = month("手しごとの会", 4)

    plain, greeted = (lettering(plan, words, is_landscape=True) for words in (WORDS, greeting))

    assert greeted.size == plain.size
    assert greeted.title < plain.title


@pytest.mark.parametrize("is_landscape", [False, True])
def test_heading_breaks_at_most_once(is_landscape):
    words = Flyer(month=FIRST, heading="あ" * 40)

    assert lettering(month("", 0), words, is_landscape=is_landscape).title == (24 if is_landscape else 20)


def test_weekdays_without_an_event_give_way_where_the_letters_would_be_too_small():
    plan = month("手しごとの会", 3, only="月火水木金")

    found = lettering(plan, WORDS, is_landscape=True)

    assert found.columns == Columns.SLIM
    assert grades(plan, found.columns) == ["slim", "", "", "", "", "", "slim"]


def test_one_crowded_weekday_takes_more_room():
    weekdays = month("こころほぐしからだほぐし", 1, only="月火水木")
    saturdays = month("こころほぐしからだほぐし（月いち）", 5, only="土")
    weeks = [[*week[:-1], crowded[-1]] for week, crowded in zip(weekdays.weeks, saturdays.weeks, strict=True)]
    plan = Plan(FIRST, weekdays.weekdays, weeks, "", "")

    found = lettering(plan, WORDS, is_landscape=True)

    assert found.columns == Columns.BROAD
    assert grades(plan, found.columns) == ["slim", "", "", "", "", "slim", "broad"]


def test_weekdays_are_equal_while_the_month_is_readable_so():
    plan = month("ヨガ", 1, only="月火")

    assert lettering(plan, WORDS, is_landscape=True).columns == Columns.EQUAL
    assert grades(plan, Columns.EQUAL) == [""] * 7


def test_month_without_an_event_has_no_slim_column():
    assert grades(month("", 0), Columns.BROAD) == [""] * 7


def test_fee_and_belongings_take_their_room():
    bare, told = (
        lettering(month("手しごとの会", 4, note=note), WORDS, is_landscape=False)
        for note in ("", "300円・エプロンと三角巾")
    )

    assert told.size < bare.size


def test_turning_the_paper_is_advised_only_where_it_helps():
    crowded = month("こころほぐしからだほぐし", 5)
    sizes = {side: lettering(crowded, WORDS, is_landscape=side).size for side in (False, True)}
    better = max(sizes, key=lambda side: sizes[side])

    advised = {side: "".join(remedies(crowded, WORDS, is_landscape=side)) for side in (False, True)}

    assert sizes[better] > sizes[not better]
    assert "用紙を" not in advised[better]
    assert (
        f"用紙を{'横' if better else '縦'}にすると、{sizes[better]}ポイントになります。"
        in advised[not better]
    )


def test_shorter_words_are_advised_only_where_they_help():
    wordy = Flyer(month=FIRST, heading="3月", note="こ" * 150, **dict.fromkeys(Flyer.FOOTER, "あ" * 60))
    plan = month("笑いヨガ", 3)

    advised = [
        any(each.startswith("見出しと表の下の案内") for each in remedies(plan, words, is_landscape=True))
        for words in (wordy, WORDS)
    ]

    assert advised == [True, False]


def test_fullest_day_is_named():
    plan = month("ヨガ", 1)
    full = plan.weeks[1][3]
    assert full is not None
    crowded = Day(full.on, OPEN, items=full.items * 9)
    weeks = [[crowded if day is full else day for day in week] for week in plan.weeks]

    told = remedies(Plan(FIRST, plan.weekdays, weeks, "", ""), WORDS, is_landscape=False)

    assert told[-1].startswith(f"いちばん字の多い日は{full.on.day}日です。")

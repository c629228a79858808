from datetime import UTC, date, datetime, timedelta

import jpholiday
import pytest
import time_machine

from komatsu_support.fiscal import (
    EARLIEST,
    MONTHS,
    Period,
    age_on,
    current_fiscal_year,
    fiscal_year,
    fiscal_year_of,
    latest_date,
    month_of,
    nendo,
    parse_date,
    parse_day_near,
    wareki,
    wareki_short,
)

TODAY = date(2025, 6, 2)


# --- 年度 and months


def test_fiscal_year_runs_from_april_to_march():
    assert fiscal_year(2024) == Period(date(2024, 4, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2024, 3, 31), 2023),
        (date(2024, 4, 1), 2024),
        (date(2024, 12, 31), 2024),
        (date(2025, 1, 1), 2024),
        (date(2025, 3, 31), 2024),
        (date(2025, 4, 1), 2025),
    ],
)
def test_fiscal_year_of_turns_on_the_first_of_april(on, year):
    assert fiscal_year_of(on) == year


def test_current_fiscal_year_of_a_given_day():
    assert current_fiscal_year(date(2026, 3, 31)) == 2025


@time_machine.travel(datetime(2025, 3, 31, 15, 0, tzinfo=UTC))
def test_current_fiscal_year_turns_at_midnight_in_japan():
    assert current_fiscal_year() == 2025


def test_months_are_the_twelve_in_office_order():
    assert MONTHS == (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)


def test_month_of_january_to_march_lies_in_the_next_calendar_year():
    months = [month_of(2023, month) for month in (4, 12, 1, 2)]

    assert months == [
        Period(date(2023, 4, 1), date(2023, 4, 30)),
        Period(date(2023, 12, 1), date(2023, 12, 31)),
        Period(date(2024, 1, 1), date(2024, 1, 31)),
        Period(date(2024, 2, 1), date(2024, 2, 29)),
    ]


@pytest.mark.parametrize(("year", "open_days"), [(2024, 243), (2025, 242), (2026, 241), (2027, 243)])
def test_fiscal_year_holds_the_open_weekdays_known_for_it(year, open_days):
    period = fiscal_year(year)
    days = [period.start + timedelta(n) for n in range((period.end - period.start).days + 1)]

    closed = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    is_open = [
        day.weekday() < 5 and (day.month, day.day) not in closed and not jpholiday.is_holiday(day)
        for day in days
    ]

    assert sum(is_open) == open_days


@pytest.mark.parametrize("day", [date(2026, 5, 6), date(2026, 9, 22)])
def test_substitute_and_sandwiched_holidays_are_known(day):
    assert jpholiday.is_holiday(day)


# --- Period


def test_period_contains_both_its_ends_and_no_more():
    period = Period(date(2024, 11, 5), date(2024, 11, 6))

    assert [period.contains(date(2024, 11, day)) for day in (4, 5, 6, 7)] == [False, True, True, False]


def test_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match=r"^終わりの日は、始まりの日以後にしてください。$"):
        Period(date(2024, 11, 6), date(2024, 11, 5))


def test_months_of_a_fiscal_year_are_its_months_in_order():
    assert fiscal_year(2024).months() == [month_of(2024, month) for month in MONTHS]


def test_months_of_a_part_are_cut_at_both_ends():
    period = Period(date(2024, 12, 20), date(2025, 2, 3))

    assert period.months() == [
        Period(date(2024, 12, 20), date(2024, 12, 31)),
        Period(date(2025, 1, 1), date(2025, 1, 31)),
        Period(date(2025, 2, 1), date(2025, 2, 3)),
    ]


def test_months_of_a_single_day_are_that_day():
    period = Period(date(2024, 12, 31), date(2024, 12, 31))

    assert period.months() == [period]


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (fiscal_year(2024), fiscal_year(2023)),
        (month_of(2023, 2), month_of(2022, 2)),  # 29 → 28 days
        (month_of(2024, 2), month_of(2023, 2)),  # 28 → 29 days
        (Period(date(2024, 2, 29), date(2024, 2, 29)), Period(date(2023, 2, 28), date(2023, 2, 28))),
        (Period(date(2025, 2, 28), date(2025, 2, 28)), Period(date(2024, 2, 28), date(2024, 2, 28))),
        (Period(date(2024, 11, 5), date(2025, 1, 9)), Period(date(2023, 11, 5), date(2024, 1, 9))),
    ],
)
def test_previous_year_is_the_same_period_a_year_earlier(period, before):
    assert period.previous_year() == before


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (fiscal_year(2024), "令和6年度（2024年度）"),
        (fiscal_year(2019), "令和元年度（2019年度）"),
        (month_of(2024, 11), "令和6年11月"),
        (month_of(2024, 3), "令和7年3月"),
        (month_of(2019, 5), "令和元年5月"),
        (Period(date(2024, 11, 5), date(2024, 11, 5)), "令和6年11月5日（火）"),
        (Period(date(2024, 4, 1), date(2024, 9, 30)), "令和6年4月1日～令和6年9月30日"),
        (Period(date(2024, 11, 5), date(2024, 11, 30)), "令和6年11月5日～令和6年11月30日"),
        (Period(date(2019, 4, 30), date(2019, 5, 1)), "平成31年4月30日～令和元年5月1日"),
        (Period(date(2024, 4, 1), date(2026, 3, 31)), "令和6年4月1日～令和8年3月31日"),
    ],
)
def test_label_names_the_period_as_the_office_would(period, label):
    assert period.label == label


# --- 満年齢


@pytest.mark.parametrize(
    ("birth_date", "on", "age"),
    [
        (date(1963, 5, 3), date(2024, 5, 2), 60),
        (date(1963, 5, 3), date(2024, 5, 3), 61),
        (date(2024, 5, 3), date(2024, 5, 3), 0),
        (date(2000, 2, 29), date(2023, 2, 28), 22),
        (date(2000, 2, 29), date(2023, 3, 1), 23),
        (date(2000, 2, 29), date(2024, 2, 28), 23),
        (date(2000, 2, 29), date(2024, 2, 29), 24),
    ],
)
def test_age_on_counts_full_years(birth_date, on, age):
    assert age_on(birth_date, on) == age


# --- Writing

ERA_TURNS = [
    (date(2024, 11, 5), "令和6年11月5日（火）", "R6.11.5"),
    (date(2020, 1, 1), "令和2年1月1日（水）", "R2.1.1"),
    (date(2019, 5, 1), "令和元年5月1日（水）", "R1.5.1"),
    (date(2019, 4, 30), "平成31年4月30日（火）", "H31.4.30"),
    (date(1989, 1, 8), "平成元年1月8日（日）", "H1.1.8"),
    (date(1989, 1, 7), "昭和64年1月7日（土）", "S64.1.7"),
    (date(1926, 12, 25), "昭和元年12月25日（土）", "S1.12.25"),
    (date(1926, 12, 24), "大正15年12月24日（金）", "T15.12.24"),
    (date(1912, 7, 30), "大正元年7月30日（火）", "T1.7.30"),
    (date(1912, 7, 29), "明治45年7月29日（月）", "M45.7.29"),
    (date(1900, 1, 1), "明治33年1月1日（月）", "M33.1.1"),
    (date(1868, 1, 24), "1868年1月24日（金）", "1868.1.24"),
]


@pytest.mark.parametrize(("on", "written", "short"), ERA_TURNS)
def test_wareki_changes_era_with_the_day(on, written, short):
    assert (wareki(on), wareki_short(on)) == (written, short)


@pytest.mark.parametrize(
    ("year", "written"),
    [
        (2024, "令和6年度（2024年度）"),
        (2020, "令和2年度（2020年度）"),
        (2019, "令和元年度（2019年度）"),
        (2018, "平成30年度（2018年度）"),
        (1989, "平成元年度（1989年度）"),
        (1988, "昭和63年度（1988年度）"),
    ],
)
def test_nendo_gives_both_calendars(year, written):
    assert nendo(year) == written


# --- Reading


@pytest.mark.parametrize(
    "text",
    [
        "2024-11-05",
        "2024-11-5",
        "2024/11/5",
        "2024.11.5",
        "2024年11月5日",
        "R6.11.5",
        "r6/11/5",
        "R06-11-05",
        "R.6.11.5",
        "令和6年11月5日",
        "令和6年11月5日（火）",
        "令和6年11月5日(火曜日)",
        "令和 6年 11月 5日 （火）",
        "令6.11.5",
        "㋿6年11月5日",
        "２０２４－１１－０５",
        "２０２４／１１／５",
        "２０２４ー１１ー０５",
        "２０２４・１１・５",
        "Ｒ６．１１．５",
        "ｒ６。１１。５",
        "令和６年１１月５日（火）",
        "　 2024-11-05 \n",
    ],
)
def test_parse_date_reads_every_way_of_writing_a_day(text):
    assert parse_date(text, today=TODAY) == date(2024, 11, 5)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("H31.4.30", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("h10.2.3", date(1998, 2, 3)),
        ("s38.5.3", date(1963, 5, 3)),
        ("昭和38年5月3日", date(1963, 5, 3)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("t9.8.7", date(1920, 8, 7)),
        ("大正9年8月7日", date(1920, 8, 7)),
        ("m45.7.29", date(1912, 7, 29)),
        ("明治33年1月1日", date(1900, 1, 1)),
        ("1900-01-01", EARLIEST),
        ("2024-02-29", date(2024, 2, 29)),
        ("2027-06-02", date(2027, 6, 2)),
    ],
)
def test_parse_date_reads_each_era_to_its_ends(text, on):
    assert parse_date(text, today=TODAY) == on


@pytest.mark.parametrize(("on", "written", "short"), ERA_TURNS[:-1])
def test_parse_date_reads_back_what_is_shown(on, written, short):
    assert [parse_date(written, today=TODAY), parse_date(short, today=TODAY)] == [on, on]


def test_parse_date_leaves_the_weekday_alone():
    assert parse_date("令和6年11月6日（火）", today=TODAY) == date(2024, 11, 6)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("令和元年4月30日", "その日は令和ではありません。平成31年4月30日と入力してください。"),
        ("平成31年5月1日", "その日は平成ではありません。令和元年5月1日と入力してください。"),
        ("平成元年1月7日", "その日は平成ではありません。昭和64年1月7日と入力してください。"),
        ("s100.1.1", "その日は昭和ではありません。令和7年1月1日と入力してください。"),
        ("R0.5.1", "その日は令和ではありません。平成30年5月1日と入力してください。"),
        ("大正15年12月25日", "その日は大正ではありません。昭和元年12月25日と入力してください。"),
    ],
)
def test_parse_date_outside_its_era_says_how_to_write_the_day(text, sentence):
    assert _refusal(text) == sentence


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-02-29", "2025年2月29日"),
        ("R6.4.31", "2024年4月31日"),
        ("2024-13-01", "2024年13月1日"),
        ("2024-00-10", "2024年0月10日"),
        ("0000-01-01", "0年1月1日"),
    ],
)
def test_parse_date_refuses_a_day_that_is_not_in_the_calendar(text, day):
    assert _refusal(text) == f"{day}という日はありません。日付を確かめてください。"


@pytest.mark.parametrize(
    "text", ["1899-12-31", "明治32年12月31日", "2027-06-03", "R99.1.1", "9999-12-31", "0001-01-01"]
)
def test_parse_date_refuses_a_day_out_of_reach(text):
    assert _refusal(text) == "1900年1月1日から2027年6月2日までの日付を入力してください。"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "　",
        "昨日",
        "2024-11",
        "24/11/5",
        "6.11.5",
        "X6.11.5",
        "20241105",
        "2024-11-05 10:00",
        "2024-11-051",
        "2024-11-05（火",
        "令和6年11月5日（祝）",
        "令和-6年11月5日",
        "2024-١١-05",
        "2024-11-05\x00",
    ],
)
def test_parse_date_refuses_what_is_no_day(text):
    assert _refusal(text) == (
        "日付を読み取れません。2024-11-05、R6.11.5、令和6年11月5日 のように入力してください。"
    )


@pytest.mark.parametrize(
    ("today", "latest"),
    [(date(2025, 6, 2), date(2027, 6, 2)), (date(2024, 2, 29), date(2026, 2, 28))],
)
def test_latest_date_is_two_years_from_today(today, latest):
    assert latest_date(today) == latest


def _refusal(text):
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        parse_date(text, today=TODAY)
    return str(refused.value)


# --- A day without its year


@pytest.mark.parametrize(
    ("typed", "near", "day"),
    [
        ("1/31", date(2027, 1, 1), date(2027, 1, 31)),
        ("１月２９日", date(2027, 1, 15), date(2027, 1, 29)),
        ("１／２９", date(2027, 1, 15), date(2027, 1, 29)),
        ("2.5（金）", date(2027, 1, 15), date(2027, 2, 5)),
        ("6/30", date(2027, 1, 1), date(2027, 6, 30)),
        ("R9.2.5", date(2027, 1, 1), date(2027, 2, 5)),
        ("2026-12-28", date(2027, 1, 1), date(2026, 12, 28)),
    ],
)
def test_day_without_its_year_is_read_as_of_the_month_at_hand(typed, near, day):
    assert parse_day_near(typed, near, today=date(2026, 11, 26)) == day


@pytest.mark.parametrize(
    ("typed", "near"), [("12/28", date(2027, 1, 1)), ("7/1", date(2027, 1, 1)), ("1/5", date(2026, 12, 1))]
)
def test_day_that_may_be_of_another_year_is_asked_for_its_year(typed, near):
    with pytest.raises(ValueError, match="何年の"):
        parse_day_near(typed, near, today=date(2026, 11, 26))


@pytest.mark.parametrize("typed", ["2/30", "13/1", "0/1", "1/0"])
def test_day_without_its_year_that_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match="日付を確かめてください"):
        parse_day_near(typed, date(2027, 1, 1), today=date(2026, 11, 26))

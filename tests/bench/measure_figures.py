"""figures() of one 年度 against one statement written by hand, and the page at S10 against the page at S1."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.urls import reverse

from komatsu_support.fiscal import MONTHS, current_fiscal_year, fiscal_year
from komatsu_support.models import Role
from kpi.figures import figures
from tests.bench.browser import got, signed_in
from tests.bench.databases import S1, Databases, Size
from tests.bench.results import Report, Side, in_turn, timed, timed_in_database

MONTH = {"sqlite": "substr({}, 1, 7)", "postgresql": "date_trunc('month', {}::timestamp)"}
TABLES = [
    ("connected", "connected_on", "COUNT(*)", "referrals_referral", "voided_at IS NULL"),
    (
        "case_conferences",
        "held_on",
        "COUNT(*)",
        "referrals_conference",
        "kind = 'individual_case' AND state = 'held' AND voided_at IS NULL",
    ),
    (
        "consultations",
        "consulted_on",
        "COUNT(*)",
        "consultations_consultation",
        "is_countable = TRUE AND voided_at IS NULL",
    ),
    (
        "cafe_attendance",
        "held_on",
        "SUM(heads)",
        "cafe_openday JOIN cafe_attendance ON open_day_id = cafe_openday.id",
        "state = 'held' AND voided_at IS NULL AND role IN ('visitor', 'child', 'user_planner', 'user_lecturer')",
    ),
]


def measure(offices: Databases, report: Report) -> None:
    year = current_fiscal_year()
    for size in dict.fromkeys([S1, offices.largest]):
        with offices.at(size):
            _same_numbers(year)
            ours = timed_in_database(lambda: figures(year))
            limit = timed_in_database(lambda: by_hand(year, 1))
            both = timed_in_database(lambda: by_hand(year, 2))
            mine, least, least_of_two = in_turn(report.times(51), [ours, limit, both])
        report.at_most(f"{size.name}: database time / one SQL by hand, this year alone", mine, least, 1.3)
        report.at_most(
            f"{size.name}: the same / one SQL by hand with last year, as shown", mine, least_of_two, 1.3
        )
    _page(offices, report, year)


def _page(offices: Databases, report: Report, year: int) -> None:
    """The page at the largest size and at S1, each with its manager signed in."""
    url = reverse("kpi:indicator_list", args=[year])
    large = offices.largest
    pages = {size: _look(offices, size, url) for size in (large, S1)}
    mine, least = in_turn(report.times(25), [_at(offices, size, look) for size, look in pages.items()])
    report.at_most(f"the page at {large.name} / the page at S1", mine, least, 1.5)
    with offices.at(large):
        report.queries(f"queries of the page at {large.name}", pages[large], 6)


def _look(offices: Databases, size: Size, url: str) -> Callable[[], bytes]:
    browser = signed_in(offices, size, Role.MANAGER)
    return lambda: got(browser, url)


def _at(offices: Databases, size: Size, run: Callable[[], Any]) -> Side:
    side = timed(run)

    def switched() -> float:
        with offices.at(size):
            return side()

    return switched


def by_hand(year: int, years: int) -> list[tuple[Any, ...]]:
    """(indicator, month, number) of a 年度 and those before it: what a person would write for this page alone."""
    period = fiscal_year(year - years + 1).start, fiscal_year(year).end
    with connection.cursor() as cursor:
        cursor.execute(*_statement(*period))
        return list(cursor.fetchall())


def _statement(start: date, end: date) -> tuple[str, list[Any]]:
    parts, params = [], []
    for code, day, number, table, condition in TABLES:
        month = MONTH[connection.vendor].format(day)
        counted = f"SELECT '{code}', {month}, {number} FROM {table}"  # noqa: S608 - all written above
        parts.append(f"{counted} WHERE {condition} AND {day} BETWEEN %s AND %s GROUP BY 2")
        params += [start, end]
    return " UNION ALL ".join(parts), params


def _same_numbers(year: int) -> None:
    """Two ways to count that disagree are not worth a comparison."""
    ours = {
        (each.target.code, n): number
        for each in figures(year)
        for n, number in enumerate(each.months)
        if number
    }
    theirs = {(code, MONTHS.index(int(str(month)[5:7]))): number for code, month, number in by_hand(year, 1)}
    if ours != theirs:
        raise RuntimeError(f"figures() and the SQL by hand disagree: {ours} {theirs}")

"""費用: what counts, and how it adds up."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cafe.models import Expense
from cafe.sheets_expense import costs, expense_sheet, kinds_table, months_table
from tests.factories import EventFactory, ExpenseFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]


def event(held_on, **fields):
    """An event of a day."""
    return EventFactory(OpenDayFactory(held_on=held_on), **fields)


def lines(table):
    """Every line as the screen prints it."""
    return [[cell.text for cell in line.cells] for line in table.lines()]


def test_voided_lines_events_and_days_cost_nothing(user):
    lead = user("lead")
    ExpenseFactory(amount_yen=1000)
    ExpenseFactory(amount_yen=1).void("誤り", by=lead)
    ExpenseFactory(amount_yen=10).event.void("誤り", by=lead)
    ExpenseFactory(amount_yen=100).event.open_day.void("誤り", by=lead)

    assert Expense.objects.counted().total() == 1000
    assert sum(cost.yen for cost in costs(Expense.objects.all())) == 1000


def test_money_spent_for_a_cancelled_day_is_spent():
    ExpenseFactory(EventFactory(OpenDayFactory(state="cancelled")), amount_yen=800)

    assert Expense.objects.counted().total() == 800


def test_no_expenses_add_up_to_nothing():
    assert Expense.objects.none().total() == 0
    assert lines(months_table([])) == [["計", "0", "0"]]


@pytest.mark.parametrize("amount", [1_000_001, 2_147_483_647])
def test_amount_is_plausible(amount):
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpenseFactory(amount_yen=amount)


def test_costs_are_added_up_by_month_and_by_kind_of_event():
    curry = event(date(2025, 4, 18), kind="meal")
    ExpenseFactory(curry, amount_yen=3000)
    ExpenseFactory(curry, amount_yen=500)
    ExpenseFactory(event(date(2025, 5, 2), kind="meal"), amount_yen=4000)
    ExpenseFactory(event(date(2026, 1, 9), kind="event"), amount_yen=12000)

    of_events = costs(Expense.objects.all())

    assert lines(months_table(of_events)) == [
        ["令和7年4月", "1", "3,500"],
        ["令和7年5月", "1", "4,000"],
        ["令和8年1月", "1", "12,000"],
        ["計", "3", "19,500"],
    ]
    assert lines(kinds_table(of_events)) == [
        ["イベント", "1", "12,000"],
        ["食の日", "2", "7,500"],
        ["計", "3", "19,500"],
    ]


def test_expenses_are_listed_with_their_event_the_latest_first():
    ExpenseFactory(event(date(2025, 4, 1), title="前の企画"), amount_yen=100)
    ExpenseFactory(
        event(date(2025, 5, 1), title="カレー", kind="meal"),
        item="米",
        amount_yen=3200,
        paid_on=date(2025, 4, 30),
        note="領収書3",
    )
    sheet = expense_sheet(Expense.objects.all())

    assert [sheet.cells(row) for row in sheet.rows] == [
        ["米", 3200, "カレー", "食の日", date(2025, 5, 1), date(2025, 4, 30), "領収書3"],
        ["材料費", 100, "前の企画", "イベント", date(2025, 4, 1), None, None],
    ]


def test_expense_prints_its_amount_with_a_comma():
    assert str(ExpenseFactory(amount_yen=1200)) == "材料費 1,200円"

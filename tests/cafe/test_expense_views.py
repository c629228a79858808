"""Pages of 費用: on the page of the event, and the list of a year with its sums."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cafe.models import Expense
from komatsu_support.models import AuditEvent
from tests.browser import html, labels, typed
from tests.factories import EventFactory, ExpenseFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


def url(name, *args):
    return reverse(f"cafe:{name}", args=args)


def event(held_on=TODAY, **fields):
    """An event of a day."""
    return EventFactory(OpenDayFactory(held_on=held_on), **fields)


# --- on the event's page


def test_event_shows_what_it_cost_with_the_sum_and_the_way_to_more(login, user):
    curry = event()
    ExpenseFactory(curry, item="米", amount_yen=3200)
    ExpenseFactory(curry, item="紙皿", amount_yen=480)
    ExpenseFactory(curry, item="二重", amount_yen=9999).void("誤り", by=user("lead"))

    response = login("coordinator").get(curry.get_absolute_url())

    assert [line.item for line in response.context["expenses"]] == ["米", "紙皿"]
    assert "3,680円" in html(response)
    assert f"{url('expense_create')}?event={curry.pk}" in html(response)


def test_manager_reads_what_an_event_cost_and_has_nothing_to_press(login):
    curry = event()
    expense = ExpenseFactory(curry, amount_yen=3200)

    text = html(login("manager").get(curry.get_absolute_url()))

    assert "3,200円" in text
    assert "費用を登録" not in text
    assert url("expense_edit", expense.pk) not in text


def test_event_of_a_voided_day_costs_nothing_more(login, user):
    curry = event()
    expense = ExpenseFactory(curry)
    curry.open_day.void("誤り", by=user("lead"))
    coordinator = login("coordinator")

    assert "費用を登録" not in html(coordinator.get(curry.get_absolute_url()))
    assert coordinator.get(url("expense_edit", expense.pk)).status_code == 404
    assert typed(coordinator.get(url("expense_create"), {"event": curry.pk}))["event"] == [""]


def test_expense_is_written_down_from_its_event_once(login):
    curry = event()
    coordinator = login("coordinator")
    link = f"{url('expense_create')}?event={curry.pk}"
    fields = typed(coordinator.get(link), item="米", amount_yen="３，２００円")

    answers = [coordinator.post(link, fields) for _ in range(2)]

    expense = Expense.objects.get()
    assert (expense.event, expense.amount_yen) == (curry, 3200)
    assert [answer.url for answer in answers] == [curry.get_absolute_url()] * 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("amount_yen", "1000001", "金額は100万円までで入力してください。"),
        ("amount_yen", "-1", "0以上の数を入力してください。"),
        ("paid_on", "2025-05-09", "支払った日は、今日までの日付にしてください。"),
    ],
)
def test_expense_that_cannot_be_is_refused_at_its_field(login, field, value, sentence):
    curry = event()
    coordinator = login("coordinator")
    link = f"{url('expense_create')}?event={curry.pk}"
    fields = typed(coordinator.get(link), **{"item": "米", "amount_yen": "100", field: value})

    answer = coordinator.post(link, fields)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}


@pytest.mark.parametrize("given", ["abc", "999999", "9" * 30, ""])
def test_expense_form_opens_without_the_event_it_cannot_read(login, given):
    assert login("coordinator").get(url("expense_create"), {"event": given}).status_code == 200


def test_form_offers_recent_events_and_the_old_one_at_hand(login):
    recent, old, other = event(date(2025, 4, 30)), event(date(2024, 4, 30)), event(date(2024, 5, 30))
    coordinator = login("coordinator")

    offered = (
        coordinator.get(url("expense_create"), {"event": old.pk}).context["form"].fields["event"].queryset
    )

    assert list(offered) == [recent, old]
    assert other not in offered


def test_expense_is_put_right_and_voided(login):
    expense = ExpenseFactory(event(), amount_yen=3200)
    coordinator = login("coordinator")
    page = url("expense_edit", expense.pk)

    coordinator.post(page, typed(coordinator.get(page), amount_yen="3,300"))
    coordinator.post(url("expense_void", expense.pk), {"reason": "別の企画の物"})

    expense.refresh_from_db()
    assert (expense.amount_yen, expense.is_voided) == (3300, True)
    assert expense.history.count() == 3


def test_voiding_an_event_names_what_goes_with_it(login):
    curry = event()
    ExpenseFactory(curry)

    assert "この企画の費用も、一覧と集計から外れます。" in html(
        login("coordinator").get(url("event_void", curry.pk))
    )


# --- the list


def test_empty_list_says_the_next_step(login):
    response = login("coordinator").get(url("expense_list"))

    assert "この年度の費用はまだありません。" in html(response)
    assert labels(response) == ["費用を登録"]


def test_list_adds_up_what_it_shows_and_never_what_was_voided(login, user):
    ExpenseFactory(event(date(2025, 4, 30), kind="meal"), amount_yen=3000)
    ExpenseFactory(event(date(2025, 5, 1), kind="event"), amount_yen=500)
    ExpenseFactory(event(date(2025, 5, 2)), amount_yen=70).void("誤り", by=user("lead"))
    ExpenseFactory(event(date(2025, 3, 31)), amount_yen=9)
    coordinator = login("coordinator")

    def shown(**query):
        response = coordinator.get(url("expense_list"), query)
        return len(response.context["rows"]), response.context["yen"]

    assert shown() == (2, 3500)
    assert shown(month="5") == (1, 500)
    assert shown(kind="meal") == (1, 3000)
    assert shown(voided="on") == (3, 3500)
    assert shown(year="2024") == (1, 9)
    assert shown(year="all") == (3, 3509)
    assert "費用の合計 3,500円（企画 2件）" in html(coordinator.get(url("expense_list")))


@pytest.mark.parametrize("query", ["year=abc", "month=99", "kind=x", "page=0", "voided=2"])
def test_list_withstands_nonsense_in_its_address(login, query):
    ExpenseFactory(event())

    assert login("coordinator").get(f"{url('expense_list')}?{query}").status_code == 200


def test_list_of_many_stays_within_its_queries(login, django_assert_max_num_queries):
    coordinator = login("coordinator")
    for held in OpenDayFactory.create_batch(27):
        ExpenseFactory(EventFactory(held))
    coordinator.get(url("expense_list"))  # the session is written once a minute

    with django_assert_max_num_queries(3 + 2):  # session and user
        response = coordinator.get(url("expense_list"), {"year": "all"})

    assert len(response.context["rows"]) == 25


# --- file


def test_file_holds_the_list_its_sums_and_stands_in_the_trail(login):
    ExpenseFactory(event(date(2025, 5, 1), title="カレー", kind="meal"), item="=1+1", amount_yen=3200)
    ExpenseFactory(event(date(2025, 4, 1)), amount_yen=100)

    answer = login("coordinator").get(url("expense_export"), {"month": "5"})

    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    rows, sums = (book.get_sheet_by_name(name).to_python() for name in ("費用", "集計"))
    assert rows[:2] == [
        ["品目", "金額（円）", "企画", "種類", "開催日", "支払った日", "備考"],
        ["=1+1", 3200.0, "カレー", "食の日", date(2025, 5, 1), "", ""],
    ]
    assert [row for row in sums if row[1:] == [1.0, 3200.0]] == [
        ["令和7年5月", 1.0, 3200.0],
        ["計", 1.0, 3200.0],
        ["食の日", 1.0, 3200.0],
        ["計", 1.0, 3200.0],
    ]
    told = AuditEvent.objects.latest("number")
    assert (told.action, told.object_type, told.count) == ("export", "cafe.expense", 1)


def test_manager_takes_no_file_away(login):
    assert login("manager").get(url("expense_export")).status_code == 403

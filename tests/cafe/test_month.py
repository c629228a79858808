"""月の予定: the month on the office calendar, and the ways from it."""

from datetime import date, time

import pytest
from django.urls import reverse

from cafe.models import OpenDay
from cafe.month import month_plan
from komatsu_support.converters import YearMonth
from tests.browser import html, labels
from tests.factories import EventFactory, OfficeDayFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
MAY = date(2025, 5, 1)
TODAY = date(2025, 5, 8)


def month(first=MAY):
    return reverse("cafe:openday_month", args=[first])


def shown(login, on, role="coordinator"):
    """One day of its month as somebody sees it."""
    return login(role).get(month(on.replace(day=1))).context["plan"].of(on)


# --- the calendar


def test_menu_leads_to_the_running_month(login):
    response = login("coordinator").get(reverse("cafe:openday_month_now"))

    assert response["Location"] == "/cafe/months/2025-05/"


def test_month_has_each_of_its_days_once_and_begins_under_its_weekday(login):
    response = login("coordinator").get(month())

    days = response.context["plan"].days
    assert [day.on.day for day in days] == list(range(1, 32))
    assert html(response).count('class="plan-day from-4') == 1


def test_closures_are_shown_as_the_office_calendar_names_them(login):
    OfficeDayFactory(date(2025, 5, 5), desk_open=False, cafe_open=False, reason="こどもの日")
    OfficeDayFactory(date(2025, 5, 7), cafe_open=False)
    OfficeDayFactory(date(2025, 5, 6), reason="振替休日（開所）")

    found = {n: shown(login, date(2025, 5, n)) for n in (5, 6, 7)}

    assert {n: (day.called, day.opening.is_open) for n, day in found.items()} == {
        5: ("こどもの日", False),
        6: ("振替休日（開所）", True),
        7: ("カフェは休み", False),
    }


def test_without_a_calendar_the_ordinance_closes_and_the_page_says_how_to_make_one(login):
    text = html(login("coordinator").get(month()))

    assert "憲法記念日" in text
    assert "開所カレンダーがまだありません" in text
    assert f"{reverse('calendar_month')}?month=2025-05" in text


def test_with_the_whole_calendar_there_is_no_warning(login):
    for n in range(1, 29):
        OfficeDayFactory(date(2025, 2, n))

    text = html(login("coordinator").get(month(date(2025, 2, 1))))

    assert "開所カレンダーがまだありません" not in text


# --- the days of the café


@pytest.mark.parametrize(
    ("fields", "sign"),
    [
        ({"held_on": TODAY}, ("予定", "todo", "")),
        ({"held_on": date(2025, 5, 7)}, ("未入力", "alert", "")),
        ({"held_on": TODAY, "heads": {"visitor": 3, "child": 1, "staff": 2}}, ("開催", "done", "4人")),
        ({"held_on": TODAY, "heads": {"visitor": 0}}, ("開催", "done", "0人")),
        (
            {"held_on": TODAY, "state": "cancelled", "cancel_reason": "大雪のため"},
            ("休止", "void", "大雪のため"),
        ),
    ],
)
def test_day_says_its_state_in_word_and_shape(login, fields, sign):
    day = OpenDayFactory(**fields)

    found = shown(login, day.held_on)

    assert (found.word, found.shape, found.beside) == sign


@pytest.mark.parametrize(("state", "hours"), [("planned", "10:00～15:00"), ("cancelled", "")])
def test_cancelled_day_has_no_hours(login, state, hours):
    OpenDayFactory(held_on=TODAY, state=state, starts_at=time(10), ends_at=time(15))

    assert shown(login, TODAY).hours == hours


def test_place_is_told_only_where_it_is_unusual(login):
    for n in (1, 2):
        OpenDayFactory(held_on=date(2025, 5, n), place="カフェスペース")
    OpenDayFactory(held_on=date(2025, 5, 9), place="公園")

    assert [shown(login, date(2025, 5, n)).place for n in (1, 2, 9)] == ["", "", "公園"]


def test_events_stand_in_the_order_of_their_time_with_kind_and_booking(login):
    day = OpenDayFactory(held_on=TODAY)
    EventFactory(day, title="いつでも")
    EventFactory(day, title="カレーの日", kind="meal", starts_at=time(12), needs_booking=True)
    EventFactory(day, title="笑いヨガ", kind="lecture", starts_at=time(10, 30))
    EventFactory(day, title="取りやめ").void("誤り", by=day.created_by)

    response = login("manager").get(month())

    events = response.context["plan"].of(TODAY).events
    assert [(event.title, mark) for event, mark in events] == [
        ("笑いヨガ", "講"),
        ("カレーの日", "食"),
        ("いつでも", "イ"),
    ]
    assert html(response).count("要予約") == 1


def test_voided_day_is_not_there(login):
    OpenDayFactory(held_on=TODAY).void("二重に登録", by=login("lead").user)

    assert shown(login, TODAY).day is None


def test_month_is_told_in_one_line(login):
    OpenDayFactory(held_on=date(2025, 5, 1), heads={"visitor": 4, "child": 1})
    OpenDayFactory(held_on=date(2025, 5, 2), heads={"visitor": 0})
    OpenDayFactory(held_on=date(2025, 5, 7))
    OpenDayFactory(held_on=TODAY)
    OpenDayFactory(held_on=date(2025, 5, 9), state="cancelled")

    plan = login("coordinator").get(month()).context["plan"]

    assert plan.told == "予定 1日　開催 2日　休止 1日　未入力 1日　延参加者数 5人"


# --- what one may do, and where one may go


def test_coordinator_opens_panels_and_makes_days(login):
    day = OpenDayFactory(held_on=TODAY)

    response = login("coordinator").get(month())

    assert labels(response) == ["曜日で開催日を作る", "先月の予定を写す", "印刷"]
    assert f'data-hx-get="{reverse("cafe:openday_panel", args=[day.pk])}"' in html(response)
    assert f"{reverse('cafe:openday_create')}?day=2025-05-09" in html(response)


def test_manager_reads_the_month_and_has_nothing_to_press(login):
    day = OpenDayFactory(held_on=TODAY)

    response = login("manager").get(month())

    assert labels(response) == ["印刷"]
    assert day.get_absolute_url() in html(response)
    assert "/panel/" not in html(response)
    assert "days/new" not in html(response)


def test_months_lead_to_each_other_and_to_the_years_around(login):
    context = login("coordinator").get(month(date(2025, 1, 1))).context

    assert (context["before"], context["after"]) == ("/cafe/months/2024-12/", "/cafe/months/2025-02/")
    assert (context["year_before"], context["year_after"]) == (
        "/cafe/months/2024-01/",
        "/cafe/months/2026-01/",
    )
    assert [url for _, url, _ in context["months"]][:2] == ["/cafe/months/2024-04/", "/cafe/months/2024-05/"]


@pytest.mark.parametrize(("first", "way"), [(date(1900, 1, 1), "before"), (date(2099, 12, 1), "after")])
def test_calendar_of_the_site_has_two_ends(login, first, way):
    response = login("coordinator").get(month(first))

    assert (response.status_code, response.context[way]) == (200, "")


@pytest.mark.parametrize(
    "part", ["2025-13", "2025-00", "2025-5", "25-05", "2025-05-01", "２０２５-05", "0001-01"]
)
def test_nonsense_is_no_month(login, part):
    assert login("coordinator").get(f"/cafe/months/{part}/").status_code == 404


def test_month_reads_back_from_its_address():
    assert YearMonth().to_python(YearMonth().to_url(date(2025, 11, 1))) == date(2025, 11, 1)


@pytest.mark.parametrize(
    ("day", "typed", "held_on"),
    [("2025-01-09", "1/31", date(2025, 1, 31)), ("2025-05-09", "５月２９日", date(2025, 5, 29))],
)
def test_day_begun_from_the_month_may_be_moved_within_it_without_a_year(login, day, typed, held_on):
    coordinator = login("coordinator")
    url = f"{reverse('cafe:openday_create')}?day={day}"
    key = coordinator.get(url).context["form"].submission_key

    coordinator.post(url, {"held_on": typed, "submission": key})

    assert OpenDay.objects.get().held_on == held_on


def test_day_begun_from_the_month_goes_back_there(login):
    coordinator = login("coordinator")
    url = f"{reverse('cafe:openday_create')}?day=2025-05-09"
    form = coordinator.get(url).context["form"]

    answer = coordinator.post(url, {"held_on": "2025-05-09", "submission": form.submission_key})

    assert form.initial["held_on"] == date(2025, 5, 9)
    assert answer["Location"] == "/cafe/months/2025-05/#day-2025-05-09"


@pytest.mark.parametrize(("days", "events"), [(1, 1), (25, 6)])
def test_month_stays_within_its_queries_whatever_is_on(login, django_assert_max_num_queries, days, events):
    coordinator = login("coordinator")
    for n in range(1, days + 1):
        EventFactory.create_batch(
            events, OpenDayFactory(held_on=date(2025, 5, n), heads={"visitor": 3, "child": 1})
        )
    coordinator.get(month())  # the session is written once a minute

    with django_assert_max_num_queries(8):
        response = coordinator.get(month())

    assert len(response.context["plan"].of(MAY).events) == events


def test_month_of_a_person_who_may_not_see_the_cafe_is_empty(user):
    OpenDayFactory(held_on=TODAY)

    assert month_plan(MAY, user("viewer")).of(TODAY).day is None

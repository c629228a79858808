"""The office calendar, from the national holidays and from the office's own decisions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction
from django.urls import reverse

from komatsu_support import audit
from komatsu_support.fiscal import fiscal_year
from komatsu_support.models import AuditEvent, OfficeDay
from komatsu_support.models.calendar import closed_because, generate_calendar
from tests.browser import typed
from tests.factories import OfficeDayFactory, UserFactory
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("year", "days"), [(2024, 243), (2025, 242), (2026, 241), (2027, 243)])
def test_open_weekdays_of_a_fiscal_year(year, days):
    generate_calendar(year, by=UserFactory("admin"))

    whole = OfficeDay.objects.in_period(fiscal_year(year))
    assert whole.count() == (fiscal_year(year).end - fiscal_year(year).start).days + 1
    assert whole.desk_open().count() == days
    assert whole.cafe_open().count() == days


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 9, 21), "敬老の日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2026, 9, 23), "秋分の日"),
        (date(2025, 5, 6), "みどりの日 振替休日"),
        (date(2025, 12, 28), "日曜日"),
        (date(2025, 12, 29), "年末年始"),
        (date(2026, 1, 1), "元日"),
        (date(2026, 1, 3), "年末年始"),
        (date(2026, 1, 4), "日曜日"),
        (date(2026, 1, 5), ""),
        (date(2025, 5, 3), "憲法記念日"),
        (date(2025, 5, 10), "土曜日"),
        (date(2025, 6, 2), ""),
    ],
)
def test_reason_for_a_closed_day(day, reason):
    assert closed_because(day) == reason


def test_existing_days_are_left_as_they_are():
    snow = OfficeDayFactory(date(2025, 12, 24), desk_open=False, cafe_open=False, reason="大雪")

    made = generate_calendar(2025, by=UserFactory("admin"))

    kept = OfficeDay.objects.get(day=snow.day)
    assert made == 364
    assert (kept.pk, kept.desk_open, kept.reason, kept.version) == (snow.pk, False, "大雪", 1)


def test_second_run_makes_nothing_and_tells_nothing():
    generate_calendar(2025, by=UserFactory("admin"))

    made = generate_calendar(2025, by=UserFactory("admin"))

    assert made == 0
    assert AuditEvent.objects.filter(action="generate").count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_year_made_by_two_at_the_same_moment_is_made_once():
    admin = UserFactory("admin")

    def generate(_):
        try:
            return generate_calendar(2030, by=admin)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as desks:
        with transaction.atomic():
            audit.wait_for_my_turn()
            made = desks.map(generate, range(2))
            wait_for(2)

        assert sorted(made) == [0, 365]


def test_making_a_year_is_one_deed_in_the_trail():
    by = UserFactory("admin")

    generate_calendar(2027, by=by)

    event = AuditEvent.objects.get()
    assert (event.action, event.user, event.basis, event.count) == ("generate", by, "2027", 366)


def test_desk_and_cafe_are_closed_apart(login):
    day = OfficeDayFactory(date(2025, 6, 2))
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])

    admin.post(url, typed(admin.get(url), cafe_open=None, reason="カフェのみ休み"))

    assert list(OfficeDay.objects.desk_open()) == [day]
    assert list(OfficeDay.objects.cafe_open()) == []


def test_day_itself_never_moves(login):
    day = OfficeDayFactory(date(2025, 6, 2))
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])

    admin.post(url, typed(admin.get(url), day="2025-06-09", reason="移した"))

    day.refresh_from_db()
    assert (day.day, day.reason) == (date(2025, 6, 2), "移した")


# --- pages


def test_month_shows_its_days_from_sunday_to_saturday(login):
    admin = login("admin")
    generate_calendar(2025, by=admin.user)

    answer = admin.get(reverse("calendar_month"), {"month": "2025-06"})

    weeks = answer.context["weeks"]
    assert [len(week) for week in weeks] == [7] * 5
    assert [day and day.day.day for day in weeks[0]] == [1, 2, 3, 4, 5, 6, 7]
    assert [day and day.day.day for day in weeks[4]] == [29, 30, None, None, None, None, None]


@pytest.mark.parametrize("month", ["", "2025-13", "0001-01", "9999-12", "x", "2025-6", "２０２５-06"])
def test_month_that_cannot_be_read_is_this_month(login, month):
    answer = login("admin").get(reverse("calendar_month"), {"month": month})

    first = answer.context["first"]
    assert answer.status_code == 200
    assert first == answer.context["today"].replace(day=1)


def test_year_is_made_from_the_page_and_shown(login):
    answer = login("admin").post(reverse("calendar_generate"), {"year": "2026"})

    assert answer.url == f"{reverse('calendar_month')}?month=2026-04"
    assert OfficeDay.objects.count() == 365


@pytest.mark.parametrize("year", ["", "1999", "2099", "x", "9" * 30])
def test_year_that_cannot_be_made_is_refused_in_words(login, year):
    answer = login("admin").post(reverse("calendar_generate"), {"year": year}, follow=True)

    assert "年度は2000から2098までの西暦で指定してください。" in answer.content.decode()
    assert not OfficeDay.objects.exists()

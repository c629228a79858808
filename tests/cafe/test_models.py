"""Days of the café: three states, counted heads, and what closing and cancelling leave behind."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from cafe.models import AgeHeads, Attendance, Event, OpenDay
from komatsu_support.fiscal import fiscal_year
from komatsu_support.models import AuditEvent, StaleVersion
from tests.factories import EventFactory, EventSeriesFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)
YESTERDAY = date(2025, 5, 7)


def heads_of(day):
    """延参加者数 as the QuerySet counts it."""
    return OpenDay.objects.with_heads().get(pk=day.pk).heads


# --- 予定, 開催, 休止, 未入力


def test_day_nobody_came_to_is_held(user):
    day = OpenDayFactory(held_on=YESTERDAY, heads={"visitor": 0})

    assert list(OpenDay.objects.held()) == [day]
    assert list(OpenDay.objects.unclosed()) == []
    assert heads_of(day) == 0


def test_cancelled_day_is_neither_held_nor_unclosed():
    day = OpenDayFactory(held_on=YESTERDAY, state="cancelled", cancel_reason="大雪のため")

    assert list(OpenDay.objects.held()) == []
    assert list(OpenDay.objects.unclosed()) == []
    assert heads_of(day) is None


def test_past_day_that_was_never_closed_is_unclosed():
    day = OpenDayFactory(held_on=YESTERDAY)

    assert list(OpenDay.objects.held()) == []
    assert list(OpenDay.objects.unclosed()) == [day]
    assert day.is_unclosed
    assert heads_of(day) is None


@pytest.mark.parametrize("held_on", [TODAY, date(2025, 5, 9)])
def test_day_is_not_unclosed_before_it_has_passed(held_on):
    day = OpenDayFactory(held_on=held_on)

    assert list(OpenDay.objects.unclosed()) == []
    assert not day.is_unclosed


def test_voided_day_raises_no_alarm(user):
    day = OpenDayFactory(held_on=YESTERDAY)
    day.void("二重に登録した", by=user("coordinator"))

    assert list(OpenDay.objects.unclosed()) == []
    assert not day.is_unclosed


# --- who counts


def test_staff_volunteers_lecturers_and_observers_do_not_count():
    roles = [
        "visitor",
        "child",
        "user_planner",
        "user_lecturer",
        "lecturer",
        "volunteer",
        "staff",
        "observer",
    ]
    day = OpenDayFactory(
        heads={role: 10**place for place, role in enumerate(roles[:4])} | dict.fromkeys(roles[4:], 7)
    )

    assert heads_of(day) == 1111


def test_setting_says_who_counts(settings):
    settings.CAFE_COUNTED_ROLES = ["visitor", "volunteer"]
    day = OpenDayFactory(heads={"visitor": 3, "child": 2, "volunteer": 4})

    assert heads_of(day) == 7


def test_heads_of_an_event_never_add_to_the_day():
    day = OpenDayFactory(heads={"visitor": 3})
    EventFactory(day, heads=40)

    assert heads_of(day) == 3


def test_day_belongs_to_the_year_it_was_held_in():
    OpenDayFactory(held_on=date(2025, 3, 31), heads={"visitor": 1})
    april = OpenDayFactory(held_on=date(2025, 4, 1), heads={"visitor": 1})

    assert list(OpenDay.objects.held().in_period(fiscal_year(2025))) == [april]


# --- closing


def test_closing_writes_heads_first_time_and_ages(user):
    day = OpenDayFactory(held_on=TODAY)

    day.close(
        {"visitor": 5, "child": 0, "staff": 2},
        by=user("coordinator"),
        first_heads=1,
        ages={"60s": 3, "70s": 0},
    )

    written = (
        Attendance.objects.filter(open_day=day).order_by("role").values_list("role", "heads", "first_heads")
    )
    assert list(written) == [("staff", 2, None), ("visitor", 5, 1)]
    assert list(AgeHeads.objects.filter(open_day=day).values_list("age_band", "heads")) == [("60s", 3)]


def test_closing_again_replaces_the_heads_and_keeps_the_old_ones_in_the_history(user):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5, "child": 4}, ages={"20s": 1})

    day.close({"visitor": 6}, by=user("coordinator"), basis="数え直した")

    assert heads_of(day) == 6
    assert not AgeHeads.objects.filter(open_day=day).exists()
    closings = [row.ticked["heads"] for row in day.history.order_by("history_id") if "heads" in row.ticked]
    assert closings == [{"visitor": 5, "child": 4}, {"visitor": 6}]


def test_closing_stands_in_the_trail_with_its_reason(user):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})

    day.close({"visitor": 6}, by=user("coordinator"), changed=["weather"], basis="数え直した")

    event = AuditEvent.objects.latest("number")
    assert event.fields == ["closed_at", "heads", "state", "weather"]
    assert event.basis == "数え直した"


def test_closing_a_cancelled_day_takes_its_reason_away(user):
    day = OpenDayFactory(held_on=TODAY, state="cancelled")

    day.close({"visitor": 0}, by=user("coordinator"))

    day.refresh_from_db()
    assert (day.state, day.cancel_reason) == ("held", "")


def test_closing_of_a_stale_day_changes_nothing(user):
    day = OpenDayFactory(held_on=TODAY)
    seen_by_another = OpenDay.objects.get(pk=day.pk)
    day.close({"visitor": 5}, by=user("coordinator"))

    with pytest.raises(StaleVersion):
        seen_by_another.close({"visitor": 9}, by=user("lead"))

    assert heads_of(day) == 5


def test_first_time_visitors_are_within_the_visitors(user):
    day = OpenDayFactory(held_on=TODAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        day.close({"visitor": 2}, by=user("coordinator"), first_heads=3)

    assert OpenDay.objects.get(pk=day.pk).state == "planned"


# --- cancelling


def test_cancelling_takes_the_heads_away_and_says_why(user):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5}, ages={"60s": 2})

    day.cancel(" 大雪のため ", by=user("coordinator"), basis="別の日の人数だった")

    day.refresh_from_db()
    assert (day.state, day.closed_at, day.cancel_reason) == ("cancelled", None, "大雪のため")
    assert heads_of(day) is None
    assert not AgeHeads.objects.filter(open_day=day).exists()
    assert AuditEvent.objects.latest("number").basis == "別の日の人数だった"


def test_cancelling_without_a_reason_is_refused(user):
    day = OpenDayFactory(held_on=TODAY)

    with pytest.raises(ValueError, match="休止の理由を入力してください。"):
        day.cancel("　", by=user("coordinator"))


# --- what the database holds


def test_day_is_there_once_but_may_come_back_after_it_was_voided(user):
    day = OpenDayFactory(held_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpenDayFactory(held_on=TODAY)
    day.void("二重に登録した", by=user("coordinator"))

    again = OpenDayFactory(held_on=TODAY)

    assert list(OpenDay.objects.standing()) == [again]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "held"},
        {"state": "cancelled", "cancel_reason": ""},
        {"starts_at": time(15), "ends_at": time(15)},
    ],
)
def test_database_refuses_a_day_that_cannot_be(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        OpenDayFactory(held_on=TODAY, **fields)


# --- events


def test_held_events_are_those_of_held_days(user):
    held = EventFactory(OpenDayFactory(heads={}))
    EventFactory(OpenDayFactory())
    EventFactory(OpenDayFactory(state="cancelled"))
    voided_day = EventFactory(OpenDayFactory(heads={}))
    voided_day.open_day.void("二重に登録した", by=user("coordinator"))
    EventFactory(OpenDayFactory(heads={})).void("二重に登録した", by=user("coordinator"))

    assert list(Event.objects.held()) == [held]


def test_words_of_day_event_and_series():
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 2}, ages={"20s": 1})
    series = EventSeriesFactory(name="月いち おにぎりとカレーの日")

    assert str(day) == "開催日 2025-05-08"
    assert str(EventFactory(day, title="笑いヨガ", series=series)) == "笑いヨガ"
    assert str(series) == "月いち おにぎりとカレーの日"
    assert [str(each) for each in day.attendances.all()] == ["利用者 2人"]
    assert [str(each) for each in day.age_heads.all()] == ["20代 1人"]

"""Days and events made many at once: what is made, what is left out and why, and nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Barrier
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse

from cafe import planning
from cafe.models import Event, OpenDay
from cafe.planning import make, same_weekday
from cafe.unmaking import just_made
from cafe.wishes import Wish
from komatsu_support import audit
from komatsu_support.models import AuditEvent
from tests.browser import html, typed
from tests.factories import (
    EventFactory,
    EventSeriesFactory,
    IdeaFactory,
    OfficeDayFactory,
    OpenDayFactory,
    TabletFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
MAY, JUNE, NOVEMBER = date(2025, 5, 1), date(2025, 6, 1), date(2025, 11, 1)
PLAN, CLONE = "cafe:openday_plan", "cafe:openday_clone"


def plan(client, **changes):
    """The form of November, filled in and sent."""
    url = reverse(PLAN, args=[NOVEMBER])
    fields = typed(client.get(url), **{"weekdays": ["0", "1", "3", "4"], **changes})
    return client.post(url, fields, follow=True)


def said(response):
    """What the page answers."""
    return [str(message) for message in response.context["messages"]]


def days():
    """Every day that stands."""
    return list(OpenDay.objects.standing().order_by("held_on").values_list("held_on", flat=True))


# --- 曜日で作る


def test_november_is_planned_in_one_press(login):
    coordinator = login("coordinator")

    response = plan(coordinator, place="カフェスペース", staff=[str(coordinator.user.pk)])

    made = OpenDay.objects.standing().order_by("held_on")
    assert [day.held_on.day for day in made] == [4, 6, 7, 10, 11, 13, 14, 17, 18, 20, 21, 25, 27, 28]
    assert {(day.state, day.starts_at, day.ends_at, day.place) for day in made} == {
        ("planned", time(10), time(15), "カフェスペース")
    }
    assert {tuple(day.staff.all()) for day in made} == {(coordinator.user,)}
    assert said(response) == [
        "開催日を14日作りました。作らなかった日: 文化の日（11月3日）、勤労感謝の日 振替休日（11月24日）。"
    ]
    [(onward, status)] = response.redirect_chain
    assert (onward.partition("?made=")[0], status) == ("/cafe/months/2025-11/", 302)


def test_each_day_made_has_history_and_trail(login):
    coordinator = login("coordinator")

    plan(coordinator, weekdays=["1"], first="2025-11-04", last="2025-11-04")

    day = OpenDay.objects.get()
    assert [row.history_type for row in day.history.all()] == ["+"]
    event = AuditEvent.objects.get(object_type="cafe.openday", action="create")
    assert (event.user, event.object_id, "held_on" in event.fields) == (coordinator.user, day.pk, True)


def test_days_that_are_there_already_stay_as_they_are(login):
    there = OpenDayFactory(held_on=date(2025, 11, 4), place="公園")

    response = plan(login("coordinator"), weekdays=["1"])

    there.refresh_from_db()
    assert (there.place, there.version) == ("公園", 1)
    assert said(response) == ["開催日を3日作りました。作らなかった日: 登録済み（11月4日）。"]


def test_voided_day_does_not_stand_in_the_way(login):
    OpenDayFactory(held_on=date(2025, 11, 4)).void("誤り", by=UserFactory())

    plan(login("coordinator"), weekdays=["1"], last="2025-11-04")

    assert days() == [date(2025, 11, 4)]


def test_holidays_are_kept_where_the_box_is_empty(login):
    plan(login("coordinator"), weekdays=["0"], skip_closed=None)

    assert [day.day for day in days()] == [3, 10, 17, 24]


def test_calendar_of_the_office_closes_a_day_and_opens_a_holiday(login):
    OfficeDayFactory(date(2025, 11, 3), reason="")
    OfficeDayFactory(date(2025, 11, 10), desk_open=False, cafe_open=False, reason="設備の点検")

    response = plan(login("coordinator"), weekdays=["0"], last="2025-11-10")

    assert days() == [date(2025, 11, 3)]
    assert said(response) == ["開催日を1日作りました。作らなかった日: 設備の点検（11月10日）。"]


@pytest.mark.parametrize("field", ["first", "last"])
@pytest.mark.parametrize("day", ["2025-10-31", "2025-12-01", "R7.12.1"])
def test_plan_keeps_to_the_month_of_its_page(login, field, day):
    response = plan(login("coordinator"), **{field: day})

    sentence = "令和7年11月の日付にしてください。ほかの月の開催日は、その月の画面から作ります。"
    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {field: [sentence]}
    assert days() == []


@pytest.mark.parametrize("last", ["11/4", "１１／４", "１１月４日", "11月4日（火）", "R7.11.4"])
def test_day_of_the_month_needs_no_year(login, last):
    plan(login("coordinator"), weekdays=["1"], last=last)

    assert days() == [date(2025, 11, 4)]


def test_days_that_are_over_are_asked_back_once(login):
    coordinator = login("coordinator")
    url = reverse(PLAN, args=[MAY])
    fields = typed(coordinator.get(url), weekdays=["2", "3"], first="2025-05-01", last="2025-05-09")

    asked = coordinator.post(url, fields)
    untouched = days()
    told = coordinator.post(url, {**fields, "confirmed": ["2"]}, follow=True)

    assert "過ぎた日が2日含まれています" in html(asked)
    assert untouched == []
    assert days() == [date(2025, 5, 1), date(2025, 5, 7), date(2025, 5, 8)]
    assert said(told) == ["開催日を3日作りました。"]


def test_number_that_was_not_asked_does_not_confirm(login):
    coordinator = login("coordinator")
    url = reverse(PLAN, args=[MAY])
    fields = typed(coordinator.get(url), weekdays=["2"], first="2025-05-01")

    coordinator.post(url, {**fields, "confirmed": ["4"]})

    assert days() == []


def test_past_days_that_are_there_already_are_not_asked_back(login):
    OpenDayFactory(held_on=date(2025, 5, 7))
    coordinator = login("coordinator")
    url = reverse(PLAN, args=[MAY])

    coordinator.post(url, typed(coordinator.get(url), weekdays=["2"], first="2025-05-01", last="2025-05-14"))

    assert days() == [date(2025, 5, 7), date(2025, 5, 14)]


def test_second_press_makes_nothing_twice_and_answers_the_same(login):
    coordinator = login("coordinator")
    url = reverse(PLAN, args=[NOVEMBER])
    fields = typed(coordinator.get(url), weekdays=["1"])

    first, second = coordinator.post(url, fields, follow=True), coordinator.post(url, fields, follow=True)

    assert len(days()) == 4
    assert said(first) == said(second) == ["開催日を4日作りました。"]


def test_press_of_the_same_page_with_other_hours_does_not_pretend_to_have_changed_the_days(login):
    coordinator = login("coordinator")
    url = reverse(PLAN, args=[NOVEMBER])
    fields = typed(coordinator.get(url), weekdays=["1"], last="2025-11-04")
    coordinator.post(url, fields, follow=True)

    response = coordinator.post(url, {**fields, "starts_at": ["13:00"]}, follow=True)

    assert OpenDay.objects.get().starts_at == time(10)
    assert said(response) == ["新しく作った開催日はありません。作らなかった日: 登録済み（11月4日）。"]


def test_another_press_finds_the_days_there(login):
    coordinator = login("coordinator")
    plan(coordinator, weekdays=["1"])

    response = plan(coordinator, weekdays=["1"])

    assert len(days()) == 4
    assert said(response) == [
        "新しく作った開催日はありません。作らなかった日: 登録済み（11月4日・11月11日・11月18日・11月25日）。"
    ]


def test_day_voided_since_the_press_does_not_come_back_with_a_second(login):
    coordinator = login("coordinator")
    url = reverse(PLAN, args=[NOVEMBER])
    fields = typed(coordinator.get(url), weekdays=["1"])
    coordinator.post(url, fields, follow=True)
    OpenDay.objects.get(held_on=date(2025, 11, 4)).void("誤り", by=coordinator.user)

    response = coordinator.post(url, fields, follow=True)

    assert [day.day for day in days()] == [11, 18, 25]
    assert said(response) == ["開催日を3日作りました。作らなかった日: 取り消した日（11月4日）。"]


def test_somebody_quicker_between_look_and_writing_is_seen_at_a_second_look(user, monkeypatch):
    by, on = user("coordinator"), date(2025, 11, 4)
    looks: list[list[Wish]] = []
    look = planning.checked

    def slow(*args, **kwargs):
        found = look(*args, **kwargs)
        if not looks:
            OpenDayFactory(held_on=on)
        looks.append(found)
        return found

    monkeypatch.setattr(planning, "checked", slow)
    outcome = make([Wish(on), Wish(date(2025, 11, 11))], by=by, press=uuid4())

    assert [wish.on.day for wish in outcome.made] == [11]
    assert [(wish.on.day, wish.why_not) for wish in outcome.wishes] == [(4, "登録済み"), (11, "")]
    assert days() == [on, date(2025, 11, 11)]


def test_what_goes_wrong_in_the_middle_leaves_nothing(user):
    event = EventFactory()
    event.ends_at, event.starts_at = time(9), time(10)

    with pytest.raises(IntegrityError):
        make([Wish(JUNE, events=[event])], by=user("coordinator"), press=uuid4(), skip_closed=False)

    assert not OpenDay.objects.filter(held_on=JUNE).exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"weekdays": None}, "weekdays", "開く曜日を選んでください。"),
        ({"first": "2025-11-10", "last": "2025-11-09"}, "last", "「この日から」以後の日付にしてください。"),
        (
            {"last": "5/1"},
            "last",
            "何年の5月1日か分かりません。年も入力してください（例 2025-5-1）。",
        ),
        ({"starts_at": "15:00", "ends_at": "10:00"}, "ends_at", "終了は開始より後の時刻にしてください。"),
        ({"first": "R99.1.1"}, "first", "1900年1月1日から2027年5月8日までの日付を入力してください。"),
    ],
)
def test_form_says_at_the_field_what_to_do(login, changes, field, sentence):
    response = plan(login("coordinator"), **changes)

    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {field: [sentence]}
    assert days() == []


def test_form_remembers_how_the_last_planned_month_was_opened(login):
    staff, gone = UserFactory("counselor"), UserFactory("counselor", is_active=False)
    for n in (1, 8, 15, 22, 3, 10, 17):  # Tuesdays and Thursdays, at nine
        OpenDayFactory(
            held_on=date(2025, 7, n), starts_at=time(9), ends_at=time(14), place="公園", staff=[staff]
        )
    OpenDayFactory(held_on=date(2025, 7, 26), starts_at=time(13), place="祭り", staff=[gone])
    OpenDayFactory(held_on=date(2025, 6, 2), starts_at=time(8))

    form = login("coordinator").get(reverse(PLAN, args=[NOVEMBER])).context["form"]

    assert {name: form.initial[name] for name in ("weekdays", "starts_at", "ends_at", "place", "staff")} == {
        "weekdays": [1, 3],
        "starts_at": time(9),
        "ends_at": time(14),
        "place": "公園",
        "staff": [staff.pk],
    }


@pytest.mark.parametrize(
    ("wednesdays", "weekdays"),
    [((3, 10), [1]), ((3, 10, 17), [1, 2]), ((3, 10, 17, 24), [1, 2])],
)
def test_weekday_is_ticked_where_it_was_open_more_often_than_not(login, wednesdays, weekdays):
    for n in (2, 9, 16, 23, *wednesdays):  # December 2025; the 30th and 31st are 年末年始
        OpenDayFactory(held_on=date(2025, 12, n))

    form = login("coordinator").get(reverse(PLAN, args=[date(2026, 1, 1)])).context["form"]

    assert form.initial["weekdays"] == weekdays


def test_holidays_do_not_make_a_monday_unusual(login):
    for n in (10, 17, 4, 11, 18, 25):  # November 2025: the 3rd and 24th, Mondays, are holidays
        OpenDayFactory(held_on=date(2025, 11, n))

    form = login("coordinator").get(reverse(PLAN, args=[date(2025, 12, 1)])).context["form"]

    assert form.initial["weekdays"] == [0, 1]


def test_two_saturdays_are_no_habit(login):
    for n in (8, 15, 22, 29):
        OpenDayFactory(held_on=date(2025, 7, n))
    for n in (5, 12):
        OpenDayFactory(held_on=date(2025, 7, n))

    form = login("coordinator").get(reverse(PLAN, args=[NOVEMBER])).context["form"]

    assert form.initial["weekdays"] == [1]


@pytest.mark.parametrize(
    ("first", "span"),
    [(NOVEMBER, (NOVEMBER, date(2025, 11, 30))), (MAY, (date(2025, 5, 8), date(2025, 5, 31)))],
)
def test_form_begins_with_the_month_or_with_what_is_left_of_it(login, first, span):
    form = login("coordinator").get(reverse(PLAN, args=[first])).context["form"]

    assert (form.initial["first"], form.initial["last"]) == span


def test_manager_makes_no_days(login):
    response = login("manager").post(reverse(PLAN, args=[NOVEMBER]), {"weekdays": ["1"]})

    assert (response.status_code, days()) == (403, [])


# --- 先月の予定を写す


def clone(client):
    """The press of the page that shows what will be made in June."""
    url = reverse(CLONE, args=[JUNE])
    return client.post(url, typed(client.get(url)), follow=True)


@pytest.mark.parametrize(
    ("day", "first", "again"),
    [
        (date(2025, 5, 1), JUNE, date(2025, 6, 5)),
        (date(2025, 5, 6), JUNE, date(2025, 6, 3)),
        (date(2025, 5, 29), JUNE, None),
        (date(2025, 5, 31), JUNE, None),
        (date(2025, 6, 30), date(2025, 7, 1), None),
        (date(2025, 6, 29), date(2025, 7, 1), None),
        (date(2025, 1, 31), date(2025, 2, 1), None),
        (date(2025, 12, 29), date(2026, 1, 1), None),
        (date(2025, 9, 30), date(2025, 10, 1), None),
        (date(2025, 12, 2), date(2026, 1, 1), date(2026, 1, 6)),
    ],
)
def test_day_comes_again_on_the_same_weekday_as_often_into_the_month(day, first, again):
    assert same_weekday(day, first) == again


def test_last_month_is_written_again_with_its_events(login):
    coordinator = login("coordinator")
    series = EventSeriesFactory()
    source = OpenDayFactory(
        held_on=date(2025, 5, 8), starts_at=time(10), ends_at=time(15), place="公園", staff=[coordinator.user]
    )
    EventFactory(
        source,
        title="カレーの日",
        kind="meal",
        proposer="user",
        series=series,
        starts_at=time(12),
        ends_at=time(13),
        lecturer="架空の団体",
        capacity=12,
        fee_yen=300,
        belongings="エプロン",
        needs_booking=True,
        items_needed="米",
        heads=9,
        comment="にぎやか",
        idea=IdeaFactory(),
        photo_consent="all",
        photo_note="後ろ姿だけ",
    )

    response = clone(coordinator)

    day = OpenDay.objects.get(held_on=date(2025, 6, 12))
    copy = day.events.get()
    assert (day.state, day.starts_at, day.ends_at, day.place) == ("planned", time(10), time(15), "公園")
    assert list(day.staff.all()) == [coordinator.user]
    assert [getattr(copy, name) for name in Event.REPEATED] == [
        *("カレーの日", "meal", "user", series, time(12), time(13), "架空の団体", 12),
        *(300, "エプロン", True, "米"),
    ]
    assert (copy.heads, copy.comment, copy.idea, copy.photo_consent, copy.photo_note) == (
        None,
        "",
        None,
        "unasked",
        "",
    )
    assert said(response) == ["開催日を1日、企画を1件作りました。"]


def test_page_shows_what_will_be_made_and_what_not_before_it_is_made(login):
    for n in (1, 6, 7, 13, 29):
        OpenDayFactory(held_on=date(2025, 5, n))
    OpenDayFactory(held_on=date(2025, 6, 3))
    OfficeDayFactory(date(2025, 6, 4), cafe_open=False, reason="設備の点検")

    response = login("coordinator").get(reverse(CLONE, args=[JUNE]))

    assert [(wish.like.day, wish.on.day, wish.why_not) for wish in response.context["outcome"].wishes] == [
        (1, 5, ""),
        (6, 3, "登録済み"),
        (7, 4, "設備の点検"),
        (13, 10, ""),
        (29, 29, "6月に第5木曜はありません"),
    ]
    assert "2日を作る" in html(response)
    assert not OpenDay.objects.filter(held_on=date(2025, 6, 5)).exists()


def test_events_go_onto_a_day_that_is_there_and_it_stays_as_it_is(login):
    there = OpenDayFactory(held_on=date(2025, 6, 12), starts_at=time(13), place="公園")
    source = OpenDayFactory(held_on=date(2025, 5, 8), starts_at=time(10))
    EventFactory(source, title="カレーの日", starts_at=time(12), fee_yen=300)
    coordinator = login("coordinator")
    page = html(coordinator.get(reverse(CLONE, args=[JUNE])))

    response = clone(coordinator)

    there.refresh_from_db()
    copy = there.events.get()
    assert "企画1件を写す" in page
    assert (copy.title, copy.starts_at, copy.fee_yen) == ("カレーの日", time(12), 300)
    assert (there.starts_at, there.place, there.version) == (time(13), "公園", 1)
    assert said(response) == ["登録済みの開催日（6月12日）に、企画を1件写しました。"]


def test_new_days_and_days_that_are_there_are_told_apart(login):
    OpenDayFactory(held_on=date(2025, 6, 12))
    for n in (8, 9):
        EventFactory(OpenDayFactory(held_on=date(2025, 5, n)))
    coordinator = login("coordinator")
    page = html(coordinator.get(reverse(CLONE, args=[JUNE])))

    response = clone(coordinator)

    assert "1日を作り、企画2件を写す" in page
    assert said(response) == [
        "開催日を1日、企画を1件作りました。登録済みの開催日（6月12日）に、企画を1件写しました。"
    ]


def test_event_that_is_there_by_title_or_series_is_not_doubled(login):
    series = EventSeriesFactory()
    source, there = OpenDayFactory(held_on=date(2025, 5, 8)), OpenDayFactory(held_on=date(2025, 6, 12))
    for title, of in (("ヨガ", None), ("カレー", series), ("染め紙", None), ("茶話会", None)):
        EventFactory(source, title=title, series=of)
    EventFactory(there, title="ヨガ")
    EventFactory(there, title="おにぎり", series=series)
    EventFactory(there, title="茶話会").void("誤り", by=UserFactory())
    coordinator = login("coordinator")
    [wish] = coordinator.get(reverse(CLONE, args=[JUNE])).context["outcome"].wishes

    clone(coordinator)

    assert [event.title for event in wish.events] == ["染め紙", "茶話会"]
    assert [(event.title, why) for event, why in wish.left_behind] == [
        ("ヨガ", "登録済み"),
        ("カレー", "登録済み"),
    ]
    assert sorted(there.events.standing().values_list("title", flat=True)) == sorted(
        ["ヨガ", "おにぎり", "染め紙", "茶話会"]
    )


def test_second_press_adds_no_event_to_a_day_that_was_there(login):
    there = OpenDayFactory(held_on=date(2025, 6, 12))
    EventFactory.create_batch(2, OpenDayFactory(held_on=date(2025, 5, 8)))
    coordinator = login("coordinator")
    url = reverse(CLONE, args=[JUNE])
    fields = typed(coordinator.get(url))

    first, second = coordinator.post(url, fields, follow=True), coordinator.post(url, fields, follow=True)
    third = coordinator.post(url, {}, follow=True)
    page = html(coordinator.get(url))

    assert there.events.count() == 2
    assert said(first) == said(second) == ["登録済みの開催日（6月12日）に、企画を2件写しました。"]
    assert said(third) == ["新しく作った開催日はありません。作らなかった日: 登録済み（6月12日）。"]
    assert "新しく作れる日も、写せる企画もありません。" in page


def test_event_somebody_put_there_between_look_and_press_is_found(user, monkeypatch):
    by, there = user("coordinator"), OpenDayFactory(held_on=date(2025, 6, 12))
    event = EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)), title="ヨガ")
    wait = audit.wait_for_my_turn

    def quicker():
        monkeypatch.setattr(audit, "wait_for_my_turn", wait)
        wait()
        EventFactory(there, title="ヨガ")

    monkeypatch.setattr(audit, "wait_for_my_turn", quicker)
    outcome = make([Wish(there.held_on, events=[event])], by=by, press=uuid4())

    assert [wish.why_not for wish in outcome.wishes] == ["登録済み"]
    assert there.events.count() == 1


@pytest.mark.parametrize(
    ("how", "word"), [({"state": "cancelled"}, "休止"), ({"heads": {"visitor": 0}}, "開催")]
)
def test_no_event_goes_onto_a_day_that_is_closed_or_cancelled_and_its_row_names_it(login, how, word):
    there = OpenDayFactory(held_on=date(2025, 6, 12), **how)
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)), title="カレーの日")
    coordinator = login("coordinator")
    response = coordinator.get(reverse(CLONE, args=[JUNE]))
    [wish] = response.context["outcome"].wishes

    coordinator.post(reverse(CLONE, args=[JUNE]), {})

    assert wish.why_not == f"登録済み・{word}"
    assert "カレーの日" in html(response)
    assert there.events.count() == 0


def test_row_that_is_not_copied_names_its_events(login):
    fifth = OpenDayFactory(held_on=date(2025, 5, 29))
    EventFactory(fifth, title="続く会")
    EventFactory(fifth, title="終わった会", series=EventSeriesFactory(active=False))

    [wish] = login("coordinator").get(reverse(CLONE, args=[JUNE])).context["outcome"].wishes

    assert [(event.title, why) for event, why in wish.left_behind] == [
        ("続く会", ""),
        ("終わった会", "シリーズ終了"),
    ]


def test_page_warns_of_days_that_are_over(login):
    OpenDayFactory(held_on=date(2025, 4, 2))
    OpenDayFactory(held_on=date(2025, 4, 10))

    response = login("coordinator").get(reverse(CLONE, args=[MAY]))

    assert response.context["outcome"].past == 1
    assert "過ぎた日が含まれています" in html(response)


def test_clone_pressed_twice_makes_nothing_twice(login):
    coordinator = login("coordinator")
    EventFactory.create_batch(2, OpenDayFactory(held_on=date(2025, 5, 8)))
    url = reverse(CLONE, args=[JUNE])
    fields = typed(coordinator.get(url))

    first, second = coordinator.post(url, fields, follow=True), coordinator.post(url, fields, follow=True)
    third = coordinator.post(url, {}, follow=True)

    assert OpenDay.objects.filter(held_on__month=6).count() == 1
    assert Event.objects.filter(open_day__held_on__month=6).count() == 2
    assert said(first) == said(second) == ["開催日を1日、企画を2件作りました。"]
    assert said(third) == ["新しく作った開催日はありません。作らなかった日: 登録済み（6月12日）。"]


def test_voided_events_and_those_of_an_ended_series_do_not_come_again(login):
    day = OpenDayFactory(held_on=date(2025, 5, 8))
    EventFactory(day, title="続く")
    EventFactory(day, title="終わった", series=EventSeriesFactory(active=False))
    EventFactory(day, title="誤り").void("誤り", by=UserFactory())

    clone(login("coordinator"))

    assert [event.title for event in Event.objects.filter(open_day__held_on__month=6)] == ["続く"]


def test_cancelled_day_was_planned_and_comes_again_while_a_voided_one_does_not(login):
    OpenDayFactory(held_on=date(2025, 5, 8), state="cancelled")
    OpenDayFactory(held_on=date(2025, 5, 9)).void("誤り", by=UserFactory())

    clone(login("coordinator"))

    assert [(day.held_on.day, day.state) for day in OpenDay.objects.filter(held_on__month=6)] == [
        (12, "planned")
    ]


def test_month_beyond_two_years_cannot_be_made(login):
    OpenDayFactory(held_on=date(2027, 4, 28))
    first = date(2027, 5, 1)

    response = login("coordinator").post(reverse(CLONE, args=[first]), {}, follow=True)

    assert said(response) == ["新しく作った開催日はありません。作らなかった日: 2年より先（5月26日）。"]
    assert not OpenDay.objects.filter(held_on__gte=first).exists()


def test_empty_last_month_says_the_next_step(login):
    response = login("coordinator").get(reverse(CLONE, args=[JUNE]))

    assert "先月の開催日はありません。「曜日で開催日を作る」で作れます。" in html(response)


# --- この企画を別の日にも


def offers(field):
    """{month: labels of its days}."""
    return {month: [label for _, label in days] for month, days in field.choices}


def test_event_is_put_on_several_days_once(login):
    coordinator = login("coordinator")
    event = EventFactory(
        OpenDayFactory(held_on=date(2025, 5, 8)), title="笑いヨガ", starts_at=time(10), heads=5
    )
    others = [OpenDayFactory(held_on=date(2025, 5, n)) for n in (9, 12)]
    url = reverse("cafe:event_repeat", args=[event.pk])
    fields = typed(coordinator.get(url), days=[str(day.pk) for day in others])

    first, second = coordinator.post(url, fields, follow=True), coordinator.post(url, fields, follow=True)

    copies = Event.objects.exclude(pk=event.pk).order_by("open_day__held_on")
    assert [(copy.open_day, copy.title, copy.starts_at, copy.heads) for copy in copies] == [
        (day, "笑いヨガ", time(10), None) for day in others
    ]
    assert said(first) == said(second) == ["この企画を2日に写しました。"]


def test_copies_that_were_taken_back_are_not_said_to_be_made_when_the_page_is_sent_again(login):
    coordinator = login("coordinator")
    event = EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)))
    others = [OpenDayFactory(held_on=date(2025, 5, n)) for n in (9, 12)]
    url = reverse("cafe:event_repeat", args=[event.pk])
    fields = typed(coordinator.get(url), days=[str(day.pk) for day in others])
    coordinator.post(url, fields)
    answers = []

    for day in others:
        day.events.get().void("誤り", by=coordinator.user)
        answers.append(coordinator.post(url, fields, follow=True))

    assert said(answers[0])[-1] == "この企画を1日に写しました。"
    assert answers[1].status_code == 422
    assert "取り消してあります" in html(answers[1])


def test_event_is_offered_planned_days_ahead_and_told_where_it_is_already(login):
    event = EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)), title="笑いヨガ")
    has_it, free = OpenDayFactory(held_on=date(2025, 5, 9)), OpenDayFactory(held_on=date(2025, 5, 12))
    EventFactory(has_it, title="笑いヨガ")
    OpenDayFactory(held_on=date(2025, 5, 13), state="cancelled")
    OpenDayFactory(held_on=date(2025, 5, 7))

    field = (
        login("coordinator").get(reverse("cafe:event_repeat", args=[event.pk])).context["form"].fields["days"]
    )

    assert list(field.queryset) == [has_it, free]
    assert offers(field) == {
        "令和7年5月": ["令和7年5月9日（金）　同じ名前の企画あり", "令和7年5月12日（月）"]
    }


def test_days_are_offered_from_the_month_of_the_event_with_hours_where_they_differ(login):
    hours: dict[str, Any] = {"starts_at": time(10), "ends_at": time(15)}
    event = EventFactory(OpenDayFactory(held_on=date(2025, 11, 20), **hours))
    for on in (date(2025, 10, 31), date(2025, 11, 4), date(2025, 12, 2)):
        OpenDayFactory(held_on=on, **hours)
    OpenDayFactory(held_on=date(2025, 12, 3), starts_at=time(13), ends_at=time(15))

    response = login("coordinator").get(reverse("cafe:event_repeat", args=[event.pk]))

    assert offers(response.context["form"].fields["days"]) == {
        "令和7年11月": ["令和7年11月4日（火）"],
        "令和7年12月": ["令和7年12月2日（火）", "令和7年12月3日（水）　13:00～15:00"],
    }
    assert "企画の種は写しません" in html(response)
    assert "<strong>令和7年11月</strong>" in response.content.decode()


def test_event_without_a_ticked_day_is_asked_for_one(login):
    event = EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)))
    OpenDayFactory(held_on=date(2025, 5, 9))

    response = login("coordinator").post(reverse("cafe:event_repeat", args=[event.pk]), {})

    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {"days": ["写す日を選んでください。"]}


def test_day_that_is_not_offered_cannot_be_sent(login):
    event = EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)))
    cancelled = OpenDayFactory(held_on=date(2025, 5, 9), state="cancelled")

    response = login("coordinator").post(
        reverse("cafe:event_repeat", args=[event.pk]), {"days": [cancelled.pk]}
    )

    assert response.status_code == 422
    assert Event.objects.count() == 1


def test_event_page_leads_there_for_those_who_may(login):
    event = EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)))
    url = reverse("cafe:event_repeat", args=[event.pk])

    assert url in html(login("coordinator").get(event.get_absolute_url()))
    assert url not in html(login("manager").get(event.get_absolute_url()))


# --- いま作った日を取り消す


def take_back(client, first=NOVEMBER, response=None):
    """Press the button of the month the answer leads to."""
    [(onward, _)] = response.redirect_chain
    press = onward.partition("?made=")[2]
    return client.post(reverse("cafe:openday_unmake", args=[first]), {"made": press}, follow=True)


def test_days_just_made_are_taken_back_in_one_press_with_history_and_trail(login):
    coordinator = login("coordinator")
    OpenDayFactory(held_on=date(2025, 11, 4))
    made = plan(coordinator, weekdays=["1"])

    answer = take_back(coordinator, response=made)

    assert "いま作った開催日3日を取り消す" in html(made)
    assert said(answer) == ["いま作った開催日3日を取り消しました。"]
    assert days() == [date(2025, 11, 4)]
    voided = OpenDay.objects.exclude(voided_at=None)
    assert {day.void_reason for day in voided} == {"まとめて作った直後の取消"}
    assert AuditEvent.objects.filter(action="void", object_type="cafe.openday").count() == 3


def test_events_copied_onto_new_days_and_days_that_were_there_go_too(login):
    coordinator = login("coordinator")
    there = OpenDayFactory(held_on=date(2025, 6, 12))
    for n in (8, 9):
        EventFactory(OpenDayFactory(held_on=date(2025, 5, n)))

    answer = take_back(coordinator, JUNE, clone(coordinator))

    assert said(answer) == ["いま作った開催日1日、企画2件を取り消しました。"]
    assert list(OpenDay.objects.standing().filter(held_on__month=6)) == [there]
    assert not there.events.standing().exists()


def test_page_pressed_again_after_it_was_taken_back_does_not_pretend_to_copy(login):
    coordinator = login("coordinator")
    OpenDayFactory(held_on=date(2025, 6, 12))
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 8)))
    url = reverse(CLONE, args=[JUNE])
    fields = typed(coordinator.get(url))
    take_back(coordinator, JUNE, coordinator.post(url, fields, follow=True))

    answer = coordinator.post(url, fields, follow=True)

    assert said(answer) == ["新しく作った開催日はありません。作らなかった日: 取り消した企画（6月12日）。"]
    assert not Event.objects.standing().filter(open_day__held_on__month=6).exists()


@pytest.mark.parametrize("touch", ["changed", "event", "tablet"])
def test_day_on_which_somebody_has_built_stays(login, touch):
    coordinator = login("coordinator")
    made = plan(coordinator, weekdays=["1"], last="2025-11-11")
    day = OpenDay.objects.get(held_on=date(2025, 11, 4))
    if touch == "changed":
        day.save(by=coordinator.user)
    elif touch == "event":
        EventFactory(day)
    else:
        TabletFactory(day)

    answer = take_back(coordinator, response=made)

    assert said(answer) == ["いま作った開催日1日を取り消しました。"]
    assert days() == [date(2025, 11, 4)]


def test_press_of_somebody_else_takes_nothing_back(login):
    made = plan(login("coordinator"), weekdays=["1"])

    answer = take_back(login("lead"), response=made)

    assert len(days()) == 4
    assert said(answer) == ["まとめて取り消せる日はもうありません。その日の画面で1日ずつ取り消してください。"]


@pytest.mark.parametrize(("later", "days_left"), [("12:59", 2), ("13:01", 0)])
def test_what_was_made_more_than_an_hour_ago_is_not_just_made(user, time_machine, later, days_left):
    by, press = user("coordinator"), uuid4()
    make([Wish(date(2025, 11, n)) for n in (4, 11)], by=by, press=press)

    time_machine.move_to(f"2025-05-08 {later}+09:00", tick=False)

    assert len(just_made(press, NOVEMBER, by=by).days) == days_left


def test_day_that_has_come_is_not_taken_back(user):
    by, press = user("coordinator"), uuid4()
    make([Wish(date(2025, 5, n)) for n in (7, 8, 9)], by=by, press=press)

    assert [day.held_on.day for day in just_made(press, MAY, by=by).days] == [9]


@pytest.mark.parametrize("made", ["", "x", "6f1c2d0e-0000-4000-8000-000000000001"])
def test_what_no_press_has_made_is_not_taken_back(login, made):
    OpenDayFactory(held_on=date(2025, 11, 4))
    coordinator = login("coordinator")

    shown = coordinator.get(f"/cafe/months/2025-11/?made={made}")
    coordinator.post(reverse("cafe:openday_unmake", args=[NOVEMBER]), {"made": made})

    assert "を取り消す" not in html(shown)
    assert days() == [date(2025, 11, 4)]


# --- many hands at once


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_the_same_moment_plan_the_month_once():
    people = [UserFactory("coordinator") for _ in range(8)]
    wishes = [Wish(date(2025, 11, n), {"place": "公園"}) for n in (4, 6, 7)]
    press, start = uuid4(), Barrier(8)

    def plan_it(by):
        start.wait()
        while True:
            try:
                return len(make(wishes, by=by, press=press).made)
            except OperationalError:  # SQLite in memory does not wait for its turn: press again
                sleep(0.01)
            finally:
                BaseDatabaseWrapper.close(connections["default"])  # one in memory too

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(plan_it, people))

    assert made == [3] * 8
    assert days() == [date(2025, 11, n) for n in (4, 6, 7)]

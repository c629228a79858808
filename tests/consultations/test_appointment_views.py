"""The pages of the appointment book: what stands in it, what the trail keeps, what a press does."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.models import Appointment
from komatsu_support.models import AuditEvent
from tests.browser import html, labels, typed
from tests.factories import (
    AppointmentFactory,
    CaseFactory,
    ClientFactory,
    ConsultationFactory,
    OfficeDayFactory,
    UserFactory,
    term,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
FRIDAY = date(2025, 5, 9)


def url(name, *args, **query):
    return reverse(f"consultations:{name}", args=args, query=query or None)


def looks(user):
    events = AuditEvent.objects.filter(user=user).order_by("number")
    return list(events.values_list("action", "object_type", "object_id", "count", "basis"))


def columns(response):
    return [(day.on.day, day.closed) for day in response.context["week"].days]


def free(response):
    return [slot.url for day in response.context["week"].days for slot in day.slots if slot.url]


# -- the week -------------------------------------------------------------------------------------------------


def test_week_is_monday_to_friday_with_closed_days_named(login):
    response = login().get(url("appointment_list", day="2025-05-04"))

    assert columns(response) == [(28, ""), (29, "昭和の日"), (30, ""), (1, ""), (2, "")]
    assert "× 休み　昭和の日" in html(response)


def test_saturday_stands_in_the_week_when_it_opens(login):
    OfficeDayFactory(date(2025, 5, 10))

    assert columns(login().get(url("appointment_list")))[-1] == (10, "")


@pytest.mark.parametrize("query", [{"day": "x"}, {"day": "0001-01-01"}, {"staff": "999"}, {"staff": "'"}])
def test_what_cannot_be_read_shows_my_own_week(login, query):
    browser = login()

    response = browser.get(url("appointment_list", **query))

    assert response.status_code == 200
    assert (response.context["counselor"], response.context["monday"]) == (browser.user, date(2025, 5, 5))


def test_free_times_are_those_to_come_within_the_hours_and_not_taken(login):
    browser = login()
    AppointmentFactory(staff=browser.user, day=FRIDAY, starts_at=time(10), minutes=45)

    urls = free(browser.get(url("appointment_list")))

    today = [f"13:{m}" for m in ("00", "30")] + [f"{h}:{m}" for h in (14, 15) for m in ("00", "30")]
    friday = ["09:00", "09:30", "11:00", "11:30", *today]
    create, me = url("appointment_create"), browser.user.pk
    assert urls == [
        f"{create}?day={day}&time={at.replace(':', '%3A')}&staff={me}"
        for day, times in (("2025-05-08", today), ("2025-05-09", friday))
        for at in times
    ]


def test_cancelled_appointment_leaves_its_place_free(login):
    browser = login()
    AppointmentFactory(staff=browser.user, day=FRIDAY, starts_at=time(9)).cancel("熱", by=browser.user)

    response = browser.get(url("appointment_list"))

    assert any("2025-05-09&time=09%3A00" in each for each in free(response))
    assert "called-off" in html(response)


def test_closed_person_takes_a_time_and_tells_nothing(login):
    browser = login()
    client = ClientFactory(name="封印 しおり", protection="sealed")
    booked = AppointmentFactory(client, staff=browser.user, day=FRIDAY, purpose="内緒の用")

    page = html(browser.get(url("appointment_list")))

    assert "◆ 閲覧制限の方" in page
    assert [word for word in ("しおり", "内緒の用", booked.get_absolute_url()) if word in page] == []
    assert looks(browser.user) == [("list", "consultations.appointment", None, 0, "")]


def test_week_of_all_has_everybody_and_counts_who_is_named(login):
    browser = login()
    AppointmentFactory(day=FRIDAY)
    AppointmentFactory(called="電話の方", day=FRIDAY)

    page = html(browser.get(url("appointment_list", staff="all")))

    assert "電話の方" in page
    assert looks(browser.user)[-1] == ("list", "consultations.appointment", None, 2, "")


def test_one_client_twice_at_a_time_is_marked_and_not_refused(login):
    browser, client = login(), ClientFactory()
    first, _ = AppointmentFactory.create_batch(2, client, day=FRIDAY)

    week = html(browser.get(url("appointment_list", staff="all")))
    page = html(browser.get(first.get_absolute_url()))

    assert "同じ時間にもう1件" in week
    assert "同じ時間の10:00～10:30にも予約があります" in page


def test_visit_outside_the_hours_stretches_the_week_and_warns(login):
    browser = login()
    visit = AppointmentFactory(staff=browser.user, day=FRIDAY, starts_at=time(17), method="home_visit")

    response = browser.get(url("appointment_list"))
    page = html(browser.get(visit.get_absolute_url()))

    assert response.context["week"].times[-1] == time(17)
    assert "窓口の時間の外です" in page


def test_week_asks_no_more_for_more_appointments(login):
    browser = login()

    def asked():
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("appointment_list", staff="all"))
        return len(queries)

    AppointmentFactory(day=FRIDAY)
    browser.get("/")  # the session has been seen
    before = asked()
    AppointmentFactory.create_batch(5, day=FRIDAY)

    assert asked() == before <= 16


# -- the day's sheet --------------------------------------------------------------------------------------


def test_sheet_for_the_wall_has_no_name_and_is_no_look(login):
    browser = login()
    AppointmentFactory(ClientFactory(name="封印 しおり", alias="ひまわり"), day=FRIDAY, purpose="内緒の用")
    AppointmentFactory(called="電話の方", day=FRIDAY)

    page = html(browser.get(url("appointment_day", day="R7.5.9")))

    assert [
        w for w in ("しおり", "ひまわり", "R7-0001", "電話の方", "内緒の用", "confidential") if w in page
    ] == []
    assert page.count("<td>相談</td>") == 2
    assert looks(browser.user) == []


def test_sheet_for_the_team_names_by_alias_and_number_and_is_a_print_in_the_trail(login):
    browser = login()
    client = ClientFactory(name="封印 しおり", alias="ひまわり")
    AppointmentFactory(client, day=FRIDAY)
    AppointmentFactory(ClientFactory(alias="すずらん", protection="sealed"), day=FRIDAY)

    page = html(browser.get(url("appointment_day", day="R7.5.9", names=1)))

    assert f"<td>ひまわり {client.number}</td>" in page
    assert [w for w in ("しおり", "すずらん") if w in page] == []
    assert 'class="confidential"' in page
    assert looks(browser.user) == [("print", "consultations.appointment", None, 1, "予約表")]


def test_cancelled_appointment_stands_on_no_sheet(login):
    browser = login()
    AppointmentFactory(called="電話の方", day=FRIDAY).cancel("熱", by=browser.user)

    assert browser.get(url("appointment_day", day="2025-05-09")).context["appointments"] == []


# -- one appointment ------------------------------------------------------------------------------------


def test_place_pressed_in_the_week_begins_the_form(login):
    browser, other = login(), UserFactory()

    form = browser.get(url("appointment_create", day="2025-05-09", time="13:30", staff=other.pk)).context[
        "form"
    ]

    assert [form[name].value() for name in ("day", "staff")] == [FRIDAY.isoformat(), other.pk]
    assert form.initial["starts_at"] == time(13, 30)


def test_promise_of_a_talk_begins_the_form(login):
    browser = login()
    case = CaseFactory()
    talk = ConsultationFactory(case=case, next_on=FRIDAY, next_plan="受診の結果を聞く")

    fields = typed(browser.get(url("appointment_create", talk=talk.pk)))

    assert (fields["client"], fields["case"], fields["day"], fields["purpose"], fields["staff"]) == (
        [case.client.number],
        [str(case.pk)],
        [FRIDAY.isoformat()],
        ["受診の結果を聞く"],
        [str(talk.staff.pk)],
    )


def test_talk_of_a_client_closed_to_me_begins_nothing(login):
    talk = ConsultationFactory(client=ClientFactory(protection="restricted"), next_plan="内緒の用")

    assert "内緒の用" not in html(login().get(url("appointment_create", talk=talk.pk)))


def test_booked_then_recorded_then_voided(login):
    browser = login()
    booked = AppointmentFactory(staff=browser.user, day=date(2025, 5, 8))

    form = browser.get(url("consultation_create", appointment=booked.pk))
    answer = browser.post(
        url("consultation_create", appointment=booked.pk),
        typed(form, main_topic=term("topic", "mental").pk),
    )
    talk: Any = Appointment.objects.get().consultation
    browser.post(url("consultation_void", talk.pk), {"reason": "二重"})

    assert answer["Location"] == f"{talk.client.get_absolute_url()}?talk={talk.pk}"
    assert Appointment.objects.get().state == "booked"


def test_buttons_are_those_of_the_state(login):
    browser = login()
    booked, missed, cancelled = (AppointmentFactory(starts_at=time(h)) for h in (9, 10, 11))
    missed.miss(by=browser.user)
    cancelled.cancel("熱", by=browser.user)
    coming = AppointmentFactory(day=FRIDAY)

    told = [labels(browser.get(each.get_absolute_url())) for each in (booked, coming, missed, cancelled)]

    mend = ["修正する", "入力の誤りを取り消す"]
    assert told == [
        ["相談を記録", "来なかった（無断）", "予約を取り消す", *mend],
        ["相談を記録", "予約を取り消す", *mend],
        ["予約に戻す", "入力の誤りを取り消す"],
        ["予約に戻す", "入力の誤りを取り消す"],
    ]


def test_cancelling_asks_for_a_reason_and_a_second_press_changes_nothing(login):
    browser, booked = login(), AppointmentFactory()
    page = url("appointment_cancel", booked.pk)

    refused = browser.post(page, {"reason": ""})
    for _ in range(2):
        browser.post(page, {"reason": "体調がすぐれない"})

    booked.refresh_from_db()
    assert refused.status_code == 422
    assert (booked.state, booked.reason, booked.version) == ("cancelled", "体調がすぐれない", 2)


def test_missing_is_one_press_and_a_second_changes_nothing(login):
    browser, booked = login(), AppointmentFactory()

    for _ in range(2):
        browser.post(url("appointment_miss", booked.pk))

    booked.refresh_from_db()
    assert (booked.state, booked.version) == ("no_show", 2)


def test_appointment_to_come_cannot_be_missed_yet(login):
    booked = AppointmentFactory(day=FRIDAY)

    login().post(url("appointment_miss", booked.pk))

    booked.refresh_from_db()
    assert booked.state == "booked"


def test_restoring_into_a_time_given_away_is_said_in_words(login):
    browser, booked = login(), AppointmentFactory()
    booked.cancel("熱", by=browser.user)
    AppointmentFactory(staff=booked.staff)

    page = html(browser.post(url("appointment_restore", booked.pk), follow=True))

    booked.refresh_from_db()
    assert booked.state == "cancelled"
    assert "別の予約があります" in page


def test_kept_appointment_is_neither_changed_nor_voided(login):
    browser, booked = login(), AppointmentFactory()
    booked.keep(ConsultationFactory(client=booked.client), by=browser.user)

    for verb in ("edit", "void", "cancel", "restore", "miss"):
        browser.post(url(f"appointment_{verb}", booked.pk), {"reason": "なんとなく"})

    booked.refresh_from_db()
    assert (booked.state, booked.version, booked.voided_at) == ("kept", 2, None)


def test_closed_appointment_does_not_exist(login):
    closed = AppointmentFactory(ClientFactory(protection="restricted"))
    browser = login()

    status = {
        verb: browser.post(url(f"appointment_{verb}", closed.pk)).status_code
        for verb in ("edit", "void", "cancel", "restore", "miss")
    }

    assert set(status.values()) == {404}
    assert browser.get(closed.get_absolute_url()).status_code == 404


def test_home_has_todays_appointments_with_my_own_first(login):
    browser = login()
    AppointmentFactory(called="ほかの人の方", starts_at=time(9))
    AppointmentFactory(called="わたしの方", starts_at=time(15), staff=browser.user)
    AppointmentFactory(called="明日の方", day=date(2025, 5, 8) + timedelta(days=1))

    cards = {card.title: card for card in browser.get("/").context["cards"]}

    assert [item.text.split("　")[1] for item in cards["今日の予約"].items] == ["わたしの方", "ほかの人の方"]


def test_timeline_has_calls_and_what_is_booked_but_not_the_kept_one_twice(login):
    browser, client = login(), ClientFactory()
    AppointmentFactory(client, day=FRIDAY, purpose="手続き")
    kept = AppointmentFactory(client, starts_at=time(14))
    kept.keep(ConsultationFactory(client=client), by=browser.user)

    entries = browser.get(client.get_absolute_url()).context["timeline"].entries

    assert [(entry.kind, entry.text) for entry in entries] == [("予約", "手続き"), ("相談", "")]

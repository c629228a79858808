"""予約: whose time is kept when, what the desk refuses, what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from consultations.forms import ConsultationForm
from consultations.forms.appointment import AppointmentForm
from consultations.models import Appointment, Consultation
from tests.browser import typed_in
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


def booking(by, **changes):
    """The form of a new appointment tomorrow at ten, for somebody without a file."""
    blank = AppointmentForm(by=by)
    fields = {"day": FRIDAY, "starts_at": "10:00", "called": "青いかばんの方", **changes}
    return AppointmentForm(typed_in(blank, **fields), by=by)


def errors(form):
    assert form.saved() is None
    return {name: list(each) for name, each in form.errors.items()}


# -- two at one time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "minutes"), [("09:45", 30), ("10:00", 15), ("10:15", 15), ("09:00", 120)]
)
def test_counselor_is_not_promised_twice(starts_at, minutes):
    me = UserFactory()
    AppointmentFactory(ClientFactory(name="秘密 花子"), staff=me, day=FRIDAY)

    refused = errors(booking(me, starts_at=starts_at, minutes=minutes))

    assert refused == {
        "starts_at": [
            "この相談員には10:00～10:30に別の予約があります。ほかの時間か、ほかの相談員を選んでください。"
        ]
    }


@pytest.mark.parametrize("starts_at", ["09:30", "10:30"])
def test_appointments_may_touch(starts_at):
    me = UserFactory()
    AppointmentFactory(staff=me, day=FRIDAY)

    assert booking(me, starts_at=starts_at).saved()


def test_time_of_another_counselor_or_day_or_of_a_cancelled_or_voided_one_is_free():
    me = UserFactory()
    AppointmentFactory(day=FRIDAY)
    AppointmentFactory(staff=me, day=date(2025, 5, 12))
    AppointmentFactory(staff=me, day=FRIDAY).cancel("熱が出た", by=me)
    AppointmentFactory(staff=me, day=FRIDAY).void("入れ間違い", by=me)

    assert booking(me).saved()


def test_missed_appointment_still_holds_its_time():
    me = UserFactory()
    AppointmentFactory(staff=me, day=FRIDAY).miss(by=me)

    assert "starts_at" in errors(booking(me))


@pytest.mark.django_db(transaction=True)
def test_of_eight_desks_booking_one_time_exactly_one_wins():
    staff, client = UserFactory(), ClientFactory()
    desks = [UserFactory() for _ in range(8)]
    start = Barrier(8)

    def book(by: Any) -> bool:
        start.wait()
        while True:
            try:
                AppointmentFactory(client, staff=staff, day=FRIDAY, by=by)
            except ValidationError:
                return False
            except OperationalError:  # SQLite in memory does not wait for its turn: press again
                sleep(0.01)
            else:
                return True
            finally:
                BaseDatabaseWrapper.close(connections["default"])  # one in memory too

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(book, desks))

    assert (sum(won), Appointment.objects.count()) == (1, 1)


def test_edit_that_leaves_the_time_does_not_meet_itself():
    me = UserFactory()
    booked = AppointmentFactory(staff=me, called="電話の方", day=FRIDAY)

    form = AppointmentForm(
        typed_in(AppointmentForm(by=me, instance=booked), purpose="手続き"), by=me, instance=booked
    )

    assert form.saved().purpose == "手続き"


# -- days and hours -----------------------------------------------------------------------------------------


def test_closed_day_is_refused_with_its_name_even_for_a_visit():
    me = UserFactory()
    visit = term("method", "home_visit").pk

    refused = errors(booking(me, day="2025-11-03", method=visit))

    assert refused == {"day": ["この日は窓口が休みです（文化の日）。開所日を選んでください。"]}


def test_day_closed_in_the_calendar_is_refused():
    OfficeDayFactory(FRIDAY, desk_open=False, reason="大掃除")

    assert errors(booking(UserFactory())) == {
        "day": ["この日は窓口が休みです（大掃除）。開所日を選んでください。"]
    }


@pytest.mark.parametrize(
    ("starts_at", "said"),
    [("08:30", "窓口の時間は"), ("15:45", "窓口の時間は"), ("12:30", "12:00～13:00は昼休み")],
)
def test_time_outside_the_hours_is_refused(starts_at, said):
    refused = errors(booking(UserFactory(), starts_at=starts_at))

    assert list(refused) == ["starts_at"]
    assert refused["starts_at"][0].startswith(said)


@pytest.mark.parametrize(
    ("kind", "code"), [("method", "home_visit"), ("place", "outside"), ("place", "home")]
)
def test_visit_may_be_outside_the_hours(kind, code):
    form = booking(UserFactory(), starts_at="17:00", **{kind: term(kind, code).pk})

    assert form.saved().outside_hours() == "窓口の時間は9:00～16:00です。"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "2025-05-07"}, "day"),
        ({"day": "2027-05-09"}, "day"),
        ({"starts_at": "10:05"}, "starts_at"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"minutes": "20"}, "minutes"),
        ({"called": ""}, "client"),
        ({"client": "R9-9999"}, "client"),
        ({"method": ""}, "method"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(changes, field):
    assert list(errors(booking(UserFactory(), **changes))) == [field]


def test_appointment_does_not_reach_into_the_next_day():
    visit = {"method": term("method", "home_visit").pk, "starts_at": "23:30", "minutes": 60}

    assert errors(booking(UserFactory(), **visit)) == {
        "minutes": ["その日のうちに終わるようにしてください。"]
    }


def test_client_and_called_are_not_given_both():
    client = ClientFactory()

    assert list(errors(booking(UserFactory(), client=client.number))) == ["client"]


def test_case_of_another_client_is_refused():
    case = CaseFactory()

    refused = errors(booking(UserFactory(), client=ClientFactory().number, called="", case=case.pk))

    assert list(refused) == ["case"]


@pytest.mark.parametrize(
    "fields",
    [
        {"minutes": 20},
        {"state": "cancelled"},
        {"state": "kept"},
        {"reason": "なし"},
        {"called": "だれか"},
        {"starts_at": time(23, 45), "minutes": 30},
    ],
)
def test_database_refuses_what_never_holds(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(ClientFactory(), **fields)


# -- who may --------------------------------------------------------------------------------------------------


def test_appointment_is_as_open_as_its_client():
    me, mine = UserFactory(), UserFactory()
    closed = AppointmentFactory(ClientFactory(protection="restricted", assigned=[mine]))
    unknown = AppointmentFactory(called="電話の方")

    def seen(user):
        return set(Appointment.objects.visible_to(user))

    assert seen(me) == {unknown}
    assert seen(mine) == {closed, unknown}
    assert seen(UserFactory("coordinator")) == set()


def test_book_has_every_taken_time_and_tells_which_may_be_read():
    AppointmentFactory(ClientFactory(protection="sealed"), starts_at=time(9))
    AppointmentFactory(ClientFactory(), starts_at=time(10))

    book = Appointment.objects.in_the_book_of(UserFactory()).order_by("starts_at")

    assert [bool(each.is_open) for each in book] == [False, True]
    assert not Appointment.objects.in_the_book_of(UserFactory("manager")).exists()


# -- what becomes of it -------------------------------------------------------------------------------------


def talk_of(booked, by, **changes):
    """The form of the consultation that an appointment became."""
    begun = booked.begins() | {"appointment": booked}
    blank = ConsultationForm(by=by, initial=begun)
    return ConsultationForm(typed_in(blank, main_topic=term("topic", "mental").pk, **changes), by=by)


def test_talk_begins_as_booked_and_makes_it_kept():
    me = UserFactory()
    case = CaseFactory()
    booked = AppointmentFactory(case=case, staff=me, starts_at=time(10, 15), place=term("place", "office"))

    talk = talk_of(booked, me).saved()

    booked.refresh_from_db()
    assert (talk.client, talk.case, talk.staff, talk.started_at) == (case.client, case, me, time(10, 15))
    assert (talk.consulted_on, talk.method, talk.place) == (booked.day, booked.method, booked.place)
    assert (booked.state, booked.consultation) == ("kept", talk)


def test_pressing_twice_makes_one_talk_of_it():
    me = UserFactory()
    booked = AppointmentFactory(staff=me)
    form = talk_of(booked, me)

    first, second = form.saved(), ConsultationForm(form.data, by=me).saved()

    assert first == second
    assert booked.history.count() == 2


def test_second_desk_is_told_and_its_next_press_records_without_the_appointment():
    me = UserFactory()
    booked = AppointmentFactory(staff=me)
    late = talk_of(booked, me)
    talk_of(booked, me).saved()

    assert late.saved() is None
    again = ConsultationForm(late.data, by=me).saved()

    assert list(late.errors) == ["__all__"]
    assert Consultation.objects.count() == 2
    assert not hasattr(again, "appointment")


def test_talk_of_somebody_else_does_not_keep_the_appointment():
    me = UserFactory()
    booked = AppointmentFactory(staff=me)

    assert list(errors(talk_of(booked, me, client=ClientFactory().number))) == ["client"]


def test_appointment_closed_to_me_cannot_be_kept_by_its_key():
    me = UserFactory()
    closed = AppointmentFactory(ClientFactory(protection="restricted"))

    assert list(errors(talk_of(closed, me, client=""))) == ["appointment"]


def test_somebody_without_a_file_gets_the_clients():
    me, client = UserFactory(), ClientFactory()
    booked = AppointmentFactory(called="電話の方", staff=me)

    talk_of(booked, me, client=client.number).saved()

    booked.refresh_from_db()
    assert (booked.client, booked.called) == (client, "")


def test_voided_talk_gives_the_appointment_back():
    me = UserFactory()
    booked = AppointmentFactory(staff=me)
    talk = talk_of(booked, me).saved()

    Consultation.objects.get(pk=talk.pk).void("二重に登録", by=me)

    booked.refresh_from_db()
    assert (booked.state, booked.consultation) == ("booked", None)


def test_talk_without_an_appointment_is_voided_as_ever():
    talk = ConsultationFactory()

    talk.void("二重に登録", by=talk.staff)

    assert talk.is_voided


def test_cancelled_one_does_not_come_back_into_a_time_given_away():
    me = UserFactory()
    booked = AppointmentFactory(staff=me)
    booked.cancel("熱が出た", by=me)
    AppointmentFactory(staff=me)

    with pytest.raises(ValidationError):
        booked.rebook(by=me)

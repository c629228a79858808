"""A day changed where it stands in its month: as a fragment of htmx, and as a page without a script."""

import json
from datetime import date, time

import pytest
from django.urls import reverse

from cafe.models import Event, OpenDay, late_taps
from tests.browser import html, typed
from tests.factories import EventFactory, OpenDayFactory, TabletFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)
BACK = "/cafe/months/2025-05/#day-2025-05-08"
HTMX = {"headers": {"HX-Request": "true"}}


def url(day):
    return reverse("cafe:openday_panel", args=[day.pk])


def fields(client, day, do, **changes):
    """One of the forms of the panel, as typed."""
    form = client.get(url(day)).context["forms"][do]
    hidden = {name: form[name].value() for name in ("submission", "version") if name in form.fields}
    return {"do": do, **hidden, **changes}


# --- without a script


def test_event_is_added_and_the_page_goes_back_to_its_day(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY)
    data = fields(coordinator, day, "event", title="笑いヨガ", kind="lecture", starts_at="10:30")

    answers = [coordinator.post(url(day), data)["Location"] for _ in range(2)]

    event = Event.objects.get()
    assert (event.open_day, event.title, event.kind, event.starts_at) == (
        day,
        "笑いヨガ",
        "lecture",
        time(10, 30),
    )
    assert answers == [BACK, BACK]


def test_hours_place_and_note_are_changed_and_the_rest_stays(login):
    staff = UserFactory()
    coordinator, day = (
        login("coordinator"),
        OpenDayFactory(held_on=TODAY, weather="rain", meals=4, staff=[staff]),
    )
    data = fields(
        coordinator, day, "plan", starts_at="13:00", ends_at="16:00", place="公園", note="雨なら中止"
    )

    coordinator.post(url(day), data)

    day.refresh_from_db()
    assert (day.starts_at, day.ends_at, day.place, day.note) == (time(13), time(16), "公園", "雨なら中止")
    assert (day.weather, day.meals, list(day.staff.all())) == ("rain", 4, [staff])
    assert day.history.latest().ticked["staff"] == [staff.pk]


def test_day_is_cancelled_with_its_reason_once(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY)
    data = fields(coordinator, day, "cancel", cancel_reason="大雪のため")

    answers = [coordinator.post(url(day), data)["Location"] for _ in range(2)]

    day.refresh_from_db()
    assert (day.state, day.cancel_reason, day.version) == ("cancelled", "大雪のため", 2)
    assert answers == [BACK, BACK]


def test_day_that_is_cancelled_in_passing_though_somebody_counted_tells_of_them(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY)
    TabletFactory(day, taps={"regular": 2})

    coordinator.post(url(day), fields(coordinator, day, "cancel", cancel_reason="大雪のため"))

    assert late_taps(OpenDay.objects.get(state="cancelled")) == {"regular": 2}


@pytest.mark.parametrize(
    ("do", "changes", "field", "sentence"),
    [
        ("event", {"title": "", "kind": "event"}, "title", "入力してください。"),
        (
            "event",
            {"title": "会", "kind": "event", "starts_at": "12:00", "ends_at": "11:00"},
            "ends_at",
            "終了は開始より後の時刻にしてください。",
        ),
        (
            "plan",
            {"starts_at": "12:00", "ends_at": "11:00"},
            "ends_at",
            "終了は開始より後の時刻にしてください。",
        ),
        ("cancel", {"cancel_reason": "  "}, "cancel_reason", "休止の理由を入力してください。"),
    ],
)
def test_errors_stand_at_their_field_and_nothing_is_changed(login, do, changes, field, sentence):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY)

    response = coordinator.post(url(day), fields(coordinator, day, do, **changes))

    assert response.status_code == 422
    assert dict(response.context["forms"][do].errors) == {field: [sentence]}
    assert (OpenDay.objects.get().version, Event.objects.count()) == (1, 0)


def test_day_changed_by_somebody_else_meanwhile_shows_both_texts(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY, place="カフェスペース")
    data = fields(coordinator, day, "plan", place="公園")
    day.place = "会議室"
    day.save(by=UserFactory())

    response = coordinator.post(url(day), data)

    assert response.status_code == 409
    assert "会議室" in html(response)
    assert OpenDay.objects.get().place == "会議室"


def test_closed_day_is_not_cancelled_in_passing(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY, heads={"visitor": 3})

    response = coordinator.get(url(day))
    coordinator.post(url(day), {"do": "cancel", "version": day.version, "cancel_reason": "大雪"})

    day.refresh_from_db()
    assert "cancel" not in response.context["forms"]
    assert (day.state, day.attendances.get().heads) == ("held", 3)


def test_day_closed_while_its_reason_was_typed_keeps_the_reason_and_asks_for_another(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY)
    data = fields(coordinator, day, "cancel", cancel_reason="大雪のため")
    day.close({"visitor": 3}, by=UserFactory())
    shown = []

    for more in ({}, {"reason": "締めたのは別の日"}):
        response = coordinator.post(url(day), data | more)
        day.refresh_from_db()
        form = (response.context or {"forms": {}})["forms"].get("cancel")
        shown.append((response.status_code, day.state, form and form["cancel_reason"].value()))
        data |= {"version": day.version}

    assert shown == [(409, "held", "大雪のため"), (302, "cancelled", None)]


def test_words_that_name_no_form_change_nothing(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY, place="公園")

    response = coordinator.post(url(day), {"do": "void", "place": ""})

    assert response.status_code == 409
    assert OpenDay.objects.get().place == "公園"


def test_voided_day_has_no_panel(login):
    day = OpenDayFactory(held_on=TODAY)
    day.void("誤り", by=day.created_by)

    assert login("coordinator").get(url(day)).status_code == 404


# --- within the month


def test_panel_within_the_month_is_a_fragment_that_sends_itself(login):
    day = OpenDayFactory(held_on=TODAY)

    text = html(login("coordinator").get(url(day), **HTMX))

    assert '<h2 id="panel-title"' in text
    assert text.count(f'data-hx-post="{url(day)}"') == 3
    assert "<html" not in text


def test_page_without_a_script_has_plain_forms(login):
    day = OpenDayFactory(held_on=TODAY)

    text = html(login("coordinator").get(url(day)))

    assert "<html" in text
    assert "data-hx-post" not in text


def test_saved_panel_answers_the_day_and_the_sum_and_says_which_day(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY)
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 9)), title="よその日")
    data = fields(coordinator, day, "event", title="笑いヨガ", kind="event")

    response = coordinator.post(url(day), data, **HTMX)

    text = html(response)
    assert json.loads(response["HX-Trigger-After-Settle"]) == {"day-saved": {"day": "2025-05-08"}}
    assert '<li id="day-2025-05-08"' in text
    assert "笑いヨガ" in text
    assert "予定 2日" in text
    assert "令和7年5月8日（木）　企画を加えました。" in text
    assert "よその日" not in text


def test_panel_with_errors_comes_back_as_a_fragment(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=TODAY)

    response = coordinator.post(url(day), fields(coordinator, day, "event", title=""), **HTMX)

    assert response.status_code == 422
    assert '<h2 id="panel-title"' in html(response)
    assert "is-invalid" in html(response)


@pytest.mark.parametrize("role", ["manager", "viewer", "admin", ""])
def test_who_may_not_change_a_day_has_no_panel(login, role):
    day = OpenDayFactory(held_on=TODAY)

    answer = login(role).post(url(day), {"do": "cancel", "version": 1, "cancel_reason": "大雪"})

    assert answer.status_code == 403
    assert OpenDay.objects.get().state == "planned"


def test_forms_of_the_panel_share_no_id(login):
    day = OpenDayFactory(held_on=TODAY)

    text = html(login("coordinator").get(url(day)))

    main = text[text.find("<main") : text.find("</main")]
    ids = [part.partition('"')[0] for part in main.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))
    assert typed(text)["do"] == ["event"]

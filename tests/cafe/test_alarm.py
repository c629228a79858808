"""未入力の警報: it stands on the homes until a day is closed or 休止, and one press is enough for either."""

import re
from datetime import date

import pytest
from django.urls import reverse

from cafe.comparison import comparison
from cafe.models import OpenDay, proposed
from komatsu_support.models import AuditEvent
from tests.browser import html
from tests.factories import (
    OpenDayFactory,
    PaperCountFactory,
    TabletFactory,
    UserFactory,
    VisitFactory,
    VisitorFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
YESTERDAY, TODAY = date(2025, 5, 7), date(2025, 5, 8)
HOME = "/"


def card(client):
    """The alarm on somebody's home, or None."""
    cards = client.get(HOME).context["cards"]
    return next((each for each in cards if each.title == "未入力の開催日"), None)


def forms(client, day):
    """What the two presses of a day send, by their address."""
    text = html(client.get(HOME))
    found = {}
    for action, body in re.findall(
        r'<form method="post" action="(/cafe/[^"]+)"[^>]*>(.*?)</form>', text, re.DOTALL
    ):
        inputs = re.findall(r"<(?:input|button)[^>]*>", body)
        pairs = [(re.search(r'name="([^"]*)"', each), re.search(r'value="([^"]*)"', each)) for each in inputs]
        found[action] = {name[1]: value[1] if value else "" for name, value in pairs if name}
    return found[reverse("cafe:openday_close", args=[day.pk])], found[
        reverse("cafe:openday_cancel", args=[day.pk])
    ]


# --- whom it tells, and of what


@pytest.mark.parametrize("role", ["coordinator", "counselor", "lead", "manager"])
def test_past_open_day_stands_on_the_home_of_those_who_see_the_cafe(login, role):
    day = OpenDayFactory(held_on=YESTERDAY)

    found = card(login(role))

    assert ([alarm.day for alarm in found.alarms], found.wanted) == ([day], True)


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_nobody_else_is_told(login, role):
    OpenDayFactory(held_on=YESTERDAY)

    assert card(login(role)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"held_on": TODAY},
        {"held_on": YESTERDAY, "heads": {"visitor": 0}},
        {"held_on": YESTERDAY, "state": "cancelled"},
    ],
)
def test_today_zero_and_cancelled_are_no_alarm(login, fields):
    OpenDayFactory(**fields)

    assert card(login("coordinator")) is None


def test_oldest_days_come_first_and_the_list_has_the_rest(login):
    days = OpenDayFactory.create_batch(10)
    oldest = sorted(days, key=lambda day: day.held_on)[:8]
    coordinator = login("coordinator")

    assert [alarm.day for alarm in card(coordinator).alarms] == oldest
    assert "state=unclosed" in html(coordinator.get(HOME))


def test_manager_sees_it_and_has_nothing_to_press(login):
    day = OpenDayFactory(held_on=YESTERDAY)

    text = html(login("manager").get(HOME))

    assert day.get_absolute_url() in text
    assert "/close/" not in text
    assert "/cancel/" not in text


# --- the presses


def test_one_press_closes_a_day_nobody_counted_as_held_with_nobody(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY, weather="rain", meals=6)
    close, _ = forms(coordinator, day)

    answer = coordinator.post(reverse("cafe:openday_close", args=[day.pk]), close)

    day.refresh_from_db()
    assert answer["Location"] == HOME
    assert (day.state, day.attendances.get().heads) == ("held", 0)
    assert (day.weather, day.meals) == ("rain", 6)
    assert card(coordinator) is None


@pytest.mark.parametrize(
    ("taps", "offered"),
    [
        ({}, [("primary", "人数を入れて締める"), ("secondary", "0人で締める"), ("secondary", "休止にする")]),
        ({"regular": 8}, [("primary", "8人で締める"), ("secondary", "休止にする")]),
    ],
)
def test_main_button_is_what_most_likely_happened(login, taps, offered):
    TabletFactory(OpenDayFactory(held_on=YESTERDAY), taps=taps)

    alarm = html(login("coordinator").get(HOME)).split('<div class="alarm">')[1].split("</li>")[0]

    assert re.findall(r'class="btn btn-(\w+)"[^>]*>([^<]+)<', alarm) == offered


def test_press_answers_with_day_number_and_the_way_back(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)
    close, _ = forms(coordinator, day)
    url = reverse("cafe:openday_close", args=[day.pk])

    told = html(coordinator.post(url, close, follow=True))
    again = coordinator.post(url, {**close, "from": ""}, follow=True)
    other = OpenDayFactory(held_on=date(2025, 5, 6))
    _, cancel = forms(coordinator, other)
    cancelled = html(
        coordinator.post(
            reverse("cafe:openday_cancel", args=[other.pk]), {**cancel, "cancel_reason": "大雪"}, follow=True
        )
    )

    assert f'<p>5月7日（水）を0人で締めました。　<a href="{url}">締め直す</a></p>' in told
    assert "5月7日（水）を0人で締めました。" in html(again)
    assert "<p>5月6日（火）を休止にしました。</p>" in cancelled


def test_one_press_closes_a_day_with_what_its_tablets_counted(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)
    TabletFactory(day, taps={"first": 2, "regular": 3, "child": 1, "helper": 1})
    close, _ = forms(coordinator, day)

    coordinator.post(reverse("cafe:openday_close", args=[day.pk]), close)

    heads = {each.role: (each.heads, each.first_heads) for each in day.attendances.all()}
    assert close["confirmed"] == "7"
    assert heads == {"visitor": (5, 2), "child": (1, None), "user_planner": (1, None)}


def test_press_of_two_tablets_adds_them_and_the_paper_is_not_added(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)
    TabletFactory(day, taps={"regular": 3})
    TabletFactory(day, taps={"regular": 2})
    PaperCountFactory(day, regular=9)

    assert card(coordinator).alarms[0].counted == 5


def test_paper_proposes_where_no_tablet_counted(login):
    day = OpenDayFactory(held_on=YESTERDAY)
    PaperCountFactory(
        day, first=1, regular=4, child=2, user_planner=1, user_lecturer=1, staff=3, ages={"60s": 2}
    )

    proposal = proposed(day)

    assert {role: heads for role, heads in proposal.heads.items() if heads} == {
        "visitor": 5,
        "child": 2,
        "user_planner": 1,
        "user_lecturer": 1,
        "staff": 3,
    }
    assert (proposal.counted, proposal.first_heads, proposal.ages) == (9, 1, {"60s": 2})
    assert card(login("coordinator")).alarms[0].counted == 9


def test_paper_that_was_taken_back_proposes_nothing():
    day = OpenDayFactory(held_on=YESTERDAY)
    paper = PaperCountFactory(day, regular=4)
    paper.void("数え違い", by=paper.created_by)

    assert (proposed(day).counted, proposed(day).first_heads) == (0, None)


def test_guest_whose_tag_was_voided_is_neither_proposed_nor_compared():
    day = OpenDayFactory(held_on=YESTERDAY)
    for tag in (VisitorFactory(), VisitorFactory()):
        VisitFactory(visitor=tag, open_day=day)
    tag.void("取り違え", by=UserFactory())

    table = comparison(day, None)

    assert proposed(day).by_name == proposed(day).counted == 1
    assert table is not None
    assert [row.cells[-1] for row in table.rows if row.total] == [1]


def test_second_press_is_harmless(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)
    close, _ = forms(coordinator, day)
    url = reverse("cafe:openday_close", args=[day.pk])

    answers = [coordinator.post(url, close)["Location"] for _ in range(2)]

    day.refresh_from_db()
    assert (answers, day.version) == ([HOME, HOME], 2)


def test_press_of_a_page_that_is_old_does_not_close_over_somebody_elses_numbers(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)
    close, _ = forms(coordinator, day)
    day.close({"visitor": 12}, by=day.created_by)

    answer = coordinator.post(reverse("cafe:openday_close", args=[day.pk]), close)

    assert answer.status_code in (409, 422)
    assert day.attendances.get().heads == 12


def test_day_that_was_not_held_is_cancelled_right_there(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)
    _, cancel = forms(coordinator, day)

    answer = coordinator.post(
        reverse("cafe:openday_cancel", args=[day.pk]), {**cancel, "cancel_reason": "大雪のため"}
    )

    day.refresh_from_db()
    assert answer["Location"] == HOME
    assert (day.state, day.cancel_reason) == ("cancelled", "大雪のため")
    assert card(coordinator) is None


def test_cancelling_without_a_reason_is_asked_for_one(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)
    _, cancel = forms(coordinator, day)

    answer = coordinator.post(reverse("cafe:openday_cancel", args=[day.pk]), cancel)

    assert answer.status_code == 422
    assert OpenDay.objects.get().state == "planned"


def test_closing_elsewhere_still_goes_to_the_day(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)
    close, _ = forms(coordinator, day)

    answer = coordinator.post(
        reverse("cafe:openday_close", args=[day.pk]), {**close, "from": "https://example.com/"}
    )

    assert answer["Location"] == day.get_absolute_url()


# --- 予定に戻す


def reopen(client, day, **fields):
    return client.post(reverse("cafe:openday_reopen", args=[day.pk]), {"version": day.version, **fields})


def test_closed_day_is_reopened_with_a_reason_and_the_alarm_comes(login):
    coordinator, day = (
        login("coordinator"),
        OpenDayFactory(held_on=YESTERDAY, heads={"visitor": 5}, ages={"60s": 2}),
    )

    answer = reopen(coordinator, day, reason="午後の分を入れ忘れた")

    assert "5月7日（水）の締めを開きました。" in html(coordinator.get(answer["Location"]))
    day.refresh_from_db()
    assert answer["Location"] == day.get_absolute_url()
    assert (day.state, day.closed_at, day.attendances.count(), day.age_heads.count()) == (
        "planned",
        None,
        0,
        0,
    )
    assert not OpenDay.objects.held().exists()
    assert [alarm.day for alarm in card(coordinator).alarms] == [day]


def test_reopened_day_counts_again_with_its_last_closing_and_what_came_since(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY, heads={"visitor": 5})
    TabletFactory(day, taps={"regular": 6})
    reopen(coordinator, day, reason="数え直し")
    close, _ = forms(coordinator, day)

    coordinator.post(reverse("cafe:openday_close", args=[day.pk]), close)

    assert close["confirmed"] == "11"
    assert OpenDay.objects.held().with_heads().get().heads == 11


def test_reason_stands_in_the_trail(login):
    day = OpenDayFactory(held_on=YESTERDAY, heads={"visitor": 5})

    reopen(login("coordinator"), day, reason="午後の分を入れ忘れた")

    assert (
        AuditEvent.objects.filter(object_type="cafe.openday").latest("number").basis == "午後の分を入れ忘れた"
    )


def test_day_is_not_reopened_without_a_reason(login):
    day = OpenDayFactory(held_on=YESTERDAY, heads={"visitor": 5})

    answer = reopen(login("coordinator"), day, reason=" ")

    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {"reason": ["予定に戻す理由を入力してください。"]}
    assert OpenDay.objects.get().state == "held"


def test_cancelled_day_is_planned_again_and_its_reason_gone(login):
    day = OpenDayFactory(held_on=date(2025, 5, 9), state="cancelled")

    reopen(login("coordinator"), day, reason="雪がやんだ")

    day.refresh_from_db()
    assert (day.state, day.cancel_reason) == ("planned", "")


def test_day_that_is_not_closed_has_nothing_to_reopen(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY)

    answers = [reopen(coordinator, day, reason="誤り")["Location"] for _ in range(2)]

    day.refresh_from_db()
    assert (answers, day.version) == ([day.get_absolute_url()] * 2, 1)


def test_second_press_of_reopening_is_harmless(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY, heads={"visitor": 5})
    version = day.version

    answers = [reopen(coordinator, day, reason="誤り").status_code for _ in range(2)]

    day.refresh_from_db()
    assert (answers, day.version) == ([302, 302], version + 1)


def test_reopening_does_not_run_over_a_correction_made_meanwhile(login):
    coordinator, day = login("coordinator"), OpenDayFactory(held_on=YESTERDAY, heads={"visitor": 5})
    old = day.version
    day.close({"visitor": 8}, by=day.created_by, basis="訂正")

    answer = coordinator.post(
        reverse("cafe:openday_reopen", args=[day.pk]), {"version": old, "reason": "誤り"}
    )

    assert answer.status_code == 409
    assert day.attendances.get().heads == 8

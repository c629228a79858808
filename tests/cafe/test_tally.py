"""片手カウンタ: who may tap, that each tap counts once, and what the closing makes of taps, paper and name tags."""

import json
import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cafe.forms import OpenDayCancelForm, OpenDayCloseForm
from cafe.forms.tally import AT_ONCE
from cafe.models import (
    Attendance,
    Introduction,
    OpenDay,
    Tablet,
    Tap,
    late_days,
    late_in_words,
    late_taps,
    proposed,
)
from cafe.models.tally import BRIDGES_A_DAY
from cafe.views.tally import FILES
from komatsu_support.models import AuditEvent
from tests.browser import html, typed, typed_in
from tests.factories import (
    IntroductionFactory,
    OpenDayFactory,
    PaperCountFactory,
    TabletFactory,
    VisitFactory,
    VisitorFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


@pytest.fixture
def day():
    return OpenDayFactory(held_on=TODAY)


@pytest.fixture
def tablet(day, user):
    return TabletFactory(day, by=user("coordinator"))


def tap(kind="regular", **fields):
    """One event as a tablet sends it."""
    return {"key": str(uuid.uuid4()), "kind": kind, "tapped_at": timezone.now().isoformat(), **fields}


def undo(event):
    """The event that takes another back."""
    return tap("undo", undoes=event["key"])


def send(tablet, *events, day=None, token=None, body=None, content_type="application/json"):
    """What the server answers to a tablet: a browser without a session."""
    return Client(enforce_csrf_checks=True).post(
        reverse("cafe:openday_taps", args=[(day or tablet.open_day).pk]),
        json.dumps({"events": events}) if body is None else body,
        content_type=content_type,
        headers={"Authorization": f"Tablet {tablet.token if token is None else token}"},
    )


def totals(tablet):
    """What a tablet is told of its day."""
    url = reverse("cafe:openday_taps", args=[tablet.open_day.pk])
    return Client().get(url, headers={"Authorization": f"Tablet {tablet.token}"})


def heads(day):
    """Heads by kind."""
    return Tap.objects.of_day(day).by_kind()


# --- counting exactly once


def test_taps_are_accepted_and_the_totals_of_all_tablets_come_back(day, tablet):
    TabletFactory(day, taps={"first": 2})
    events = [tap("first"), tap("child", age_band="u20"), tap("helper")]

    answer = send(tablet, *events)

    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": [each["key"] for each in events],
        "total": 5,
        "kinds": {"first": 3, "child": 1, "helper": 1},
        "state": "予定",
    }


def test_tap_that_is_sent_again_is_accepted_again_and_counts_once(day, tablet):
    first, second = tap(), tap()

    answers = [send(tablet, first), send(tablet, first, second, second), send(tablet, second, first)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[2].json()["accepted"] == [second["key"], first["key"]]
    assert heads(day) == {"regular": 2}


def test_tap_of_a_taken_back_token_that_comes_with_the_next_token_counts_once(day, tablet):
    event = tap()
    send(tablet, event)

    send(TabletFactory(day), event)

    assert heads(day) == {"regular": 1}


def test_undo_takes_its_tap_back_whatever_comes_first_or_twice(day, tablet):
    gone, stays = tap("first"), tap("first")
    back = undo(gone)

    send(tablet, back)
    send(tablet, gone, stays, back, undo(gone))

    assert heads(day) == {"first": 1}


def test_undo_that_waited_for_the_next_token_takes_its_tap_back(day, tablet):
    event = tap()
    send(tablet, event)

    send(TabletFactory(day), undo(event))

    assert heads(day) == {}


def test_undo_by_a_tablet_of_another_day_takes_nothing_back_nor_stands_in_the_way(day, tablet):
    event = tap()
    send(tablet, event)

    send(TabletFactory(), undo(event))
    before = heads(day)
    send(tablet, undo(event))

    assert before == {"regular": 1}
    assert heads(day) == {}


def test_one_sending_costs_a_few_statements_however_many_taps_it_holds(tablet):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        send(tablet, *[tap() for _ in range(100)])

    assert len([each for each in queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]) == 3


def test_clock_that_is_years_off_does_not_lose_the_head(day, tablet):
    send(tablet, tap(tapped_at="1970-01-01T00:00:00Z"), tap(tapped_at="2099-12-31T23:59:59+09:00"))

    assert heads(day) == {"regular": 2}
    assert {each.tapped_at for each in Tap.objects.all()} == {timezone.now()}


# --- who may tap


def test_token_opens_its_own_day_alone(tablet):
    other = OpenDayFactory()

    answer = send(tablet, tap(), day=other)

    assert answer.status_code == 403
    assert "開き直してください" in answer.json()["error"]
    assert not Tap.objects.exists()


@pytest.mark.parametrize(
    "forge",
    [
        lambda tablet: "",
        lambda tablet: str(tablet.pk),
        lambda tablet: tablet.token[:-1],
        lambda tablet: f"{tablet.pk + 1}:{tablet.token.partition(':')[2]}",
        lambda tablet: signing.Signer(salt="another").sign(str(tablet.pk)),
        lambda tablet: signing.Signer().sign(str(tablet.pk)),
        lambda tablet: signing.Signer(salt="cafe.tablet").sign("x"),
        lambda tablet: signing.Signer(key="k" * 50, salt="cafe.tablet").sign(str(tablet.pk)),
    ],
)
def test_forged_token_opens_nothing(tablet, forge):
    assert send(tablet, tap(), token=forge(tablet)).status_code == 403
    assert not Tap.objects.exists()


def test_revoked_tablet_sends_nothing_more_and_what_it_counted_stays(day, tablet, user):
    send(tablet, tap())
    tablet.void("紛失", by=user("coordinator"))

    assert (send(tablet, tap()).status_code, totals(tablet).status_code) == (403, 403)
    assert heads(day) == {"regular": 1}


def test_day_that_was_taken_back_takes_no_taps(day, tablet, user):
    day.void("まちがい", by=user("lead"))

    assert send(tablet, tap()).status_code == 403


@pytest.mark.parametrize(("days", "status"), [(14, 200), (15, 403)])
def test_tablet_may_send_for_two_weeks_after_its_day(days, status):
    tablet = TabletFactory(OpenDayFactory(held_on=TODAY - timedelta(days=days)))

    assert send(tablet, tap()).status_code == status


def test_other_schemes_and_sessions_are_no_token(tablet, login):
    url = reverse("cafe:openday_taps", args=[tablet.open_day.pk])

    assert login("lead").get(url).status_code == 403
    assert Client().get(url, headers={"Authorization": f"Bearer {tablet.token}"}).status_code == 403


# --- what is no tap


@pytest.mark.parametrize(
    "body", ["", "{", "null", "[]", "1", '{"events": 1}', '{"events": [1]}', "[" * 100_000]
)
def test_what_is_no_list_of_events_is_refused(tablet, body):
    answer = send(tablet, body=body)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_of_another_page_could_send_is_refused(tablet, content_type):
    assert send(tablet, tap(), content_type=content_type).status_code == 400
    assert not Tap.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "1"},
        {"key": None},
        {"kind": "staff"},
        {"kind": ["first"]},
        {"age_band": "40"},
        {"age_band": 40},
        {"undoes": str(uuid.uuid4())},
        {"kind": "undo"},
        {"kind": "undo", "undoes": "x"},
        {"kind": "bridge", "key": "x"},
        {"tapped_at": None},
        {"tapped_at": "昨日"},
        {"tapped_at": "2025-13-01T00:00:00Z"},
        {"tapped_at": "2025-05-08T12:00:00"},
    ],
)
def test_event_that_is_no_tap_is_refused_with_all_that_came_with_it(tablet, wrong):
    answer = send(tablet, tap(), {**tap(), **wrong})

    assert answer.status_code == 422
    assert answer.json()["error"].endswith("。")
    assert not Tap.objects.exists()


def test_more_than_a_tablet_sends_at_once_is_refused(tablet):
    assert send(tablet, *[tap() for _ in range(AT_ONCE)]).status_code == 200
    assert send(tablet, *[tap() for _ in range(AT_ONCE + 1)]).status_code == 422


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
VALUES = JUNK | st.sampled_from(
    ["first", "undo", "bridge", "40s", "", str(uuid.UUID(int=1)), "0001-01-01T00:00:00+14:00"]
)
EVENT = st.dictionaries(st.sampled_from(["key", "kind", "age_band", "undoes", "tapped_at"]), VALUES)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=JUNK | st.fixed_dictionaries({"events": st.lists(EVENT | JUNK, max_size=4)}))
def test_nothing_anybody_can_invent_breaks_the_door(tablet, told):
    whole = (
        [{**tap(), **each} if isinstance(each, dict) else each for each in told["events"]]
        if (isinstance(told, dict) and isinstance(told.get("events"), list))
        else None
    )

    answers = [send(tablet, body=json.dumps(told)), send(tablet, body=json.dumps({"events": whole}))]

    assert [answer.status_code for answer in answers if answer.status_code not in (200, 400, 422)] == []


# --- 橋


def test_bridge_leaves_one_introduction_by_whoever_opened_the_tablet(day, tablet):
    event = tap("bridge")

    answers = [send(tablet, event), send(tablet, event, tap())]

    introduction = Introduction.objects.get()
    assert answers[1].json()["accepted"][-1] == event["key"]
    assert "bridge" not in answers[1].json()["kinds"]
    assert (str(introduction.submission), introduction.open_day) == (event["key"], day)
    assert introduction.created_by == tablet.created_by
    assert (
        AuditEvent.objects.filter(object_type="cafe.introduction", action="create").get().user
        == tablet.created_by
    )


def test_slipping_thumb_leaves_no_crowd_of_introductions(day, tablet):
    for _ in range(BRIDGES_A_DAY):
        IntroductionFactory(day)
    known = Introduction.objects.latest("pk")

    one_too_many, head = tap("bridge"), tap("first")
    answer = send(tablet, one_too_many, head)
    again = send(tablet, tap("bridge", key=str(known.submission)))

    assert answer.json()["accepted"] == [head["key"]]
    assert again.json()["accepted"] == [str(known.submission)]
    assert Introduction.objects.count() == BRIDGES_A_DAY


# --- opening, revoking, the page


def opening(browser, day, **changes):
    """Presses 端末で数える on the day's page."""
    page = html(browser.get(reverse("cafe:openday_detail", args=[day.pk])))
    form = page[page.index('class="tablet-new"') - 200 :]
    return browser.post(reverse("cafe:tablet_create", args=[day.pk]), typed(f"<main><form {form}", **changes))


@pytest.mark.parametrize(
    ("role", "heads", "offered"),
    [
        ("coordinator", None, True),
        ("coordinator", {"visitor": 2}, False),
        ("manager", None, False),
    ],
)
def test_home_leads_to_the_counter_of_a_day_that_goes_on(login, role, heads, offered):
    today = OpenDayFactory(held_on=timezone.localdate(), heads=heads)

    page = html(login(role).get(reverse("home")))

    assert (f'href="{today.get_absolute_url()}#tablets-title"' in page) is offered


def test_opening_leads_to_the_counter_with_the_token_in_the_fragment(day, login):
    answer = opening(login("coordinator"), day, label="入口")

    tablet = Tablet.objects.get()
    assert tablet.label == "入口"
    assert answer["Location"] == f"{reverse('cafe:openday_tally', args=[day.pk])}#{tablet.token}"
    assert AuditEvent.objects.filter(object_type="cafe.tablet", action="create", object_id=tablet.pk).exists()


def test_second_press_of_one_page_opens_one_tablet(day, login):
    browser = login("coordinator")
    page = browser.get(reverse("cafe:openday_detail", args=[day.pk]))
    fields = {"submission": page.context["tablet_form"].submission_key, "label": ""}

    answers = [browser.post(reverse("cafe:tablet_create", args=[day.pk]), fields) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert Tablet.objects.count() == 1


def test_two_tablets_of_one_day_have_two_names(day, login):
    browser = login("coordinator")
    page = browser.get(reverse("cafe:openday_detail", args=[day.pk]))
    first = {"submission": page.context["tablet_form"].submission_key, "label": "入口"}
    url = reverse("cafe:tablet_create", args=[day.pk])

    opened = [browser.post(url, first)["Location"] for _ in range(2)]
    told = html(browser.post(url, {"label": " 入口 "}, follow=True))
    nameless = [browser.post(url, {"label": ""})["Location"] for _ in range(2)]

    assert opened[0] == opened[1]
    assert "端末を開けませんでした。「入口」はもう開いています。違う名前を付けてください。" in told
    assert nameless[0] != nameless[1]
    assert sorted(Tablet.objects.values_list("label", flat=True)) == ["", "", "入口"]


def test_name_is_free_again_on_another_day_and_after_its_tablet_was_taken_back(day, login, user):
    TabletFactory(OpenDayFactory(), label="入口")
    TabletFactory(day, label="入口").void("紛失", by=user("lead"))

    opening(login("coordinator"), day, label="入口")

    assert Tablet.objects.standing().filter(open_day=day, label="入口").count() == 1


def test_name_that_is_too_long_is_told_on_the_day(day, login):
    browser = login("coordinator")

    answer = browser.post(reverse("cafe:tablet_create", args=[day.pk]), {"label": "あ" * 31}, follow=True)

    assert "端末を開けませんでした。" in html(answer)
    assert not Tablet.objects.exists()


def test_day_lists_its_tablets_and_the_way_to_take_one_back(day, login):
    tablet = TabletFactory(day, label="入口", taps={"first": 2, "child": 1})

    page = html(login("coordinator").get(reverse("cafe:openday_detail", args=[day.pk])))

    assert re.search(r"入口.*3人.*使えます", page, re.DOTALL)
    assert reverse("cafe:tablet_void", args=[tablet.pk]) in page
    assert tablet.token not in page


def test_manager_reads_the_counts_and_opens_nothing(day, login):
    TabletFactory(day, label="入口", taps={"first": 2})

    page = html(login("manager").get(reverse("cafe:openday_detail", args=[day.pk])))

    assert "2人" in page
    assert "入口" not in page
    assert "tablet-new" not in page


def test_counter_is_the_same_for_everybody_and_says_the_date_alone(day, login):
    url = reverse("cafe:openday_tally", args=[day.pk])
    person = login("coordinator")

    answers = [Client().get(url), person.get(url)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert "令和7年5月8日" in html(answers[0])
    assert 'id="tally-when">5月8日（木）</span>' in html(answers[0])  # 今日 is for the device to say
    assert "csrf" not in html(answers[0])
    assert answers[0].cookies == {}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_counter_is_only_read(day, method):
    assert getattr(Client(), method)(reverse("cafe:openday_tally", args=[day.pk])).status_code == 405
    assert getattr(Client(), method)(reverse("cafe:tally_worker")).status_code == 405


def test_counter_of_a_day_that_does_not_stand_is_not_there(day, user):
    day.void("まちがい", by=user("lead"))

    assert Client().get(reverse("cafe:openday_tally", args=[day.pk])).status_code == 404
    assert Client().get(reverse("cafe:openday_tally", args=[0])).status_code == 404


def test_hidden_screen_leaves_the_counter_as_it_is(day, login):
    person = login("coordinator")
    url = reverse("cafe:openday_tally", args=[day.pk])
    plain = html(person.get(url))
    person.post(reverse("screen_hide"))

    hidden = html(person.get(url))

    assert hidden.split() == plain.split()
    assert person.get(reverse("cafe:tally_worker")).status_code == 200


def test_worker_names_every_file_of_the_page_and_its_version(day):
    worker = html(Client().get(reverse("cafe:tally_worker")))
    answer = Client().get(reverse("cafe:openday_tally", args=[day.pk]))

    used = set(re.findall(r'(?:src|href)="/static/([^"]+)"', html(answer)))
    assert used == set(FILES)
    assert all(f'"/static/{name}"' in worker for name in FILES)
    assert f'const VERSION = "{answer["X-Tally-Version"]}"' in worker


# --- what the closing proposes


CASES: dict[str, Any] = {
    "nobody counted": ({}, None, {}, {}, None, []),
    "taps": (
        {"first": 2, "regular": 5, "child": 1, "helper": 2},
        None,
        {},
        {"visitor": 7, "child": 1, "user_planner": 2},
        2,
        [],
    ),
    "paper alone, roles that do not count too": (
        {},
        {"first": 1, "regular": 3, "user_lecturer": 1, "staff": 2},
        {},
        {"visitor": 4, "user_lecturer": 1, "staff": 2},
        1,
        [],
    ),
    "taps beside paper: never added, staff from the paper": (
        {"first": 1, "regular": 9},
        {"first": 2, "regular": 10, "staff": 2},
        {},
        {"visitor": 10, "staff": 2},
        1,
        ["紙が2人多くなっています。"],
    ),
    "named guests are among the tapped": ({"regular": 10}, None, {"visitor": 6}, {"visitor": 10}, 0, []),
    "more named than tapped": (
        {"regular": 4},
        None,
        {"visitor": 6},
        {"visitor": 6},
        0,
        ["札名が端末より2人多くなっています。", "札名の利用者が6人いるので、利用者を4人から6人にしました。"],
    ),
    "one who carries the café was tapped as いつもの": (
        {"first": 1, "regular": 9},
        None,
        {"visitor": 6, "user_planner": 2},
        {"visitor": 8, "user_planner": 2},
        1,
        [
            "札名の利用者企画者が2人いるので、利用者企画者を0人から2人にしました（2人は利用者から移しました）。"
        ],
    ),
    "one who taught was tapped as 担い手": (
        {"regular": 2, "helper": 3},
        None,
        {"user_planner": 1, "user_lecturer": 1},
        {"visitor": 2, "user_planner": 2, "user_lecturer": 1},
        0,
        [],
    ),
    "the only one there was tapped as 担い手 and taught": (
        {"helper": 1},
        None,
        {"user_lecturer": 1},
        {"user_lecturer": 1},
        0,
        [],
    ),
    "more carry the café than were tapped as 担い手": (
        {"regular": 4, "helper": 1},
        None,
        {"user_planner": 1, "user_lecturer": 1},
        {"visitor": 3, "user_planner": 1, "user_lecturer": 1},
        0,
        ["札名の利用者講師が1人いるので、利用者講師を0人から1人にしました（1人は利用者から移しました）。"],
    ),
    "only what is not named can be moved": (
        {"regular": 3, "child": 1},
        None,
        {"visitor": 2, "child": 3},
        {"visitor": 2, "child": 3},
        0,
        [
            "札名が端末より1人多くなっています。",
            "札名の子どもが3人いるので、子どもを1人から3人にしました（1人は利用者から移しました）。",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_closing_proposes(day, case):
    taps, paper, named, heads_by_role, first, remarks = CASES[case]
    TabletFactory(day, taps=taps)
    if paper:
        PaperCountFactory(day, **paper)
    for role, count in named.items():
        for _ in range(count):
            VisitFactory(VisitorFactory(), day, role=role)

    found = proposed(day)

    assert (found.heads, found.first_heads, [*found.differing, *found.adjusted]) == (
        heads_by_role,
        first,
        remarks,
    )


def test_ages_of_taps_are_those_of_heads_that_count(day, tablet, settings):
    settings.CAFE_COUNTED_ROLES = ["visitor"]
    events = [tap("first", age_band="40s"), tap(age_band="40s"), tap(), tap("child", age_band="u20")]
    taken_back = tap(age_band="70s")
    send(tablet, *events, taken_back, undo(taken_back))

    assert proposed(day).ages == {"40s": 2}


def test_ages_of_a_paper_that_are_more_than_its_heads_are_not_proposed(day):
    PaperCountFactory(day, regular=2, ages={"40s": 2, "50s": 1, "unknown": 0})

    found = proposed(day)

    assert found.ages == {}
    assert found.adjusted == ("年代の合計が数える人より多いので、年代は入れていません。",)


def test_closing_page_is_filled_with_the_proposal_and_asks_back(day, login):
    TabletFactory(day, taps={"first": 2, "regular": 5, "child": 1})
    person = login("coordinator")
    url = reverse("cafe:openday_close", args=[day.pk])

    asked = person.post(url, typed(person.get(url)))
    person.post(url, {**typed(asked), "confirmed": "8"})

    assert "今日は8人でよいですか" in html(asked)
    assert dict(Attendance.objects.values_list("role", "heads")) == {"visitor": 7, "child": 1}
    assert OpenDay.objects.get().tallied == {"first": 2, "regular": 5, "child": 1}


def test_day_nobody_counted_opens_its_closing_empty(day, login):
    person = login("coordinator")

    form = person.get(reverse("cafe:openday_close", args=[day.pk])).context["form"]

    assert form["heads_visitor"].value() is None


def test_closing_tells_when_each_tablet_was_heard_last(day, login):
    TabletFactory(day, label="入口", taps={"first": 1})
    TabletFactory(day, label="台所")

    page = html(login("coordinator").get(reverse("cafe:openday_close", args=[day.pk])))

    assert "最後に届いた時刻: 入口 12:00、台所 まだなし" in page


# --- taps that come while a day is closed, and after


def test_tap_that_comes_while_somebody_confirms_is_asked_back(day, tablet, login):
    send(tablet, tap())
    person = login("coordinator")
    url = reverse("cafe:openday_close", args=[day.pk])
    asked = person.post(url, typed(person.get(url)))
    send(tablet, tap())

    again = person.post(url, {**typed(asked), "confirmed": "1"})
    state = OpenDay.objects.get().state
    person.post(url, {**typed(again, heads_visitor=2), "confirmed": "2"})

    assert state == "planned"
    assert "画面を開いたあとに、端末の人数が変わりました。" in html(again)
    assert "いつもの ＋1人。端末はいま2人です" in html(again)
    assert late_taps(OpenDay.objects.get()) == {}


@pytest.mark.parametrize(("address", "module"), [("", "cafe.views.closing"), ("/", "cafe.alarm")])
def test_tap_that_comes_while_a_page_is_made_is_asked_back(day, tablet, login, monkeypatch, address, module):
    send(tablet, tap())
    monkeypatch.setattr(f"{module}.proposed", lambda day: (proposed(day), send(tablet, tap()))[0])
    day.held_on = TODAY - timedelta(days=1)
    day.save(by=tablet.created_by)
    person, url = login("coordinator"), reverse("cafe:openday_close", args=[day.pk])

    shown = person.get(address or url)
    monkeypatch.undo()
    answer = person.post(url, {**typed(shown), "confirmed": "1"})

    assert OpenDay.objects.get().state == "planned"
    assert "いつもの ＋1人。端末はいま2人です" in html(answer)


def test_taps_after_the_closing_are_told_until_the_day_is_closed_again(day, tablet, login):
    first = tap("child")
    send(tablet, first, tap())
    close(day, tablet.created_by, 2)
    send(tablet, tap(), tap(), undo(first))
    person = login("coordinator")

    late = late_taps(OpenDay.objects.get())
    pages = [html(person.get(reverse("cafe:openday_detail", args=[day.pk]))), html(person.get("/"))]
    close(OpenDay.objects.get(), tablet.created_by, 3)

    assert late_in_words(late) == "いつもの ＋2人、子ども －1人"
    assert all("いつもの ＋2人、子ども －1人" in page for page in pages)
    assert "締め直す" in pages[0]
    assert late_days(person.user) == []


def test_closing_again_begins_with_what_was_counted_and_what_came_since(day, tablet, login):
    first = tap("child")
    send(tablet, first, tap("first"))
    day.close({"visitor": 4, "child": 2}, first_heads=1, by=tablet.created_by, tallied=heads(day))
    send(tablet, tap("first"), tap(), undo(first))
    person = login("coordinator")
    url = reverse("cafe:openday_close", args=[day.pk])

    page = person.get(url)
    asked = person.post(url, typed(page, reason="あとから届いた"))
    person.post(url, {**typed(asked), "confirmed": "7"})

    shown = {
        name: page.context["form"][name].value() for name in ("heads_visitor", "first_heads", "heads_child")
    }
    assert shown == {"heads_visitor": 6, "first_heads": 2, "heads_child": 1}
    assert dict(Attendance.objects.values_list("role", "heads")) == {"visitor": 6, "child": 1}
    assert late_taps(OpenDay.objects.get()) == {}


def close(day, by, count):
    """Closes a day with so many visitors, after a look at the tablets."""
    day.close({"visitor": count}, by=by, tallied=heads(day))


def test_day_that_is_cancelled_under_its_taps_is_told_of_later_ones_alone(day, tablet):
    send(tablet, tap())
    form = OpenDayCancelForm(
        typed_in(
            OpenDayCancelForm(by=tablet.created_by, instance=day), cancel_reason="大雪", tallied="regular:1"
        ),
        by=tablet.created_by,
        instance=OpenDay.objects.get(),
    )
    form.saved()
    before = late_taps(OpenDay.objects.get())

    send(tablet, tap("first"))

    assert before == {}
    assert late_taps(OpenDay.objects.get()) == {"first": 1}


def test_tap_that_comes_while_somebody_says_it_was_no_day_is_told(day, tablet, login):
    person = login("coordinator")
    url = reverse("cafe:openday_cancel", args=[day.pk])
    page = person.get(url)
    send(tablet, tap())

    person.post(url, typed(page, cancel_reason="大雪のため"))

    assert OpenDay.objects.get().state == "cancelled"
    assert late_taps(OpenDay.objects.get()) == {"regular": 1}


def test_open_day_has_no_late_taps(day, tablet, user):
    send(tablet, tap())

    assert late_taps(day) == {}
    assert late_days(user("lead")) == []


def test_closing_without_a_look_at_the_tablets_is_asked_back(day, tablet):
    send(tablet, tap())
    by = tablet.created_by
    form = OpenDayCloseForm(
        typed_in(OpenDayCloseForm(by=by, instance=day), heads_visitor=1, confirmed=1), by=by, instance=day
    )

    assert form.saved() is None
    assert form.asks_back

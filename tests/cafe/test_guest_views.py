"""Pages of 札名 and 担い手: made, found, ticked on a day, taken off, shown in figures; each look in the trail."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cafe.models import Contribution, Tap, Visit, Visitor
from komatsu_support.models import AuditEvent, dispose_of
from tests.browser import html, labels, table, typed
from tests.factories import (
    ContributionFactory,
    EventFactory,
    OpenDayFactory,
    TabletFactory,
    UserFactory,
    VisitFactory,
    VisitorFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY, YESTERDAY = date(2025, 5, 8), date(2025, 5, 7)


def url(name, *args):
    return reverse(f"cafe:{name}", args=args)


def looks(browser):
    """What the person looked at: action, of what, how many, why."""
    events = AuditEvent.objects.filter(user=browser.user, action__in=["list", "view", "export"])
    return list(events.order_by("number").values_list("action", "object_type", "count", "basis"))


def held(on=YESTERDAY, **heads):
    return OpenDayFactory(held_on=on, heads=heads or {"visitor": 5})


# --- 札名


def test_list_shows_guests_with_the_days_they_came(login):
    visitor = VisitorFactory(name="ひまわり", kana="")
    VisitFactory(visitor, held())
    VisitFactory(visitor, OpenDayFactory(held_on=TODAY))
    VisitorFactory(name="あさがお", kana="", active=False)
    coordinator = login("coordinator")

    response = coordinator.get(url("visitor_list"))

    assert [cells for _, cells in response.context["rows"]] == [
        ["ひまわり", "－", 1, "令和7年5月7日（水）", "はい"]
    ]
    assert looks(coordinator) == [("list", "cafe.visitor", 1, "")]


@pytest.mark.parametrize(("row", "names"), [("は", ["ひまわり"]), ("他", ["桜"]), ("あ", []), ("x", [])])
def test_list_is_narrowed_by_the_row_of_the_reading(login, row, names):
    for name in ("ひまわり", "桜"):
        VisitorFactory(name=name, kana="")

    response = login("manager").get(url("visitor_list"), {"row": row})

    assert [cells[0] for _, cells in response.context["rows"]] == names


def test_list_shows_those_who_come_no_more_when_asked(login):
    VisitorFactory(name="あさがお", active=False)

    response = login("manager").get(url("visitor_list"), {"gone": "on"})

    assert [cells[0] for _, cells in response.context["rows"]] == ["あさがお"]


def test_page_of_a_guest_shows_days_and_deeds_and_is_a_look(login):
    visitor, day = VisitorFactory(name="ひまわり"), held()
    VisitFactory(visitor, day)
    VisitFactory(visitor, OpenDayFactory(held_on=TODAY), role="child")
    ContributionFactory(EventFactory(day, title="染め紙"), deed="planned", visitor=visitor)
    manager = login("manager")

    response = manager.get(url("visitor_detail", visitor.pk))

    deeds, days = ([cells for _, cells in section["rows"]] for section in response.context["sections"])
    assert dict(response.context["facts"]) == {
        "よみ": "フダナ",
        "来ている": "はい",
        "来た日数": "1日",
        "初めて来た日": "令和7年5月7日（水）",
        "最後に来た日": "令和7年5月7日（水）",
        "担ったこと": "1回",
    }
    assert days == [
        ["令和7年5月8日（木）", "予定", "子ども"],
        ["令和7年5月7日（水）", "開催", "利用者"],
    ]
    assert deeds == [["染め紙", "令和7年5月7日（水）", "企画した"]]
    assert labels(response) == []
    assert looks(manager) == [("view", "cafe.visitor", None, "カフェの札名")]


def test_name_stands_in_no_title_address_or_message(login):
    coordinator = login("coordinator")
    fields = typed(coordinator.get(url("visitor_create")), name="ひまわり")

    answer = coordinator.post(url("visitor_create"), fields, follow=True)

    page = html(answer)
    visitor = Visitor.objects.get()
    assert "ひまわり" in page
    assert "<title>札名 | " in page
    assert answer.redirect_chain == [(url("visitor_detail", visitor.pk), 302)]
    assert [str(message) for message in answer.context["messages"]] == ["札名を保存しました。"]


def test_same_name_is_refused_at_its_field_with_the_way_to_the_other(login):
    other = VisitorFactory(name="ひまわり")
    coordinator = login("coordinator")
    fields = typed(coordinator.get(url("visitor_create")), name="ひまわり")

    answer = coordinator.post(url("visitor_create"), fields)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "name": ["同じ札名の方がいます。見分けのつく札名にしてください。"]
    }
    assert f'href="{other.get_absolute_url()}"' in html(answer)
    assert 'name="confirmed"' not in html(answer)
    assert Visitor.objects.get() == other


def test_likeness_is_asked_back_once_and_confirmed_with_the_second_button(login):
    other = VisitorFactory(name="ひまわり", kana="")
    coordinator = login("coordinator")
    fields = typed(coordinator.get(url("visitor_create")), name="ヒマワリ")

    asked = coordinator.post(url("visitor_create"), fields)
    made = Visitor.objects.count()
    answer = coordinator.post(url("visitor_create"), typed(asked, confirmed=str(other.pk)))

    assert (asked.status_code, made) == (200, 1)
    assert f'name="confirmed" value="{other.pk}"' in html(asked)
    assert answer.status_code == 302
    assert Visitor.objects.count() == 2
    assert ("list", "cafe.visitor", 1, "似た札名") in looks(coordinator)


def test_guest_is_not_taken_for_herself(login):
    visitor = VisitorFactory(name="ひまわり", kana="")
    coordinator = login("coordinator")
    page = coordinator.get(url("visitor_edit", visitor.pk))

    answer = coordinator.post(url("visitor_edit", visitor.pk), typed(page, name="ヒマワリ"))

    assert answer.status_code == 302


def test_guest_on_whom_days_hang_is_not_voided(login):
    visitor = VisitFactory().visitor
    coordinator = login("coordinator")

    answer = coordinator.post(url("visitor_void", visitor.pk), {"reason": "取り違え"}, follow=True)

    assert "来なくなった方は、「来ている」を外してください。" in html(answer)
    assert not Visitor.objects.get().is_voided


def test_line_a_disposal_has_left_is_open_to_nobody_for_change(login):
    visitor = VisitorFactory()
    dispose_of(visitor, by=UserFactory(), basis="廃棄")
    coordinator = login("coordinator")

    shown = coordinator.get(visitor.get_absolute_url())
    answers = [coordinator.post(url(f"visitor_{verb}", visitor.pk)).status_code for verb in ("edit", "void")]

    assert labels(shown) == []
    assert answers == [404, 403]


def test_file_of_guests_asks_why_first(login):
    VisitorFactory(name="ひまわり", kana="ヒマワリ")
    coordinator = login("coordinator")

    asked = coordinator.get(url("visitor_export"))
    refused = coordinator.post(url("visitor_export"), {"reason": " "})
    rows = table(coordinator.post(url("visitor_export"), {"reason": "受付の名札づくり"}))

    assert asked.status_code == 200
    assert refused.status_code == 422
    assert rows[1][:2] == ["ひまわり", "ヒマワリ"]
    assert looks(coordinator) == [("export", "cafe.visitor", 1, "受付の名札づくり")]


# --- who was there


def ticked(page, *visitors, **changes):
    return typed(page, visitors=[each.pk for each in visitors], **changes)


def test_many_are_ticked_and_saved_with_one_press_and_a_second_press_adds_nobody(login):
    day, (one, two, three) = held(), VisitorFactory.create_batch(3)
    coordinator = login("coordinator")
    address = url("visit_create", day.pk)
    fields = ticked(coordinator.get(address), one, two, **{f"role_{two.pk}": "child"}, new_name="つくし")

    first, second = coordinator.post(address, fields), coordinator.post(address, fields)

    assert first["Location"] == second["Location"] == f"{day.get_absolute_url()}#guests"
    roles = {each.visitor.name: each.role for each in day.visits.all()}
    assert roles == {one.name: "visitor", two.name: "child", "つくし": "visitor"}
    assert Visitor.objects.filter(name="つくし").get().created_by == coordinator.user
    assert three.visits.count() == 0


def test_nobody_ticked_is_asked_for(login):
    coordinator = login("coordinator")
    address = url("visit_create", held().pk)

    answer = coordinator.post(address, typed(coordinator.get(address)))

    assert answer.status_code == 422
    assert "来た方を選ぶか、新しい札名を入力してください。" in html(answer)


def test_those_who_are_there_are_not_offered_again_and_those_who_rest_neither(login):
    visit = VisitFactory(VisitorFactory(name="つくし"), held())
    VisitorFactory(name="さくら", kana="サクラ")
    VisitorFactory(name="あさがお", active=False)
    coordinator = login("coordinator")

    response = coordinator.get(url("visit_create", visit.open_day.pk))

    assert [each.visitor.name for each in response.context["toggles"]] == ["さくら"]
    assert "入っている方: つくし" in html(response)
    assert looks(coordinator) == [("list", "cafe.visitor", 2, "来た方を選ぶ")]


def test_new_name_that_is_somebodys_is_refused_and_she_is_offered(login):
    resting = VisitorFactory(name="つくし", active=False)
    coordinator = login("coordinator")
    address = url("visit_create", held().pk)

    refused = coordinator.post(address, typed(coordinator.get(address), new_name="つくし"))
    answer = coordinator.post(
        address, ticked(refused, resting, **{f"role_{resting.pk}": "child"}, new_name="")
    )

    assert refused.status_code == 422
    assert "同じ方なら一覧で選び" in str(refused.context["form"].errors["new_name"])
    assert answer.status_code == 302
    assert [(each.visitor, each.role) for each in Visit.objects.all()] == [(resting, "child")]


def test_new_name_that_sounds_like_another_is_asked_back(login):
    other = VisitorFactory(name="つくし", kana="")
    coordinator = login("coordinator")
    address = url("visit_create", held().pk)

    asked = coordinator.post(address, typed(coordinator.get(address), new_name="ツクシ"))
    before = Visit.objects.count()
    answer = coordinator.post(address, typed(asked, confirmed=str(other.pk)))

    assert (asked.status_code, before) == (200, 0)
    assert answer.status_code == 302
    assert Visit.objects.get().visitor.name == "ツクシ"


def test_another_name_with_the_same_submission_is_another_guest(login):
    coordinator = login("coordinator")
    address = url("visit_create", held().pk)
    fields = typed(coordinator.get(address), new_name="つくし")
    coordinator.post(address, fields)

    coordinator.post(address, {**fields, "new_name": ["さくら"]})

    assert sorted(each.visitor.name for each in Visit.objects.all()) == ["さくら", "つくし"]


@pytest.mark.parametrize("kind", ["coming", "cancelled"])
def test_nobody_was_there_on_a_day_that_is_to_come_or_was_not_held(login, kind):
    day = OpenDayFactory(held_on=date(2025, 5, 9) if kind == "coming" else YESTERDAY)
    if kind == "cancelled":
        day.cancel("大雪", by=UserFactory())
    coordinator = login("coordinator")

    answer = coordinator.post(url("visit_create", day.pk), {"new_name": "つくし"}, follow=True)

    assert "来た方を入れられるのは、当日からです。" in html(answer)
    assert Visitor.objects.count() == 0
    assert 'id="guests"' not in html(answer)


@pytest.mark.parametrize("bad", ["0", "x", "99999999999999999999", "-1"])
def test_foreign_choice_is_refused_in_words(login, bad):
    coordinator = login("coordinator")
    address = url("visit_create", held().pk)

    answer = coordinator.post(address, typed(coordinator.get(address), visitors=bad))

    assert answer.status_code == 422
    assert Visit.objects.count() == 0


def test_day_shows_who_was_there_beside_what_was_counted(login):
    day = held(visitor=5, child=1)
    VisitFactory(VisitorFactory(name="つくし"), day)
    coordinator = login("coordinator")

    page = html(coordinator.get(day.get_absolute_url()))

    assert "数えた人 6人　うち札名のある方 1人" in page
    assert "札名の方は、数えた人の中に含まれます（足しません）。" in page
    assert "締めた人数は変わりません。" in page
    assert "札名の方が多くなっています" not in page
    assert looks(coordinator) == [("list", "cafe.visit", 1, "開催日の画面")]


def test_day_without_a_name_is_no_look(login):
    coordinator = login("coordinator")

    coordinator.get(held().get_absolute_url())

    assert looks(coordinator) == []


def test_open_day_shows_what_the_tablets_have(login):
    day = OpenDayFactory(held_on=TODAY)
    tablet = TabletFactory(day)
    now = timezone.now()
    Tap.objects.receive(
        Tap(tablet=tablet, kind=kind, tapped_at=now) for kind in ("first", "regular", "child")
    )
    VisitFactory(open_day=day)

    page = html(login("coordinator").get(day.get_absolute_url()))

    assert "ここまでに数えた人 3人　うち札名のある方 1人" in page


def test_more_names_than_heads_of_a_role_are_told(login):
    day = held(visitor=5)
    VisitFactory(open_day=day, role="user_planner")

    page = html(login("coordinator").get(day.get_absolute_url()))

    assert "利用者企画者（数えた人 0人、札名 1人）。" in page


def test_one_is_taken_off_with_one_press_and_the_reason_stays(login):
    visit = VisitFactory(open_day=held())
    coordinator = login("coordinator")
    void = url("visit_void", visit.pk)
    fields = typed(coordinator.get(visit.open_day.get_absolute_url()), to=void)

    answer = coordinator.post(void, fields)

    visit.refresh_from_db()
    assert answer["Location"] == f"{visit.open_day.get_absolute_url()}#guests"
    assert (visit.void_reason, visit.voided_by) == ("押し間違い", coordinator.user)


def test_guest_of_a_day_that_was_not_held_after_all_can_be_taken_off_and_nobody_added(login):
    visit = VisitFactory(open_day=held())
    visit.open_day.cancel("大雪", by=UserFactory())

    page = html(login("coordinator").get(visit.open_day.get_absolute_url()))

    assert url("visit_void", visit.pk) in page
    assert url("visit_create", visit.open_day.pk) not in page


def test_role_is_put_right_after_the_closing(login):
    visit = VisitFactory(VisitorFactory(name="つくし"), held())
    coordinator = login("coordinator")
    page = coordinator.get(url("visit_edit", visit.pk))

    answer = coordinator.post(url("visit_edit", visit.pk), typed(page, role="child"))

    visit.refresh_from_db()
    assert answer["Location"] == f"{visit.open_day.get_absolute_url()}#guests"
    assert visit.role == "child"
    assert "<title>札名の来場 | " in html(page)
    assert ("view", "cafe.visit", None, "カフェの札名") in looks(coordinator)


def test_manager_reads_who_was_there_and_changes_nothing(login):
    visit = VisitFactory(VisitorFactory(name="つくし"), held())

    page = html(login("manager").get(visit.open_day.get_absolute_url()))

    assert "つくし" in page
    assert [part for part in ("/visits/", "外す") if part in page] == []


# --- 担い手


def test_event_shows_its_carriers_and_the_way_to_another(login):
    event = EventFactory(held(), proposer="user")
    ContributionFactory(event, deed="planned", visitor=VisitorFactory(name="つくし"))
    ContributionFactory(event, deed="helped", heads=3)
    coordinator = login("coordinator")

    page = html(coordinator.get(event.get_absolute_url()))

    assert "つくし" in page
    assert "札名なし 3人" in page
    assert f"{url('contribution_create')}?event={event.pk}" in page
    assert "職員になっています" not in page
    assert looks(coordinator) == [("list", "cafe.contribution", 1, "企画の画面")]


@pytest.mark.parametrize(("deed", "hinted"), [("planned", True), ("lectured", True), ("helped", False)])
def test_event_led_by_guests_hints_that_its_proposer_is_staff_and_changes_nothing(login, deed, hinted):
    event = EventFactory(held(), proposer="staff")
    ContributionFactory(event, deed=deed)

    page = html(login("coordinator").get(event.get_absolute_url()))

    event.refresh_from_db()
    assert ("職員になっています" in page) is hinted
    assert event.proposer == "staff"


def test_carriers_are_added_on_the_event_and_lead_back_there(login):
    event, visitor = EventFactory(held()), VisitorFactory()
    coordinator = login("coordinator")
    address = f"{url('contribution_create')}?event={event.pk}"

    answer = coordinator.post(
        address, typed(coordinator.get(address), deed="lectured", visitor=visitor.pk, heads="1")
    )

    made = Contribution.objects.get()
    assert answer["Location"] == event.get_absolute_url()
    assert (made.event, made.deed, made.visitor, made.heads) == (event, "lectured", visitor, 1)
    assert ("list", "cafe.visitor", 1, "担い手を選ぶ") in looks(coordinator)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"heads": "2"}, "heads", "札名を選んだときは1人です。"),
        ({"visitor": "", "heads": "0"}, "heads", "人数は1人から99人までで入力してください。"),
        ({"visitor": "", "heads": "100"}, "heads", "人数は1人から99人までで入力してください。"),
        ({"deed": "helped"}, "visitor", "この方は、同じ内容で入っています。"),
    ],
)
def test_wrong_carrier_is_refused_in_words(login, changes, field, sentence):
    event, visitor = EventFactory(held()), VisitorFactory()
    ContributionFactory(event, deed="helped", visitor=visitor)
    coordinator = login("coordinator")
    address = f"{url('contribution_create')}?event={event.pk}"
    right = {"deed": "planned", "visitor": visitor.pk, "heads": "1"}

    answer = coordinator.post(address, typed(coordinator.get(address), **{**right, **changes}))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}


def test_carrier_whose_name_comes_no_more_or_was_emptied_stays_when_saved_again(login):
    deed = ContributionFactory(visitor=VisitorFactory(active=False))
    coordinator = login("coordinator")
    address = url("contribution_edit", deed.pk)

    coordinator.post(address, typed(coordinator.get(address), deed="planned"))

    made = Contribution.objects.get()
    assert (made.deed, made.visitor) == ("planned", deed.visitor)


def test_carriers_begin_from_an_event(login):
    answer = login("coordinator").get(url("contribution_create"))

    assert answer["Location"] == url("event_list")


def test_year_shows_share_heads_persons_and_who_did_what(login):
    visitor = VisitorFactory(name="つくし")
    VisitFactory(visitor, held(date(2025, 4, 10)))
    event = EventFactory(held(), title="染め紙")
    ContributionFactory(event, deed="planned", visitor=visitor)
    ContributionFactory(event, deed="helped", heads=2)
    EventFactory(event.open_day)
    EventFactory(event.open_day)
    manager = login("manager")

    response = manager.get(url("contribution_list"))

    page = html(response)
    assert [cells for _, cells in response.context["rows"]] == [
        ["染め紙", "令和7年5月7日（水）", "開催", "企画した", "つくし", 1],
        ["染め紙", "令和7年5月7日（水）", "開催", "手伝った", "－", 2],
    ]
    assert response.context["carried_note"] == "1件 ÷ 3件"
    assert response.context["crossing_note"] == "札名で来た1人の100.0%"
    assert "33.3" in page
    assert looks(manager) == [("list", "cafe.contribution", 2, "")]


@pytest.mark.parametrize("year", ["all", "x", "1899", ""])
def test_year_that_cannot_be_read_shows_the_current_one(login, year):
    response = login("manager").get(url("contribution_list"), {"year": year})

    assert response.status_code == 200
    assert response.context["heading"] == "担い手　令和7年度（2025年度）"


def test_file_of_carriers_has_the_months_and_no_name(login):
    visitor = VisitorFactory(name="つくし", kana="ツクシ")
    ContributionFactory(EventFactory(held(), title="染め紙"), deed="planned", visitor=visitor)
    coordinator = login("coordinator")

    answer = coordinator.get(url("contribution_export"), {"year": "2025"})

    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    months, rows = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert rows == [
        ["企画", "開催日", "状態", "したこと", "札名の有無", "人数"],
        ["染め紙", YESTERDAY, "開催", "企画した", "あり", 1],
    ]
    assert ["5月", 1, 1, 1.0, 1, 1] in months
    assert [word for word in ("つくし", "ツクシ") if word in str(months)] == []
    assert looks(coordinator) == [("export", "cafe.contribution", 1, "")]

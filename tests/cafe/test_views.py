"""Pages of the café, from the list to the closing of a day."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cafe.models import Event, EventSeries, OpenDay
from komatsu_support.models import AuditEvent
from tests.browser import html, labels, table, typed
from tests.factories import ConsultationFactory, EventFactory, EventSeriesFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


def url(name, *args):
    return reverse(f"cafe:{name}", args=args)


# --- the list


def test_empty_list_says_the_next_step(login):
    response = login("coordinator").get(url("openday_list"))

    assert "この年度の開催日はまだありません。" in html(response)
    assert labels(response) == ["開催日を登録", "企画の一覧", "企画シリーズ"]
    assert "未入力の開催日" not in html(response)


def test_list_shows_days_newest_first_with_their_sum(login):
    OpenDayFactory(held_on=date(2025, 5, 1), heads={"visitor": 4, "child": 1})
    OpenDayFactory(held_on=date(2025, 5, 2), heads={"visitor": 0})

    response = login("coordinator").get(url("openday_list"))

    assert [cells[:4] for _, cells in response.context["rows"]] == [
        ["令和7年5月2日（金）", "開催", 0, 0],
        ["令和7年5月1日（木）", "開催", 5, 1],
    ]
    assert "開催 2日　延参加者数 5人（うち子ども 1人）　1日平均 2.5人" in html(response)


def test_list_opens_on_the_running_month_and_leads_to_the_whole_year(login):
    for on in (date(2025, 4, 30), date(2025, 5, 9), date(2025, 6, 3)):
        OpenDayFactory(held_on=on)
    coordinator = login("coordinator")

    opened = coordinator.get(url("openday_list"))
    whole = coordinator.get(f"{url('openday_list')}{opened.context['clear_url']}")

    assert [cells[0] for _, cells in opened.context["rows"]] == ["令和7年5月9日（金）"]
    assert [chip.value for chip in opened.context["filterset"].chips] == ["5月"]
    assert len(whole.context["rows"]) == 3


def test_sum_follows_the_filter(login):
    OpenDayFactory(held_on=date(2025, 4, 30), heads={"visitor": 4})
    OpenDayFactory(held_on=date(2025, 5, 1), heads={"visitor": 3})

    response = login("coordinator").get(url("openday_list"), {"month": "5"})

    assert "開催 1日　延参加者数 3人" in html(response)


def test_unclosed_days_stand_on_top_of_every_list_with_the_way_to_close_them(login):
    day = OpenDayFactory(held_on=date(2024, 5, 7))

    text = html(login("coordinator").get(url("openday_list")))

    assert "未入力の開催日が1日あります" in text
    assert url("openday_close", day.pk) in text


def test_many_unclosed_days_are_cut_to_five_with_the_way_to_all(login):
    OpenDayFactory.create_batch(7)

    text = html(login("coordinator").get(url("openday_list")))

    assert "未入力の開催日が7日あります" in text
    assert text.count("/close/") == 5
    assert "未入力の開催日をすべて見る" in text


def test_manager_reads_days_and_has_nothing_to_press(login):
    day = OpenDayFactory(held_on=date(2025, 5, 7))
    manager = login("manager")

    listed, shown = manager.get(url("openday_list")), manager.get(url("openday_detail", day.pk))

    assert labels(listed) == ["企画の一覧", "企画シリーズ"]
    assert labels(shown) == []
    assert "/close/" not in html(listed) + html(shown)
    assert "企画を登録" not in html(shown)


@pytest.mark.parametrize(
    "query", ["year=abc", "month=99", "state=x", "page=0", "page=9999999999999999999999", "voided=2"]
)
def test_list_withstands_nonsense_in_its_address(login, query):
    OpenDayFactory(held_on=TODAY)

    assert login("coordinator").get(f"{url('openday_list')}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["openday_list", "event_list", "eventseries_list"])
def test_list_of_many_stays_within_its_queries(login, name, django_assert_max_num_queries):
    coordinator = login("coordinator")
    series = EventSeriesFactory()
    for day in OpenDayFactory.create_batch(27, heads={"visitor": 3, "child": 1}):
        EventFactory.create_batch(2, day, series=series)
    EventSeriesFactory.create_batch(27)
    coordinator.get(url(name))  # the session is written once a minute

    with django_assert_max_num_queries(6 + 2):  # session and user
        response = coordinator.get(url(name), {"year": "all"})

    assert len(response.context["rows"]) == 25


# --- a day

CLOSE, CANCEL, RECORD = "締める", "休止にする", ["修正する", "取り消す"]


def test_held_day_shows_heads_ages_and_events(login):
    day = OpenDayFactory(
        held_on=TODAY, heads={"visitor": 5, "child": 2, "staff": 3}, ages={"70s": 1}, meals=4
    )
    EventFactory(day, title="笑いヨガ", heads=9)

    response = login("coordinator").get(url("openday_detail", day.pk))

    assert response.context["heads"] == 7
    assert [table.title for table in response.context["tables"]] == ["参加形態別", "年代別"]
    assert '<span class="state state-done">開催</span>' in html(response)
    assert "笑いヨガ" in html(response)
    assert ("食数", "4食") in response.context["facts"]


@pytest.mark.parametrize(
    ("fields", "sign", "buttons"),
    [
        ({"held_on": TODAY}, '<span class="state state-todo">予定</span>', [CLOSE, CANCEL, *RECORD]),
        ({"held_on": TODAY + timedelta(1)}, '<span class="state state-todo">予定</span>', [CANCEL, *RECORD]),
        ({"held_on": TODAY - timedelta(1)}, "<strong>未入力</strong>", [CLOSE, CANCEL, *RECORD]),
        (
            {"held_on": TODAY, "state": "cancelled"},
            '<span class="state state-void">休止</span>',
            ["開催として締める", "休止の理由を直す", "修正する", "＋予定に戻す", "＋取り消す"],
        ),
        (
            {"held_on": TODAY, "heads": {"visitor": 0}},
            '<span class="state state-done">開催</span>',
            ["締め直す", "修正する", "＋締めを開く", "＋休止にする", "＋取り消す"],
        ),
    ],
)
def test_day_shows_its_state_and_what_to_do(login, fields, sign, buttons):
    day = OpenDayFactory(**fields)

    response = login("coordinator").get(url("openday_detail", day.pk))

    offered = [("＋" if "row" in each else "") + each["label"] for each in response.context["actions"]]
    folded = [each["note"] for each in response.context["actions"] if "row" in each]
    assert sign in html(response)
    assert offered == buttons
    assert all(f'<p class="soft">{note}</p>' in html(response) for note in folded)


def test_day_to_come_says_from_when_it_can_be_closed(login):
    day, coordinator = OpenDayFactory(held_on=TODAY + timedelta(1)), login("coordinator")

    shown = html(coordinator.get(url("openday_detail", day.pk)))
    opened = coordinator.get(url("openday_close", day.pk), follow=True)

    assert "5月9日（金）から締められます。" in shown
    assert "から締められます。" not in html(login("manager").get(url("openday_detail", day.pk)))
    assert opened.redirect_chain == [(day.get_absolute_url(), 302)]
    assert [str(message) for message in opened.context["messages"]] == ["5月9日（金）から締められます。"]


def test_consultations_of_a_day_are_a_number_for_counselors_alone(login):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})
    ConsultationFactory(open_day=day, consulted_on=TODAY)
    ConsultationFactory(open_day=day, consulted_on=TODAY, is_countable=False)

    for_counselor = login("counselor").get(url("openday_detail", day.pk))
    for_coordinator = login("coordinator").get(url("openday_detail", day.pk))

    assert ("この日から始まった相談", "1件") in for_counselor.context["facts"]
    assert "相談" not in [label for label, _ in for_coordinator.context["facts"]]
    assert "始まった相談" not in html(for_coordinator)


@pytest.mark.parametrize(
    "name", ["openday_detail", "openday_close", "openday_cancel", "event_detail", "eventseries_edit"]
)
@pytest.mark.parametrize("pk", [1, 10**30])
def test_what_is_not_there_answers_404(login, name, pk):
    assert login("coordinator").get(url(name, pk)).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "admin", ""])
def test_day_is_closed_to_those_who_do_not_see_the_cafe(login, role):
    day = OpenDayFactory(held_on=TODAY)

    response = login(role).post(
        url("openday_close", day.pk), {"version": 1, "heads_visitor": 3, "confirmed": 3}
    )

    assert response.status_code == 403
    assert OpenDay.objects.get().state == "planned"


def test_manager_cannot_close_a_day(login):
    day = OpenDayFactory(held_on=TODAY)

    response = login("manager").post(
        url("openday_close", day.pk), {"version": 1, "heads_visitor": 3, "confirmed": 3}
    )

    assert response.status_code == 403
    assert OpenDay.objects.get().state == "planned"


# --- closing on the page


def test_closing_asks_back_and_then_closes(login):
    day = OpenDayFactory(held_on=TODAY)
    coordinator = login("coordinator")
    page = url("openday_close", day.pk)

    asked = coordinator.post(page, typed(coordinator.get(page), heads_visitor=5, heads_child=1))
    closed = coordinator.post(page, typed(asked, confirmed=6))

    assert asked.status_code == 200
    assert "今日は6人でよいですか" in html(asked)
    assert 'name="confirmed" value="6"' in html(asked)
    assert closed.url == url("openday_detail", day.pk)
    assert OpenDay.objects.with_heads().get().heads == 6


def test_closing_of_a_past_day_names_the_day(login):
    day = OpenDayFactory(held_on=date(2025, 5, 7))
    coordinator = login("coordinator")
    page = url("openday_close", day.pk)

    asked = coordinator.post(page, typed(coordinator.get(page), heads_visitor=0))

    assert "令和7年5月7日（水）は0人でよいですか" in html(asked)


def test_closing_pressed_twice_closes_once(login):
    day = OpenDayFactory(held_on=TODAY)
    coordinator = login("coordinator")
    page = url("openday_close", day.pk)
    fields = typed(coordinator.get(page), heads_visitor=5, confirmed=5)

    answers = [coordinator.post(page, fields) for _ in range(2)]

    assert [answer.url for answer in answers] == [url("openday_detail", day.pk)] * 2
    assert OpenDay.objects.get().version == 2
    assert AuditEvent.objects.filter(action="change", object_type="cafe.openday").count() == 1


def test_second_person_closing_a_day_sees_409_and_overwrites_nothing(login):
    day = OpenDayFactory(held_on=TODAY)
    first, second = login("coordinator"), login("lead")
    page = url("openday_close", day.pk)
    hers = typed(first.get(page), heads_visitor=5, confirmed=5)
    mine = typed(second.get(page), heads_visitor=7, confirmed=7)
    first.post(page, hers)

    answer = second.post(page, mine)
    knowing = second.post(page, typed(answer, reason="数え直した", confirmed=7))

    assert answer.status_code == 409
    assert "ほかの人が先に更新しました" in html(answer)
    assert knowing.status_code == 302
    assert OpenDay.objects.with_heads().get().heads == 7
    assert AuditEvent.objects.filter(object_type="cafe.openday").latest("number").basis == "数え直した"


def test_closing_with_errors_answers_422_and_keeps_what_was_typed(login):
    day = OpenDayFactory(held_on=TODAY)
    coordinator = login("coordinator")
    page = url("openday_close", day.pk)

    answer = coordinator.post(page, typed(coordinator.get(page), heads_visitor=5, first_heads=6))

    assert answer.status_code == 422
    assert typed(answer)["first_heads"] == ["6"]
    assert "「うち初めて」は利用者の人数までです。" in html(answer)


def test_closed_day_opens_for_correction_with_its_heads(login):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5, "staff": 2}, first_heads=1, ages={"60s": 3})

    response = login("coordinator").get(url("openday_close", day.pk))

    fields = typed(response)
    names = ("heads_visitor", "first_heads", "heads_staff", "heads_child", "age_60s", "reason")
    assert [fields[name] for name in names] == [["5"], ["1"], ["2"], ["0"], ["3"], [""]]
    assert "この日は5人で締めています。" in html(response)


def test_cancelling_on_the_page_takes_the_day_out_of_the_figures(login):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})
    coordinator = login("coordinator")
    page = url("openday_cancel", day.pk)
    shown = coordinator.get(page)
    without = coordinator.post(page, typed(shown, cancel_reason="会場が使えないため"))
    held_until_then = OpenDay.objects.held().exists()

    coordinator.post(page, typed(shown, cancel_reason="会場が使えないため", reason="別の日の人数だった"))

    assert "この日は5人で締めています。" in html(shown)
    assert (without.status_code, held_until_then) == (422, True)
    assert not OpenDay.objects.held().exists()


@pytest.mark.parametrize("name", ["openday_close", "openday_cancel", "openday_edit"])
def test_voided_day_is_not_changed_any_more(login, user, name):
    day = OpenDayFactory(held_on=TODAY)
    day.void("二重に登録した", by=user("lead"))

    assert login("coordinator").get(url(name, day.pk)).status_code == 404


# --- making, changing, voiding


def test_day_pressed_twice_is_made_once(login):
    coordinator = login("coordinator")
    fields = typed(coordinator.get(url("openday_create")), place="架空の家", staff=[coordinator.user.pk])

    answers = [coordinator.post(url("openday_create"), fields) for _ in range(2)]

    assert [answer.url for answer in answers] == [OpenDay.objects.get().get_absolute_url()] * 2
    assert list(OpenDay.objects.get().staff.all()) == [coordinator.user]


@pytest.mark.parametrize(
    ("name", "changes"), [("openday_create", {}), ("event_create", {"title": "笑いヨガ"})]
)
def test_making_one_stays_within_its_queries(login, name, changes):
    coordinator = login("coordinator")
    day = OpenDayFactory(held_on=TODAY + timedelta(1))
    if "title" in changes:
        changes = {**changes, "open_day": day.pk}
    fields = typed(coordinator.get(url(name)), **changes)

    with CaptureQueriesContext(connection) as queries:
        answer = coordinator.post(url(name), fields)

    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert answer.status_code == 302
    assert len(asked) <= 12 + 2  # session and user


def test_voided_day_leaves_list_and_sum_and_takes_its_events_along(login):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})
    EventFactory(day)
    coordinator = login("coordinator")

    warned = coordinator.get(url("openday_void", day.pk))
    coordinator.post(url("openday_void", day.pk), {"reason": "二重に登録した"})

    assert "この日の企画も、一覧と集計から外れます。" in html(warned)
    assert coordinator.get(url("openday_list")).context["rows"] == []
    assert coordinator.get(url("event_list")).context["rows"] == []
    shown = coordinator.get(url("openday_detail", day.pk))
    assert "取消済み" in html(shown)
    assert labels(shown) == []


def test_event_is_made_from_its_day(login):
    day = OpenDayFactory(held_on=TODAY)
    coordinator = login("coordinator")
    link = f"{url('event_create')}?day={day.pk}"

    fields = typed(coordinator.get(link), title="笑いヨガ")
    answers = [coordinator.post(link, fields) for _ in range(2)]

    event = Event.objects.get()
    assert (event.open_day, event.title) == (day, "笑いヨガ")
    assert [answer.url for answer in answers] == [event.get_absolute_url()] * 2
    assert link in html(coordinator.get(day.get_absolute_url()))


def test_event_of_an_old_day_is_made_from_that_day(login):
    day = OpenDayFactory(held_on=date(2023, 5, 8), heads={})
    coordinator = login("coordinator")
    link = f"{url('event_create')}?day={day.pk}"

    coordinator.post(link, typed(coordinator.get(link), title="笑いヨガ"))

    assert Event.objects.get().open_day == day


@pytest.mark.parametrize("day", ["abc", "999999", "9" * 30, ""])
def test_event_form_opens_without_the_day_it_cannot_read(login, day):
    assert login("coordinator").get(url("event_create"), {"day": day, "series": day}).status_code == 200


def test_event_changed_by_two_shows_both_texts(login):
    event = EventFactory(OpenDayFactory(held_on=TODAY), title="ヨガ")
    first, second = login("coordinator"), login("lead")
    page = url("event_edit", event.pk)
    hers, mine = typed(first.get(page), title="笑いヨガ"), typed(second.get(page), title="椅子ヨガ")
    first.post(page, hers)

    answer = second.post(page, mine)

    assert answer.status_code == 409
    assert ("笑いヨガ" in html(answer), "椅子ヨガ" in html(answer)) == (True, True)
    assert Event.objects.get().title == "笑いヨガ"


def test_event_shows_its_facts_and_that_its_heads_do_not_add(login):
    event = EventFactory(OpenDayFactory(held_on=TODAY), fee_yen=0, heads=9, needs_booking=True)

    facts = dict(login("coordinator").get(event.get_absolute_url()).context["facts"])

    assert (facts["参加費"], facts["予約"]) == ("無料", "必要")
    assert facts["企画の参加者数"] == "9人（開催日の人数には加わりません）"


def test_event_title_cannot_bring_its_own_markup(login):
    event = EventFactory(OpenDayFactory(held_on=TODAY), title="<b>&", series=EventSeriesFactory(name="<i>"))

    text = html(login("coordinator").get(event.get_absolute_url()))

    assert ("<b>&" in text, "<i>" in text) == (False, False)


def test_series_shows_its_events_and_makes_the_next(login):
    series = EventSeriesFactory(name="月いちの集い")
    EventFactory(OpenDayFactory(held_on=TODAY), series=series, title="五月の集い")
    coordinator = login("coordinator")

    shown = coordinator.get(series.get_absolute_url())
    new = coordinator.get(f"{url('event_create')}?series={series.pk}")

    assert "五月の集い" in html(shown)
    assert f"{url('event_create')}?series={series.pk}" in html(shown)
    assert typed(new)["title"] == ["月いちの集い"]


def test_series_shows_its_events_by_year_and_month_the_newest_first(login):
    series = EventSeriesFactory()
    for day in (date(2025, 3, 7), date(2025, 5, 2), date(2025, 5, 8)):
        EventFactory(OpenDayFactory(held_on=day), title=f"{day.month}月{day.day}日の集い", series=series)

    years = login("coordinator").get(series.get_absolute_url()).context["years"]

    assert [
        (year, [(month, [str(each) for each in events]) for month, events in months])
        for year, months in years
    ] == [
        ("令和7年度（2025年度）", [("5月", ["5月8日の集い", "5月2日の集い"])]),
        ("令和6年度（2024年度）", [("3月", ["3月7日の集い"])]),
    ]


def test_series_is_made_changed_and_voided(login):
    coordinator = login("coordinator")
    coordinator.post(
        url("eventseries_create"), typed(coordinator.get(url("eventseries_create")), name="集い")
    )
    series = EventSeries.objects.get()
    page = url("eventseries_edit", series.pk)
    coordinator.post(page, typed(coordinator.get(page), name="月いちの集い"))

    coordinator.post(url("eventseries_void", series.pk), {"reason": "誤り"})

    series.refresh_from_db()
    assert (series.name, series.is_voided) == ("月いちの集い", True)


# --- files


def test_file_of_days_holds_what_the_list_shows_and_stands_in_the_trail(login):
    OpenDayFactory(held_on=date(2025, 5, 1), heads={"visitor": 4, "child": 1}, meals=3)
    OpenDayFactory(held_on=date(2025, 4, 30), heads={"visitor": 9})

    rows = table(login("coordinator").get(url("openday_export"), {"month": "5"}))

    assert rows == [
        ["開催日", "状態", "延参加者数", "うち子ども", "企画", "天気", "食数"],
        [date(2025, 5, 1), "開催", 5.0, 1.0, "", "", 3.0],
    ]
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.object_type, event.count) == ("export", "cafe.openday", 1)


def test_files_of_events_and_series_hold_their_rows(login):
    EventFactory(OpenDayFactory(held_on=TODAY), title="=1+1", series=EventSeriesFactory(name="集い"))
    coordinator = login("coordinator")

    events, series = (table(coordinator.get(url(name))) for name in ("event_export", "eventseries_export"))

    assert events[1][0] == "=1+1"
    assert [row[0] for row in series] == ["シリーズ名", "集い"]


@pytest.mark.parametrize("name", ["openday_export", "event_export", "eventseries_export"])
def test_manager_takes_no_file_away(login, name):
    assert login("manager").get(url(name)).status_code == 403

"""Pages of 企画の種: from one field to votes, an event, or its letting go."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from cafe.models import Event, Idea, IdeaVote
from komatsu_support.models import AuditEvent
from tests.browser import html, labels, table, typed
from tests.factories import EventFactory, IdeaFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


def url(name, *args):
    return reverse(f"cafe:{name}", args=args)


def said(response):
    """What the next page tells."""
    return [str(message) for message in response.context["messages"]]


def vote(browser, page, idea, **changes):
    """Press ＋1 as this page served it."""
    form = {"press": page.context["press"], **changes}
    return browser.post(url("idea_vote", idea.pk), form, follow=True)


# --- list


def test_empty_list_says_the_next_step(login):
    response = login("coordinator").get(url("idea_list"))

    assert "企画の種はまだありません。" in html(response)
    assert labels(response) == ["企画の種を登録"]


def test_list_shows_ideas_of_every_year_and_narrows(login):
    IdeaFactory(title="去年から", heard_on=date(2024, 5, 1))
    IdeaFactory(title="職員から", source="staff")
    IdeaFactory(title="見送った", let_go_reason="火を使えないため")
    EventFactory(idea=IdeaFactory(title="企画になった"))
    coordinator = login("coordinator")

    def titles(**query):
        return {cells[0] for _, cells in coordinator.get(url("idea_list"), query).context["rows"]}

    assert titles() == {"去年から", "職員から", "見送った", "企画になった"}
    assert titles(year="2025", stage="fresh") == {"職員から"}
    assert titles(source="staff") == {"職員から"}
    assert titles(stage="event") == {"企画になった"}
    assert titles(stage="let_go") == {"見送った"}


@pytest.mark.parametrize("query", ["year=abc", "stage=x", "source=9", "page=0", "voided=2"])
def test_list_withstands_nonsense_in_its_address(login, query):
    IdeaFactory()

    assert login("coordinator").get(f"{url('idea_list')}?{query}").status_code == 200


def test_list_of_many_stays_within_its_queries(login, django_assert_max_num_queries):
    coordinator = login("coordinator")
    for idea in IdeaFactory.create_batch(27):
        idea.vote(uuid.uuid4(), by=coordinator.user, number=2)
    coordinator.get(url("idea_list"))  # the session is written once a minute

    with django_assert_max_num_queries(2 + 2):  # session and user
        response = coordinator.get(url("idea_list"))

    assert len(response.context["rows"]) == 25


def test_manager_reads_ideas_and_has_nothing_to_press(login):
    idea = IdeaFactory()
    manager = login("manager")

    listed, shown = manager.get(url("idea_list")), manager.get(idea.get_absolute_url())

    assert (labels(listed), labels(shown)) == ([], [])
    assert "＋1" not in html(listed) + html(shown)
    assert manager.post(url("idea_vote", idea.pk), {"press": uuid.uuid4()}).status_code == 403
    assert IdeaVote.objects.count() == 0


# --- writing it down


def test_one_field_is_enough_for_an_idea(login):
    coordinator = login("coordinator")

    answer = coordinator.post(
        url("idea_create"), typed(coordinator.get(url("idea_create")), title="みそづくり")
    )

    idea = Idea.objects.get()
    assert answer.url == idea.get_absolute_url()
    assert (idea.title, idea.source, idea.heard_on) == ("みそづくり", "user", TODAY)


def test_idea_of_tomorrow_is_refused_at_the_day(login):
    coordinator = login("coordinator")
    fields = typed(coordinator.get(url("idea_create")), title="みそづくり", heard_on="2025-05-09")

    answer = coordinator.post(url("idea_create"), fields)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"heard_on": ["聞いた日は、今日までの日付にしてください。"]}


def test_idea_title_cannot_bring_its_own_markup(login):
    idea = IdeaFactory(title="<b>&", needs="<i>")
    coordinator = login("coordinator")

    pages = [coordinator.get(page) for page in (url("idea_list"), idea.get_absolute_url())]

    assert [("<b>&" in html(page), "<i>" in html(page)) for page in pages] == [(False, False)] * 2


# --- votes


def test_plus_one_pressed_twice_counts_once_and_the_next_page_counts_anew(login):
    idea = IdeaFactory()
    coordinator = login("coordinator")
    page = coordinator.get(idea.get_absolute_url())

    first, second = vote(coordinator, page, idea), vote(coordinator, page, idea)
    third = vote(coordinator, second, idea)

    assert [said(each) for each in (first, second, third)] == [
        ["1票を入れました。"],
        ["この1票はもう入っています。続けて入れるときは、もう一度「＋1」を押してください。"],
        ["1票を入れました。"],
    ]
    assert third.context["record"].votes_cast == 2


def test_vote_from_the_list_comes_back_to_the_list_as_it_was(login):
    idea = IdeaFactory()
    coordinator = login("coordinator")
    back = f"{url('idea_list')}?source=user#idea-{idea.pk}"
    shown = coordinator.get(back)

    answer = coordinator.post(url("idea_vote", idea.pk), {"press": shown.context["press"], "back": back})

    assert f'name="back" value="{back}"' in html(shown)
    assert answer.url == back
    assert idea.votes.count() == 1


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com/", "example", "javascript:1", ""])
def test_vote_leads_nowhere_else(login, back):
    idea = IdeaFactory()

    answer = login("coordinator").post(url("idea_vote", idea.pk), {"press": uuid.uuid4(), "back": back})

    assert answer.url == idea.get_absolute_url()


@pytest.mark.parametrize("press", ["", "abc", "1" * 50])
def test_vote_without_a_number_of_its_own_is_not_counted_and_says_so(login, press):
    idea = IdeaFactory()

    answer = login("coordinator").post(url("idea_vote", idea.pk), {"press": press}, follow=True)

    assert said(answer) == ["票を入れられませんでした。もう一度「＋1」を押してください。"]
    assert IdeaVote.objects.count() == 0


def test_idea_let_go_or_voided_takes_no_votes(login, user):
    let_go, voided = IdeaFactory(let_go_reason="火を使えないため"), IdeaFactory()
    voided.void("二重に登録した", by=user("lead"))
    coordinator = login("coordinator")

    answers = [
        coordinator.post(url(name, each.pk), {"press": uuid.uuid4(), "number": "3"})
        for name in ("idea_vote", "idea_tally")
        for each in (let_go, voided)
    ]

    assert [answer.status_code for answer in answers] == [302, 404, 302, 404]
    assert IdeaVote.objects.count() == 0
    assert "＋1" not in html(coordinator.get(let_go.get_absolute_url()))


def test_votes_of_a_paper_sheet_go_in_at_once_and_once(login):
    idea = IdeaFactory()
    coordinator = login("coordinator")
    page = url("idea_tally", idea.pk)
    fields = typed(coordinator.get(page), number="１２")

    answers = [coordinator.post(page, fields) for _ in range(2)]

    assert [answer.url for answer in answers] == [idea.get_absolute_url()] * 2
    assert idea.votes.standing().count() == 12


@pytest.mark.parametrize("number", ["0", "100", "-1", "1.5", "たくさん", "", "9" * 30])
def test_number_that_no_sheet_has_is_refused_at_the_field(login, number):
    idea = IdeaFactory()
    coordinator = login("coordinator")
    page = url("idea_tally", idea.pk)

    answer = coordinator.post(page, typed(coordinator.get(page), number=number))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["number"]
    assert idea.votes.count() == 0


@pytest.mark.parametrize("number", ["3", "7"])
def test_same_sheet_with_another_number_is_asked_back(login, number):
    idea = IdeaFactory()
    coordinator = login("coordinator")
    page = url("idea_tally", idea.pk)
    shown = coordinator.get(page)
    coordinator.post(page, typed(shown, number="5"))

    answer = coordinator.post(page, typed(shown, number=number))

    assert "この画面からは5票を入れてあります。" in html(answer)
    assert idea.votes.standing().count() == 5


@pytest.mark.parametrize("number", [12, 21])
def test_sheet_that_was_taken_back_is_not_said_to_be_in_when_its_page_is_sent_again(login, number):
    coordinator, idea = login("coordinator"), IdeaFactory()
    page = url("idea_tally", idea.pk)
    form = typed(coordinator.get(page), number=12)
    coordinator.post(page, form)
    coordinator.post(url("idea_unvote", idea.pk), {"press": form["press"]})

    again = coordinator.post(page, {**form, "number": number})
    coordinator.post(page, typed(again))

    assert again.status_code == 422
    assert "もどしてあります" in html(again)
    assert Idea.objects.with_stage().get().votes_cast == number


def test_last_press_is_taken_back_with_one_press(login):
    idea = IdeaFactory()
    coordinator = login("coordinator")
    page = url("idea_tally", idea.pk)
    coordinator.post(page, typed(coordinator.get(page), number="12"))
    shown = coordinator.get(idea.get_absolute_url())
    form = {"press": shown.context["last_press"]}

    first = coordinator.post(url("idea_unvote", idea.pk), form, follow=True)
    second = coordinator.post(url("idea_unvote", idea.pk), form, follow=True)

    assert "12票もどす" in html(shown)
    assert said(first) == ["12票をもどしました。"]
    assert said(second) == ["もどす票はありません。もどせるのは、今日自分が入れた票です。"]
    assert idea.votes.standing().count() == 0
    assert "票もどす" not in html(second)


# --- idea → event


def test_event_made_of_an_idea_begins_with_what_the_idea_says(login):
    idea = IdeaFactory(title="みそづくり", source="user", needs="大豆、こうじ")
    day = OpenDayFactory(held_on=TODAY)
    coordinator = login("coordinator")
    link = f"{url('event_create')}?idea={idea.pk}"

    shown = coordinator.get(link)
    coordinator.post(link, typed(shown, open_day=day.pk))

    event = Event.objects.get()
    assert (event.title, event.proposer, event.items_needed) == ("みそづくり", "user", "大豆、こうじ")
    assert (event.idea, event.open_day) == (idea, day)
    assert shown.context["back_url"] == idea.get_absolute_url()
    assert link in html(coordinator.get(idea.get_absolute_url()))


def test_idea_and_its_event_lead_to_each_other(login):
    idea = IdeaFactory()
    event = EventFactory(OpenDayFactory(held_on=TODAY), idea=idea)
    coordinator = login("coordinator")

    of_idea, of_event = (coordinator.get(each.get_absolute_url()) for each in (idea, event))

    assert f'href="{event.get_absolute_url()}"' in html(of_idea)
    assert f'href="{idea.get_absolute_url()}"' in html(of_event)
    assert of_idea.context["state_word"] == "企画になった"
    assert labels(of_idea) == ["この種を企画にする", "修正する", "取り消す"]


@pytest.mark.parametrize("given", ["abc", "999999", "9" * 30, ""])
def test_event_form_opens_without_the_idea_it_cannot_read(login, given):
    assert login("coordinator").get(url("event_create"), {"idea": given}).status_code == 200


def test_no_event_is_made_of_an_idea_let_go(login):
    idea = IdeaFactory(let_go_reason="火を使えないため")
    day = OpenDayFactory(held_on=TODAY)
    coordinator = login("coordinator")
    shown = coordinator.get(url("event_create"), {"idea": idea.pk})

    answer = coordinator.post(
        url("event_create"), typed(shown, title="焼きいも", open_day=day.pk, idea=idea.pk)
    )

    assert typed(shown)["idea"] == [""]
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["idea"])


def test_event_keeps_its_idea_though_it_was_let_go_later(login):
    idea = IdeaFactory()
    event = EventFactory(OpenDayFactory(held_on=TODAY), idea=idea)
    idea.let_go_reason = "費用が高いため"
    idea.save(by=idea.created_by)
    coordinator = login("coordinator")
    page = url("event_edit", event.pk)

    coordinator.post(page, typed(coordinator.get(page), comment="にぎやかでした"))

    event.refresh_from_db()
    assert (event.comment, event.idea) == ("にぎやかでした", idea)


# --- letting go, taking up, voiding


def test_idea_is_let_go_with_a_reason_and_taken_up_again(login):
    idea = IdeaFactory()
    coordinator = login("coordinator")
    page = url("idea_decline", idea.pk)

    without = coordinator.post(page, typed(coordinator.get(page)))
    coordinator.post(page, typed(coordinator.get(page), let_go_reason="火を使えないため"))
    let_go = coordinator.get(idea.get_absolute_url())
    resumed = [coordinator.post(url("idea_resume", idea.pk), follow=True) for _ in range(2)]

    assert without.context["form"].errors == {"let_go_reason": ["見送る理由を入力してください。"]}
    assert ("見送った理由", "火を使えないため") in let_go.context["facts"]
    assert labels(let_go) == ["もう一度取り上げる", "修正する", "取り消す"]
    assert [said(each) for each in resumed] == [
        ["もう一度取り上げました。"],
        ["この種は見送りになっていません。"],
    ]
    assert labels(resumed[0]) == ["この種を企画にする", "見送る", "修正する", "取り消す"]


def test_idea_that_became_an_event_is_not_let_go(login):
    idea = IdeaFactory()
    page = url("idea_decline", idea.pk)
    coordinator = login("coordinator")
    fields = typed(coordinator.get(page), let_go_reason="火を使えないため")
    EventFactory(idea=idea)

    answer = coordinator.post(page, fields)

    assert answer.status_code == 422
    assert "この種は企画になっています。" in html(answer)
    assert Idea.objects.get().let_go_reason == ""


def test_idea_is_voided_once_no_event_hangs_on_it(login, user):
    idea = IdeaFactory()
    event = EventFactory(idea=idea)
    coordinator = login("coordinator")

    refused = coordinator.post(url("idea_void", idea.pk), {"reason": "二重に登録した"}, follow=True)
    event.void("誤り", by=user("lead"))
    coordinator.post(url("idea_void", idea.pk), {"reason": "二重に登録した"})

    assert "この種から企画が登録されています。" in html(refused)
    idea.refresh_from_db()
    assert idea.is_voided
    shown = coordinator.get(idea.get_absolute_url())
    assert ("取消済み" in html(shown), labels(shown), "＋1" in html(shown)) == (True, [], False)
    assert coordinator.get(url("idea_list")).context["rows"] == []


# --- file


def test_file_of_ideas_holds_what_the_list_shows_and_stands_in_the_trail(login):
    IdeaFactory(title="=1+1", heard_on=date(2025, 5, 1))
    IdeaFactory(title="職員から", source="staff")
    coordinator = login("coordinator")

    rows = table(coordinator.get(url("idea_export"), {"source": "user"}))

    assert [row[:5] for row in rows] == [
        ["やってみたいこと", "状態", "票", "出した人", "聞いた日"],
        ["=1+1", "出たばかり", 0.0, "利用者", date(2025, 5, 1)],
    ]
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.object_type, event.count) == ("export", "cafe.idea", 1)

"""見られてもよい画面: a session whose pages say nothing, which changes nothing and loses nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from komatsu_support.middleware import HiddenScreen
from komatsu_support.models import AuditEvent, Draft
from tests.browser import html, typed
from tests.factories import ClientFactory, ConsultationFactory
from tests.site import OURS
from tests.world import SECRETS, build

pytestmark = pytest.mark.django_db
HIDE, SHOW = "/screen/hide/", "/screen/show/"


def is_file(name: str) -> bool:
    """Whether a page answers a file to be kept."""
    return name.endswith(("_export", "_download", "_template", "_corrected", "_calendar"))


@pytest.fixture
def hidden(login):
    """A lead's browser with the screen hidden."""
    browser = login("lead")
    browser.post(HIDE)
    return browser


def test_no_page_of_a_hidden_screen_names_anybody():
    world = build()
    client = world.rows["client"]
    browser = Client()
    browser.force_login(world.people["lead"])
    pages = [(spot.name, reverse(spot.name, kwargs=world.kwargs(spot))) for spot in OURS]
    private = [*SECRETS, client.number, client.called, world.people["lead"].display_name]
    before = {name: html(browser.get(url)) for name, url in pages if not is_file(name)}
    browser.post(HIDE)

    after = {name: browser.get(url) for name, url in pages}

    told = {word for text in before.values() for word in private if word in text}
    assert len(told) >= 4
    assert {name: answer.status_code for name, answer in after.items() if answer.streaming} == {}
    left = {(name, word) for name, answer in after.items() for word in private if word in html(answer)}
    assert left == set()


def test_page_says_that_it_is_hidden_and_keeps_the_menu(hidden):
    page = html(hidden.get("/"))

    assert "data-screen-hidden" in page
    assert ">相談者</a>" in page


def test_hiding_and_showing_return_to_the_page_of_this_site(login):
    browser = login()

    answers = [
        browser.post(HIDE, {"next": address}).url for address in ("/kpi/?page=2", "//example.jp/", "null", "")
    ]

    assert answers == ["/kpi/?page=2", "/", "/", "/"]
    assert browser.post(SHOW, {"next": "/calendar/"}).url == "/calendar/"


def test_shown_again_the_page_is_as_before(login):
    browser = login()
    client = ClientFactory(name="封印 しおり")
    browser.post(HIDE)

    answers = [browser.post(SHOW).status_code, browser.get(client.get_absolute_url())]

    assert answers[0] == 204
    assert "封印 しおり" in html(answers[1])


def turn_of(browser):
    """The turn that the page carries for its script."""
    return int(html(browser.get("/")).partition('data-screen-turn="')[2].partition('"')[0])


def test_press_that_comes_late_changes_nothing(login):
    browser = login()
    turn = turn_of(browser)

    browser.post(SHOW, {"turn": turn + 2})
    late = browser.post(HIDE, {"turn": turn + 1})

    assert late.status_code == 204
    assert "data-screen-hidden" not in html(browser.get("/"))
    assert turn_of(browser) == turn + 2


@pytest.mark.parametrize("given", ["", "-1", "x", "1e9", "9" * 16, "１"])
def test_press_without_a_turn_is_the_next_one(login, given):
    browser = login()
    turn = turn_of(browser)

    browser.post(HIDE, {"turn": given})

    assert "data-screen-hidden" in html(browser.get("/"))
    assert turn_of(browser) == turn + 1


def test_late_showing_gives_nothing_back(hidden):
    hidden.post("/terms/new/", {"label": "文"})
    turn = turn_of(hidden)

    hidden.post(SHOW, {"turn": turn - 1, "next": "/"})

    assert hidden.session["held"]["fields"]
    assert "data-screen-hidden" in html(hidden.get("/"))


def test_turns_of_a_new_session_are_higher_than_those_of_the_last(login):
    with time_machine.travel("2025-11-04T01:00:00Z", tick=False) as clock:
        first = login()
        for _ in range(3):
            first.post(HIDE)
        clock.shift(timedelta(seconds=1))

        assert turn_of(login()) > turn_of(first)


def test_another_session_is_not_hidden(hidden, login):
    assert "data-screen-hidden" not in html(login().get("/"))


def test_record_is_not_changed_and_what_was_sent_is_given_back(hidden):
    record = ConsultationFactory(content="前の文章")
    url = reverse("consultations:consultation_edit", args=[record.pk])
    hidden.post(SHOW)
    fields = typed(hidden.get(url), content="隠すあいだの文章")
    hidden.post(HIDE)

    refused = hidden.post(url, fields)
    record.refresh_from_db()
    content = record.content
    back = hidden.post(SHOW, {"next": "/"})
    hidden.post(back.context["action_url"], typed(back))

    record.refresh_from_db()
    assert (refused.status_code, content) == (409, "前の文章")
    assert "画面を隠しているあいだはできません" in html(refused)
    assert "隠すあいだの文章" not in html(refused)
    assert record.content == "隠すあいだの文章"


def test_what_was_held_is_given_back_to_one_page_however_often_it_asks(hidden):
    hidden.post("/terms/new/", {"label": "文"})

    answers = [hidden.post(SHOW, {"next": page}).status_code for page in ("/", "/calendar/", "/")]

    assert answers == [200, 302, 200]


def test_what_was_given_back_is_gone_with_the_next_hiding(hidden):
    hidden.post("/terms/new/", {"label": "文"})
    hidden.post(SHOW, {"next": "/"})

    hidden.post(HIDE)

    assert hidden.post(SHOW, {"next": "/"}).status_code == 302


def test_what_was_held_waits_though_hidden_twice(hidden):
    hidden.post("/terms/new/", {"label": "文"})

    hidden.post(HIDE)

    assert hidden.post(SHOW, {"next": "/"}).status_code == 200


def test_question_of_a_script_does_not_take_the_place_of_what_was_held(hidden):
    hidden.post("/terms/new/", {"label": "文"})

    hidden.post("/consultations/clients/suggest/", {"q": "みほん"}, headers={"HX-Request": "true"})

    assert typed(hidden.post(SHOW, {"next": "/"}))["label"] == ["文"]


def test_press_in_a_session_that_ends_meanwhile_is_no_fault(login, monkeypatch):
    browser = login()

    def end(request):
        Session.objects.all().delete()
        return 0

    monkeypatch.setattr("komatsu_support.views.screen.screen_turn", end)

    assert browser.post(HIDE).status_code == 400


@pytest.mark.parametrize("spot", [p for p in OURS if is_file(p.name)], ids=lambda spot: spot.name)
def test_no_file_leaves_and_none_is_noted(hidden, spot):
    given = {"year": 2025, "pk": 1, "first": date(2025, 5, 1)}
    kwargs = {name: given[name] for name in spot.parameters}

    answer = hidden.get(reverse(spot.name, kwargs=kwargs))

    assert (answer.status_code, answer.streaming) == (409, False)
    assert not AuditEvent.objects.filter(action="export").exists()


def test_drafts_are_still_kept(hidden):
    answer = hidden.post("/drafts/", {"draft_form": "a.Form", "draft_key": "new:1", "content": "文"})

    draft = Draft.objects.get()
    assert answer["X-Draft"] == str(draft.pk)
    assert draft.data == {"content": ["文"]}


def test_log_out_works_and_ends_the_hiding(hidden):
    hidden.post(reverse("account_logout"))
    hidden.force_login(hidden.user)

    assert "data-screen-hidden" not in html(hidden.get("/"))


def passed_on(answer):
    """What the middleware makes of an answer while the screen is hidden."""
    request = RequestFactory().get("/")
    request.session, request.resolver_match = SessionStore(), None
    request.session["screen"] = {"turn": 1, "hidden": True}
    request.user = AnonymousUser()
    return HiddenScreen(lambda _: answer)(request)


@pytest.mark.parametrize(
    "answer",
    [
        JsonResponse({"name": "封印 しおり"}),
        HttpResponse("封印 しおり", content_type="text/plain"),
        StreamingHttpResponse(["封印 しおり"]),
    ],
    ids=["json", "text", "stream"],
)
def test_what_cannot_be_masked_is_refused(answer):
    refused = passed_on(answer)

    assert refused.status_code == 409
    assert "封印" not in html(refused)


def test_fragment_is_masked_too():
    assert html(passed_on(HttpResponse("<li>封印 しおり</li>"))) == "<li>●●●●</li>"


def test_script_and_redirect_pass():
    script = passed_on(HttpResponse("let a = 1;", content_type="text/javascript"))
    redirect = passed_on(HttpResponse(status=302, headers={"Location": "/"}))

    assert html(script) == "let a = 1;"
    assert (redirect.status_code, redirect.content) == (302, b"")

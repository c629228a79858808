"""What holds for every request."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from komatsu_support.models import AuditEvent, OfficeDay, Term, User
from tests.browser import typed
from tests.factories import PASSWORD, OfficeDayFactory, UserFactory

pytestmark = pytest.mark.django_db
MORNING = datetime(2025, 6, 2, 0, 0, tzinfo=UTC)  # 9:00 in Tokyo


def is_in(browser, url="/terms/"):
    """Whether a page of the office is answered, with a refusal perhaps, rather than the log-in shown."""
    answer = browser.get(url)
    return answer.status_code != 302


# --- readable text


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f"])
def test_control_character_is_answered_400_wherever_it_stands(login, character):
    admin = login("admin")
    url = reverse("term_create")

    answers = [
        admin.get("/terms/", {"kind": f"to{character}pic"}),
        admin.get("/terms/", {f"ki{character}nd": "topic"}),
        admin.get(f"/terms/{character}/"),
        admin.post(url, {"label": f"言{character}葉"}),
        admin.post(url, {f"la{character}bel": "言葉"}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert "送られた内容を読み取れません" in answers[0].content.decode()


def test_tab_and_line_break_are_text(login):
    admin = login("admin")

    answer = admin.post(reverse("term_create"), {"label": "一行目\r\n二行目\t続き"})

    assert answer.status_code == 422


# --- a session has an end


def test_session_ends_after_20_idle_minutes(login):
    with time_machine.travel(MORNING, tick=False) as clock:
        admin = login("admin")
        assert is_in(admin)
        clock.shift(timedelta(minutes=20))
        assert is_in(admin)
        clock.shift(timedelta(minutes=20, seconds=1))

        answer = admin.get("/terms/")

    assert answer.url == "/accounts/login/?next=/terms/"
    assert SESSION_KEY not in admin.session


def test_session_ends_after_10_hours_of_work(login):
    with time_machine.travel(MORNING, tick=False) as clock:
        admin = login("admin")
        hours = []
        for quarter in range(45):
            if is_in(admin):
                hours.append(quarter / 4)
            clock.shift(timedelta(minutes=15))

    assert max(hours) == 10.0


def test_idle_limit_is_a_setting(login, settings):
    settings.SESSION_IDLE_SECONDS = 60
    with time_machine.travel(MORNING, tick=False) as clock:
        admin = login("admin")
        is_in(admin)
        clock.shift(timedelta(seconds=61))

        assert not is_in(admin)


def test_presence_is_noted_once_a_minute_and_not_on_every_page(login, django_assert_num_queries):
    with time_machine.travel(MORNING, tick=False) as clock:
        admin = login("admin")
        is_in(admin)
        first = admin.session["seen_at"]
        clock.shift(timedelta(seconds=59))
        is_in(admin)
        second = admin.session["seen_at"]
        clock.shift(timedelta(seconds=1))
        is_in(admin)
        third = admin.session["seen_at"]

    assert [second - first, third - first] == [0, 60]


def edit(admin, user, **changes):
    """The administrator's form of an account."""
    url = reverse("user_edit", args=[user.pk])
    answer = admin.post(url, typed(admin.get(url), **changes))
    assert answer.status_code == 302


def test_another_role_ends_the_session(login):
    admin, person = login("admin"), login("admin")

    edit(admin, person.user, role="viewer")

    assert not is_in(person)


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"is_active": False}])
def test_change_made_past_the_page_ends_the_session_all_the_same(login, change):
    person = login("admin")

    User.objects.filter(pk=person.user.pk).update(**change)

    assert not is_in(person)


def test_deactivation_ends_the_session_and_reactivation_does_not_bring_it_back(login):
    admin, person = login("admin"), login("admin")

    edit(admin, person.user, is_active=None)
    deactivated = is_in(person)
    edit(admin, person.user, is_active="on")

    assert not deactivated
    assert not is_in(person)


def test_reactivation_does_not_bring_back_a_session_that_asked_for_nothing_meanwhile(login):
    admin, person = login("admin"), login("admin")

    edit(admin, person.user, is_active=None)
    edit(admin, person.user, is_active="on")

    assert not is_in(person)


def test_role_given_back_does_not_bring_the_session_back(login):
    admin, person = login("admin"), login("admin")

    edit(admin, person.user, role="viewer")
    edit(admin, person.user, role="admin")

    assert not is_in(person)


def test_new_password_from_the_administrator_ends_the_session(login):
    admin, person = login("admin"), login("admin")

    admin.post(reverse("user_password", args=[person.user.pk]))

    assert not is_in(person)


def test_own_new_password_takes_nothing_back_that_was_done_to_the_account_meanwhile(login, monkeypatch):
    browser, set_password = login("admin"), User.set_password

    def meanwhile(user, password):
        User.objects.filter(pk=user.pk).update(is_active=False, session_epoch=1)
        set_password(user, password)

    monkeypatch.setattr(User, "set_password", meanwhile)
    new = "another-key-of-the-cafe-8"

    browser.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    browser.user.refresh_from_db()
    assert browser.user.check_password(new)
    assert (browser.user.is_active, browser.user.session_epoch) == (False, 1)


def test_form_left_open_over_a_deactivation_does_not_take_it_back(login):
    admin, person = login("admin"), login("admin").user
    url = reverse("user_edit", args=[person.pk])
    left_open = typed(admin.get(url), display_name="例題 改")
    edit(admin, person, is_active=None)

    refused = admin.post(url, left_open)
    person.refresh_from_db()
    before = person.is_active
    admin.post(url, typed(refused))

    person.refresh_from_db()
    assert (refused.status_code, before) == (422, False)
    assert (person.display_name, person.is_active) == ("例題 改", False)


def test_own_new_password_ends_the_other_sessions_and_keeps_this_one(login):
    here, elsewhere = login("admin"), Client()
    elsewhere.force_login(here.user)
    new = "another-key-of-the-cafe-8"

    here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert is_in(here)
    assert not is_in(elsewhere)


def test_another_name_keeps_the_session(login):
    admin, person = login("admin"), login("admin")

    edit(admin, person.user, display_name="例題 改")

    assert is_in(person)


# --- nothing typed is lost


def test_page_without_a_session_leads_to_the_log_in(db):
    answer = Client().get("/terms/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/terms/")


def test_post_without_a_session_gives_the_text_back():
    answer = Client().post(
        "/terms/new/?from=list", {"label": "長い文", "code": "moving", "topics": ["1", "2"]}
    )

    fields = typed(answer)
    assert answer.status_code == 401
    assert (fields["label"], fields["code"], fields["topics"]) == (["長い文"], ["moving"], ["1", "2"])
    assert 'action="/terms/new/?from=list"' in answer.content.decode()
    assert not Term.objects.filter(code="moving").exists()


def test_post_after_the_idle_limit_gives_the_text_back_and_the_next_press_stores_it(login):
    day = OfficeDayFactory()
    with time_machine.travel(MORNING, tick=False) as clock:
        admin = login("admin")
        url = reverse("officeday_edit", args=[day.pk])
        data = typed(admin.get(url), reason="長い理由")
        clock.shift(timedelta(minutes=21))
        given_back = admin.post(url, data)
        admin.force_login(admin.user)

        answer = admin.post(url, typed(given_back))

    assert given_back.status_code == 401
    assert answer.status_code == 302
    assert OfficeDay.objects.get().reason == "長い理由"


def test_text_given_back_holds_no_password():
    data = {
        "password": PASSWORD,
        "oldpassword": PASSWORD,
        "password1": PASSWORD,
        "password2": PASSWORD,
        "label": "文",
    }

    answer = Client().post("/users/new/", data)

    assert PASSWORD not in answer.content.decode()
    assert typed(answer)["label"] == ["文"]


def test_autosave_without_a_session_is_answered_by_a_line():
    answer = Client().post("/drafts/", {"label": "長い文"}, headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.content.decode() == "ログインの有効時間が過ぎました。入力は画面に残っています。"


def strict(user):
    """A browser whose tokens are looked at, signed in."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    return browser


def test_form_left_open_over_a_log_in_gives_the_text_back_with_a_fresh_token():
    day = OfficeDayFactory()
    user = UserFactory("admin")
    before, browser = strict(user), strict(user)
    url = reverse("officeday_edit", args=[day.pk])
    old = typed(before.get(url), reason="長い理由")

    refused = browser.post(url, old)
    answer = browser.post(url, typed(refused))

    assert refused.status_code == 403
    assert typed(refused)["reason"] == ["長い理由"]
    assert answer.status_code == 302
    assert OfficeDay.objects.get().reason == "長い理由"


@pytest.mark.parametrize("is_strict", [False, True])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_form_of_another_site_is_not_given_back_with_our_button(is_strict, site):
    browser, fields = Client(enforce_csrf_checks=is_strict), {"username": "kanri", "role": "admin"}

    answer = browser.post("/users/5/edit/", fields, headers={"Sec-Fetch-Site": site})

    assert (answer.status_code, "data-resubmit" in answer.content.decode()) == (403, False)


def test_text_given_back_over_an_old_token_holds_no_password():
    browser = strict(UserFactory("admin"))

    answer = browser.post("/terms/new/", {"label": "文", "password": PASSWORD})

    assert answer.status_code == 403
    assert PASSWORD not in answer.content.decode()


def test_old_token_on_a_page_of_the_log_in_leads_to_a_fresh_one():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a", "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")


# --- the database is away


@contextmanager
def database_away(table: str = "") -> Iterator[None]:
    """Every statement on the table fails, or every statement at all."""

    def refuse(execute, sql, params, many, context):
        if table in sql:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def test_database_away_inside_a_view_gives_the_text_back(login):
    day = OfficeDayFactory()
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])
    data = typed(admin.get(url), reason="長い理由")

    with database_away("komatsu_support_officeday"):
        answer = admin.post(url, data)
    again = admin.post(url, typed(answer))

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert again.status_code == 302
    assert OfficeDay.objects.get().reason == "長い理由"


def test_database_away_before_the_view_gives_the_text_back(login):
    day = OfficeDayFactory()
    admin = login("admin")
    admin.raise_request_exception = False
    url = reverse("officeday_edit", args=[day.pk])
    data = typed(admin.get(url), reason="長い理由")

    with database_away():
        answer = admin.post(url, data)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert typed(answer)["reason"] == ["長い理由"]


@pytest.mark.parametrize("path", ["login/", "2fa/authenticate/", "2fa/totp/activate/"])
def test_database_away_while_signing_in_gives_no_secret_back(login, path):
    admin = login("admin")
    admin.raise_request_exception = False
    secrets = {"password": PASSWORD, "code": "424242", "credential": "a-passkey-s-answer"}

    with database_away():
        answer = admin.post(f"/accounts/{path}", {"login": "kanri", **secrets})

    assert answer.status_code == 503
    assert [each for each in secrets.values() if each in answer.content.decode()] == []


def test_fault_that_is_not_the_database_s_is_a_500(login, settings):
    settings.SESSION_IDLE_SECONDS = "not a number"
    admin = login("admin")
    admin.raise_request_exception = False

    answer = admin.get("/terms/")

    assert answer.status_code == 500


# --- nothing stays in a cache


@pytest.mark.parametrize("url", ["/terms/", "/users/", "/calendar/", "/nowhere/", "/trail/"])
def test_answer_to_somebody_signed_in_is_not_stored(login, url):
    assert login("admin").get(url)["Cache-Control"] == "no-store"


def test_text_given_back_is_not_stored():
    assert Client().post("/terms/new/", {"label": "長い文"})["Cache-Control"] == "no-store"


def test_log_out_clears_the_browser_s_cache_and_keeps_its_storage(login):
    admin = login("admin")

    page, goodbye = admin.get("/terms/"), admin.post(reverse("account_logout"))

    assert "Clear-Site-Data" not in page
    assert goodbye["Clear-Site-Data"] == '"cache"'
    assert AuditEvent.objects.get(action="logout").user == admin.user


def test_session_that_ends_by_itself_clears_the_browser_s_cache_too(login):
    with time_machine.travel(MORNING, tick=False) as clock:
        admin = login("admin")
        is_in(admin)
        clock.shift(timedelta(minutes=21))

        answer = admin.get("/terms/")

    assert answer["Clear-Site-Data"] == '"cache"'


# --- headers


@pytest.mark.parametrize("url", ["/accounts/login/", "/terms/", "/nowhere/"])
def test_headers_close_what_this_office_does_not_need(login, url):
    answer = login("admin").get(url)

    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )

"""Log-in: who comes in, who is kept out, what the trail says of it, and the second factor."""

import base64
import hashlib
import hmac
import re
import struct
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings as office
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse

from komatsu_support.accounts import MFAAdapter
from komatsu_support.models import AuditEvent, Role, User
from tests.browser import html, typed
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
MORNING = datetime(2025, 6, 2, 0, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    """A morning that stands still until it is moved."""
    with time_machine.travel(MORNING, tick=False) as still:
        yield still


def sign_in(username, password=PASSWORD, address="192.0.2.1", browser=None):
    """The browser after a try with name and password."""
    browser = browser or Client(REMOTE_ADDR=address)
    browser.post(LOGIN, {"login": username, "password": password})
    return browser


def is_in(browser):
    return SESSION_KEY in browser.session


def totp(secret):
    """The six digits that an authenticator app shows now. RFC 6238: SHA-1, 30 s."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def addresses_without_a_number():
    """Every address of the kernel and of the log-in that takes no argument."""
    for name in [name for name in get_resolver().reverse_dict if isinstance(name, str)]:
        with suppress(NoReverseMatch):
            yield reverse(name)


def enrol(browser):
    """Set a second factor up. Answers its secret."""
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = browser.post(reverse("mfa_activate_totp"), {"code": totp(secret)})
    assert answer.status_code == 302
    return secret


# --- the page


@pytest.mark.parametrize("language", ["ja", "en-US,en;q=0.9"])
def test_log_in_page_is_japanese_whatever_the_browser_speaks(language):
    html = Client().get(LOGIN, headers={"Accept-Language": language}).content.decode()

    assert '<html lang="ja">' in html
    labels = re.findall(r"<label[^>]*>\s*(\w+)", html)
    assert labels[:2] == ["ログインID", "パスワード"]
    assert [word for word in ("Sign In", "Username", "Password", "Forgot", "Log in") if word in html] == []


def test_log_in_page_offers_no_sign_up():
    html = Client().get(LOGIN).content.decode()

    assert "signup" not in html


def test_right_password_leads_to_today_s_work():
    UserFactory("admin", username="kanri")
    browser = Client()

    answer = browser.post(LOGIN, {"login": "kanri", "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(browser)


@pytest.mark.parametrize(("username", "password"), [("kanri", "wrong-key-of-cafe"), ("nobody", PASSWORD)])
def test_wrong_name_or_password_is_refused_without_telling_which(username, password):
    UserFactory("admin", username="kanri")

    answer = Client().post(LOGIN, {"login": username, "password": password})

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == [
        "ログインIDかパスワードが違います。もう一度入力してください。"
    ]


def test_deactivated_person_is_refused():
    UserFactory("admin", username="kanri", is_active=False)

    assert not is_in(sign_in("kanri"))


def test_system_account_lets_nobody_in():
    User.objects.system()

    assert not any(is_in(sign_in("system", password)) for password in ("", "!", "system", PASSWORD))


def test_address_to_go_to_after_log_in_stays_within_the_office():
    UserFactory("admin", username="kanri")
    browser = Client()

    answer = browser.post(f"{LOGIN}?next=https://example.com/", {"login": "kanri", "password": PASSWORD})

    assert answer["Location"] == "/"


# --- accounts are made by an administrator


@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "email/", "password/set/", "login/code/", "confirm-email/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_of_the_library_that_the_office_does_not_use_are_closed(login, path, method):
    data = {"username": "shinnyu", "password1": PASSWORD, "password2": PASSWORD, "email": "a@example.com"}
    people = User.objects.count()

    answers = [getattr(browser, method)(f"/accounts/{path}", data) for browser in (Client(), login("admin"))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert User.objects.count() == people + 1


def test_every_page_of_the_library_answers_without_a_fault(login):
    addresses = [address for address in addresses_without_a_number() if address.startswith("/accounts/")]

    statuses = {
        (address, method): getattr(browser, method)(address).status_code
        for address in addresses
        for browser in (Client(), login("admin"))
        for method in ("get", "post")
        if address != reverse("account_logout")
    }

    assert len(addresses) > 10
    assert {key: status for key, status in statuses.items() if status >= 500} == {}


def test_administrator_makes_an_account_and_its_first_password_opens_it(login):
    admin = login("admin")
    page = admin.get(reverse("user_create"))
    admin.post(
        reverse("user_create"),
        typed(page, username="atarashii", display_name="仮名 いろは", role="admin", is_active="on"),
    )
    person = User.objects.get(username="atarashii")

    before = is_in(sign_in("atarashii", ""))
    shown = admin.post(reverse("user_password", args=[person.pk]))

    assert not before
    assert is_in(sign_in("atarashii", shown.context["password"]))
    assert len(shown.context["password"]) == 16


def test_account_whose_name_was_typed_in_capitals_opens(login):
    admin = login("admin")
    page = admin.get(reverse("user_create"))
    admin.post(
        reverse("user_create"),
        typed(page, username="Atarashii", display_name="仮名 いろは", role="admin", is_active="on"),
    )
    person = User.objects.get(display_name="仮名 いろは")

    shown = admin.post(reverse("user_password", args=[person.pk]))

    assert is_in(sign_in("Atarashii", shown.context["password"]))


@pytest.mark.parametrize("name", ["ﬃ" * 50, "İ" * 50], ids=["ligatures", "capitals"])
def test_name_that_grows_when_it_is_normalized_is_too_long(login, name):
    admin = login("admin")
    page = admin.get(reverse("user_create"))

    answer = admin.post(
        reverse("user_create"), typed(page, username=name, display_name="仮名 一", role="admin")
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["username"]


def test_account_needs_a_role(login):
    admin = login("admin")
    page = admin.get(reverse("user_create"))

    answer = admin.post(reverse("user_create"), typed(page, username="a", display_name="仮名 一", role=""))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["role"]


def test_administrator_cannot_change_the_own_role_or_end_the_own_account(login):
    admin = login("admin")
    url = reverse("user_edit", args=[admin.user.pk])

    admin.post(url, {**typed(admin.get(url)), "role": ["lead"], "is_active": [], "display_name": ["例題 改"]})

    admin.user.refresh_from_db()
    assert (admin.user.role, admin.user.is_active) == ("admin", True)
    assert admin.user.display_name == "例題 改"


@pytest.mark.parametrize("name", ["user_password", "user_unlock"])
def test_administrator_cannot_reset_the_own_account(login, name):
    admin = login("admin")

    assert admin.post(reverse(name, args=[admin.user.pk])).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role.values if role != "admin"])
def test_nobody_else_touches_accounts(login, role):
    person = UserFactory("counselor")
    browser = login(role)
    browser.raise_request_exception = False

    answers = [
        browser.get(reverse("user_list")).status_code,
        browser.post(reverse("user_edit", args=[person.pk]), {"role": "lead"}).status_code,
        browser.post(reverse("user_password", args=[person.pk])).status_code,
        browser.post(reverse("user_unlock", args=[person.pk])).status_code,
    ]

    assert answers == [403] * 4


# --- passwords


@pytest.mark.parametrize(
    "password",
    ["elevenchars", "short", "password1234", "123456789012", "shokuin-hanako"],
)
def test_weak_password_is_refused_in_japanese(login, password):
    person = login("admin", username="shokuin-hanako")

    answer = person.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )

    errors = [error for errors in answer.context["form"].errors.values() for error in errors]
    assert errors
    assert all(error.startswith("このパスワード") for error in errors)
    person.user.refresh_from_db()
    assert person.user.check_password(PASSWORD)


def test_new_password_of_12_characters_is_taken_and_stands_in_the_trail(login):
    person = login("admin")

    person.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "kagi-no-ana7", "password2": "kagi-no-ana7"},
    )

    event = AuditEvent.objects.get(action="account")
    assert is_in(sign_in(person.user.username, "kagi-no-ana7"))
    assert (event.user, event.object_id, event.fields) == (person.user, person.user.pk, ["password"])


# --- guessing


def guess(username, times, address="192.0.2.1"):
    for _ in range(times):
        sign_in(username, "wrong-key-of-cafe", address)


def test_fifth_failure_locks_this_person_at_this_address():
    UserFactory("admin", username="kanri")
    guess("kanri", 5)

    answer = Client(REMOTE_ADDR="192.0.2.1").post(LOGIN, {"login": "kanri", "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == [
        "ログインの失敗が続いたため、しばらく入れません。5分ほど待ってからやり直してください。"
    ]
    assert not is_in(sign_in("kanri"))


def test_four_failures_lock_nobody():
    UserFactory("admin", username="kanri")
    guess("kanri", 4)

    assert is_in(sign_in("kanri"))


def test_lock_does_not_reach_another_person_at_the_same_address():
    UserFactory("admin", username="kanri")
    UserFactory("admin", username="tonari")
    guess("kanri", 9)

    assert is_in(sign_in("tonari"))


def test_lock_does_not_reach_the_same_person_at_another_address():
    UserFactory("admin", username="kanri")
    guess("kanri", 9)

    assert is_in(sign_in("kanri", address="192.0.2.99"))


def test_lock_holds_whatever_case_the_name_is_typed_in():
    UserFactory("admin", username="kanri")
    guess("kanri", 3)
    guess("KANRI", 2)

    assert not is_in(sign_in("kanri"))


def test_lock_opens_after_five_minutes(clock):
    UserFactory("admin", username="kanri")
    guess("kanri", 5)
    clock.shift(timedelta(minutes=5, seconds=1))

    assert is_in(sign_in("kanri"))


def test_guesses_from_many_addresses_lock_the_account_in_the_end():
    UserFactory("admin", username="kanri")
    for number in range(60):
        guess("kanri", 1, address=f"192.0.2.{number}")

    assert not is_in(sign_in("kanri", address="192.0.2.200"))


def test_right_passwords_do_not_lock():
    UserFactory("admin", username="kanri")

    assert [is_in(sign_in("kanri")) for _ in range(61)] == [True] * 61


def test_right_passwords_in_between_open_no_lock():
    UserFactory("admin", username="kanri")
    for number in range(60):
        guess("kanri", 1, address=f"192.0.2.{number}")
        if number % 10 == 0:
            sign_in("kanri", address="192.0.2.250")

    assert not is_in(sign_in("kanri", address="192.0.2.200"))


# --- the trail


def test_log_in_failure_and_log_out_stand_in_the_trail():
    user = UserFactory("admin", username="kanri")

    sign_in("kanri", "wrong-key-of-cafe")
    browser = sign_in("kanri")
    browser.post(reverse("account_logout"))

    told = AuditEvent.objects.order_by("number").values_list("action", "user", "object_id", "address")
    assert list(told) == [
        ("login_failed", None, user.pk, "192.0.2.1"),
        ("login", user.pk, None, "192.0.2.1"),
        ("logout", user.pk, None, "192.0.2.1"),
    ]


def test_failure_with_an_unknown_name_keeps_the_name_out_of_the_trail():
    sign_in("my-secret-typed-in-the-wrong-box")

    event = AuditEvent.objects.get(action="login_failed")
    assert event.object_id is None
    assert "secret" not in str([getattr(event, f.attname) for f in event._meta.concrete_fields])


def test_failure_stands_against_the_account_whatever_case_its_name_is_typed_in():
    person = UserFactory("admin", username="kanri")

    guess("KANRI", 1)

    assert AuditEvent.objects.get(action="login_failed").object_id == person.pk


def test_change_of_an_account_stands_in_the_trail(login):
    admin, person = login("admin"), UserFactory("counselor")
    url = reverse("user_edit", args=[person.pk])

    admin.post(url, typed(admin.get(url), role="lead", display_name="例題 改"))

    event = AuditEvent.objects.get(action="account")
    assert (event.user, event.role, event.object_id) == (admin.user, "admin", person.pk)
    assert event.fields == ["display_name", "role"]


@pytest.mark.parametrize("name", ["user_edit", "user_password", "user_unlock", "account_change_password"])
def test_account_is_changed_after_waiting_for_the_trail_and_not_before(login, name):
    """Two hands on one account, one of them with the row and one with the trail, would wait for each other for ever."""
    admin, is_own = login("admin"), name == "account_change_password"
    url = reverse(name, args=[] if is_own else [UserFactory().pk])
    password = {"oldpassword": PASSWORD, "password1": "kagi-no-ana7", "password2": "kagi-no-ana7"}
    data = typed(admin.get(url), role="lead") if name == "user_edit" else password if is_own else {}

    with CaptureQueriesContext(connection) as queries:
        admin.post(url, data)

    tables = ("trailhead", 'UPDATE "komatsu_support_user"', 'DELETE FROM "mfa_authenticator"')
    touched = [table for query in queries for table in tables if table in query["sql"]]
    assert touched[0] == "trailhead"
    assert len(set(touched)) > 1


# --- the second factor


def test_enrolment_asks_for_no_password_again_right_after_log_in():
    UserFactory("admin", username="kanri")

    page = sign_in("kanri").get(reverse("mfa_activate_totp"))

    assert page.status_code == 200
    assert page.context["form"].secret


def test_wrong_code_enrols_nothing():
    UserFactory("admin", username="kanri")
    browser = sign_in("kanri")
    browser.get(reverse("mfa_activate_totp"))

    browser.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert not Authenticator.objects.exists()


def test_secret_is_sealed_in_the_database():
    UserFactory("admin", username="kanri")

    secret = enrol(sign_in("kanri"))

    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert MFAAdapter().decrypt(stored) == secret


def test_sealed_secret_opens_with_an_older_key_and_with_no_other(settings):
    sealed = MFAAdapter().encrypt("SECRET")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"

    assert MFAAdapter().decrypt(sealed) == "SECRET"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        MFAAdapter().decrypt(sealed)


def with_factor(username="kanri", role="admin"):
    """An account with a second factor, its secret."""
    UserFactory(role, username=username)
    return enrol(sign_in(username))


def test_password_alone_does_not_open_an_account_with_a_second_factor(clock):
    with_factor()
    browser = sign_in("kanri")

    answer = browser.get("/terms/")

    assert not is_in(browser)
    assert answer.url == "/accounts/login/?next=/terms/"
    assert not AuditEvent.objects.filter(action="login", number__gt=1).exists()


def test_password_and_code_open_it(clock):
    secret = with_factor()
    clock.shift(timedelta(seconds=90))
    browser = sign_in("kanri")

    browser.post(reverse("mfa_authenticate"), {"code": totp(secret)})

    assert is_in(browser)


def test_code_opens_once_only(clock):
    secret = with_factor()
    clock.shift(timedelta(seconds=90))
    sign_in("kanri").post(reverse("mfa_authenticate"), {"code": totp(secret)})
    second = sign_in("kanri")

    second.post(reverse("mfa_authenticate"), {"code": totp(secret)})

    assert not is_in(second)


def test_wrong_codes_lock_the_second_step(clock):
    secret = with_factor()
    clock.shift(timedelta(seconds=90))
    browser = sign_in("kanri")
    for _ in range(5):
        browser.post(reverse("mfa_authenticate"), {"code": "000000"})

    browser.post(reverse("mfa_authenticate"), {"code": totp(secret)})

    assert not is_in(browser)


def test_required_second_factor_is_set_up_before_anything_else(login, settings):
    settings.REQUIRE_MFA = True
    admin = login("admin")

    pages = [a for a in addresses_without_a_number() if not a.startswith(("/accounts/", "/healthz/"))]

    answers = {
        (address, method): getattr(admin, method)(address).headers.get("Location")
        for address in pages
        for method in ("get", "post")
    }

    assert len(answers) >= 16
    assert set(answers.values()) == {reverse("mfa_activate_totp")}


@pytest.mark.parametrize(
    "trick",
    [
        {"headers": {"HX-Request": "true"}},
        {"headers": {"X-Requested-With": "XMLHttpRequest"}},
        {"headers": {"Accept": "application/json"}},
        {"query_params": {"next": "/accounts/"}},
    ],
)
def test_required_second_factor_is_not_gone_round(login, settings, trick):
    settings.REQUIRE_MFA = True
    admin = login("admin")

    answer = admin.get("/terms/", **trick)

    assert (answer.status_code, answer.url) == (302, reverse("mfa_activate_totp"))


@pytest.mark.parametrize(
    "path", ["//terms/", "/accounts/../terms/", "/static/../terms/", "/accounts/%2e%2e/terms/"]
)
def test_required_second_factor_is_not_gone_round_by_a_path(login, settings, path):
    settings.REQUIRE_MFA = True
    admin = login("admin")

    answer = admin.get(path)

    assert answer.status_code == 404 or answer.url == reverse("mfa_activate_totp")


def test_recovery_codes_alone_are_no_second_factor(login, settings):
    settings.REQUIRE_MFA = True
    admin = login("admin")

    admin.post(reverse("mfa_generate_recovery_codes"))

    assert not Authenticator.objects.exists()
    assert admin.get("/terms/").url == reverse("mfa_activate_totp")


def test_office_opens_once_the_second_factor_is_set_up(login, settings):
    settings.REQUIRE_MFA = True
    admin = login("admin")

    enrol(admin)

    assert admin.get("/terms/").status_code == 200


@pytest.mark.parametrize(("required", "kept"), [(True, True), (False, False)])
def test_last_second_factor_is_not_given_up_where_one_is_required(settings, required, kept):
    settings.REQUIRE_MFA = required
    UserFactory("admin", username="kanri")
    browser = sign_in("kanri")
    enrol(browser)

    unasked = browser.post(reverse("mfa_deactivate_totp"))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("mfa_deactivate_totp"))

    assert unasked.url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(type="totp").exists() == kept
    assert browser.get("/terms/").status_code == 200


def test_administrator_resets_a_lost_second_factor(login, settings):
    settings.REQUIRE_MFA = True
    admin, person = login("admin"), login("admin")
    enrol(admin)
    enrol(person)
    before = person.get("/terms/").status_code

    admin.post(reverse("user_unlock", args=[person.user.pk]))

    event = AuditEvent.objects.get(action="account")
    again = sign_in(person.user.username)
    assert before == 200
    assert person.get("/terms/").url == "/accounts/login/?next=/terms/"
    assert is_in(again)
    assert again.get("/terms/").url == reverse("mfa_activate_totp")
    assert (event.user, event.object_id, event.fields) == (admin.user, person.user.pk, ["second_factor"])


def test_rate_limits_are_shared_by_all_processes():
    from komatsu_support import settings as real

    assert real.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert office.ACCOUNT_RATE_LIMITS["login_failed"] == "5/5m/key"


def test_lock_is_not_forgotten_when_many_others_fail(settings):
    from komatsu_support import settings as real

    settings.CACHES = real.CACHES
    call_command("createcachetable", verbosity=0)
    UserFactory("admin", username="kanri")
    guess("kanri", 5)
    for number in range(400):
        cache.set(f"somebody-else-{number}", [time.time()], 300)

    assert not is_in(sign_in("kanri"))


def test_second_factor_set_up_stands_in_the_trail(login, settings, django_capture_on_commit_callbacks):
    settings.REQUIRE_MFA = True
    browser = login("admin")

    with django_capture_on_commit_callbacks(execute=True):
        enrol(browser)

    events = AuditEvent.objects.filter(user=browser.user, action="account")
    assert list(events.values_list("fields", "basis")) == [(["second_factor"], "totp_activated")]


def test_too_many_requests_are_answered_in_japanese():
    assert "5分ほど待ってから" in render_to_string("429.html")


@pytest.mark.parametrize(
    ("method", "name"),
    [("get", "user_edit"), ("post", "user_edit"), ("post", "user_password"), ("post", "user_unlock")],
)
def test_account_of_the_system_itself_is_nobodys_to_manage(login, method, name):
    system = User.objects.system()

    response = getattr(login("admin"), method)(reverse(name, args=[system.pk]))

    assert response.status_code == 404
    system.refresh_from_db()
    assert (system.is_active, system.role) == (False, "")


def test_list_of_accounts_filters_and_leaves_the_system_out(login):
    gone = UserFactory("viewer", is_active=False)

    response = login("admin").get(reverse("user_list"), {"is_active": "False"})

    assert [account for account, _ in response.context["rows"]] == [gone]
    assert f'<a href="{reverse("user_edit", args=[gone.pk])}">{gone.display_name}</a>' in html(response)


# --- passkeys; the ceremony itself is in tests/e2e/test_passkeys.py


def with_passkey(user, name="鍵"):
    """A stored passkey that nobody holds the other half of."""
    data = {"name": name, "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    return Authenticator.objects.create(user=user, type="webauthn", data=data)


def test_passkey_alone_is_a_second_factor(login, settings):
    settings.REQUIRE_MFA = True
    admin = login("admin")
    before = admin.get("/terms/").url

    with_passkey(admin.user)

    assert before == reverse("mfa_activate_totp")
    assert admin.get("/terms/").status_code == 200


@pytest.mark.parametrize(
    ("required", "second", "left"), [(True, False, 1), (True, True, 1), (False, False, 0)]
)
def test_last_passkey_is_not_given_up_where_a_second_factor_is_required(
    login, settings, required, second, left
):
    settings.REQUIRE_MFA = required
    admin = login("admin")
    passkey = with_passkey(admin.user)
    if second:
        with_passkey(admin.user)
    admin.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    admin.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))

    assert Authenticator.objects.count() == left


def test_passkey_of_another_is_nobodys_to_rename_or_remove(login):
    admin = login("admin")
    passkey = with_passkey(UserFactory("lead"))
    admin.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    answers = [
        admin.post(reverse(name, args=[passkey.pk]), {"name": "x"}).status_code
        for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")
    ]

    assert answers == [404, 404]


@pytest.mark.parametrize(
    "sent",
    [
        "[1]",
        '"x"',
        '{"id": "x"}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", '
        '"authenticatorData": "eA", "signature": "eA", "userHandle": "eA"}}',
    ],
)
def test_refused_passkey_stands_in_the_trail_against_nobody(sent):
    browser = Client(REMOTE_ADDR="192.0.2.1")

    answer = browser.post(reverse("mfa_login_webauthn"), {"credential": sent})

    event = AuditEvent.objects.get()
    assert answer["Location"] == LOGIN
    assert (event.action, event.user, event.object_id) == ("login_failed", None, None)
    assert not is_in(browser)


def test_ended_account_with_the_right_password_stands_in_the_trail():
    user = UserFactory("admin", username="kanri", is_active=False)

    browser = sign_in("kanri")

    event = AuditEvent.objects.get()
    assert (event.action, event.user, event.object_id) == ("login_failed", None, user.pk)
    assert not is_in(browser)

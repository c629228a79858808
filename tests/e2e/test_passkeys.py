"""Passkeys, with a virtual authenticator: who comes in by one, and who does not."""

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.door import lands, next_page
from tests.e2e.test_roles import is_too_wide, shoot, violations

LOGIN = "**/accounts/2fa/webauthn/login/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Person:
    """Somebody with an account of their own, and a device that keeps passkeys."""

    def __init__(self, admin: Page, page: Page, username: str) -> None:
        self.page, self.username = page, username
        admin.goto("/users/new/")
        admin.locator("[name=username]").fill(username)
        admin.locator("[name=display_name]").fill(f"仮名 {username}")
        admin.locator("[name=role]").select_option("counselor")
        admin.get_by_role("button", name="登録", exact=True).click()
        lands(admin, r"/users/\d+/edit/$")
        self.account = admin.url
        admin.get_by_role("button", name="新しいパスワードを発行").click()
        admin.locator("#question-yes").click()
        lands(admin, "/password/$")
        self.password = admin.locator("code").first.inner_text()
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    def types_the_password(self) -> None:
        """The first step of the log-in."""
        self.page.goto("/accounts/login/")
        self.page.locator("input[name=login]").fill(self.username)
        self.page.locator("input[name=password]").fill(self.password)
        with next_page(self.page):
            self.page.get_by_role("button", name="ログイン", exact=True).click()

    def adds_a_passkey(self) -> None:
        """From log-in to the question of the recovery codes."""
        self.types_the_password()
        self.is_in()
        self.page.goto("/accounts/2fa/webauthn/add/")
        self.page.get_by_role("button", name="登録する").click()
        lands(self.page, "/reauthenticate/")  # before the recovery codes are shown
        expect(self.page.get_by_text("パスキーを登録しました。")).to_be_visible()

    def logs_out(self) -> None:
        """And sees the log-in again."""
        self.page.get_by_role("button", name="ログアウト").click()
        expect(self.page.get_by_role("heading", name="ログイン")).to_be_visible()

    def uses_the_passkey(self) -> None:
        """The button of the log-in page."""
        self.page.goto("/accounts/login/")
        self.page.get_by_role("button", name="パスキーでログイン").click()

    def confirms_by_passkey(self) -> None:
        """Where the office asks once more before something that matters."""
        self.page.get_by_role("link", name="パスキーを使う").click()
        lands(self.page, "/webauthn/reauthenticate/")
        self.page.get_by_role("button", name="パスキーで確認する").click()

    def is_out(self) -> bool:
        """Whether the office asks who this is."""
        self.page.goto("/")
        return "/accounts/" in self.page.url and not self.page.locator(".account").count()

    def is_in(self) -> None:
        """Waits until the office knows who this is."""
        expect(self.page.locator(".account summary")).to_contain_text(f"仮名 {self.username}")


def in_trail(visit: Callable[..., Page]) -> str:
    """The newest lines of the trail."""
    page = visit("manager")
    page.goto("/trail/")
    return page.locator("main tbody").inner_text()


def test_passkey_alone_logs_in_and_stands_in_the_trail(visit: Callable[..., Page]) -> None:
    person = Person(visit("admin"), visit(), "kagi1")
    person.adds_a_passkey()
    assert violations(person.page) == []
    person.confirms_by_passkey()
    lands(person.page, "/recovery-codes/$")
    person.logs_out()

    person.uses_the_passkey()

    person.is_in()
    assert re.search(r"仮名 kagi1.*ログイン|ログイン.*仮名 kagi1", in_trail(visit))


def test_passkey_is_renamed_and_removed_in_our_words(visit: Callable[..., Page]) -> None:
    person = Person(visit("admin"), visit(width="phone"), "kagi2")
    person.adds_a_passkey()
    person.logs_out()
    person.uses_the_passkey()
    person.is_in()
    page = person.page
    for address in ("", "webauthn/", "webauthn/add/"):
        page.goto(f"/accounts/2fa/{address}")
        assert (address, violations(page), is_too_wide(page)) == (address, [], False)
        shoot(page, f"passkeys-{address.strip('/').replace('/', '-') or 'index'}-phone")
    page.goto("/accounts/2fa/webauthn/")

    page.get_by_role("link", name="名前を変える").click()
    person.confirms_by_passkey()
    page.locator("input[name=name]").fill("相談室の端末")
    page.get_by_role("button", name="更新").click()
    expect(page.locator(".passkeys")).to_contain_text("相談室の端末")
    page.get_by_role("link", name="外す").click()
    page.get_by_role("button", name="外す").click()

    expect(page.get_by_text("パスキーを外しました。")).to_be_visible()
    expect(page.locator(".passkeys")).to_have_count(0)


def test_passkey_serves_after_the_password_and_anothers_does_not(visit: Callable[..., Page]) -> None:
    admin = visit("admin")
    owner, other = Person(admin, visit(), "kagi3"), Person(admin, visit(), "kagi4")
    owner.adds_a_passkey()
    owner.logs_out()
    other.adds_a_passkey()
    other.logs_out()

    for person in (owner, other):
        page, name = person.page, "パスキー・セキュリティキーを使う"
        person.username, person.password = owner.username, owner.password
        person.types_the_password()
        assert violations(page) == []
        page.get_by_role("button", name=name).click()

    owner.is_in()
    expect(other.page.get_by_text("パスキーを確かめられませんでした。")).to_be_visible()
    assert other.is_out()


def test_passkey_that_claims_to_be_anothers_opens_nothing(visit: Callable[..., Page]) -> None:
    admin = visit("admin")
    owner, thief = Person(admin, visit(), "kagi5"), Person(admin, visit(), "kagi6")
    owner.adds_a_passkey()
    owner.logs_out()
    thief.adds_a_passkey()
    thief.logs_out()
    with owner.page.expect_request(lambda request: request.method == "POST") as sent:
        owner.uses_the_passkey()
    handle = json.loads(dict(parse_qsl(sent.value.post_data or ""))["credential"])["response"]["userHandle"]

    def claim(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        fields = dict(parse_qsl(route.request.post_data or ""))
        credential = json.loads(fields["credential"])
        credential["response"]["userHandle"] = handle
        route.continue_(post_data=urlencode(fields | {"credential": json.dumps(credential)}))

    thief.page.route(LOGIN, claim)
    thief.uses_the_passkey()

    expect(thief.page.get_by_text("コードが正しくありません。")).to_be_visible()
    assert thief.is_out()


@pytest.mark.parametrize("deed", ["ended", "unlocked"])
def test_passkey_opens_no_account_that_has_ended_or_was_reset(visit: Callable[..., Page], deed: str) -> None:
    admin = visit("admin")
    person = Person(admin, visit(), f"kagi-{deed}")
    person.adds_a_passkey()
    person.logs_out()
    admin.goto(person.account)
    if deed == "ended":
        admin.locator("[name=is_active]").uncheck()
        admin.get_by_role("button", name="更新", exact=True).click()
    else:
        admin.get_by_role("button", name="二段階認証を解除").click()
        admin.locator("#question-yes").click()
    expect(admin.locator(".banner-ok")).to_be_visible()

    person.uses_the_passkey()

    refusal = "このアカウントは使えません" if deed == "ended" else "コードが正しくありません"
    expect(person.page.get_by_text(refusal)).to_be_visible()
    assert person.is_out()

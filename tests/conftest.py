"""What every test may ask for: somebody who is signed in, and a database that can be emptied."""

from collections.abc import Iterator
from typing import Any, Protocol

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, TransactionTestCase, override_settings

from komatsu_support.models import Role, User
from tests import trail
from tests.factories import UserFactory

QUICK = {
    # Argon2 takes 0.3 s for each log-in; test_settings.py reads the real list.
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    "WHITENOISE_AUTOREFRESH": True,  # files as they lie in static/; nothing is collected for tests
    "WHITENOISE_USE_FINDERS": True,
    "REQUIRE_MFA": False,
}


class SignedIn(Client):
    """A browser in which somebody is signed in."""

    user: User


class Login(Protocol):
    """Signs a new person of a role in."""

    def __call__(self, role: str = Role.COUNSELOR, **fields: Any) -> SignedIn: ...


class NewUser(Protocol):
    """Makes a person of a role."""

    def __call__(self, role: str = Role.COUNSELOR, **fields: Any) -> User: ...


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright's event loop gives Django a second connection from then on, which
    nobody would close before the test database is dropped."""
    items.sort(key=lambda item: "e2e" in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def quick_settings() -> Iterator[None]:
    """Settings that only cost time in tests, whatever the environment says."""
    with override_settings(**QUICK):
        yield


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_trail() -> Iterator[None]:
    """Let tests with `transaction=True` empty the database, and refill what the migrations put there."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush_and_refill(case: TransactionTestCase) -> None:
        trail.lift()
        flush(case)
        trail.refill()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_and_refill)
        yield


@pytest.fixture(autouse=True)
def no_memory() -> None:
    """Rate limits of one test do not count in the next."""
    cache.clear()


@pytest.fixture
def user(db: None) -> NewUser:
    """`user("lead")`: a new person of the role."""
    return UserFactory


@pytest.fixture
def login(db: None) -> Login:
    """`login("lead")`: a browser with a new person of the role, who is its `.user`."""

    def sign_in(role: str = Role.COUNSELOR, **fields: Any) -> SignedIn:
        browser = SignedIn()
        browser.user = UserFactory(role, **fields)
        browser.force_login(browser.user)
        return browser

    return sign_in


@pytest.fixture
def eighth_of_may() -> Iterator[None]:
    """Noon of 8 May 2025, a Thursday on which the office is open; the clock stands."""
    with time_machine.travel("2025-05-08 12:00+09:00", tick=False):
        yield

"""The permission sweep: every URL × every visitor × every method, on existing objects.

A refused request must have changed no row: no statement that writes may have reached the database, but for
the session's own.
"""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.access import EVERYBODY, ONES_OWN, OPEN_TO_ALL, PAGES, ROLES
from tests.site import OURS, Page
from tests.world import SECRETS, World, build

pytestmark = pytest.mark.django_db  # without a marked test in the run there would be no database
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REFUSED = 403
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One of everything, built once for the whole sweep and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def untouched(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a page of the sweep changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def browser(world: World, who: str) -> Client:
    """A browser of a role, of nobody, or of somebody who is gone."""
    client = Client()
    if who == "gone":
        person = world.people["gone"]
        person.is_active = True
        client.force_login(person)
    elif who != "anonymous":
        client.force_login(world.people[who])
    return client


def ask(world: World, client: Client, page: Page, method: str) -> tuple[int, list[str], str]:
    """Status, statements that wrote, and the page's text."""
    url = reverse(page.name, kwargs=world.kwargs(page))
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        transaction.atomic(),
    ):
        response = client.generic(method, url, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    wrote = [
        query["sql"][:120]
        for query in queries.captured_queries
        if query["sql"].lstrip().upper().startswith(WRITES) and "django_session" not in query["sql"]
    ]
    whole = getattr(response, "streaming_content", None)
    text = response.content if whole is None else b"".join(whole)
    return response.status_code, wrote, text.decode(errors="replace")


def test_every_page_stands_in_the_access_table():
    assert {page.name for page in OURS} - OPEN_TO_ALL == set(PAGES)


@pytest.mark.parametrize("spot", [p for p in OURS if p.name in PAGES], ids=lambda spot: spot.name)
@pytest.mark.parametrize("letter", EVERYBODY)
def test_page_opens_to_the_roles_of_the_table_and_to_no_other(world, spot, letter):
    client = browser(world, ROLES[letter])
    allowed = letter in PAGES[spot.name]
    mine = ONES_OWN.get(spot.name, letter) == letter

    for method in METHODS:
        status, wrote, text = ask(world, client, spot, method)

        if allowed and mine:
            assert status < 500, (method, status)
            assert status not in (401, 403, 404), (method, status)
        elif allowed:
            assert status in (404, 405), (method, status)
        else:
            assert (method, status) == (method, REFUSED)
            assert wrote == []
            assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("spot", [p for p in OURS if p.name in PAGES], ids=lambda spot: spot.name)
def test_page_refuses_a_user_without_a_role(world, spot):
    client = browser(world, "")

    for method in METHODS:
        assert ask(world, client, spot, method)[:2] == (REFUSED, [])


@pytest.mark.parametrize("who", ["anonymous", "gone"])
@pytest.mark.parametrize("spot", [p for p in OURS if p.name in PAGES], ids=lambda spot: spot.name)
def test_page_sends_a_stranger_to_the_log_in(world, spot, who):
    client = browser(world, who)

    for method in METHODS:
        url = reverse(spot.name, kwargs=world.kwargs(spot))
        response = client.generic(method, url)

        assert response.status_code == 302, method
        assert response["Location"].startswith(reverse("account_login")), method


@pytest.mark.parametrize("role", ["coordinator", "manager", "viewer", "admin"])
@pytest.mark.parametrize("spot", [p for p in OURS if p.name in PAGES], ids=lambda spot: spot.name)
def test_page_tells_nothing_of_a_person_to_those_who_must_not_know(world, spot, role):
    text = ask(world, browser(world, role), spot, "GET")[2]

    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("spot", [p for p in OURS if p.name in PAGES], ids=lambda spot: spot.name)
def test_phone_and_address_stand_on_no_page_before_they_are_asked_for(world, spot):
    if spot.name == "consultations:client_contact":
        pytest.skip("the page of the contact itself: opening it is the asking, and is in the trail")

    text = ask(world, browser(world, "lead"), spot, "GET")[2]

    assert [secret for secret in SECRETS[2:5] if secret in text] == []

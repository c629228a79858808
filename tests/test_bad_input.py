"""Bad input: forty-six bad values × every field, query and path part, then values nobody thought of.

No page answers 5xx; what was accepted is looked at again on its own page and in its list, so that nothing
stored poisons a page; and both engines give the same answers. Each request is undone after it. At full count
under PROVE=full, else a sample that moves from field to field.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from tests.access import PAGES, ROLES
from tests.browser import Fields, typed
from tests.site import OURS, Page
from tests.values import BAD_VALUES, PATH_VALUES, QUERY_NAMES
from tests.world import World, build

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
FULL = os.environ.get("PROVE") == "full"
SPOTS = [page for page in OURS if page.name in PAGES]
PLUMBING = ("csrfmiddlewaretoken", "submission", "version", "draft_form", "draft_key", "draft_page")
GUESSED = ("q", "reason", "client", "understood", "note", "day", "year", "label", "count")
"""What a page without a form of its own is sent."""
NOT_ALLOWED = 405
ANSWERS = Path(__file__).parents[1] / ".pytest_cache" / "bad-input"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One of everything, seen on a day shortly after, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def on_that_day(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database is open and the clock stands."""
    with django_db_blocker.unblock(), time_machine.travel("2025-06-02T01:00:00Z", tick=False):
        yield


def somebody(world: World, page: Page) -> Client:
    """A browser of a role that may open the page; faults are answers, not exceptions."""
    letters = PAGES[page.name]
    client = Client(raise_request_exception=False)
    client.force_login(world.people[ROLES["L" if "L" in letters else letters[0]]])
    return client


def sample(of: list[str], at: str, each: int) -> list[str]:
    """All values at full count; else a few, other ones from place to place."""
    return of if FULL else turned(of, at)[:each]


def turned(of: list[str], at: str) -> list[str]:
    """The same values, beginning elsewhere from place to place and going on in strides."""
    start = int(hashlib.sha256(at.encode()).hexdigest(), 16) % len(of)
    return [of[(start + step * 17) % len(of)] for step in range(len(of))]


def undone(client: Client, method: str, url: str, data: Any = None) -> int:
    """The status of one request whose changes are taken back; what it stored must be readable."""
    with transaction.atomic():
        answer = client.get(url, data) if method == "GET" else client.post(url, data)
        text(answer)
        status: int = answer.status_code
        if method == "POST" and status == 302 and answer["Location"].startswith("/"):
            stored = client.get(answer["Location"])
            text(stored)
            status = stored.status_code if stored.status_code >= 500 else status
        transaction.set_rollback(True)
    return status


def text(answer: Any) -> str:
    """A page's text; a file is read to its end, as a browser does."""
    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(whole.decode(errors="replace"))


def broken(statuses: dict[str, int]) -> dict[str, int]:
    """What is no answer to a person."""
    return {at: status for at, status in statuses.items() if status >= 500}


def same_on_both_engines(page: Page, kind: str, statuses: dict[str, int]) -> None:
    """Compare with what the other engine answered in its last full run, where there was one."""
    if not FULL:
        return
    ANSWERS.mkdir(parents=True, exist_ok=True)
    mine, other = (
        ANSWERS / f"{engine}-{kind}-{page.name.replace(':', '-')}.json"
        for engine in sorted(("postgresql", "sqlite"), key=lambda engine: engine != connection.vendor)
    )
    mine.write_text(json.dumps(statuses))
    if other.exists():
        theirs = json.loads(other.read_text())
        differing = {
            at: (status, theirs.get(at)) for at, status in statuses.items() if status != theirs.get(at)
        }
        assert differing == {}


class Noted(QueryDict):
    """An address's query that notes what it is asked for."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def getlist(self, name: str, default: Any = None) -> list[Any]:
        self.asked.add(name)
        return super().getlist(name, default)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)


def read_by(client: Client, url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names a page reads from its address."""
    Noted.asked.clear()
    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(WSGIRequest, "GET", Noted("tab=1"))  # something, or a list opens on its first filter
        text(client.get(url))
        transaction.set_rollback(True)
    return sorted(Noted.asked)


@pytest.mark.parametrize("spot", SPOTS, ids=lambda spot: spot.name)
def test_no_value_in_the_address_breaks_a_page(world, spot, monkeypatch):
    client = somebody(world, spot)
    url = reverse(spot.name, kwargs=world.kwargs(spot))
    read = read_by(client, url, monkeypatch)
    unread = sorted({*QUERY_NAMES} - {*read})
    tried = [(name, value) for name in read for value in sample(BAD_VALUES, spot.name + name, 1)]
    tried += [(name, turned(BAD_VALUES, spot.name + name)[0]) for name in sample(unread, spot.name, 3)]

    statuses = {
        f"{name}={BAD_VALUES.index(value)}": undone(client, "GET", url, {name: value})
        for name, value in tried
    }

    assert broken(statuses) == {}
    same_on_both_engines(spot, "query", statuses)


def test_list_reads_its_filters_and_its_page_from_the_address(world, monkeypatch):
    client = Client()
    client.force_login(world.people["lead"])

    read = read_by(client, reverse("consultations:consultation_list"), monkeypatch)

    assert {"page", "year", "topic", "staff", "voided"} - {*read} == set()


@pytest.mark.parametrize("spot", [p for p in SPOTS if p.parameters], ids=lambda spot: spot.name)
def test_no_path_breaks_a_page(world, spot):
    client = somebody(world, spot)
    url = reverse(spot.name, kwargs=world.kwargs(spot))
    converters = spot.pattern.pattern.converters
    parts = [converters[name].to_url(value) for name, value in world.kwargs(spot).items()]

    statuses = {
        f"{part}={value}": undone(client, method, re.sub(rf"/{re.escape(part)}/", f"/{value}/", url, count=1))
        for part in parts
        for value in sample(list(PATH_VALUES), spot.name + part, 3)
        for method in ("GET", "POST")
    }

    assert broken(statuses) == {}
    same_on_both_engines(spot, "path", statuses)


def _form(client: Client, world: World, spot: Page) -> tuple[str, Fields]:
    """The address and fields of the form on a page; of POST-only pages the fields that are theirs to guess."""
    url = reverse(spot.name, kwargs=world.kwargs(spot))
    page = text(client.get(url))
    main = page[page.find("<main") :]
    return url, typed(page) if 'method="post"' in main else {name: ["1"] for name in GUESSED}


def values_for(spot: Page, name: str) -> list[str]:
    """All values at full count; a few, changing from field to field, where the page that makes the record
    has the same form and gets them all."""
    is_twin = spot.name.endswith("_edit") and spot.name.removesuffix("_edit") + "_create" in PAGES
    return (
        turned(BAD_VALUES, spot.name + name)[:8]
        if FULL and is_twin
        else sample(BAD_VALUES, spot.name + name, 1)
    )


@pytest.mark.parametrize("spot", SPOTS, ids=lambda spot: spot.name)
def test_no_value_in_a_field_breaks_a_page(world, spot):
    client = somebody(world, spot)
    url, fields = _form(client, world, spot)
    if undone(client, "POST", url, fields) == NOT_ALLOWED:
        assert undone(client, "GET", url) != NOT_ALLOWED  # it answers something
        return

    statuses = {
        f"{name}={BAD_VALUES.index(value)}": undone(client, "POST", url, {**fields, name: [value]})
        for name in fields
        if name != "csrfmiddlewaretoken"
        for value in values_for(spot, name)
    }

    assert broken(statuses) == {}
    same_on_both_engines(spot, "field", statuses)


WITH_FORMS = [page for page in SPOTS if page.url_name.endswith(("_create", "_edit", "_void", "_close"))]
ANYTHING = st.one_of(
    st.text(max_size=200),
    st.integers(-(10**20), 10**20).map(str),
    st.dates().map(str),
    st.floats().map(str),
    st.sampled_from(BAD_VALUES),
)


@pytest.mark.parametrize("spot", WITH_FORMS, ids=lambda spot: spot.name)
def test_nothing_anybody_can_invent_breaks_a_form(world, spot):
    client = somebody(world, spot)
    url, fields = _form(client, world, spot)
    names = [name for name in fields if name != "csrfmiddlewaretoken"]
    health = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    effort = settings(
        max_examples=300 if FULL else 4, deadline=None, suppress_health_check=health, derandomize=not FULL
    )

    @effort
    @given(st.dictionaries(st.sampled_from(names or ["x"]), ANYTHING, min_size=1, max_size=6))
    def invented(changes: dict[str, str]) -> None:
        typed_over = {name: [value.replace("\ud800", "")] for name, value in changes.items()}

        assert undone(client, "POST", url, {**fields, **typed_over}) < 500

    invented()

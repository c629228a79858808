"""Foreign keys in every place a browser can put one: addresses, queries, hidden fields, choices, formsets.

The office's one client of `world` is sealed here, so that everything that hangs on her is closed to a second
counselor, who has a client of her own. Wherever that counselor names a closed record, nothing of it is told
and nothing comes to hang on it. At full count under PROVE=full, else a sample that moves from place to place.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import models, transaction
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from consultations.models import Client
from komatsu_support.models import Record
from tests import factories as make
from tests.access import PAGES
from tests.browser import Fields, typed
from tests.site import OURS, Page
from tests.test_bad_input import text
from tests.values import QUERY_NAMES
from tests.world import SECRETS, World, build

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
FULL = os.environ.get("PROVE") == "full"
SPOTS = [page for page in OURS if "C" in PAGES.get(page.name, "")]
CLOSED = (403, 404, 405)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One of everything about a sealed client, and a counselor who knows nothing of her."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        sealed = made.rows["client"]
        sealed.protection, sealed.staff = Client.Protection.SEALED, None
        sealed.save(by=made.people["counselor"], ticked={"assigned": [made.people["counselor"]]})
        made.people["stranger"] = make.UserFactory("counselor")
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def mine(world: World) -> dict[str, Any]:
    """What the stranger has of her own, by noun."""
    by = world.people["stranger"]
    client = make.ClientFactory(staff=by, by=by, first_contact_on=date(2025, 4, 1))
    case = make.CaseFactory(client, opened_on=date(2025, 4, 1), by=by)
    referral = make.ReferralFactory(case, sent_on=date(2025, 5, 1), by=by)
    return {
        "client": client,
        "case": case,
        "consultation": make.ConsultationFactory(client=client, case=case, by=by),
        "referral": referral,
        "consent": referral.consent,
        "conference": make.ConferenceFactory(held_on=date(2025, 5, 2), cases=[case], by=by),
    }


@pytest.fixture(autouse=True)
def on_that_day(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database is open and the clock stands."""
    with django_db_blocker.unblock(), time_machine.travel("2025-06-02T01:00:00Z", tick=False):
        yield


@pytest.fixture
def stranger(world: World) -> Browser:
    """The second counselor's browser."""
    browser = Browser(raise_request_exception=False)
    browser.force_login(world.people["stranger"])
    return browser


def closed_rows(world: World) -> dict[str, Record]:
    """The rows that the stranger must not see, by noun."""
    by = world.people["stranger"]
    return {
        noun: row
        for noun, row in world.rows.items()
        if isinstance(row, Record) and not type(row).objects.visible_to(by).filter(pk=row.pk).exists()  # type: ignore[attr-defined]
    }


def sample(of: list[Any], at: str, each: int) -> list[Any]:
    """All of it at full count; else a few, other ones from place to place."""
    if FULL or len(of) <= each:
        return of
    start = int(hashlib.sha256(at.encode()).hexdigest(), 16)
    return [of[(start + step) % len(of)] for step in range(each)]


def told(answer: Any) -> list[str]:
    """What an answer tells of the sealed client."""
    page = text(answer)
    return [secret for secret in SECRETS if secret in page]


def hanging_on(world: World) -> dict[str, int]:
    """How many rows point at a closed record, by model and key: what a swap must not change."""
    keys = {type(row): row.pk for row in closed_rows(world).values()}
    counts = {}
    for kind in (model for model in Record.__subclasses__() if not model._meta.abstract):
        for field in (*kind._meta.fields, *kind._meta.many_to_many):
            target: Any = field.related_model
            if target in keys and isinstance(field, models.ForeignKey | models.ManyToManyField):
                rows = kind._base_manager.filter(**{field.name: keys[target]})
                counts[f"{kind.__name__}.{field.name}"] = rows.count()
    return counts


def swapped(
    world: World, browser: Browser, url: str, fields: Fields
) -> tuple[list[str], dict[str, int] | None]:
    """What an answer and the page after it tell, and what hangs on closed records where something was stored.

    Undone afterwards.
    """
    with transaction.atomic():
        answer = browser.post(url, fields)
        secrets, after = told(answer), None
        if answer.status_code == 302:
            after = hanging_on(world)
            secrets += told(browser.get(answer["Location"]))
        transaction.set_rollback(True)
    return secrets, after


def test_world_has_something_closed_of_every_kind_about_a_person(world):
    assert set(closed_rows(world)) >= {"client", "case", "consultation", "consent", "referral", "conference"}


@pytest.mark.parametrize("spot", [p for p in SPOTS if "pk" in p.parameters], ids=lambda spot: spot.name)
def test_address_of_a_closed_record_does_not_exist(world, stranger, spot):
    noun = spot.url_name.rpartition("_")[0]
    if noun not in closed_rows(world):
        assert type(world.rows[noun]).objects.exists()
        return
    url = reverse(spot.name, kwargs=world.kwargs(spot))
    before = hanging_on(world)

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        answer = stranger.generic(method, url, content_type="application/x-www-form-urlencoded")

        assert answer.status_code in CLOSED, method
        assert told(answer) == []
    assert hanging_on(world) == before


@pytest.mark.parametrize("spot", SPOTS, ids=lambda spot: spot.name)
def test_query_that_names_a_closed_record_tells_nothing(world, mine, stranger, spot):
    url = _own_url(world, mine, spot)
    keys = [str(row.pk) for row in closed_rows(world).values()] + [world.rows["client"].number]
    for name in QUERY_NAMES:
        for key in sample(keys, spot.name + name, 1):
            answer = stranger.get(url, {name: key})

            assert answer.status_code < 500
            assert told(answer) == [], (name, key)


def _own_url(world: World, mine: dict[str, Any], spot: Page) -> str:
    """The page on a record that the stranger may open, if she has one."""
    noun = spot.url_name.rpartition("_")[0]
    kwargs = world.kwargs(spot)
    return reverse(
        spot.name, kwargs=kwargs | ({"pk": mine[noun].pk} if "pk" in kwargs and noun in mine else {})
    )


FORMS = [page for page in SPOTS if page.name != "draft_save"]


@pytest.mark.parametrize("spot", FORMS, ids=lambda spot: spot.name)
def test_field_that_names_a_closed_record_hangs_nothing_on_it(world, mine, stranger, spot):
    url = _own_url(world, mine, spot)
    page = text(stranger.get(url))
    fields: Fields = typed(page) if 'method="post"' in page[page.find("<main") :] else {}
    ways = [world.rows["client"].number, *(str(row.pk) for row in closed_rows(world).values())]
    guessed = {
        name: ["1"] for name in ("client", "case", "cases", "consent", "clients", "kept", "merged", "pk")
    }
    before = hanging_on(world)

    for name in [*fields, *(each for each in guessed if each not in fields)]:
        if name == "csrfmiddlewaretoken":
            continue
        for key in sample(ways, spot.name + name, 1):
            secrets, after = swapped(world, stranger, url, {**fields, name: [key]})

            assert secrets == [], (name, key)
            assert after in (None, before), (name, key)


def test_several_choices_with_one_closed_among_them_are_refused(world, mine, stranger):
    url = reverse("referrals:conference_edit", args=[mine["conference"].pk])
    fields = typed(stranger.get(url))
    both = [str(mine["case"].pk), str(world.rows["case"].pk)]
    before = hanging_on(world)

    for name in ("cases", "case_numbers"):
        secrets, after = swapped(world, stranger, url, {**fields, name: both})

        assert secrets == []
        assert after in (None, before)

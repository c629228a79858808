"""Every form of the product on its own pages: saved unchanged, stale, pressed twice, resumed."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from komatsu_support.models import Draft, Record
from tests.browser import Fields, typed
from tests.factories import OpenDayFactory, SessionFactory
from tests.site import OURS, Page
from tests.world import World, build

pytestmark = pytest.mark.django_db
NO_RECORD_FORM = (
    "cafe:visit_create",
    "user_edit",
    "user_create",
    "kpi:report_edit",
    "consultations:disposal_create",
    "consultations:import_create",
    "consultations:merge_create",
    "cafe:introduction_create",
)
NEVER_EDITED = (  # tests of their own
    "consultations:breakglass_create",
    "consultations:document_create",
    "cafe:tablet_create",
)
OTHERS = [page for page in OURS if page.name not in (*NO_RECORD_FORM, *NEVER_EDITED)]
EDIT = {page.name: page for page in OTHERS if page.url_name.endswith("_edit")}
CREATE = {page.name: page for page in OTHERS if page.url_name.endswith("_create")}
HIDDEN = ("csrfmiddlewaretoken", "draft_form", "draft_key", "draft_page", "submission", "version")


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """One of everything, seen on a day shortly after."""
    with time_machine.travel("2025-06-02T01:00:00Z"):
        yield build()


def browser(world: World, page: Page) -> Client:
    """Somebody who may use the page."""
    client = Client()
    client.force_login(world.people["admin" if page.name.startswith("term_") else "lead"])
    return client


def row(world: World, page: Page) -> Any:
    """The existing record of the page's noun."""
    return world.rows[page.url_name.rpartition("_")[0]]


def stored(record: Record) -> dict[str, Any]:
    """Every value of a record that a person can have meant, ticks included."""
    record = type(record)._base_manager.get(pk=record.pk)
    ours = {"version", "updated_at", "updated_by"}
    values = {f.name: getattr(record, f.attname) for f in record._meta.concrete_fields if f.name not in ours}
    ticks = {
        f.name: sorted(getattr(record, f.name).values_list("pk", flat=True))
        for f in record._meta.many_to_many
    }
    return {**values, **ticks}


@pytest.mark.parametrize("name", EDIT)
def test_record_that_is_opened_and_saved_stays_as_it_was(world, name):
    page, record = EDIT[name], row(world, EDIT[name])
    url = reverse(name, kwargs=world.kwargs(page))
    before = stored(record)
    client = browser(world, page)

    answer = client.post(url, typed(client.get(url)))

    record.refresh_from_db()
    assert answer.status_code == 302, answer.context["form"].errors
    assert stored(record) == before
    assert record.history.latest().version == record.version


@pytest.mark.parametrize("name", EDIT)
def test_stale_page_is_a_conflict_and_the_next_press_wins(world, name):
    page, record = EDIT[name], row(world, EDIT[name])
    url = reverse(name, kwargs=world.kwargs(page))
    client = browser(world, page)
    old = typed(client.get(url))
    client.post(url, old)
    version = type(record)._base_manager.get(pk=record.pk).version

    conflict = client.post(url, old)
    unchanged = type(record)._base_manager.get(pk=record.pk).version
    answer = client.post(url, typed(conflict))

    assert conflict.status_code == 409
    assert unchanged == version
    assert answer.status_code == 302


BEGUN_FROM = {
    "cafe:contribution_create": "event",
    "consultations:handoveritem_create": "handover",
    "referrals:referral_create": "case",
}  # pages that ask first what it is about


def otherwise(world: World, name: str) -> dict[str, Any]:
    """What a second record of the noun must have otherwise than the first, and what only a new one is asked."""
    changes: dict[str, Callable[[], dict[str, Any]]] = {
        "cafe:contribution_create": lambda: {"deed": "planned"},
        "cafe:openday_create": lambda: {"held_on": "2025-05-08"},
        "cafe:flyer_create": lambda: {"month": "2025-06-01"},
        "cafe:papercount_create": lambda: {"open_day": OpenDayFactory(held_on=date(2025, 5, 8)).pk},
        "cafe:visitor_create": lambda: {"name": "ひまわり", "kana": ""},
        "consultations:appointment_create": lambda: {"starts_at": "11:00"},
        "consultations:callattempt_create": lambda: {"client": world.rows["client"].number},
        "consultations:handover_create": lambda: {"day": "2025-05-08"},
        "consultations:case_create": lambda: {"client": world.rows["client"].number},
        "consultations:savedfilter_create": lambda: {"name": "別の条件"},
        "kpi:override_create": lambda: {"code": "consultations"},
        "kpi:target_create": lambda: {"code": "connected"},
        "referrals:agency_create": lambda: {"name": "別の支援機関"},
        "referrals:consent_create": lambda: {"client": world.rows["client"].number},
        "referrals:referral_create": lambda: {"sent_on": "", "connected_on": ""},
        "term_create": lambda: {"kind": "topic", "code": "moving"},
        "training:session_create": lambda: {"number": "9"},
        "training:survey_create": lambda: {"session": SessionFactory(held_on=date(2025, 5, 1)).pk},
    }
    return changes[name]() if name in changes else {}


def filled(world: World, page: Page, client: Client) -> tuple[str, Fields]:
    """The address of a create page and its fields, filled in as an existing record is."""
    url = reverse(page.name, kwargs={name: world.kwargs(page)[name] for name in page.parameters})
    if noun := BEGUN_FROM.get(page.name):
        url += f"?{noun}={world.rows[noun].pk}"
    example = EDIT[page.name.replace("_create", "_edit")]
    shown = typed(client.get(reverse(example.name, kwargs=world.kwargs(example))))
    changes = {name: [str(value)] for name, value in otherwise(world, page.name).items()}
    fields = typed(client.get(url))
    return url, {**fields, **{name: each for name, each in shown.items() if name not in HIDDEN}, **changes}


@pytest.mark.parametrize("name", CREATE)
def test_two_presses_make_one_record_and_no_draft_stays(world, name):
    page = CREATE[name]
    client = browser(world, page)
    kind = type(row(world, page))
    url, fields = filled(world, page, client)
    client.post(reverse("draft_save"), fields)
    before = set(kind._base_manager.values_list("pk", flat=True))

    first, second = client.post(url, fields), client.post(url, fields)

    made = kind._base_manager.exclude(pk__in=before)
    assert first.status_code == 302, first.context["form"].errors
    assert second["Location"] == first["Location"]
    assert made.get().submission == uuid.UUID(fields["submission"][0])
    assert not Draft.objects.filter(key=fields["draft_key"][0]).exists()

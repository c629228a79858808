"""The timeline of a client: one, twenty, three hundred entries; by kind; without what is closed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.views.timeline import ENTRIES, About, timeline
from tests.browser import html
from tests.factories import (
    CaseFactory,
    ClientFactory,
    ConferenceFactory,
    ConsultationFactory,
    DocumentFactory,
    ReferralFactory,
)

pytestmark = pytest.mark.django_db


def test_kind_narrows_it_and_what_is_no_kind_does_not(user):
    client, person = ClientFactory(), user()
    case = CaseFactory(client)
    ConsultationFactory.create_batch(2, client=client, case=case)
    ReferralFactory(case)
    about = About(person, client)

    found = {
        kind: timeline(about, {"kind": kind}) for kind in ("", "talk", "referral", "document", "x' OR 1")
    }

    assert {kind: len(each.entries) for kind, each in found.items()} == {
        "": 4,
        "talk": 2,
        "referral": 1,
        "document": 0,
        "x' OR 1": 4,
    }
    assert found[""].kinds == [("talk", "相談", 2), ("case", "支援ケース", 1), ("referral", "つなぎ", 1)]


def test_three_hundred_talks_come_in_pages_without_one_lost(user):
    client, person = ClientFactory(), user()
    case = CaseFactory(client)
    day = date(2025, 5, 7)
    for number in range(2 * ENTRIES + 3):
        ConsultationFactory(
            client=client, case=case, staff=person, consulted_on=day - timedelta(days=number // 2), by=person
        )
    about = About(person, client)

    pages = [timeline(about, {"page": page, "kind": "talk"}) for page in ("1", "2", "3", "99", "x")]

    urls = [entry.url for page in pages[:3] for entry in page.entries]
    days = [entry.on for page in pages[:3] for entry in page.entries]
    assert [len(page.entries) for page in pages] == [ENTRIES, ENTRIES, 3, 3, ENTRIES]
    assert len(set(urls)) == 2 * ENTRIES + 3
    assert days == sorted(days, reverse=True)


def test_meeting_about_two_of_her_cases_stands_once(user):
    client = ClientFactory()
    ConferenceFactory(cases=CaseFactory.create_batch(2, client))

    found = timeline(About(user(), client), {"kind": "conference"})

    assert len(found.entries) == 1


def test_timeline_of_a_case_leaves_the_others_out(user):
    client = ClientFactory()
    case, other = CaseFactory(client), CaseFactory(client)
    mine = ConsultationFactory(client=client, case=case)
    ConsultationFactory(client=client, case=other)
    ConsultationFactory(client=client)
    DocumentFactory(client)

    found = timeline(About(user(), client, case), {})

    assert {entry.url for entry in found.entries} == {mine.get_absolute_url(), case.get_absolute_url()}


def test_voided_and_closed_stay_out(user):
    client, person = ClientFactory(), user()
    ConsultationFactory(client=client).void("まちがい", by=person)
    ConferenceFactory(cases=[CaseFactory(client), CaseFactory(ClientFactory(protection="sealed"))])

    found = timeline(About(person, client), {})

    assert [entry.kind for entry in found.entries] == ["支援ケース"]


def test_number_of_questions_does_not_grow_with_the_entries(user):
    client, person = ClientFactory(), user()
    case = CaseFactory(client)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            timeline(About(person, client), {})
        return len(captured)

    ConsultationFactory(client=client, case=case)
    ReferralFactory(case)
    few = asked()
    for _ in range(5):
        ConsultationFactory(client=client, case=case)
        ReferralFactory(case)

    assert (asked(), few <= 5) == (few, True)


def test_promise_stands_before_the_story_until_somebody_talks_with_her(login):
    browser, client = login(), ClientFactory()
    ConsultationFactory(
        client=client, consulted_on=date(2025, 5, 1), next_on=date(2025, 5, 8), next_plan="電話で様子を聞く"
    )

    before = html(browser.get(client.get_absolute_url()))
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 8))
    after = html(browser.get(client.get_absolute_url()))

    assert before.index("電話の前に") < before.index("電話で様子を聞く") < before.index("これまでの記録")
    assert "電話で様子を聞く" not in after

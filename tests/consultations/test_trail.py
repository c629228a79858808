"""Why a look was allowed, and 誰が見たか."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.urls import reverse

from consultations.models import Client, Merge
from komatsu_support.models import AuditEvent
from tests.browser import html
from tests.factories import (
    AppointmentFactory,
    BreakGlassFactory,
    CallAttemptFactory,
    CaseFactory,
    ClientFactory,
    ConferenceFactory,
    ConsentFactory,
    ConsultationFactory,
    DocumentFactory,
    HandoverItemFactory,
    MergeFactory,
    ReferralFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ROLES = ["counselor", "lead", "coordinator", "manager", "viewer", "admin", ""]
TIES = ["none", "staff", "assigned", "glass"]
PROTECTIONS = ["normal", "restricted", "sealed"]


def tied(tie: str, user: Any, protection: str) -> Client:
    """A client of the protection to whom the person has this tie."""
    fields: dict[str, Any] = {"staff": {"staff": user}, "assigned": {"assigned": [user]}}.get(tie, {})
    client = ClientFactory(**{"protection": protection, "staff": UserFactory(), **fields})
    if tie == "glass":
        BreakGlassFactory(client, by=user)
    return client


@pytest.mark.parametrize("access", ["team", "assigned"])
def test_who_has_a_basis_sees_and_who_has_none_does_not(user, settings, access):
    settings.CLIENT_ACCESS = access
    wrong = []
    for role, tie, protection in product(ROLES, TIES, PROTECTIONS):
        person = user(role)
        client = tied(tie, person, protection)
        sees = Client.objects.visible_to(person).filter(pk=client.pk).exists()
        if sees != bool(client.basis_for(person)):
            wrong.append((role, tie, protection))

    assert wrong == []


@pytest.mark.parametrize(
    ("role", "tie", "protection", "basis"),
    [
        ("counselor", "none", "normal", "相談員チーム"),
        ("counselor", "staff", "normal", "担当"),
        ("counselor", "assigned", "restricted", "閲覧できる職員"),
        ("counselor", "none", "restricted", ""),
        ("counselor", "staff", "sealed", ""),
        ("counselor", "assigned", "sealed", "閲覧できる職員"),
        ("counselor", "glass", "sealed", ""),
        ("lead", "none", "restricted", "主任相談員"),
        ("lead", "none", "sealed", ""),
        ("lead", "assigned", "sealed", "閲覧できる職員"),
        ("manager", "staff", "normal", ""),
    ],
)
def test_basis_is_the_nearest_tie(user, role, tie, protection, basis):
    person = user(role)

    assert tied(tie, person, protection).basis_for(person) == basis


def hers(client: Client) -> dict[str, Any]:
    """One of every record about a client."""
    case = CaseFactory(client)
    return {
        "client": client,
        "case": case,
        "consultation": ConsultationFactory(client=client, case=case),
        "referral": ReferralFactory(case),
        "consent": ConsentFactory(client),
        "conference": ConferenceFactory(cases=[case]),
        "document": DocumentFactory(client),
    }


NOUNS = ["client", "case", "consultation", "referral", "consent", "conference", "document"]
DESK: dict[str, Any] = {
    "appointment": AppointmentFactory,
    "callattempt": CallAttemptFactory,
    "handoveritem": lambda client: HandoverItemFactory(client=client),
    "consultation": lambda client: ConsultationFactory(client=client),
}


@pytest.mark.parametrize("verb", ["detail", "edit", "void"])
@pytest.mark.parametrize("noun", NOUNS)
def test_every_page_of_a_record_writes_its_basis(login, noun, verb):
    browser = login()
    record = hers(ClientFactory(staff=browser.user))[noun]
    app = record._meta.app_label
    if (noun, verb) == ("document", "edit"):
        pytest.skip("a document is never changed")
    if noun in ("client", "case", "consent") and verb == "void":  # nothing may hang on it
        alone: Any = {"client": ClientFactory, "case": CaseFactory, "consent": ConsentFactory}[noun]
        record = alone(by=browser.user)

    browser.get(reverse(f"{app}:{noun}_{verb}", args=[record.pk]))

    event = AuditEvent.objects.filter(user=browser.user, action="view").get()
    assert (event.object_id, event.object_type) == (record.pk, record._meta.label_lower)
    assert event.basis == record.basis_for(browser.user) != ""


@pytest.mark.parametrize(
    "page",
    [
        "appointment_detail",
        "appointment_edit",
        "appointment_void",
        "appointment_cancel",
        "callattempt_detail",
        "callattempt_edit",
        "callattempt_void",
        "handoveritem_edit",
        "handoveritem_void",
        "consultation_detach",
    ],
)
def test_every_page_at_the_desk_writes_its_basis(login, page):
    browser = login()
    record = DESK[page.partition("_")[0]](ClientFactory(staff=browser.user))

    browser.get(reverse(f"consultations:{page}", args=[record.pk]))

    event = AuditEvent.objects.filter(user=browser.user, action="view").get()
    assert (event.object_id, event.object_type) == (record.pk, record._meta.label_lower)
    assert event.basis == "担当"


@pytest.mark.parametrize(
    "page",
    [
        "consultations:consultation_create",
        "consultations:callattempt_create",
        "consultations:appointment_create",
        "consultations:case_create",
        "consultations:document_create",
        "referrals:consent_create",
        "referrals:referral_create",
    ],
)
def test_page_begun_about_somebody_is_a_look_at_her(login, page):
    browser, case = login(), CaseFactory(ClientFactory(name="秘密 すみれ"))

    shown = html(browser.get(f"{reverse(page)}?case={case.pk}"))

    event = AuditEvent.objects.filter(user=browser.user, action="view").get()
    assert "秘密 すみれ" in shown
    assert (event.subject_id, event.basis) == (case.client_id, "相談員チーム")


def test_promise_brought_into_a_new_appointment_is_a_look_at_her(login):
    browser, talk = login(), ConsultationFactory(next_plan="夫のいない時間に")

    shown = html(browser.get(f"{reverse('consultations:appointment_create')}?talk={talk.pk}"))

    event = AuditEvent.objects.filter(user=browser.user, action="view").get()
    assert "夫のいない時間に" in shown
    assert (event.object_id, event.object_type) == (talk.client_id, "consultations.client")


def test_number_typed_into_a_form_that_comes_back_is_a_look_at_whose_it_is(login):
    browser, talk = login(), ConsultationFactory(client=None)
    her = ClientFactory(name="秘密 すみれ")
    pages = [
        reverse("consultations:consultation_create"),
        reverse("consultations:consultation_edit", args=[talk.pk]),
    ]

    answers = [browser.post(page, {"client": her.number}) for page in pages]

    events = AuditEvent.objects.filter(user=browser.user, action="view")
    assert ["秘密 すみれ" in html(answer) for answer in answers] == [True, True]
    assert [event.subject_id for event in events] == [her.pk, her.pk]


@pytest.mark.parametrize("page", ["client_reveal", "client_contact"])
def test_page_that_shows_no_way_to_reach_her_is_a_look_all_the_same(login, page):
    browser = login()
    protected: dict[str, Any] = {
        "address_protected": True,
        "protected_until": date(2099, 1, 1),
        "staff": UserFactory(),
    }
    her = ClientFactory(name="秘密 すみれ", **protected)

    answer = browser.post(reverse(f"consultations:{page}", args=[her.pk]))

    event = AuditEvent.objects.filter(user=browser.user).get()
    assert (answer.status_code, "秘密 すみれ" in html(answer)) == (403, True)
    assert (event.action, event.object_id, event.basis) == ("view", her.pk, "相談員チーム")


def test_conference_names_the_basis_of_each_client(user):
    person = user()
    cases = [CaseFactory(ClientFactory(staff=person)), CaseFactory(), CaseFactory()]

    basis = ConferenceFactory(cases=cases).basis_for(person)

    assert basis == "担当、相談員チーム"


# -- 誰が見たか ---------------------------------------------------------------------------------------------


def trail(client: Client) -> str:
    return reverse("consultations:client_trail", args=[client.pk])


def test_lead_reads_every_look_and_change_newest_first(login):
    browser, lead = login(display_name="例題 さくら"), login("lead")
    client = ClientFactory(staff=browser.user)
    rows = hers(client)
    hers(ClientFactory())
    before = AuditEvent.objects.order_by("-number").values_list("number", flat=True)[0]
    for record in rows.values():
        browser.get(record.get_absolute_url())
    browser.get(reverse("consultations:document_download", args=[rows["document"].pk]))
    browser.post(reverse("consultations:client_reveal", args=[client.pk]))

    page = lead.get(trail(client))

    told = [event for event, _ in page.context["rows"] if event.number > before]
    assert [(e.action, e.object_type.rpartition(".")[2]) for e in reversed(told)] == [
        *(("view", noun) for noun in rows),
        ("export", "document"),
        ("reveal", "client"),
        ("view", "client"),
    ]
    assert [told[0].user, {e.user for e in told[1:]}] == [lead.user, {browser.user}]
    assert "例題 さくら" in html(page)


def test_what_was_changed_is_told_in_words(login):
    lead, client = login("lead"), ClientFactory()
    event = AuditEvent(object_type="consultations.consultation", object_id=7, fields=["main_topic", "gone"])

    browsed = html(lead.get(trail(client))) + html(lead.get(reverse("trail_list")))

    assert (event.what, event.changed) == ("相談記録 7", "主訴（◎）、gone")
    assert "consultations." not in browsed.replace("/consultations", "")


def test_only_her_events_are_told(login):
    lead, client, other = login("lead"), ClientFactory(), ClientFactory()
    ConsultationFactory(client=other)
    lead.get(other.get_absolute_url())

    page = lead.get(trail(client))

    assert {event.subject_id for event, _ in page.context["rows"]} == {client.pk}


def test_reading_it_is_in_the_trail_itself(login):
    lead, client = login("lead"), ClientFactory()

    lead.get(trail(client))

    event = AuditEvent.objects.get(user=lead.user)
    assert (event.action, event.subject_id, event.basis) == (
        "view",
        client.pk,
        "主任相談員　誰が見たかの確認",
    )


def test_trail_of_a_sealed_client_is_for_a_named_lead_alone(login):
    lead, named = login("lead"), login("lead")
    client = ClientFactory(protection="sealed", assigned=[named.user])

    assert [each.get(trail(client)).status_code for each in (lead, named)] == [404, 200]


def test_it_comes_in_pages_and_says_what_it_cannot_tell(login):
    lead, client = login("lead"), ClientFactory()
    for _ in range(30):
        client.save(by=lead.user)

    pages = [lead.get(trail(client) + query) for query in ("", "?page=2", "?page=x")]

    assert [len(page.context["rows"]) for page in pages] == [25, 8, 25]
    assert "だれが載っていたかは残りません" in html(pages[0])


def test_link_to_it_is_for_lead(login):
    client = ClientFactory()

    pages = [html(login(role).get(client.get_absolute_url())) for role in ("counselor", "lead")]

    assert [trail(client) in page for page in pages] == [False, True]


def test_looks_at_a_file_that_was_merged_are_looks_at_her(login):
    browser, lead = login(), login("lead")
    kept, merged = ClientFactory(), ClientFactory()
    browser.get(merged.get_absolute_url())
    look = AuditEvent.objects.get(user=browser.user, action="view")
    merge = MergeFactory(kept, merged)

    while_one = [event for event, _ in lead.get(trail(kept)).context["rows"]]
    Merge.objects.get(pk=merge.pk).undo("別の方だった", by=lead.user)
    after = [event for event, _ in lead.get(trail(kept)).context["rows"]]

    assert (look in while_one, look in after) == (True, False)

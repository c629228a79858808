"""Restricted and sealed clients: on no list, card, file, search, figure's evidence or print of who may not see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from komatsu_support.fiscal import current_fiscal_year
from tests.factories import (
    CaseFactory,
    ClientFactory,
    ConferenceFactory,
    ConsentFactory,
    ConsultationFactory,
    DocumentFactory,
    ReferralFactory,
    TargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NAME = "秘密 すみれ"
PAGES = [
    "home",
    *(
        f"consultations:{noun}_{verb}"
        for noun in ("client", "case", "consultation")
        for verb in ("list", "export")
    ),
    *(
        f"referrals:{noun}_{verb}"
        for noun in ("referral", "consent", "conference")
        for verb in ("list", "export")
    ),
    "consultations:protection_list",
    "consultations:protection_print",
    "referrals:referral_create",
]
FIGURES = ["consultations", "connected", "case_conferences"]


def closed(protection: str, **fields: Any) -> Any:
    """A closed client about whom every list, card and figure would have something to tell."""
    today = timezone.localdate()
    client = ClientFactory(
        name=NAME,
        name_kana="ヒミツ スミレ",
        protection=protection,
        address_protected=True,
        protected_until=today + timedelta(days=10),
        **{"staff": UserFactory(), **fields},
    )
    case = CaseFactory(client, opened_on=today, staff=client.staff)
    ConsultationFactory(client=client, case=case, next_on=today, next_plan="秘密の予定")
    ReferralFactory(case, sent_on=today, connected_on=today)
    ReferralFactory(case, sent_on=today, follow_up_on=today)
    ConferenceFactory(cases=[case], held_on=today)
    ConsentFactory(client)
    DocumentFactory(client)
    return client


def text(answer: Any) -> str:
    """All a page or a file says; a workbook's cells."""
    if not answer.streaming:
        return str(answer.content.decode())
    from tests.browser import table

    return "\n".join(str(cell) for row in table(answer) for cell in row)


def told(browser: Any, client: Any) -> list[str]:
    """The pages that name her or her number."""
    year = current_fiscal_year()
    urls = [reverse(name) for name in PAGES]
    urls += [reverse("kpi:indicator_detail", args=[year, code]) for code in FIGURES]
    urls += [
        reverse("kpi:indicator_month", args=[year, code, timezone.localdate().month]) for code in FIGURES
    ]
    found = [url for url in urls if {NAME, client.number} & _words(text(browser.get(url)), client)]
    url = reverse("consultations:client_search")
    in_full = (
        (NAME, client.number) if client.protection == "sealed" else ()
    )  # a restricted one is told of then
    for q in ("ひみつ", *in_full):
        answer = browser.post(url, {"q": q})
        if answer.status_code == 302 or client.number in text(answer).replace(f'value="{q}"', ""):
            found.append(f"{url} {q}")
    return found


def _words(page: str, client: Any) -> set[str]:
    return {word for word in (NAME, client.number) if word in page}


@pytest.fixture
def targets(db: None) -> None:
    for code in FIGURES:
        TargetFactory(code)


@pytest.mark.usefixtures("targets")
@pytest.mark.parametrize(
    ("role", "protection"),
    [("counselor", "restricted"), ("counselor", "sealed"), ("lead", "sealed"), ("manager", "restricted")],
)
def test_closed_client_is_told_of_nowhere(login, role, protection):
    browser = login(role)
    client = closed(protection, assigned=[UserFactory()])

    assert told(browser, client) == []


@pytest.mark.usefixtures("targets")
@pytest.mark.parametrize("tie", ["assigned", "lead"])
def test_same_client_is_told_of_to_whom_she_is_open(login, tie):
    browser = login("lead" if tie == "lead" else "counselor")
    client = closed("restricted", assigned=[browser.user] if tie == "assigned" else [])

    found = told(browser, client)

    assert len(found) > 10


@pytest.mark.usefixtures("targets")
def test_what_is_hidden_and_what_is_seen_add_up(login):
    browser = login()
    closed("restricted")
    closed("sealed", assigned=[UserFactory()])
    ConsultationFactory()

    listed = browser.get(reverse("consultations:consultation_list"))
    evidence = browser.get(reverse("kpi:indicator_detail", args=[current_fiscal_year(), "consultations"]))

    assert [listed.context[name] for name in ("total", "hidden_count", "counted")] == [1, 2, 3]
    assert [evidence.context["records"], evidence.context["hidden_count"]] == [3, 2]


def test_lead_writes_on_a_restricted_client(login):
    lead, client = login("lead"), ClientFactory(protection="restricted", staff=UserFactory())

    answer = lead.post(reverse("consultations:client_void", args=[client.pk]), {"reason": "二重に登録した"})

    client.refresh_from_db()
    assert (answer.status_code, client.is_voided) == (302, True)


@pytest.mark.parametrize("tie", ["staff", "assigned"])
def test_counselor_writes_on_a_restricted_client_who_is_hers(login, tie):
    browser = login()
    fields: dict[str, Any] = {"staff": browser.user} if tie == "staff" else {"assigned": [browser.user]}
    client = ClientFactory(protection="restricted", **fields)

    answer = browser.post(
        reverse("consultations:client_void", args=[client.pk]), {"reason": "二重に登録した"}
    )

    assert answer.status_code == 302

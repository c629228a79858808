"""A consultation posted to our form, history and trail included, against Django's admin add of the same model."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from consultations.models import Case, Consultation
from komatsu_support.models import AuditEvent, Role, Term, User
from tests.bench.browser import got, signed_in
from tests.bench.databases import S10, Databases
from tests.bench.load import TEXT
from tests.bench.results import Report, in_turn, timed

type Fields = dict[str, Any]


def measure(offices: Databases, report: Report) -> None:
    forms = [reverse("consultations:consultation_create"), reverse("admin:consultations_consultation_add")]
    for size in dict.fromkeys([S10, offices.largest]):
        browser = signed_in(offices, size)
        with offices.at(size):
            ours, admin = _ours(browser, forms[0]), _admin(browser, forms[1])
            _writes_history_and_trail(ours)
            mine, other = in_turn(report.times(25), [timed(ours), timed(admin)])
            report.at_least(f"{size.name}: sending our form / Django's admin add", mine, other, 2)
            pages = [timed(partial(got, browser, form)) for form in forms]
            mine_page, other_page = in_turn(report.times(11), pages)
            report.at_least(f"{size.name}: the empty form / the admin's", mine_page, other_page, None)
            mine, other = mine + mine_page, other + other_page
            report.at_least(f"{size.name}: both together / the admin's", mine, other, 2)
            report.queries(f"{size.name}: queries of sending", ours, 12, admin)


def _ours(browser: Browser, form: str) -> Callable[[], None]:
    case = _case()
    fields = {
        **_common(case),
        "client": case.client.number,
        "topics": [_word("topic", "mental")],
        "awareness": [_word("awareness", "flyer")],
        "responses": [_word("response", "listen"), _word("response", "info")],
    }
    return lambda: _post(browser, form, {**fields, "submission": str(uuid.uuid4())})


def _admin(browser: Browser, form: str) -> Callable[[], None]:
    case = _case()
    boxes = [
        ("topic", "dv"),
        ("topic", "mental"),
        ("awareness", "flyer"),
        ("response", "listen"),
        ("response", "info"),
    ]
    fields = {
        **_common(case),
        "client": case.client.pk,
        "terms": [_word(*box) for box in boxes],
        "visit_type": Consultation.VisitType.CONTINUING,
        "_save": "1",
    }
    return lambda: _post(browser, form, fields)


def _common(case: Case) -> Fields:
    """What both forms ask, filled in as after a call of half an hour."""
    return {
        "content": TEXT,
        "response": TEXT,
        "assessment": TEXT,
        "main_topic": _word("topic", "dv"),
        "method": _word("method", "phone"),
        "place": _word("place", "office"),
        "caller": _word("caller", "self"),
        "source": _word("source", "city"),
        "case": case.pk,
        "age_band": "40s",
        "visit_type": "",
        "consulted_on": timezone.localdate().isoformat(),
        "started_at": "10:15",
        "minutes": "30",
        "staff": User.objects.filter(role=Role.COUNSELOR).order_by("pk")[0].pk,
        "urgency": Consultation.Urgency.LOW,
        "dv": Consultation.Flag.SUSPECTED,
        "suicide_risk": Consultation.Flag.NONE,
        "open_day": "",
        "next_on": "",
        "next_plan": "",
        "is_countable": "on",
        "not_countable_reason": "",
    }


def _case() -> Case:
    """Somebody who has been here before."""
    case: Case = Case.objects.select_related("client").order_by("pk")[0]
    return case


def _word(kind: str, code: str) -> int:
    return int(Term.objects.get(kind=kind, code=code).pk)


def _post(browser: Browser, url: str, fields: Fields) -> None:
    """Sends the form, which must be taken."""
    response = browser.post(url, fields)
    if response.status_code != 302:
        form = response.context and (response.context.get("form") or response.context["adminform"].form)
        raise RuntimeError(f"{url} answered {response.status_code} {form and form.errors}")


def _writes_history_and_trail(press: Callable[[], None]) -> None:
    """A quick form that forgot them would be no comparison."""
    counted: list[Any] = [Consultation.objects, Consultation.history, AuditEvent.objects]
    before = [each.count() for each in counted]
    press()
    if [each.count() - had for each, had in zip(counted, before, strict=True)] != [1, 1, 1]:
        raise RuntimeError("our form did not write the record, its history and its trail")

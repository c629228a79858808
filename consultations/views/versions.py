"""What a client's file, a case and a talk were before, and how 支援方針 became what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse

from consultations.forms import KEPT_BACK
from consultations.models import Case, Client, Consultation
from komatsu_support import audit
from komatsu_support.history import history_page
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import allowed, find, page
from komatsu_support.wording import Part, differing


@allowed("consultations.view_client", methods=["GET", "HEAD"])
def client_history(request: Request, pk: int) -> HttpResponse:
    """A file, but for the ways to reach her: of those only that they changed."""
    return history_page(request, find(Client.objects.all(), request, pk), hidden=KEPT_BACK)


@allowed("consultations.view_case", methods=["GET", "HEAD"])
def case_history(request: Request, pk: int) -> HttpResponse:
    """A case."""
    return history_page(request, find(Case.objects.select_related("client"), request, pk))


@allowed("consultations.view_consultation", methods=["GET", "HEAD"])
def consultation_history(request: Request, pk: int) -> HttpResponse:
    """A talk."""
    return history_page(request, find(Consultation.objects.all(), request, pk))


@dataclass(frozen=True)
class Policy:
    """支援方針 as somebody wrote it on a day, against the wording before."""

    number: int
    at: datetime
    by: User | None
    parts: list[Part]


@allowed("consultations.view_case", methods=["GET", "HEAD"])
def case_policies(request: Request, pk: int) -> HttpResponse:
    """Every wording of 支援方針, the newest first."""
    case: Case = find(Case.objects.select_related("client"), request, pk)
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=case, basis="支援方針の履歴")
    return page(
        request,
        record=case,
        title="支援方針の履歴",
        heading=f"支援方針の履歴　{case.client.called}",
        client=case.client,
        policies=list(_policies(case))[::-1],
        back_url=case.get_absolute_url(),
        back_label="支援ケース",
    )


def _policies(case: Case) -> Iterator[Policy]:
    """Only the saves in which the wording changed, the oldest first."""
    before, number = "", 0
    for row in case.history.select_related("history_user").order_by("version", "history_id"):
        if row.policy != before:
            number += 1
            parts = differing(before, row.policy) if number > 1 else [Part("same", row.policy)]
            yield Policy(number, row.history_date, row.history_user, parts)
            before = row.policy

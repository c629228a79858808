"""支援ケースを終える・再開する, each on a small page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from consultations.forms import CaseCloseForm, CaseReopenForm
from consultations.models import Case
from consultations.views.timeline import About
from komatsu_support.http import Request
from komatsu_support.pages import allowed, find_to_change, form_page


def _case(request: Request, pk: int) -> Case:
    case: Case = find_to_change(Case.objects.standing().select_related("client"), request, pk)
    return case


@allowed("consultations.change_case")
def case_close(request: Request, pk: int) -> HttpResponse:
    """終結・引継ぎ. What still waits is named, with what will become of it."""
    case = _case(request, pk)
    if not case.is_open:
        messages.info(request, "この支援ケースは、すでに終わっています。")
        return redirect(case)
    waiting: Any = _waiting(About(request.user, case.client, case))
    return form_page(
        request,
        CaseCloseForm,
        instance=case,
        heading=f"支援ケースを終える　{case.client.called}",
        submit_label="支援を終える",
        client=case.client,
        waiting=waiting.order_by("started_on", "pk"),
        promises=case.promises(request.user).order_by("next_on", "pk"),
    )


@allowed("consultations.change_case")
def case_reopen(request: Request, pk: int) -> HttpResponse:
    """再開."""
    case = _case(request, pk)
    if case.is_open:
        messages.info(request, "この支援ケースは続いています。再開の必要はありません。")
        return redirect(case)
    return form_page(
        request,
        CaseReopenForm,
        instance=case,
        heading=f"支援ケースの再開　{case.client.called}",
        submit_label="再開する",
        client=case.client,
    )


def _waiting(about: About) -> Any:
    """Referrals of the case that an agency has not answered yet."""
    return about.of(about.above("referrals").waiting().select_related("agency"))

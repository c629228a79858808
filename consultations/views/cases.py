"""支援ケース: an episode from its opening to its end."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from consultations.filters import CaseFilter
from consultations.forms import CaseChangeForm, CaseForm, NamedForm
from consultations.models import Case
from consultations.sheets import case_file, case_sheet
from consultations.views.steps import Steps, before_void, folded, next_steps
from consultations.views.timeline import About, timeline
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.pages import (
    allowed,
    detail_page,
    export_response,
    find,
    find_to_change,
    form_page,
    list_page,
    void_page,
)


def _cases(request: Request) -> Any:
    return Case.objects.visible_to(request.user)


@allowed("consultations.view_case", methods=["GET", "HEAD"])
def case_list(request: Request) -> HttpResponse:
    """Every case this person may open."""
    filterset = CaseFilter(request.GET, _cases(request))
    return list_page(request, filterset, case_sheet, personal=True, empty_text="支援ケースはまだありません。")


@allowed("consultations.view_case", methods=["GET", "HEAD"])
def case_detail(request: Request, pk: int) -> HttpResponse:
    """One case: 支援方針, 処遇, and what happened."""
    case = find(Case.objects.select_related("client", "staff", "created_by", "updated_by"), request, pk)
    return detail_page(
        request,
        case,
        _facts(case),
        personal=True,
        heading=f"支援ケース　{case.client.called}",
        confidential=True,
        client=case.client,
        timeline=timeline(About(request.user, case.client, case), request.GET),
        actions=_actions(request, case),
        back_url=case.client.get_absolute_url(),
        back_label=case.client.called,
    )


def _facts(case: Case) -> list[tuple[str, Any]]:
    ended = (
        [("終了日", wareki(case.closed_on)), ("終結理由", case.get_close_reason_display())]
        if case.closed_on
        else []
    )
    again = [("再開日", wareki(case.reopened_on))] if case.reopened_on else []
    return [
        ("相談者", f"{case.client.called}（{case.client.number}）"),
        ("開始日", wareki(case.opened_on)),
        *again,
        ("処遇", case.get_status_display()),
        *ended,
        ("担当", case.staff),
        ("支援方針", case.policy),
    ]


def _actions(request: Request, case: Case) -> Steps:
    about = f"case={case.pk}"
    steps = next_steps(
        request,
        case,
        ("相談を記録", "consultations:consultation_create", about),
        ("架電を記録", "consultations:callattempt_create", about),
        ("予約", "consultations:appointment_create", about),
        ("つなぎを始める", "referrals:referral_create", about),
        ("会議を登録", "referrals:conference_create", about),
        ("書類を登録", "consultations:document_create", about),
    )
    if steps and request.user.has_perm("consultations.change_case"):
        label, name = ("支援を終える", "case_close") if case.is_open else ("再開する", "case_reopen")
        turn = {"label": label, "url": reverse(f"consultations:{name}", args=[case.pk]), "kind": "secondary"}
        return before_void(steps, *folded(turn))
    return steps


@allowed("consultations.add_case")
def case_create(request: Request) -> HttpResponse:
    """A new case of ?client=."""
    named = NamedForm(request.GET, by=request.user)
    return form_page(
        request,
        CaseForm,
        **named.begins("支援ケースの登録"),
    )


@allowed("consultations.change_case")
def case_edit(request: Request, pk: int) -> HttpResponse:
    """Follow, or correct."""
    case = find_to_change(Case.objects.standing().select_related("client"), request, pk)
    return form_page(
        request, CaseChangeForm, instance=case, heading=f"支援ケースの修正　{case.client.called}"
    )


@allowed("consultations.void_case")
def case_void(request: Request, pk: int) -> HttpResponse:
    """Take a case back that nothing hangs on any more."""
    case = find_to_change(Case.objects.select_related("client"), request, pk)
    return void_page(
        request,
        case,
        hanging=[
            case.consultations,
            case.appointments,
            case.call_attempts,
            case.documents,
            case.referrals,
            case.conferences,
        ],
        refusal="相談記録・予約・架電・書類・つなぎ・会議のある支援ケースは取り消せません。先にそれらを取り消すか、外してください。",
    )


@allowed("consultations.export_case", methods=["GET", "HEAD"])
def case_export(request: Request) -> HttpResponseBase:
    """The list as a file, by number."""
    cases = CaseFilter(request.GET, _cases(request)).qs
    return export_response(request, case_file(cases), model=Case, count=cases.count())

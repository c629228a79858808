"""つなぎ: the ladder from 情報提供 to 1か月後も継続."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from consultations.filters import hidden_count
from consultations.forms import NamedForm
from consultations.models import Case
from komatsu_support import audit
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import (
    add_action,
    allowed,
    detail_page,
    export_response,
    find,
    find_to_change,
    form_page,
    list_page,
    page,
    record_actions,
    void_page,
)
from referrals.filters import ReferralFilter
from referrals.forms import ApproveForm, ReferralChangeForm, ReferralForm
from referrals.models import Referral
from referrals.sheets import referral_file, referral_sheet

CASES_OFFERED = 50  # one's own open cases to begin a referral from
LADDER = [
    ("情報提供", "started_on"),
    ("依頼", "sent_on"),
    ("先方受付", "accepted_on"),
    ("利用開始", "connected_on"),
    ("1か月後も継続", "continued_on"),
]


def _referrals(request: Request) -> Any:
    return Referral.objects.visible_to(request.user)


@allowed("referrals.view_referral", methods=["GET", "HEAD"])
def referral_list(request: Request) -> HttpResponse:
    """Every referral this person may see, and how many are hidden."""
    filterset = ReferralFilter(request.GET, _referrals(request))
    consents = {"label": "同意の一覧", "url": reverse("referrals:consent_list")}
    return list_page(
        request,
        filterset,
        referral_sheet,
        personal=True,
        heading="つなぎ",
        actions=[*add_action(request, Referral), consents],
        empty_text="この年度のつなぎはまだありません。支援ケースの画面からも始められます。",
        **hidden_count(filterset),
    )


@allowed("referrals.view_referral", methods=["GET", "HEAD"])
def referral_detail(request: Request, pk: int) -> HttpResponse:
    """One referral as a ladder of dated steps."""
    joined = Referral.objects.select_related(
        "case__client", "agency", "consent", "staff", "approved_by", "created_by", "updated_by"
    )
    referral = find(joined, request, pk)
    return detail_page(
        request,
        referral,
        _facts(referral),
        personal=True,
        heading=f"つなぎ　{referral.case.client.called}　→　{referral.agency}",
        confidential=True,
        client=referral.case.client,
        ladder=[(label, getattr(referral, name)) for label, name in LADDER],
        approve=_approval(request, referral),
        actions=record_actions(request, referral),
        back_url=referral.case.get_absolute_url(),
        back_label="支援ケース",
    )


def _facts(referral: Referral) -> list[tuple[str, Any]]:
    client = referral.case.client
    approved = (
        f"{wareki(referral.approved_on)}　{referral.approved_by}" if referral.approved_on else "承認待ち"
    )
    legal = [
        ("同意によらない根拠", referral.get_legal_basis_display()),
        ("根拠とした事情", referral.legal_reason),
        ("主任相談員の承認", approved),
    ]
    return [
        ("相談者", f"{client.called}（{client.number}）"),
        ("支援機関", referral.agency),
        (
            "目的・手段",
            "　".join(filter(None, [referral.get_purpose_display(), referral.get_means_display()])),
        ),
        ("依頼内容", referral.request),
        ("同意", _consent(referral)),
        *(legal if referral.legal_basis else []),
        ("次に確かめる日", wareki(referral.follow_up_on) if referral.follow_up_on else ""),
        ("結果", referral.result_note),
        ("担当", referral.staff),
    ]


def _consent(referral: Referral) -> str:
    consent = referral.consent
    if consent is None:
        return "なし"
    return f"{wareki(consent.obtained_on)}　{consent.get_method_display()}　伝えてよい内容：{consent.items}"


def _approval(request: Request, referral: Referral) -> ApproveForm | None:
    """The button of lead, while there is something to approve."""
    waits = referral.legal_basis and not referral.approved_on and not referral.is_voided
    if not waits or not request.user.has_perm("referrals.approve_referral"):
        return None
    return ApproveForm(referral=referral, by=request.user)


@allowed("referrals.approve_referral", methods=["POST"])
def referral_approve(request: Request, pk: int) -> HttpResponse:
    """Lead's word that the legal basis holds."""
    referral = find_to_change(Referral.objects.standing().select_related("case"), request, pk)
    form = ApproveForm(request.POST, referral=referral, by=request.user)
    if form.approved():
        messages.success(request, "根拠を承認しました。")
    else:
        messages.error(request, str(next(iter(form.non_field_errors()), "承認できませんでした。")))
    return redirect(referral)


@allowed("referrals.add_referral")
def referral_create(request: Request) -> HttpResponse:
    """A new referral of ?case=; without one, the choice among one's own open cases."""
    named = NamedForm(request.GET, by=request.user)
    if request.method == "POST" or "case" in named.found or "draft" in request.GET:
        return form_page(
            request,
            ReferralForm,
            **named.begins("つなぎの登録"),
        )
    cases = (
        Case.objects.changeable_by(request.user).open().filter(staff=request.user).select_related("client")
    )
    offered = list(cases.order_by("-opened_on", "-pk")[:CASES_OFFERED])
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Case, count=len(offered))
    return page(request, cases=offered, heading="つなぎの登録", back_url=reverse("referrals:referral_list"))


@allowed("referrals.change_referral")
def referral_edit(request: Request, pk: int) -> HttpResponse:
    """A step up the ladder, or its end."""
    joined = Referral.objects.standing().select_related("case__client", "agency", "consent")
    referral = find_to_change(joined, request, pk)
    return form_page(
        request, ReferralChangeForm, instance=referral, heading=f"つなぎの修正　{referral.case.client.called}"
    )


@allowed("referrals.void_referral")
def referral_void(request: Request, pk: int) -> HttpResponse:
    """Take a referral back."""
    return void_page(request, find_to_change(Referral.objects.select_related("case"), request, pk))


@allowed("referrals.export_referral", methods=["GET", "HEAD"])
def referral_export(request: Request) -> HttpResponseBase:
    """The list as a file, by number."""
    referrals = ReferralFilter(request.GET, _referrals(request)).qs
    return export_response(request, referral_file(referrals), model=Referral, count=referrals.count())

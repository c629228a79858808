"""申し送り: today's sheet, its matters, and taking it over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from consultations.filters import HandoverFilter
from consultations.forms import HandoverForm, HandoverItemForm, NamedSheetForm, NewHandoverItemForm
from consultations.models import Handover, HandoverItem
from consultations.sheets import handover_sheet
from consultations.views.daysheet import compose
from consultations.views.steps import Steps, before_void, mends
from komatsu_support import audit
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import (
    allowed,
    detail_page,
    find,
    find_to_change,
    form_page,
    list_page,
    void_page,
)


@allowed("consultations.view_handover", methods=["GET", "HEAD"])
def handover_list(request: Request) -> HttpResponse:
    """Every sheet, the newest first. No names stand here."""
    filterset = HandoverFilter(request.GET, Handover.objects.visible_to(request.user))
    return list_page(
        request,
        filterset,
        handover_sheet,
        actions=[{"label": "今日の申し送りを開く", "url": reverse("consultations:handover_today")}],
        empty_text="申し送りはまだありません。",
    )


@allowed("consultations.view_handover", methods=["GET", "HEAD"])
def handover_today(request: Request) -> HttpResponse:
    """To today's sheet; to a new one where there is none."""
    today = Handover.objects.visible_to(request.user).standing().filter(day=timezone.localdate()).first()
    return redirect(today or "consultations:handover_create")


@allowed("consultations.view_handover", methods=["GET", "HEAD"])
def handover_detail(request: Request, pk: int) -> HttpResponse:
    """One sheet, composed for who reads it. It names people, so it is a look."""
    handover: Handover = find(Handover.objects.select_related("created_by", "updated_by"), request, pk)
    sheet = compose(handover, request.user)
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=handover, count=sheet.named)
    receipts = list(handover.receipts.standing().select_related("created_by").order_by("created_at", "pk"))
    mine = handover.created_by_id == request.user.pk
    return detail_page(
        request,
        handover,
        [],
        heading=f"申し送り　{wareki(handover.day)}",
        confidential=True,
        sheet=sheet,
        receipts=receipts,
        may_receive=not (handover.is_voided or mine or _took(receipts, request)),
        actions=_actions(request, handover),
        back_url=reverse("consultations:handover_list"),
        back_label="申し送り一覧",
    )


def _took(receipts: list[Any], request: Request) -> bool:
    return any(each.created_by_id == request.user.pk for each in receipts)


def _actions(request: Request, handover: Handover) -> Steps:
    paper = {"label": "印刷", "print": "yes"}
    after = mends(request, handover)
    if not after:
        return [paper]
    url = f"{reverse('consultations:handoveritem_create')}?handover={handover.pk}"
    return before_void([{"label": "気になる方・事項を書く", "url": url}, *after], paper)


@allowed("consultations.add_handover")
def handover_create(request: Request) -> HttpResponse:
    """The sheet of a day; today's unless said otherwise."""
    return form_page(request, HandoverForm)


@allowed("consultations.change_handover")
def handover_edit(request: Request, pk: int) -> HttpResponse:
    """Its day and its words."""
    return form_page(request, HandoverForm, instance=find_to_change(Handover.objects.standing(), request, pk))


@allowed("consultations.void_handover")
def handover_void(request: Request, pk: int) -> HttpResponse:
    """Take a sheet back on which no matter stands any more."""
    handover = find_to_change(Handover.objects.all(), request, pk)
    return void_page(
        request,
        handover,
        hanging=[handover.items],
        refusal="申し送り事項のある申し送りは取り消せません。先に事項を取り消してください。",
    )


@allowed("consultations.view_handover", methods=["POST"])
def handover_receive(request: Request, pk: int) -> HttpResponse:
    """受け取りました, by one press."""
    handover: Handover = find(Handover.objects.standing(), request, pk)
    try:
        handover.receive(by=request.user)
    except ValueError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "申し送りを受け取りました。")
    return redirect(handover)


@allowed("consultations.add_handoveritem")
def handoveritem_create(request: Request) -> HttpResponse:
    """A matter for the sheet named by ?handover=; without one, to today's sheet."""
    named = NamedSheetForm(request.GET, by=request.user)
    handover = named.cleaned_data["handover"] if named.is_valid() else None
    if handover is None and request.method != "POST":
        return redirect("consultations:handover_today")
    return form_page(
        request,
        NewHandoverItemForm,
        initial={"handover": handover},
        back_url=handover.get_absolute_url() if handover else reverse("consultations:handover_list"),
    )


@allowed("consultations.change_handoveritem")
def handoveritem_edit(request: Request, pk: int) -> HttpResponse:
    """Its words; whether it is done."""
    items = HandoverItem.objects.standing().select_related("client", "handover")
    return form_page(request, HandoverItemForm, instance=find_to_change(items, request, pk))


@allowed("consultations.void_handoveritem")
def handoveritem_void(request: Request, pk: int) -> HttpResponse:
    """Take a matter back."""
    return void_page(request, find_to_change(HandoverItem.objects.select_related("handover"), request, pk))

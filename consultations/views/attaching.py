"""結ぶ・結びを解く: a talk with nobody known is given to a client later, or taken from a wrong one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from consultations.forms import AttachForm, ClientHereForm, SearchForm
from consultations.models import Client, Consultation
from consultations.sheets import client_sheet
from consultations.views.search import FOUND_AT_MOST
from komatsu_support import audit
from komatsu_support.excel import Sheet
from komatsu_support.forms import ReasonForm
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, StaleVersion
from komatsu_support.pages import allowed, find_to_change, page


def _talk(request: Request, pk: int) -> Consultation:
    talk: Consultation = find_to_change(Consultation.objects.standing().select_related("client"), request, pk)
    return talk


@allowed("consultations.change_consultation")
def consultation_attach(request: Request, pk: int) -> HttpResponse:
    """Look her up or make her here; one press gives her the talk."""
    talk = _talk(request, pk)
    if talk.client is not None:
        messages.info(request, "この相談記録は、すでに相談者と結ばれています。")
        return redirect(talk)
    sent = request.POST if request.method == "POST" else None
    search = SearchForm(sent if sent is not None and "q" in sent else None)
    chosen = AttachForm(sent if sent is not None and "client" in sent else None, talk=talk, by=request.user)
    new = sent if sent is not None and not {"q", "client"} & set(sent) else None
    here = ClientHereForm(new, by=request.user, talk=talk)
    if chosen.attached() or here.saved():
        messages.success(request, "相談記録を相談者と結びました。")
        return redirect(talk)
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=talk, basis="相談者と結ぶ")
    return page(
        request,
        status=max(form.status for form in (search, chosen, here)),
        talk=talk,
        search=search,
        chosen=chosen,
        form=here,
        back_url=talk.get_absolute_url(),
        back_label="相談記録",
        **_found(request, search),
    )


def _found(request: Request, search: SearchForm) -> dict[str, Any]:
    """The clients found. A list of people is a look: it is recorded."""
    if not search.is_valid():
        return {}
    clients = Client.objects.changeable_by(request.user).standing().found_by(search.cleaned_data["q"])
    sheet = client_sheet(clients)
    found: list[Client] = list(sheet.rows[: FOUND_AT_MOST + 1])  # type: ignore[index]
    listed = found[:FOUND_AT_MOST]
    audit.looked(
        AuditEvent.Action.LIST, by=request.user, kind=Client, count=len(listed), basis="相談者と結ぶ"
    )
    rows = [(client, _told(sheet, client)) for client in listed]
    return {"rows": rows, "is_cut": len(found) > len(listed), "was_searched": True}


def _told(sheet: Sheet[Client], client: Client) -> list[tuple[str, Any]]:
    """What the list of clients tells beside number and name, by its heads."""
    cells = zip(sheet.head, sheet.shown(client), strict=True)
    return [(label, value) for label, value in cells if value and label not in ("番号", "相談者")]


@allowed("consultations.change_consultation")
def consultation_detach(request: Request, pk: int) -> HttpResponse:
    """It was not with her: take the talk from her, with a reason."""
    talk = _talk(request, pk)
    if talk.client is None:
        messages.info(request, "この相談記録は、相談者と結ばれていません。")
        return redirect(talk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            talk.detach(form.cleaned_data["reason"], by=request.user)
        except StaleVersion:
            form.add_error(None, "ほかの人が先に更新しました。内容を確かめてから、もう一度押してください。")
        else:
            messages.success(request, "相談者との結びを解きました。")
            return redirect(talk)
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=talk)
    title = "相談者との結びを解く"
    return page(request, status=form.status, form=form, record=talk, title=title, heading=title)

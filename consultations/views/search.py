"""相談者を探す: one box, answered as one types and by Enter. What is typed goes by POST and stands nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from consultations.forms import SearchForm
from consultations.models import Client
from consultations.sheets import found_sheet
from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import add_action, allowed, page

FOUND_AT_MOST = 30  # lines of a search; whoever sees so many types more letters
SUGGESTED = 8  # lines under the box
SHORTEST = 2  # characters before the box answers by itself
TOLD_AT_MOST = 5  # closed files of one name


@dataclass(frozen=True)
class Found:
    """Who was found: files to open, whether there are more, and closed files that were named in full."""

    clients: list[Client]
    closed: list[Client]
    is_cut: bool

    @property
    def count(self) -> int:
        """How many persons a page tells of."""
        return len(self.clients) + len(self.closed)


def _open(typed: str, user: User) -> Any:
    return Client.objects.visible_to(user).standing().found_by(typed)


def _found(rows: Any, typed: str, user: User, at_most: int) -> Found:
    clients = list(rows[: at_most + 1])
    closed = list(Client.objects.closed_to(user).standing().named_in_full(typed)[:TOLD_AT_MOST])
    return Found(clients[:at_most], closed, is_cut=len(clients) > at_most)


@allowed("consultations.view_client", methods=["POST"])
def client_search(request: Request) -> HttpResponse:
    """Everybody found, the best first; a single one opens."""
    form = SearchForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    sheet = found_sheet(_open(typed, request.user))
    found = _found(sheet.rows, typed, request.user, FOUND_AT_MOST)
    if found.count == 1 and found.clients:
        return redirect(found.clients[0])
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Client, count=found.count, basis="検索")
    return page(
        request,
        status=form.status,
        search=form,
        found=found,
        sheet=sheet,
        rows=[(client, sheet.shown(client)) for client in found.clients],
        actions=add_action(request, Client),
        back_url=reverse("consultations:client_list"),
        back_label="相談者一覧",
    )


@allowed("consultations.view_client", methods=["POST"])
def client_suggest(request: Request) -> HttpResponse:
    """The lines under the box while one types, from the second character on."""
    form = SearchForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    if len(typed) < SHORTEST:
        return HttpResponse()
    found = _found(_open(typed, request.user).select_related("staff"), typed, request.user, SUGGESTED)
    if found.count:
        basis = "入力中の検索"
        audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Client, count=found.count, basis=basis)
    return page(request, found=found)

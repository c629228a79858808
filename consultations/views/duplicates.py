"""似た相談者: told while a person is typed, listed with the reasons, told apart for good."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from consultations.alike import alike, pairs
from consultations.forms.desk import NamedForm
from consultations.forms.merge import AlikeForm, TwoForm, TwoNamedForm
from consultations.models import Client, DistinctPair
from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import ROWS, allowed, page


@allowed("consultations.view_client", methods=["POST"])
def client_duplicates(request: Request) -> HttpResponse:
    """Who looks like the person being typed, and why."""
    found = alike(AlikeForm(request.POST).person(), request.user)
    if count := len(found.clients) + len(found.closed):
        basis = "重複の確認"
        audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Client, count=count, basis=basis)
    return page(request, alike=found)


@allowed("consultations.merge_client")
def duplicate_list(request: Request) -> HttpResponse:
    """Likely pairs with the reasons; or two persons by their numbers."""
    named = NamedForm(request.GET, by=request.user).person
    form = TwoForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        initial={"kept": named.number} if named else None,
    )
    if form.is_valid():
        chosen = {name: client.pk for name, client in form.cleaned_data.items()}
        return redirect(f"{reverse('consultations:merge_create')}?{urlencode(chosen)}")
    likely = pairs(request.user)
    page_obj: Any = Paginator(likely, ROWS).get_page(request.GET.get("page"))
    shown = 2 * len(page_obj.object_list)
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Client, count=shown, basis="似た相談者")
    return page(
        request,
        status=form.status,
        form=form,
        page_obj=page_obj,
        total=len(likely),
        back_url=reverse("consultations:client_list"),
        back_label="相談者一覧",
    )


@allowed("consultations.merge_client", methods=["POST"])
def duplicate_dismiss(request: Request) -> HttpResponse:
    """別の方です: the pair is not offered again."""
    two = TwoNamedForm(request.POST, by=request.user)
    if two.is_valid() and two.cleaned_data["kept"] != two.cleaned_data["merged"]:
        one, other = two.cleaned_data["kept"], two.cleaned_data["merged"]
        DistinctPair.tell_apart(one, other, by=request.user)
        messages.success(request, f"{one.number} と {other.number} を別の方として記録しました。")
    else:
        messages.warning(request, "2人を選べませんでした。一覧からもう一度選んでください。")
    return redirect("consultations:duplicate_list")

"""At the ringing phone: writing a talk down, finding whose it is, and what comes next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cafe.models.introduction import SETTLED
from consultations.forms import IntakeForm, LookupForm, NamedForm, NextForm, PickForm, case_choices, copied
from consultations.models import Client, Consultation
from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, find_to_change, form_page, page

OFFERED_AT_MOST = 10  # people below the box; whoever sees so many types more letters


@allowed("consultations.add_consultation")
def consultation_create(request: Request) -> HttpResponse:
    """Write a talk down, from what the address names (NamedForm). A 橋 that waits no more begins none."""
    named = NamedForm(request.GET, by=request.user)
    introduction = named.found.get("introduction")
    if "introduction" in request.GET and not introduction and request.method != "POST":
        messages.warning(request, SETTLED)
        return redirect("consultations:introduction_list")
    return form_page(
        request,
        IntakeForm,
        initial=_begun(request, named),
        onward=onward,
        heading=f"相談記録の登録{named.called}",
        about=named.person,
        client=named.person,
        introduction=introduction,
        back_url=reverse(f"consultations:{'introduction' if introduction else 'consultation'}_list"),
    )


def _begun(request: Request, named: NamedForm) -> dict[str, Any]:
    """?client=, ?case=, ?open_day=, ?appointment= and ?introduction= come filled in, ?copy= as an earlier talk."""
    initial = dict(named.found)
    if earlier := initial.pop("copy", None):
        if request.method != "POST":
            audit.looked(AuditEvent.Action.VIEW, by=request.user, on=earlier, basis="これを元に記録")
        initial = copied(earlier) | initial
    for name in ("appointment", "introduction"):
        if name in initial:
            initial |= initial[name].begins()
    return initial


def onward(talk: Consultation) -> str:
    """After a talk: the timeline of its client, where the next date is offered; else the talk itself."""
    if talk.client is None:
        return talk.get_absolute_url()
    return f"{talk.client.get_absolute_url()}?talk={talk.pk}"


@allowed("consultations.add_consultation", methods=["POST"])
def client_pick(request: Request) -> HttpResponse:
    """Whom the letters typed so far may mean: a fragment below the box. It is a look at each of them."""
    form = PickForm(request.POST)
    found: list[Client] = []
    if form.is_valid():
        clients = Client.objects.changeable_by(request.user).standing()
        found = list(clients.found_by(form.cleaned_data["client"])[: OFFERED_AT_MOST + 1])
    offered = found[:OFFERED_AT_MOST]
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Client, count=len(offered))
    return page(request, form=form, clients=offered, is_cut=len(found) > len(offered))


@allowed("consultations.add_consultation", methods=["POST"])
def consultation_client(request: Request) -> HttpResponse:
    """Whose number was typed, and her cases: answered into the form. A look at a person is recorded."""
    form = LookupForm(request.POST, by=request.user)
    client = form.cleaned_data["client"] if form.is_valid() else None
    if client:
        audit.looked(AuditEvent.Action.VIEW, by=request.user, on=client, basis="番号の確認")
    return page(request, form=form, client=client, cases=case_choices(client, request.user))


@allowed("consultations.change_consultation")
def consultation_next(request: Request, pk: int) -> HttpResponse:
    """次回予定 of a talk, asked on its client's page once the talk is written down."""
    joined = Consultation.objects.standing().select_related("client")
    talk = find_to_change(joined, request, pk)
    called = f"　{talk.client.called}" if talk.client else ""
    return form_page(
        request,
        NextForm,
        instance=talk,
        onward=onward,
        heading=f"次回予定{called}",
        back_url=onward(talk),
        client=talk.client,
    )


class _TalkForm(forms.Form):
    """What the address of a client's page names after 登録: ?talk=, one of hers."""

    talk = forms.ModelChoiceField(Consultation.objects.none(), required=False)


def next_of(request: Request, client: Client) -> dict[str, Any]:
    """The talk just written down and the form of its 次回予定, for its client's page; nothing else."""
    form = _TalkForm(request.GET)
    form.fields["talk"].queryset = (  # type: ignore[attr-defined]
        Consultation.objects.changeable_by(request.user).standing().filter(client=client)
    )
    talk = form.cleaned_data["talk"] if "talk" in request.GET and form.is_valid() else None
    if talk is None or not request.user.has_perm("consultations.change_consultation"):
        return {}
    return {
        "talk": talk,
        "next_form": NextForm(by=request.user, instance=talk),
        "next_url": reverse("consultations:consultation_next", args=[talk.pk]),
    }

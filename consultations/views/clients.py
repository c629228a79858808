"""相談者: the list, a file with its timeline, the ways to reach her behind 表示."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone

from consultations.filters import ClientFilter
from consultations.forms import ClientForm, ContactForm, NewClientForm, RevealForm
from consultations.models import Case, Client, Consultation
from consultations.sheets import client_file, client_sheet
from consultations.views.intake import next_of
from consultations.views.merges import merges_of, to_kept
from consultations.views.steps import Steps, next_steps
from consultations.views.timeline import About, timeline
from komatsu_support import audit
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import AgeBand, AuditEvent
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
    void_page,
)


def _clients(request: Request) -> Any:
    return Client.objects.visible_to(request.user)


@allowed("consultations.view_client", methods=["GET", "HEAD"])
def client_list(request: Request) -> HttpResponse:
    """Every file this person may open."""
    filterset = ClientFilter(request.GET, _clients(request).unmerged())
    return list_page(
        request,
        filterset,
        client_sheet,
        personal=True,
        actions=[*add_action(request, Client), *_beside_the_list(request)],
        empty_text="相談者はまだ登録されていません。",
    )


def _beside_the_list(request: Request) -> Steps:
    """Other lists about clients, as far as the person may open them."""
    doors = [
        ("支援ケース一覧", "consultations:case_list", "consultations.view_case"),
        ("似た相談者", "consultations:duplicate_list", "consultations.merge_client"),
        ("支援措置の月次点検表", "consultations:protection_list", "consultations.check_protection"),
        ("緊急閲覧の一覧", "consultations:breakglass_list", "consultations.review_breakglass"),
        ("廃棄の記録", "consultations:disposal_list", "consultations.view_disposal"),
    ]
    return [
        {"label": label, "url": reverse(name)}
        for label, name, permission in doors
        if request.user.has_perm(permission)
    ]


@allowed("consultations.view_client", methods=["GET", "HEAD"])
def client_detail(request: Request, pk: int) -> HttpResponse:
    """One file: how to call, what was promised, everything in order of time, who she is. No phone, no address."""
    words = ("household", "marital", "employment", "nationality", "language")
    people = ("staff", "created_by", "updated_by", "merged_into")
    client = find(Client.objects.select_related(*people, *words), request, pk)
    if client.merged_into is not None:
        return to_kept(request, client)
    return detail_page(
        request,
        client,
        _facts(client),
        personal=True,
        heading=f"{client.called}（{client.number}）",
        confidential=True,
        reveal=RevealForm(client=client, by=request.user),
        merges=merges_of(request, client),
        cases=Case.objects.visible_to(request.user)
        .open()
        .filter(client=client)
        .order_by("-opened_on", "-pk"),
        promise=_promise(request, client),
        beside=_unprotected_beside(request, client),
        timeline=timeline(About(request.user, client), request.GET),
        actions=_actions(request, client),
        trail_url=_trail_url(request, client),
        back_url=reverse("consultations:client_list"),
        back_label="相談者一覧",
        **next_of(request, client),
    )


def _trail_url(request: Request, client: Client) -> str:
    """誰が見たか, for lead."""
    may = request.user.has_perm("komatsu_support.view_client_trail")
    return reverse("consultations:client_trail", args=[client.pk]) if may else ""


def _promise(request: Request, client: Client) -> Consultation | None:
    """The next 次回予定 that still waits."""
    promised = Consultation.objects.visible_to(request.user).unkept().filter(client=client)
    return promised.order_by("next_on", "pk").first()


def _unprotected_beside(request: Request, client: Client) -> Any:
    """Clients without 支援措置 who share a protected one's phone or address, for those who may know hers."""
    if not client.address_protected or not client.is_assigned_to(request.user):
        return Client.objects.none()
    numbers = [number for number in (client.phone, client.mobile) if number]
    same = Q(phone__in=numbers) | Q(mobile__in=numbers)
    if client.address:
        same |= Q(address=client.address)
    others = _clients(request).standing().filter(same, address_protected=False).exclude(pk=client.pk)
    return others.order_by("pk")


def _facts(client: Client) -> list[tuple[str, Any]]:
    age = AgeBand(client.age_band_on(timezone.localdate())).label
    born = f"（{wareki(client.birth_date)}生まれ）" if client.birth_date else ""
    named = "、".join(str(user) for user in client.assigned.order_by("kana", "pk"))
    opens = [("閲覧できる職員", named)] if named else []
    lived = [] if client.address_protected else [("町名", client.district)]
    return [
        ("氏名", f"{client.name}（{client.name_kana}）" if client.name_kana else client.name),
        ("呼び名", client.alias),
        ("年代", f"{age}{born}"),
        *lived,
        ("世帯構成", client.household),
        ("配偶関係", client.marital),
        ("就労状況", client.employment),
        ("子ども", client.children),
        ("国籍・言語", "　".join(str(word) for word in (client.nationality, client.language) if word)),
        ("特記事項", client.note),
        ("初回受付日", wareki(client.first_contact_on)),
        ("担当", client.staff),
        *opens,
    ]


def _actions(request: Request, client: Client) -> Steps:
    about = f"client={client.pk}"
    return next_steps(
        request,
        client,
        ("相談を記録", "consultations:consultation_create", about),
        ("架電を記録", "consultations:callattempt_create", about),
        ("予約", "consultations:appointment_create", about),
        ("支援ケースを始める", "consultations:case_create", about),
        ("同意を記録", "referrals:consent_create", about),
        ("同じ方と統合", "consultations:duplicate_list", about),
        ("書類を登録", "consultations:document_create", about),
    )


@allowed("consultations.add_client")
def client_create(request: Request) -> HttpResponse:
    """A new file, everything on one page."""
    return _where_open(request, form_page(request, NewClientForm))


@allowed("consultations.change_client")
def client_edit(request: Request, pk: int) -> HttpResponse:
    """Change a file, but for the ways to reach her."""
    client = find_to_change(Client.objects.standing(), request, pk)
    return _where_open(request, form_page(request, ClientForm, instance=client))


def _where_open(request: Request, answer: HttpResponse) -> HttpResponse:
    """To the list where the person has just closed the file to herself."""
    if not 300 <= answer.status_code < 400:
        return answer
    pk = resolve(answer["Location"]).kwargs["pk"]
    return answer if _clients(request).filter(pk=pk).exists() else redirect("consultations:client_list")


@allowed("consultations.reveal_contact", methods=["POST"])
def client_reveal(request: Request, pk: int) -> HttpResponse:
    """表示: phone, address and 合言葉, after the look is in the trail."""
    client = find(Client.objects.unmerged(), request, pk)
    form = RevealForm(request.POST, client=client, by=request.user)
    shown = form.revealed()
    if request.htmx and not form.is_refused:
        return render(
            request, "consultations/client_reveal.html#contact", _revealed(request, form, shown=shown)
        )
    if not shown:  # nothing but her name stands there
        audit.looked(AuditEvent.Action.VIEW, by=request.user, on=client)
    return page(
        request,
        status=403 if form.is_refused else form.status,
        back_url=client.get_absolute_url(),
        **_revealed(request, form, shown=shown),
    )


def _revealed(request: Request, form: RevealForm, *, shown: bool) -> dict[str, Any]:
    client = form.client
    may_change = Client.objects.changeable_by(request.user).standing().filter(pk=client.pk).exists()
    return {"client": client, "reveal": form, "shown": shown, "may_change": may_change}


@allowed("consultations.reveal_contact")
def client_contact(request: Request, pk: int) -> HttpResponse:
    """Change the ways to reach her. To open this page is to look at them."""
    client = find_to_change(Client.objects.standing(), request, pk)
    look = RevealForm(client=client, by=request.user)
    if look.is_refused:
        audit.looked(AuditEvent.Action.VIEW, by=request.user, on=client)
        refusal = {"client": client, "reveal": look, "back_url": client.get_absolute_url()}
        return render(request, "consultations/client_reveal.html", refusal, status=403)
    if request.method != "POST" and not look.was_shown:
        messages.warning(request, "支援措置の方です。先に理由を入力して「表示」を押してください。")
        return redirect(client)
    look.log("連絡先の修正")
    return form_page(
        request, ContactForm, instance=client, heading="連絡先の修正", client=client, is_logged=True
    )


@allowed("consultations.void_client")
def client_void(request: Request, pk: int) -> HttpResponse:
    """Take a file back that nothing hangs on any more."""
    client = find_to_change(Client.objects.unmerged(), request, pk)
    return void_page(
        request,
        client,
        hanging=[
            client.consultations,
            client.cases,
            client.appointments,
            client.call_attempts,
            client.documents,
            client.handover_items,
            client.consents,
            client.merges,
        ],
        refusal="相談記録・支援ケース・予約・架電・書類・申し送り・同意・統合した方のある相談者は取り消せません。先にそれらを取り消すか、統合を戻してください。",
    )


@allowed("consultations.export_client", methods=["GET", "HEAD"])
def client_export(request: Request) -> HttpResponseBase:
    """The list as a file, by number."""
    clients = ClientFilter(request.GET, _clients(request).unmerged()).qs
    return export_response(request, client_file(clients), model=Client, count=clients.count())

"""廃棄: what is due on 1 April, a list, a second person's word, the record of what was done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from consultations.filters import DisposalFilter
from consultations.forms.disposal import ApprovalForm, ProposalForm
from consultations.models import Client, Disposal
from consultations.models.disposal import due_clients, due_texts, kept_since, list_day
from komatsu_support import audit
from komatsu_support.excel import Sheet
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import (
    allowed,
    detail_page,
    find,
    find_to_change,
    list_page,
    page,
    rows_shown,
    void_page,
)


def disposal_sheet(disposals: Any) -> Sheet[Disposal]:
    """廃棄簿: each list and what became of it."""
    return Sheet(
        title="廃棄の記録",
        columns={
            "基準日": lambda d: d.as_of,
            "状態": lambda d: "廃棄済み" if d.approved_at else "承認待ち",
            "人数": lambda d: d.client_count if d.approved_at else None,
            "記録の件数": lambda d: d.record_count if d.approved_at else None,
            "起案": lambda d: str(d.created_by),
            "承認": lambda d: str(d.approved_by or ""),
            "承認日": lambda d: timezone.localdate(d.approved_at) if d.approved_at else None,
        },
        rows=disposals.select_related("created_by", "approved_by").order_by("-as_of", "-pk"),
    )


def due_sheet(clients: Any) -> Sheet[Client]:
    """廃棄予定一覧: numbers and days, no names."""
    talked = clients.annotate(
        last_talk=Max("consultations__consulted_on"), last_end=Max("cases__closed_on")
    ).order_by("number")
    return Sheet(
        title="廃棄予定一覧",
        columns={
            "相談者番号": lambda c: c.number,
            "初回受付日": lambda c: c.first_contact_on,
            "最後の相談日": lambda c: c.last_talk,
            "ケースの終了日": lambda c: c.last_end,
        },
        rows=talked,
        personal=True,
    )


@allowed("consultations.view_disposal", methods=["GET", "HEAD"])
def disposal_list(request: Request) -> HttpResponse:
    """Every list so far, and how many files are due."""
    as_of = list_day(timezone.localdate())
    filterset = DisposalFilter(request.GET, Disposal.objects.visible_to(request.user))
    due = due_clients(as_of).changeable_by(request.user).count()
    propose = {"label": "廃棄予定一覧を開く", "url": reverse("consultations:disposal_create")}
    return list_page(
        request,
        filterset,
        disposal_sheet,
        actions=[propose],
        due=due,
        texts=sum(1 for _ in due_texts(as_of)),
        as_of=as_of,
        since=kept_since(as_of),
        empty_text="廃棄の記録はまだありません。",
        back_url=reverse("consultations:client_list"),
        back_label="相談者一覧",
    )


@allowed("consultations.add_disposal")
def disposal_create(request: Request) -> HttpResponse:
    """廃棄予定一覧 of the latest 1 April, from which a list is proposed."""
    as_of = list_day(timezone.localdate())
    form = ProposalForm(request.POST if request.method == "POST" else None, as_of=as_of, by=request.user)
    if disposal := form.proposed():
        messages.success(request, "廃棄を起案しました。ほかの主任相談員の承認を待ちます。")
        return redirect(disposal)
    sheet = due_sheet(form.due)
    rows = list(sheet.rows)
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Client, count=len(rows), basis="廃棄予定一覧")
    return page(
        request,
        status=form.status,
        form=form,
        sheet=sheet,
        rows=rows_shown(sheet, rows),
        as_of=as_of,
        since=kept_since(as_of),
        back_url=reverse("consultations:disposal_list"),
        back_label="廃棄の記録",
    )


@allowed("consultations.view_disposal", methods=["GET", "HEAD"])
def disposal_detail(request: Request, pk: int) -> HttpResponse:
    """One list: what would be emptied, or what was."""
    joined = Disposal.objects.select_related("created_by", "updated_by", "approved_by")
    disposal = find(joined, request, pk)
    waits = not disposal.approved_at and not disposal.is_voided
    sheet = due_sheet(disposal.still_due(request.user)) if waits else None
    rows = list(sheet.rows) if sheet else []
    if sheet:
        audit.looked(
            AuditEvent.Action.LIST, by=request.user, kind=Client, count=len(rows), basis=str(disposal)
        )
    return detail_page(
        request,
        disposal,
        _facts(disposal),
        form=ApprovalForm(disposal=disposal, by=request.user) if waits else None,
        texts=_texts(disposal) if waits else "",
        is_about_somebody=waits and disposal.clients.exists(),
        sheet=sheet,
        rows=rows_shown(sheet, rows) if sheet else [],
        confidential=True,
        heading=f"廃棄　{wareki(disposal.as_of)}現在",
        actions=_actions(disposal) if waits else [],
        back_url=reverse("consultations:disposal_list"),
        back_label="廃棄の記録",
    )


@allowed("consultations.approve_disposal", methods=["POST"])
def disposal_approve(request: Request, pk: int) -> HttpResponse:
    """承認して廃棄する: by somebody else than the proposer."""
    disposal = find_to_change(Disposal.objects.standing(), request, pk)
    form = ApprovalForm(request.POST, disposal=disposal, by=request.user)
    if form.carried_out():
        messages.success(request, _done(disposal))
    for refusals in form.errors.values():
        messages.error(request, str(refusals[0]))
    return redirect(disposal)


def _texts(disposal: Disposal) -> str:
    """Old texts about nobody known that would go with the list, by kind: 札名 3件、相談記録 1件."""
    kinds = Counter(str(each._meta.verbose_name) for each in due_texts(disposal.as_of))
    return "、".join(f"{kind} {number}件" for kind, number in kinds.items())


def _done(disposal: Disposal) -> str:
    if disposal.client_count:
        return f"{disposal.client_count}人の記録を廃棄しました。"
    return f"古い記録{disposal.record_count}件の文章を廃棄しました。"


def _facts(disposal: Disposal) -> list[tuple[str, Any]]:
    proposed = f"{disposal.created_by}　{wareki(timezone.localdate(disposal.created_at))}"
    if not disposal.approved_at:
        return [("起案", proposed), ("承認", "まだ承認されていません")]
    approved = f"{disposal.approved_by}　{wareki(timezone.localdate(disposal.approved_at))}"
    return [
        ("起案", proposed),
        ("承認と実行", approved),
        ("廃棄した人数", f"{disposal.client_count}人"),
        ("廃棄した記録", f"{disposal.record_count}件（変更の履歴の内容を含む）"),
        ("廃棄した番号", "、".join(disposal.numbers)),
        ("残したもの", "集計のための匿名の記録（日付・方法・年代・主訴など）。件数・人数は変わりません。"),
    ]


def _actions(disposal: Disposal) -> list[dict[str, str]]:
    withdraw = reverse("consultations:disposal_void", args=[disposal.pk])
    return [{"label": "起案を取り下げる", "url": withdraw, "kind": "danger"}]


@allowed("consultations.void_disposal")
def disposal_void(request: Request, pk: int) -> HttpResponse:
    """Take a list back while nothing on it was emptied."""
    disposal = find_to_change(Disposal.objects.all(), request, pk)
    if disposal.approved_at:
        messages.warning(request, "廃棄は済んでいます。取り消せません。")
        return redirect(disposal)
    return void_page(request, disposal)

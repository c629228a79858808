"""誰が見たか: who looked at one client's file, when, at what and why."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse

from consultations.models import Case, Client
from komatsu_support import audit
from komatsu_support.excel import Sheet
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import ROWS, allowed, find, page, rows_shown
from komatsu_support.templatetags.office import shown


@allowed("komatsu_support.view_client_trail", methods=["GET", "HEAD"])
def client_trail(request: Request, pk: int) -> HttpResponse:
    """Every look at this client and every change of what is hers, newest first. To read it is a look too."""
    client: Client = find(Client.objects.all(), request, pk)
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=client, basis="誰が見たかの確認")
    events = AuditEvent.objects.filter(_about(client)).select_related("user").order_by("-number")
    page_obj = Paginator(events, ROWS).get_page(request.GET.get("page"))
    sheet = client_trail_sheet(events)
    return page(
        request,
        client=client,
        sheet=sheet,
        rows=rows_shown(sheet, page_obj),
        page_obj=page_obj,
        total=page_obj.paginator.count,
        back_url=client.get_absolute_url(),
        back_label=client.called,
    )


def _about(client: Client) -> Q:
    """Events whose subject she is, in a file merged into hers too, and those of meetings about her."""
    conference: Any = Case._meta.get_field("conferences").related_model
    hers = conference._base_manager.filter(cases__client=client)
    files = [client.pk, *client.absorbed.values_list("pk", flat=True)]
    return Q(subject_id__in=files) | Q(
        object_type=conference._meta.label_lower, object_id__in=hers.values("pk")
    )


def client_trail_sheet(events: Any) -> Sheet[AuditEvent]:
    """誰が見たか: names of fields, never values."""
    return Sheet(
        title="誰が見たか",
        columns={
            "日時": lambda e: shown(e.at),
            "だれが": lambda e: str(e.user or "－"),
            "操作": lambda e: e.get_action_display(),
            "何を": lambda e: e.what,
            "根拠": lambda e: e.basis,
            "項目": lambda e: e.changed,
            "接続元": lambda e: e.address,
        },
        rows=events,
        personal=True,
        wide=True,
    )

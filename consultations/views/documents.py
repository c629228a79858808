"""書類: the papers of a client's file, brought in, taken out, taken back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.http import content_disposition_header

from consultations.forms import DocumentForm, NamedForm
from consultations.models import Document
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
    record_actions,
    void_page,
)


@allowed("consultations.add_document")
def document_create(request: Request) -> HttpResponse:
    """A new paper in the file of ?client= or ?case=."""
    named = NamedForm(request.GET, by=request.user)
    back_to = named.person.get_absolute_url() if named.person else reverse("consultations:client_list")
    return form_page(
        request,
        DocumentForm,
        **named.begins("書類の登録"),
        client=named.person,
        back_url=back_to,
    )


@allowed("consultations.view_document", methods=["GET", "HEAD"])
def document_detail(request: Request, pk: int) -> HttpResponse:
    """What the paper is; the paper itself is taken out by a button."""
    people = ("client", "case", "created_by", "updated_by")
    document: Document = find(Document.objects.select_related(*people), request, pk)
    may_take = document.may_be_taken_by(request.user) and not document.is_voided
    take = {"label": "ダウンロード", "url": reverse("consultations:document_download", args=[pk])}
    return detail_page(
        request,
        document,
        _facts(document),
        personal=True,
        heading=f"書類　{document.title}",
        title="書類",
        confidential=True,
        client=document.client,
        may_take=may_take,
        actions=[*([take] if may_take else []), *record_actions(request, document)],
        back_url=document.client.get_absolute_url(),
        back_label=document.client.called,
    )


def _facts(document: Document) -> list[tuple[str, Any]]:
    form = document.media_type.rpartition("/")[2].upper()
    return [
        ("相談者", f"{document.client.called}（{document.client.number}）"),
        ("支援ケース", f"{wareki(document.case.opened_on)}開始" if document.case else ""),
        ("種類", document.get_kind_display()),
        ("受け取った日", wareki(document.received_on)),
        ("ファイル", f"{form}　{filesizeformat(document.size)}"),
    ]


@allowed("consultations.view_document", methods=["GET", "HEAD"])
def document_download(request: Request, pk: int) -> HttpResponse:
    """The paper, to be kept by the browser and never opened in our frame. In the trail before the first byte."""
    standing = Document.objects.standing().filter(file__isnull=False).select_related("client", "file")
    document: Document = find(standing, request, pk)
    if not document.may_be_taken_by(request.user):
        raise PermissionDenied
    audit.looked(AuditEvent.Action.EXPORT, by=request.user, on=document)
    return HttpResponse(
        bytes(document.file.data),
        content_type=document.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, document.file_name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@allowed("consultations.void_document")
def document_void(request: Request, pk: int) -> HttpResponse:
    """Take a paper back that came into the wrong file."""
    return void_page(request, find_to_change(Document.objects.select_related("client"), request, pk))

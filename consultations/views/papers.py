"""相談票 on A4: one talk with everything, or blank to be written on."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from consultations.forms import PaperForm
from consultations.models import Consultation
from consultations.papers import sheet_of
from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, find_to_change, page


@allowed("consultations.view_consultation")
def consultation_print(request: Request, pk: int) -> HttpResponse:
    """The talk as it is filed on paper. It is recorded as printed, and the ways to reach her as shown.

    Not by a broken glass: paper outlives the hour.
    """
    joined = Consultation.objects.select_related("client", "staff", "open_day", "created_by")
    talk = find_to_change(joined.prefetch_related("terms"), request, pk)
    form = PaperForm(request.POST if request.method == "POST" else None, client=talk.client)
    with_contact = form.wants_contact
    if with_contact:
        audit.looked(AuditEvent.Action.REVEAL, by=request.user, on=talk.client, basis="相談票の印刷")
    audit.looked(AuditEvent.Action.PRINT, by=request.user, on=talk)
    return page(
        request,
        talk=talk,
        client=talk.client,
        boxes=sheet_of(talk, talk.consulted_on),
        others="、".join(str(each) for each in talk.co_staff.order_by("kana", "pk")),
        form=form,
        with_contact=with_contact,
        back_url=talk.get_absolute_url(),
        back_label="相談記録",
    )


@allowed("consultations.view_consultation", methods=["GET", "HEAD"])
def consultation_blank(request: Request) -> HttpResponse:
    """The same paper with empty boxes and lines to write on. Nobody stands on it."""
    return page(
        request,
        boxes=sheet_of(None, timezone.localdate()),
        back_url=reverse("consultations:consultation_list"),
        back_label="相談一覧",
    )

"""緊急閲覧: a closed file is opened to read, for an hour, and another person looks into why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from consultations.forms import BreakGlassForm, ReviewForm
from consultations.models import BreakGlass, Client
from komatsu_support import audit
from komatsu_support.fiscal import current_fiscal_year
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import ROWS, allowed, find, page

Action = AuditEvent.Action
SEE = ("consultations.review_breakglass", "consultations.count_breakglass")


@allowed("consultations.add_breakglass")
def breakglass_create(request: Request, client: int) -> HttpResponse:
    """The reason, then the file. Who is sealed, and who does not exist, is answered alike."""
    if open_to_me := Client.objects.visible_to(request.user).filter(pk=client).first():
        return redirect(open_to_me)
    closed = Client.objects.closed_to(request.user).filter(pk=client).first()
    if closed is None:
        raise Http404
    form = BreakGlassForm(request.POST or None, by=request.user, instance=BreakGlass(client=closed))
    if form.saved():
        messages.warning(request, "緊急閲覧を始めました。主任相談員に知らされ、60分で閉じます。")
        return redirect(closed)
    audit.looked(Action.VIEW, by=request.user, on=closed, basis="緊急閲覧の入口（番号とカナの頭文字）")
    back_url = reverse("consultations:client_list")
    return page(request, status=form.status, form=form, client=closed, back_url=back_url)


@allowed("consultations.add_breakglass", methods=["POST"])
def breakglass_end(request: Request, pk: int) -> HttpResponse:
    """閲覧を終える: by whoever broke it, or by lead."""
    glass: BreakGlass = find(BreakGlass.objects.select_related("client"), request, pk)
    glass.end(by=request.user)
    messages.success(request, "緊急閲覧を終えました。")
    return redirect("home")


@allowed(SEE, methods=["GET", "HEAD"])
def breakglass_list(request: Request) -> HttpResponse:
    """Every broken glass for lead, what waits for review first; for manager how many, and nobody's name."""
    glasses = (
        BreakGlass.objects.visible_to(request.user)
        .standing()
        .select_related("client", "created_by", "reviewed_by")
        .order_by(F("reviewed_at").desc(nulls_first=True), "-created_at", "-pk")
    )
    listed = Paginator(glasses, ROWS).get_page(request.GET.get("page"))
    if may_see := request.user.has_perm("consultations.review_breakglass"):
        audit.looked(Action.LIST, by=request.user, kind=BreakGlass, count=len(listed.object_list))
    return page(
        request,
        year=current_fiscal_year(),
        figures=BreakGlass.objects.figures(current_fiscal_year()),
        rows=[(glass, _review(request.user, glass)) for glass in listed] if may_see else [],
        page_obj=listed if may_see else None,
        may_see=may_see,
    )


def _review(user: User, glass: BreakGlass) -> ReviewForm | None:
    """The form of the review, where there is one to give."""
    if glass.reviewed_by_id or glass.created_by_id == user.pk:
        return None
    form = ReviewForm(by=user, instance=glass)
    form.auto_id = f"glass_{glass.pk}_%s"  # several stand on one page
    return form


@allowed("consultations.review_breakglass", methods=["POST"])
def breakglass_review(request: Request, pk: int) -> HttpResponse:
    """Another lead's word on a broken glass."""
    glass = find(BreakGlass.objects.standing().select_related("client"), request, pk)
    form: Any = ReviewForm(request.POST, by=request.user, instance=glass)
    if form.saved():
        messages.success(request, "緊急閲覧を確認しました。")
    else:
        said = [error for errors in form.errors.values() for error in errors]
        messages.error(request, next(iter(said), "ほかの人が先に更新しました。読み直してください。"))
    return redirect("consultations:breakglass_list")

"""Drafts: saved while typing, offered on return, private."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from komatsu_support.http import Request, page_of_ours
from komatsu_support.models import Draft
from komatsu_support.pages import allowed

DRAFTS_EACH = 50  # drafts one person may have; the oldest goes


@allowed("komatsu_support.view_home", methods=["POST"])
def draft_save(request: Request) -> HttpResponse:
    """Keep the fields of a form as typed. Answers the line 「下書き保存 14:03」."""
    form, key = request.POST.get("draft_form", "")[:100], request.POST.get("draft_key", "")[:60]
    if not form or not key:
        return HttpResponse("下書きを保存できませんでした。", status=400)
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "draft_form", "draft_key", "draft_page")
    }
    now = timezone.now()
    with transaction.atomic():
        draft, _ = Draft.objects.update_or_create(
            user=request.user,
            form=form,
            key=key,
            defaults={"data": fields, "saved_at": now, "page": request.POST.get("draft_page", "")[:200]},
        )
        kept = Draft.objects.visible_to(request.user).order_by("-saved_at").values("pk")[:DRAFTS_EACH]
        Draft.objects.visible_to(request.user).exclude(pk__in=[row["pk"] for row in kept]).delete()
    return HttpResponse(f"下書き保存 {timezone.localtime(now):%H:%M}", headers={"X-Draft": str(draft.pk)})


@allowed("komatsu_support.view_home", methods=["POST"])
def draft_discard(request: Request, pk: int) -> HttpResponse:
    """Throw one's own draft away and go back to the form."""
    draft = get_object_or_404(Draft.objects.visible_to(request.user), pk=pk)
    draft.delete()
    return redirect(page_of_ours(draft.page) or "home")

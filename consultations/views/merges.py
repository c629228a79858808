"""統合: two files side by side, what moves, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime

from consultations.forms.merge import MergeForm, TwoNamedForm, UndoForm
from consultations.models import Client, Merge
from consultations.models.merge import hanging, refusal
from komatsu_support import audit
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, find_to_change, page


@allowed("consultations.merge_client")
def merge_create(request: Request) -> HttpResponse:
    """Both files side by side; a choice where they differ; what moves. The kept one opens."""
    two = TwoNamedForm(request.GET, by=request.user)
    if not two.is_valid():
        messages.warning(request, "統合する2人を選んでください。")
        return redirect("consultations:duplicate_list")
    kept, merged = two.cleaned_data["kept"], two.cleaned_data["merged"]
    if merged.merged_into_id == kept.pk:  # a second press
        return redirect(kept)
    if sentence := refusal(kept, merged):
        messages.warning(request, sentence)
        return redirect("consultations:duplicate_list")
    form = MergeForm(request.POST or None, kept=kept, merged=merged, by=request.user)
    if form.saved():
        messages.success(
            request, f"{merged.number} を {kept.number} に統合しました。間違いなら元に戻せます。"
        )
        return redirect(kept)
    for client in (kept, merged):
        audit.looked(AuditEvent.Action.VIEW, by=request.user, on=client, basis="統合の確認")
    return page(
        request,
        status=form.status,
        **_side_by_side(kept, merged, form),
        back_url=reverse("consultations:duplicate_list"),
        back_label="似た相談者",
    )


def _side_by_side(kept: Client, merged: Client, form: MergeForm) -> dict[str, Any]:
    if form.errors:  # what is stored now, with the versions that the next press will name
        kept.refresh_from_db()
        merged.refresh_from_db()
    moving = [(link.label, len(records)) for link, records in hanging(merged) if records]
    return {
        "form": form,
        "kept": kept,
        "merged": merged,
        "moving": moving,
        "swap_url": f"{reverse('consultations:merge_create')}?kept={merged.pk}&merged={kept.pk}",
    }


@allowed("consultations.merge_client")
def merge_undo(request: Request, pk: int) -> HttpResponse:
    """Two files again, after naming what goes back and what stays."""
    merge = find_to_change(Merge.objects.select_related("kept", "merged", "created_by"), request, pk)
    if sentence := merge.undo_refusal():
        messages.warning(request, sentence)
        return redirect(merge)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.undone(merge, by=request.user):
        messages.success(request, f"統合を元に戻しました。{merge.merged.number} の記録に戻っています。")
        return redirect(merge.merged)
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=merge.kept, basis="統合の確認")
    fields = {name.removesuffix("_id") for name in merge.taken}
    return page(
        request,
        status=form.status,
        form=form,
        merge=merge,
        returning=[(link.label, len(records)) for link, records in merge.returning() if records],
        staying=[(link.label, number) for link, number in merge.staying() if number],
        taken=[str(field.verbose_name) for field in Client._meta.concrete_fields if field.name in fields],
        back_url=merge.get_absolute_url(),
    )


def to_kept(request: Request, client: Client) -> HttpResponse:
    """From a file that was merged to the one that was kept, saying so."""
    kept: Any = client.merged_into
    if Client.objects.visible_to(request.user).filter(pk=kept.pk).exists():
        messages.info(request, f"{client.number} は {kept.number} に統合されています。")
    return redirect(kept)


def merges_of(request: Request, client: Client) -> list[dict[str, str]]:
    """What the kept file tells of those merged into it: the former number, and the way back for the last one."""
    may = request.user.has_perm("consultations.merge_client")
    merges = (
        Merge.objects.standing().filter(kept=client).select_related("merged", "created_by").order_by("-pk")
    )
    return [
        {
            "number": merge.merged.number,
            "told": f"{wareki(localtime(merge.created_at).date())} {merge.created_by}",
            "undo_url": reverse("consultations:merge_undo", args=[merge.pk]) if may and not later else "",
        }
        for later, merge in enumerate(merges)
    ]

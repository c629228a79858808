"""まとめる: two 札名 of one person side by side, what moves, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cafe.forms.merging import KeptForm, MergingForm, PartingForm
from cafe.models import Visitor
from cafe.models.merging import (
    DEEDS,
    KINDS,
    VISITS,
    Meeting,
    moves,
    parting_refusal,
    refusal,
    returning,
    staying,
)
from komatsu_support import audit
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, find, page

CONFIRMING = "まとめる札名の確認"


@dataclass(frozen=True)
class Side:
    """One of the two, as the page tells of it."""

    visitor: Visitor
    days: list[date]
    deeds: int

    @classmethod
    def of(cls, visitor: Visitor) -> Side:
        """Every day noted, closed or not: all of them move."""
        days = VISITS.of(visitor).standing().values_list("open_day__held_on", flat=True)
        return cls(visitor, list(days), DEEDS.of(visitor).standing().count())


@allowed("cafe.change_visitor")
def visitor_merge(request: Request, pk: int) -> HttpResponse:
    """Choose the 札名 that stays, see both, press once. The kept one opens."""
    merged = find(Visitor.objects.all(), request, pk)
    if sentence := refusal(merged):
        messages.warning(request, sentence)
        return redirect(merged)
    is_press = request.method == "POST"
    asked = request.GET if is_press or "kept" in request.GET else None
    choice = KeptForm(asked, merged=merged, by=request.user)
    kept = choice.cleaned_data["kept"] if choice.is_valid() else None
    if kept is None:
        return _choose(request, merged, choice)
    form = MergingForm(request.POST if is_press else None, merged=merged, kept=kept, by=request.user)
    if form.saved():
        messages.success(request, "二つの札名をまとめました。間違いなら元に戻せます。")
        return redirect(kept)
    return _confirm(request, merged, kept, form)


def _choose(request: Request, merged: Visitor, choice: KeptForm) -> HttpResponse:
    """Every other 札名 is on the page."""
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=merged, basis=CONFIRMING)
    audit.looked(
        AuditEvent.Action.LIST,
        by=request.user,
        kind=Visitor,
        count=len(choice.offered),
        basis="まとめる札名を選ぶ",
    )
    return page(
        request,
        status=choice.status,
        form=choice,
        merged=merged,
        back_url=merged.get_absolute_url(),
        back_label="札名の画面",
    )


def _confirm(request: Request, merged: Visitor, kept: Visitor, form: MergingForm) -> HttpResponse:
    """Both of them, what moves, what both have."""
    for each in (merged, kept):
        audit.looked(AuditEvent.Action.VIEW, by=request.user, on=each, basis=CONFIRMING)
    visits, deeds = moves(merged, kept)
    return page(
        request,
        status=form.status,
        form=form,
        merged=merged,
        kept=kept,
        sides=[("残す札名", Side.of(kept)), ("まとめる札名", Side.of(merged))],
        same_days_head=["開催日", "いま", "まとめたあと"],
        same_days=[(each.stays, _roles(each, kept)) for each in visits.meetings],
        same_deeds_head=["企画", "開催日", "したこと"],
        same_deeds=[(each.stays, _deed(each)) for each in deeds.meetings],
        choose_url=reverse("cafe:visitor_merge", args=[merged.pk]),
        swap_url=f"{reverse('cafe:visitor_merge', args=[kept.pk])}?kept={merged.pk}",
        back_url=merged.get_absolute_url(),
        back_label="札名の画面",
    )


def _roles(meeting: Meeting, kept: Visitor) -> list[str]:
    """A day on which both were noted: as what the one and the other, as what she counts from now on."""
    stays, goes = meeting.stays.get_role_display(), meeting.goes.get_role_display()
    both = (stays, goes) if meeting.stays.visitor_id == kept.pk else (goes, stays)
    return [wareki(meeting.stays.open_day.held_on), "／".join(both), stays]


def _deed(meeting: Meeting) -> list[str]:
    """What both were noted for."""
    event = meeting.stays.event
    return [event.title, wareki(event.open_day.held_on), meeting.stays.get_deed_display()]


@allowed("cafe.change_visitor")
def visitor_unmerge(request: Request, pk: int) -> HttpResponse:
    """Two 札名 again, after naming what goes back and what stays."""
    merged = find(Visitor.objects.select_related("merged_into", "voided_by"), request, pk)
    if sentence := parting_refusal(merged):
        messages.warning(request, sentence)
        return redirect(merged)
    form = PartingForm(request.POST if request.method == "POST" else None)
    if form.parted(merged, by=request.user):
        messages.success(request, "まとめた札名を元に戻しました。")
        return redirect(merged)
    merged = find(Visitor.objects.select_related("merged_into", "voided_by"), request, pk)
    if sentence := parting_refusal(merged):  # somebody else was first
        messages.warning(request, sentence)
        return redirect(merged)
    for each in (merged, merged.merged_into):
        audit.looked(AuditEvent.Action.VIEW, by=request.user, on=each, basis=CONFIRMING)
    return page(
        request,
        status=form.status,
        form=form,
        merged=merged,
        going=[returning(kind, merged).count() for kind in KINDS],
        raised=[len(merged.moved[kind.relation]["withdrawn"]) for kind in KINDS],
        staying=[staying(kind, merged).count() for kind in KINDS],
        back_url=merged.get_absolute_url(),
        back_label="札名の画面",
    )


def merging_of(request: Request, visitor: Visitor) -> dict[str, Any]:
    """What the page of a 札名 tells: into which it went, which went into it, and the way back for the last one."""
    may = request.user.has_perm("cafe.change_visitor")
    joined = visitor.joined.select_related("voided_by").order_by("-voided_at", "-pk")
    return {
        "went": visitor.merged_into,
        "joined": [
            {"visitor": each, "undo_url": _undo_url(each) if may and not later else ""}
            for later, each in enumerate(joined)
        ],
        "undo_url": _undo_url(visitor)
        if may and visitor.merged_into and not parting_refusal(visitor)
        else "",
    }


def _undo_url(merged: Visitor) -> str:
    return reverse("cafe:visitor_unmerge", args=[merged.pk])

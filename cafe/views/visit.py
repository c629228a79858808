"""札名のある方 of a day: who was there, among the heads that are counted and never beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from cafe.forms import VisitForm, VisitsForm
from cafe.models import ROLE_OF_KIND, OpenDay, Tap, Visit, Visitor
from komatsu_support import audit
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, find, form_page, page, void_page


@dataclass(frozen=True)
class Guests:
    """札名のある方 of a day beside what was counted there."""

    day: OpenDay
    visits: list[Visit]
    counted: dict[str, int]
    """Heads by role: the closing's, before it what the tablets have. Unit: 人."""

    @property
    def is_closed(self) -> bool:
        """Whether the heads are the closing's."""
        return self.day.state == OpenDay.State.HELD

    @property
    def heads(self) -> int:
        """数えた人, of the roles a 札名 can have. Unit: 人."""
        return sum(self.counted.get(role, 0) for role in Visit.COUNTED_ROLES)

    @property
    def surplus(self) -> list[str]:
        """Where more have a 札名 than were counted, in words; before the closing nothing is final."""
        if not self.is_closed:
            return []
        named = {role: sum(each.role == role for each in self.visits) for role in Visit.COUNTED_ROLES}
        return [
            f"{role.label}（数えた人 {self.counted.get(role, 0)}人、札名 {number}人）"
            for role, number in named.items()
            if number > self.counted.get(role, 0)
        ]


def guests_of(request: Request, day: OpenDay) -> dict[str, Any]:
    """The section of a day's page. With a 札名 on it, it is a look."""
    visits = list(day.visits.standing().select_related("visitor").in_order())
    if visits:
        audit.looked(
            AuditEvent.Action.LIST, by=request.user, kind=Visit, count=len(visits), basis="開催日の画面"
        )
    may = {
        verb: not day.is_voided and request.user.has_perm(f"cafe.{verb}_visit")
        for verb in ("add", "change", "void")
    }
    may["add"] = may["add"] and _takes_visits(day)
    return {
        "guests": Guests(day, visits, _counted(day)),
        "shows_guests": bool(visits) or _takes_visits(day),
        "may_guests": may,
    }


def _counted(day: OpenDay) -> dict[str, int]:
    if day.state == OpenDay.State.HELD:
        return {each.role: each.heads for each in day.attendances.all()}
    counted: dict[str, int] = {}
    for kind, heads in Tap.objects.of_day(day).by_kind().items():
        role = ROLE_OF_KIND[Tap.Kind(kind)]
        counted[role] = counted.get(role, 0) + heads
    return counted


def _takes_visits(day: OpenDay) -> bool:
    """Whether somebody can have been there: the day has come and is no 休止."""
    return day.state != OpenDay.State.CANCELLED and day.held_on <= timezone.localdate()


@allowed("cafe.add_visit")
def visit_create(request: Request, day: int) -> HttpResponse:
    """来た方を選ぶ: many at once, before the closing or after it."""
    open_day = find(OpenDay.objects.standing().prefetch_related("attendances"), request, day)
    if not _takes_visits(open_day):
        messages.warning(request, "来た方を入れられるのは、当日からです。休止の日には入れられません。")
        return redirect(open_day)
    form = VisitsForm(request.POST if request.method == "POST" else None, day=open_day, by=request.user)
    if form.saved():
        messages.success(request, "札名の方を入れました。")
        return redirect(f"{open_day.get_absolute_url()}#guests")
    toggles = list(form.toggles)
    shown = len(toggles) + len(form.there)
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Visitor, count=shown, basis="来た方を選ぶ")
    return page(
        request,
        status=form.status,
        form=form,
        toggles=toggles,
        day=open_day,
        guests=Guests(open_day, [], _counted(open_day)),
        heading=f"{wareki(open_day.held_on)}に来た方（札名）",
        back_url=open_day.get_absolute_url(),
        back_label=wareki(open_day.held_on),
    )


@allowed("cafe.change_visit")
def visit_edit(request: Request, pk: int) -> HttpResponse:
    """Her role on that day."""
    visit = find(Visit.objects.standing().select_related("visitor", "open_day"), request, pk)
    return form_page(
        request,
        VisitForm,
        instance=visit,
        onward=_back_to,
        heading=f"{visit.visitor}さんの参加形態",
        back_url=_back_to(visit),
    )


@allowed("cafe.void_visit")
def visit_void(request: Request, pk: int) -> HttpResponse:
    """Take one off the day: 押し間違い with one press on the day's page, another reason here."""
    visit = find(Visit.objects.select_related("visitor", "open_day"), request, pk)
    return void_page(request, visit, back_to=_back_to(visit))


def _back_to(visit: Visit) -> str:
    return f"{visit.open_day.get_absolute_url()}#guests"

"""支援措置: the monthly check list, on the screen and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Min, OuterRef, Prefetch, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from consultations.models import Client, ProtectionCheck
from consultations.models.protection import this_month
from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import allowed, find_to_change, page, void_page

Action = AuditEvent.Action
MONTHS = 3  # shown beside each other: this one and those before


@dataclass(frozen=True)
class Tick:
    """One month of one client: its check, or that it is missing, or that she was not protected yet."""

    month: date
    check: ProtectionCheck | None
    was_protected: bool

    @property
    def is_missing(self) -> bool:
        """Whether somebody should have looked, and nobody did."""
        return self.was_protected and self.check is None


@dataclass(frozen=True)
class Line:
    """One client on the check list, with this month first."""

    client: Client
    ticks: list[Tick]


def months(today: date) -> list[date]:
    """The first days of the months shown, the running one first."""
    found = [today.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def lines(user: User) -> list[Line]:
    """Every protected client that is this person's to check, by the day her protection ends."""
    shown = months(timezone.localdate())
    checks = ProtectionCheck.objects.standing().filter(month__gte=shown[-1]).select_related("created_by")
    marked = Client.history.model.objects.filter(id=OuterRef("pk"), address_protected=True)
    clients = (
        Client.objects.changeable_by(user)
        .under_protection()
        .select_related("staff")
        .prefetch_related(Prefetch("protection_checks", checks, to_attr="checked"))
        .annotate(
            marked_at=Subquery(marked.order_by().values("id").annotate(m=Min("history_date")).values("m"))
        )
        .order_by("protected_until", "pk")
    )
    return [Line(client, _ticks(client, shown)) for client in clients]


def _ticks(client: Client, shown: list[date]) -> list[Tick]:
    checked = {check.month: check for check in client.checked}  # type: ignore[attr-defined]
    since = timezone.localdate(client.marked_at or client.created_at)  # type: ignore[attr-defined]
    return [Tick(month, checked.get(month), month >= since.replace(day=1)) for month in shown]


def _page(request: Request, action: str) -> HttpResponse:
    found = lines(request.user)
    hidden = Client.objects.under_protection().count() - len(found)
    audit.looked(action, by=request.user, kind=Client, count=len(found), basis="支援措置の月次点検表")
    return page(
        request,
        lines=found,
        hidden_count=hidden,
        months=months(timezone.localdate()),
        today=timezone.localdate(),
        unchecked=sum(line.ticks[0].is_missing for line in found),
        back_url=reverse("consultations:client_list"),
        back_label="相談者一覧",
    )


@allowed("consultations.check_protection", methods=["GET", "HEAD"])
def protection_list(request: Request) -> HttpResponse:
    """The check list to work through, one press a client."""
    return _page(request, Action.LIST)


@allowed("consultations.check_protection", methods=["GET", "HEAD"])
def protection_print(request: Request) -> HttpResponse:
    """The check list on A4: numbers and the first kana instead of names, no phone, no address."""
    return _page(request, Action.PRINT)


@allowed("consultations.check_protection", methods=["POST"])
def protection_check(request: Request, pk: int) -> HttpResponse:
    """点検しました, of one client for this month."""
    client: Client = find_to_change(Client.objects.standing(), request, pk)
    if not client.address_protected:
        raise Http404
    check = ProtectionCheck.press(client, by=request.user)
    messages.success(request, f"{client.number}の{this_month().month}月の点検を記録しました。")
    return redirect(check)


@allowed("consultations.check_protection")
def protectioncheck_void(request: Request, pk: int) -> HttpResponse:
    """A tick that was made by mistake."""
    check = find_to_change(ProtectionCheck.objects.standing().select_related("client"), request, pk)
    return void_page(request, check)

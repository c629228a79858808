"""担い手: who planned, taught or helped at an event, and the year of those who carry the café."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from cafe.carriers import DEFINITIONS, carried, crossing
from cafe.filters import ContributionFilter
from cafe.forms import ContributionForm, NamedEventForm, NewContributionForm
from cafe.models import Contribution, Event, Visitor
from cafe.sheets_guest import contribution_sheet, months_table, named_contribution_sheet
from komatsu_support import audit
from komatsu_support.excel import Book, workbook_response
from komatsu_support.fiscal import fiscal_year, nendo
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, find, form_page, list_page, void_page
from komatsu_support.templatetags.office import shown


def carriers_of(request: Request, event: Event) -> dict[str, Any]:
    """The section of an event's page. With a 札名 on it, it is a look."""
    contributions = event.contributions.standing().select_related("visitor")
    deeds = list(contributions.order_by("-deed", F("visitor__kana_key").asc(nulls_last=True), "pk"))
    if named := sum(each.visitor_id is not None for each in deeds):
        audit.looked(
            AuditEvent.Action.LIST, by=request.user, kind=Contribution, count=named, basis="企画の画面"
        )
    stands = not event.is_voided and not event.open_day.is_voided
    may = {
        verb: stands and request.user.has_perm(f"cafe.{verb}_contribution")
        for verb in ("add", "change", "void")
    }
    led = any(each.deed != Contribution.Deed.HELPED for each in deeds)
    return {
        "deeds": deeds,
        "may_carry": may,
        "may_be_users_own": led and event.proposer == Event.Proposer.STAFF,
    }


@allowed("cafe.view_contribution", methods=["GET", "HEAD"])
def contribution_list(request: Request) -> HttpResponse:
    """担い手 of a 年度: its figures, its months, who did what."""
    filterset = ContributionFilter(request.GET, Contribution.objects.visible_to(request.user))
    year = filterset.fiscal_year
    of_year, crossed = carried(fiscal_year(year)), crossing(fiscal_year(year))
    may_read_names = request.user.has_perm("cafe.view_visitor")
    return list_page(
        request,
        filterset,
        named_contribution_sheet if may_read_names else contribution_sheet,
        personal=may_read_names,
        heading=f"担い手　{nendo(year)}",
        carried=of_year,
        carried_note=f"{of_year.user_led}件 ÷ {of_year.events}件",
        crossing=crossed,
        crossing_note=f"札名で来た{crossed.guests}人の{shown(crossed.share)}%" if crossed.guests else "",
        months=months_table(year, timezone.localdate()),
        actions=[],
        notes=DEFINITIONS,
        empty_text="この年度の担い手の記録はまだありません。企画の画面で、企画した・講師をした・手伝った方を入れます。",
        back_url=reverse("cafe:event_list"),
        back_label="企画の一覧",
    )


@allowed("cafe.add_contribution")
def contribution_create(request: Request) -> HttpResponse:
    """担い手 of the event named by ?event=; without one, to the events."""
    named = NamedEventForm(request.GET, by=request.user)
    event = named.cleaned_data["event"] if named.is_valid() else None
    if event is None and request.method != "POST":
        return redirect("cafe:event_list")
    _look_at_choices(request)
    about = {"heading": f"担い手の登録　{event.title}", "back_url": event.get_absolute_url()} if event else {}
    return form_page(request, NewContributionForm, initial={"event": event}, **about)


def _look_at_choices(request: Request) -> None:
    """The form offers every 札名 that comes."""
    offered = Visitor.objects.visible_to(request.user).standing().filter(active=True).count()
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Visitor, count=offered, basis="担い手を選ぶ")


@allowed("cafe.change_contribution")
def contribution_edit(request: Request, pk: int) -> HttpResponse:
    """What somebody did, put right."""
    contributions = Contribution.objects.standing().select_related("event__open_day", "visitor")
    deed = find(contributions, request, pk)
    _look_at_choices(request)
    return form_page(request, ContributionForm, instance=deed, heading=f"担い手の修正　{deed.event.title}")


@allowed("cafe.void_contribution")
def contribution_void(request: Request, pk: int) -> HttpResponse:
    """Take it back."""
    return void_page(request, find(Contribution.objects.select_related("event__open_day"), request, pk))


@allowed("cafe.export_contribution", methods=["GET", "HEAD"])
def contribution_export(request: Request) -> HttpResponseBase:
    """The months and the list as a file, without a name."""
    filterset = ContributionFilter(request.GET, Contribution.objects.visible_to(request.user))
    year = filterset.fiscal_year
    book = Book()
    paper = book.paper("月別")
    paper.widths([10, 12, 12, 10, 12, 12])
    paper.title(f"担い手　{nendo(year)}")
    paper.table(months_table(year, timezone.localdate()))
    for line in DEFINITIONS:
        paper.text(line)
    count = book.list(contribution_sheet(filterset.qs))
    audit.looked(AuditEvent.Action.EXPORT, by=request.user, kind=Contribution, count=count)
    return workbook_response(f"担い手_{timezone.localdate():%Y%m%d}.xlsx", book.save)

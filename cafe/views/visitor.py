"""札名: guests who like to be known by a nickname. Every look at them is in the trail."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from cafe.filters import VisitorFilter
from cafe.forms import NewVisitorForm, VisitorForm
from cafe.models import Visitor
from cafe.models.merging import refusal
from cafe.sheets_guest import deeds_sheet, visitor_sheet, visits_sheet
from cafe.views.merging import merging_of
from komatsu_support.excel import Sheet
from komatsu_support.fiscal import wareki
from komatsu_support.forms import ReasonForm
from komatsu_support.http import Request
from komatsu_support.pages import (
    allowed,
    detail_page,
    export_response,
    find,
    find_to_change,
    form_page,
    list_page,
    page,
    record_actions,
    rows_shown,
    void_page,
)

SHOWN = 100  # the latest rows of each section of a 札名's page
HANGS = (
    "来た日や担い手の記録がある札名は取り消せません。来なくなった方は、「来ている」を外してください。"
    "同じ方の札名が二つあるときは、「別の札名とまとめる」を使ってください。"
)


@allowed("cafe.view_visitor", methods=["GET", "HEAD"])
def visitor_list(request: Request) -> HttpResponse:
    """Those who come, 五十音."""
    return list_page(
        request,
        VisitorFilter(request.GET, Visitor.objects.visible_to(request.user)),
        visitor_sheet,
        personal=True,
        notes=["札名の方は、数えた人の中に含まれます（足しません）。札名のない方は、ここには出ません。"],
        empty_text="札名はまだありません。本人が呼ばれたい名で登録します。本名はたずねません。",
        back_url=reverse("cafe:openday_list"),
        back_label="開催日の一覧",
    )


@allowed("cafe.view_visitor", methods=["GET", "HEAD"])
def visitor_detail(request: Request, pk: int) -> HttpResponse:
    """One 札名: the days she came, what she carried. One that went into another only says so."""
    people = ("created_by", "updated_by", "voided_by", "merged_into")
    visitor = find(Visitor.objects.select_related(*people), request, pk)
    went = visitor.merged_into is not None
    return detail_page(
        request,
        visitor,
        facts=[("よみ", visitor.kana)] if went else _facts(visitor),
        personal=True,
        confidential=True,
        heading=visitor.name,
        actions=_actions(request, visitor),
        **merging_of(request, visitor),
        sections=[] if went else _sections(visitor),
        back_url=reverse("cafe:visitor_list"),
        back_label="札名の一覧",
    )


def _facts(visitor: Visitor) -> list[tuple[str, Any]]:
    came = visitor.visits.held()
    days = list(came.order_by("open_day__held_on").values_list("open_day__held_on", flat=True))
    return [
        ("よみ", visitor.kana),
        ("来ている", "はい" if visitor.active else "いいえ"),
        ("来た日数", f"{len(days)}日"),
        ("初めて来た日", wareki(days[0]) if days else None),
        ("最後に来た日", wareki(days[-1]) if days else None),
        ("担ったこと", f"{visitor.contributions.held().count()}回"),
    ]


def _sections(visitor: Visitor) -> list[dict[str, Any]]:
    return [
        _section("担ったこと", deeds_sheet(visitor.contributions.of_standing_events())),
        _section("来た日", visits_sheet(visitor.visits.standing().filter(open_day__voided_at=None))),
    ]


def _actions(request: Request, visitor: Visitor) -> list[dict[str, str]]:
    """Besides change and void: the way to one 札名 for two, where the page may be pressed."""
    actions = record_actions(request, visitor)
    if not refusal(visitor) and request.user.has_perm("cafe.change_visitor"):
        merge = {"label": "別の札名とまとめる", "url": reverse("cafe:visitor_merge", args=[visitor.pk])}
        actions.insert(1, merge)
    return actions


def _section(title: str, sheet: Sheet[Any]) -> dict[str, Any]:
    rows = list(sheet.rows)
    more = f"（新しい{SHOWN}件）" if len(rows) > SHOWN else ""
    return {"title": title + more, "sheet": sheet, "rows": rows_shown(sheet, rows[:SHOWN])}


@allowed("cafe.add_visitor")
def visitor_create(request: Request) -> HttpResponse:
    """A new 札名."""
    return form_page(request, NewVisitorForm)


@allowed("cafe.change_visitor")
def visitor_edit(request: Request, pk: int) -> HttpResponse:
    """Another name or reading; whether she still comes."""
    return form_page(request, VisitorForm, instance=find(Visitor.objects.standing(), request, pk))


@allowed("cafe.void_visitor")
def visitor_void(request: Request, pk: int) -> HttpResponse:
    """Take a 札名 back that should never have been there: nothing hangs on it."""
    visitor = find_to_change(Visitor.objects.all(), request, pk)
    return void_page(request, visitor, hanging=[visitor.visits, visitor.contributions], refusal=HANGS)


@allowed("cafe.export_visitor")
def visitor_export(request: Request) -> HttpResponseBase:
    """The list as a file with the 札名 in it: asks why first."""
    filterset = VisitorFilter(request.GET, Visitor.objects.visible_to(request.user))
    count = filterset.qs.count()
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        sheet = visitor_sheet(filterset.qs)
        return export_response(request, sheet, model=Visitor, count=count, basis=form.cleaned_data["reason"])
    return page(
        request,
        status=form.status,
        form=form,
        count=count,
        back_url=f"{reverse('cafe:visitor_list')}?{filterset.query()}",
        back_label="札名の一覧",
    )

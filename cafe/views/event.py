"""Events of the days."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cafe.doubts import doubts
from cafe.filters import EventFilter
from cafe.forms import EventForm, EventStart
from cafe.models import Event
from cafe.sheets import event_sheet, hours, state_word
from cafe.views.contribution import carriers_of
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import Record
from komatsu_support.pages import (
    allowed,
    detail_page,
    export_response,
    find,
    form_page,
    list_page,
    record_actions,
    void_page,
)

Consent = Event.PhotoConsent
PHOTO_SHAPES = {Consent.UNASKED: "todo", Consent.ALL: "done", Consent.SOME: "alert", Consent.NONE: "void"}


@allowed("cafe.view_event", methods=["GET", "HEAD"])
def event_list(request: Request) -> HttpResponse:
    """Events of a 年度."""
    return list_page(
        request,
        EventFilter(request.GET, Event.objects.visible_to(request.user)),
        event_sheet,
        heading="企画",
        notes=["企画の参加者数は、開催日の延参加者数に加わりません。"],
        empty_text="この年度の企画はまだありません。開催日の画面からも登録できます。",
        back_url=reverse("cafe:openday_list"),
        back_label="開催日の一覧",
    )


@allowed("cafe.view_event", methods=["GET", "HEAD"])
def event_detail(request: Request, pk: int) -> HttpResponse:
    """One event."""
    people = ("created_by", "updated_by", "voided_by")
    event = find(Event.objects.select_related("open_day", "series", "idea", *people), request, pk)
    facts = [
        (
            "開催日",
            _link(event.open_day, f"{wareki(event.open_day.held_on)}（{state_word(event.open_day)}）"),
        ),
        ("時間", hours(event.starts_at, event.ends_at)),
        ("種類", event.get_kind_display()),
        ("シリーズ", event.series and _link(event.series, event.series.name)),
        ("企画した人", event.get_proposer_display()),
        ("講師", event.lecturer),
        ("定員", _with_unit(event.capacity, "人")),
        ("参加費", "無料" if event.fee_yen == 0 else _with_unit(event.fee_yen, "円")),
        ("持ち物", event.belongings),
        ("予約", "必要" if event.needs_booking else "不要"),
        ("企画の種", event.idea and _link(event.idea, event.idea.title)),
        ("必要な物", event.items_needed),
        ("写真の同意", _badge(PHOTO_SHAPES[event.photo_consent], event.get_photo_consent_display())),
        ("写真の約束", event.photo_note),
        ("企画の参加者数", _with_unit(event.heads, "人（開催日の人数には加わりません）")),
        ("様子", event.comment),
    ]
    back = {"back_url": event.open_day.get_absolute_url(), "back_label": wareki(event.open_day.held_on)}
    actions = record_actions(request, event)
    actions[1:1] = _repeat_action(request, event)
    return detail_page(
        request,
        event,
        facts=facts,
        heading=event.title,
        actions=actions,
        doubts=doubts(event),
        **_expenses(request, event),
        **back,
        **carriers_of(request, event),
    )


def _repeat_action(request: Request, event: Event) -> list[dict[str, str]]:
    """この企画を別の日にも, for those who may make one."""
    if event.is_voided or not request.user.has_perm("cafe.add_event"):
        return []
    url = reverse("cafe:event_repeat", args=[event.pk])
    return [{"label": "この企画を別の日にも", "url": url, "kind": "secondary"}]


def _expenses(request: Request, event: Event) -> dict[str, Any]:
    """What the event cost, for the section on its page."""
    lines = list(event.expenses.visible_to(request.user).standing().order_by("pk"))
    stands = not (event.is_voided or event.open_day.is_voided)
    may_add = stands and request.user.has_perm("cafe.add_expense")
    return {
        "expenses": lines,
        "expenses_yen": sum(line.amount_yen for line in lines),
        "add_expense_url": f"{reverse('cafe:expense_create')}?event={event.pk}" if may_add else "",
    }


def _badge(shape: str, word: str) -> SafeString:
    return format_html('<span class="state state-{}">{}</span>', shape, word)


def _link(record: Record, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', record.get_absolute_url(), text)


def _with_unit(number: int | None, unit: str) -> str | None:
    return None if number is None else f"{number:,}{unit}"


@allowed("cafe.add_event")
def event_create(request: Request) -> HttpResponse:
    """An event, from its day (?day=), its series (?series=) or an idea (?idea=)."""
    start = EventStart(request.GET, by=request.user).initial_values()
    came_from = start.get("open_day") or start.get("series") or start.get("idea")
    back_url = came_from.get_absolute_url() if came_from else reverse("cafe:event_list")
    return form_page(request, EventForm, initial=start, back_url=back_url)


@allowed("cafe.change_event")
def event_edit(request: Request, pk: int) -> HttpResponse:
    """An existing event."""
    return form_page(request, EventForm, instance=find(Event.objects.standing(), request, pk))


@allowed("cafe.void_event")
def event_void(request: Request, pk: int) -> HttpResponse:
    """Take an event back."""
    return void_page(request, find(Event.objects.all(), request, pk))


@allowed("cafe.export_event", methods=["GET", "HEAD"])
def event_export(request: Request) -> HttpResponseBase:
    """The list as a file."""
    events = EventFilter(request.GET, Event.objects.visible_to(request.user)).qs
    return export_response(request, event_sheet(events), model=Event, count=events.count())

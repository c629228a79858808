"""Series of events."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from cafe.filters import EventSeriesFilter
from cafe.forms import EventSeriesForm
from cafe.models import EventSeries
from cafe.sheets import event_sheet, eventseries_sheet
from cafe.views.program import program
from komatsu_support.http import Request
from komatsu_support.pages import allowed, detail_page, export_response, find, form_page, list_page, void_page


@allowed("cafe.view_eventseries", methods=["GET", "HEAD"])
def eventseries_list(request: Request) -> HttpResponse:
    """Series that go on."""
    return list_page(
        request,
        EventSeriesFilter(request.GET, EventSeries.objects.visible_to(request.user)),
        eventseries_sheet,
        heading="企画シリーズ",
        empty_text="企画シリーズはまだありません。「月いち おにぎりとカレーの日」のように、くり返す企画を登録します。",
        back_url=reverse("cafe:openday_list"),
        back_label="開催日の一覧",
    )


@allowed("cafe.view_eventseries", methods=["GET", "HEAD"])
def eventseries_detail(request: Request, pk: int) -> HttpResponse:
    """One series with its events."""
    people = ("created_by", "updated_by", "voided_by")
    series = find(EventSeries.objects.select_related(*people), request, pk)
    events = event_sheet(series.events.on_standing_days())
    start = "" if series.is_voided else f"?series={series.pk}"
    return detail_page(
        request,
        series,
        facts=[("続いている", "はい" if series.active else "いいえ"), ("メモ", series.note)],
        heading=series.name,
        sections=[program(request, "企画", events, start=start)],
        back_url=reverse("cafe:eventseries_list"),
        back_label="企画シリーズの一覧",
    )


@allowed("cafe.add_eventseries")
def eventseries_create(request: Request) -> HttpResponse:
    """A new series."""
    return form_page(request, EventSeriesForm)


@allowed("cafe.change_eventseries")
def eventseries_edit(request: Request, pk: int) -> HttpResponse:
    """Rename or end a series."""
    return form_page(request, EventSeriesForm, instance=find(EventSeries.objects.standing(), request, pk))


@allowed("cafe.void_eventseries")
def eventseries_void(request: Request, pk: int) -> HttpResponse:
    """Take a series back; its events stay."""
    return void_page(request, find(EventSeries.objects.all(), request, pk))


@allowed("cafe.export_eventseries", methods=["GET", "HEAD"])
def eventseries_export(request: Request) -> HttpResponseBase:
    """The list as a file."""
    series = EventSeriesFilter(request.GET, EventSeries.objects.visible_to(request.user)).qs
    return export_response(request, eventseries_sheet(series), model=EventSeries, count=series.count())

"""Series of events."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from cafe.filters import EventSeriesFilter
from cafe.forms import EventSeriesForm
from cafe.models import Event, EventSeries
from cafe.sheets import eventseries_sheet
from komatsu_support.fiscal import fiscal_year_of, nendo
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
    may_add = not series.is_voided and request.user.has_perm("cafe.add_event")
    return detail_page(
        request,
        series,
        facts=[("続いている", "はい" if series.active else "いいえ"), ("メモ", series.note)],
        heading=series.name,
        years=_by_year(series),
        add_url=f"{reverse('cafe:event_create')}?series={series.pk}" if may_add else "",
        back_url=reverse("cafe:eventseries_list"),
        back_label="企画シリーズの一覧",
    )


def _by_year(series: EventSeries) -> list[tuple[str, list[tuple[str, list[Event]]]]]:
    """Its events by 年度 and month, the newest first."""
    standing = series.events.on_standing_days().select_related("open_day")
    events = standing.order_by("-open_day__held_on", "-pk")
    years = groupby(events, key=lambda event: fiscal_year_of(event.open_day.held_on))
    return [(nendo(year), _by_month(found)) for year, found in years]


def _by_month(events: Iterable[Event]) -> list[tuple[str, list[Event]]]:
    months = groupby(events, key=lambda event: f"{event.open_day.held_on.month}月")
    return [(month, list(found)) for month, found in months]


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

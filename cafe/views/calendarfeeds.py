"""カレンダー配信: secret addresses of the plan, each given to somebody, and what is fetched under them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cafe import ical
from cafe.filters import CalendarFeedFilter
from cafe.forms.flyer import CalendarFeedForm
from cafe.models import CalendarFeed, OpenDay
from cafe.sheets_flyer import calendarfeed_sheet
from komatsu_support.fiscal import Period, current_fiscal_year, fiscal_year, wareki
from komatsu_support.http import Request
from komatsu_support.pages import allowed, detail_page, find, form_page, list_page, void_page


@login_not_required
@require_safe
def feed_show(request: HttpRequest, token: str) -> HttpResponse:
    """The plan of last, this and next 年度, to whoever holds the address. Taken back or forged, it does not exist."""
    if not CalendarFeed.objects.by_token(token).exists():
        raise Http404
    year = current_fiscal_year()
    period = Period(fiscal_year(year - 1).start, fiscal_year(year + 1).end)
    return HttpResponse(ical.calendar(OpenDay.objects.in_period(period)), content_type=ical.CONTENT_TYPE)


@allowed("cafe.view_calendarfeed", methods=["GET", "HEAD"])
def calendarfeed_list(request: Request) -> HttpResponse:
    """Who was given an address."""
    return list_page(
        request,
        CalendarFeedFilter(request.GET, CalendarFeed.objects.visible_to(request.user)),
        calendarfeed_sheet,
        heading="カレンダー配信",
        notes=["渡した先ごとに1つ作ります。1つを止めても、ほかの先はそのまま使えます。"],
        empty_text="まだありません。渡す先ごとにアドレスを1つ作ります。",
        back_url=reverse("cafe:flyer_current"),
        back_label="月間予定表",
    )


@allowed("cafe.view_calendarfeed", methods=["GET", "HEAD"])
def calendarfeed_detail(request: Request, pk: int) -> HttpResponse:
    """One address in full, how to subscribe to it, and the way to stop it."""
    feed = find(CalendarFeed.objects.select_related("created_by", "updated_by", "voided_by"), request, pk)
    address = request.build_absolute_uri(reverse("cafe:feed_show", args=[feed.token]))
    return detail_page(
        request,
        feed,
        facts=[("渡した先", feed.label), ("渡した日", wareki(timezone.localdate(feed.created_at)))],
        heading="カレンダー配信",
        actions=_actions(request, feed),
        address="" if feed.is_voided else address,
        back_url=reverse("cafe:calendarfeed_list"),
        back_label="カレンダー配信の一覧",
    )


def _actions(request: Request, feed: CalendarFeed) -> list[dict[str, str]]:
    """Correct whom it was given to, or stop it."""
    if feed.is_voided or not request.user.has_perm("cafe.void_calendarfeed"):
        return []
    return [
        {
            "label": "渡した先を直す",
            "url": reverse("cafe:calendarfeed_edit", args=[feed.pk]),
            "kind": "secondary",
        },
        {"label": "配信を止める", "url": reverse("cafe:calendarfeed_void", args=[feed.pk]), "kind": "danger"},
    ]


@allowed("cafe.add_calendarfeed")
def calendarfeed_create(request: Request) -> HttpResponse:
    """An address for somebody."""
    return form_page(request, CalendarFeedForm)


@allowed("cafe.change_calendarfeed")
def calendarfeed_edit(request: Request, pk: int) -> HttpResponse:
    """Whom it was given to; the address stays."""
    return form_page(request, CalendarFeedForm, instance=find(CalendarFeed.objects.standing(), request, pk))


@allowed("cafe.void_calendarfeed")
def calendarfeed_void(request: Request, pk: int) -> HttpResponse:
    """止める: the address opens to nobody any more."""
    return void_page(request, find(CalendarFeed.objects.all(), request, pk))

"""統計 of a 年度 or a month: the page and its file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from cafe.facts import facts
from cafe.forms.statistics import MonthForm
from cafe.models import OpenDay
from cafe.sheets_statistics import statistics_book
from cafe.statistics import statistics_of
from cafe.tables import sections
from komatsu_support import audit
from komatsu_support.converters import years_around
from komatsu_support.excel import workbook_response
from komatsu_support.fiscal import MONTHS, current_fiscal_year
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, page


@allowed("cafe.view_statistics", methods=["GET", "HEAD"])
def statistics_current(request: Request) -> HttpResponse:
    """To the running 年度."""
    return redirect("cafe:statistics", year=current_fiscal_year())


@allowed("cafe.view_statistics", methods=["GET", "HEAD"])
def statistics(request: Request, year: int) -> HttpResponse:
    """The figures of a 年度, or of the month asked for."""
    month = MonthForm(request.GET).chosen
    told = statistics_of(year, month, timezone.localdate())
    export = reverse("cafe:statistics_export", args=[year]) + (f"?month={month}" if month else "")
    days = reverse("cafe:openday_list")
    return page(
        request,
        told=told,
        facts=facts(told),
        sections=sections(told),
        year=year,
        years=years_around(year),
        months=MONTHS,
        month=month,
        actions=[{"label": "Excelに出力", "url": export}],
        days_url=f"{days}?{urlencode({'year': year, 'month': month or ''})}",
        unclosed_url=f"{days}?{urlencode({'year': year, 'month': month or '', 'state': 'unclosed'})}",
    )


@allowed("cafe.view_statistics", methods=["GET", "HEAD"])
def statistics_export(request: Request, year: int) -> HttpResponseBase:
    """The same tables as a file, recorded before the first byte."""
    told = statistics_of(year, MonthForm(request.GET).chosen, timezone.localdate())
    audit.looked(
        AuditEvent.Action.EXPORT,
        by=request.user,
        kind=OpenDay,
        count=told.totals.days,
        basis=told.period.label,
    )
    return workbook_response(f"カフェ統計_{told.period.label}.xlsx", statistics_book(told).save)

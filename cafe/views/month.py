"""月の予定: a month of the café, and the way to the months around it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cafe.forms.planning import MadeForm
from cafe.models import OpenDay
from cafe.month import month_plan
from cafe.unmaking import just_made
from komatsu_support.fiscal import MONTHS, fiscal_year_of, month_at, month_of, nendo
from komatsu_support.http import Request
from komatsu_support.pages import allowed, page


@allowed("cafe.view_openday", methods=["GET", "HEAD"])
def openday_month_now(request: Request) -> HttpResponse:
    """The running month."""
    return redirect("cafe:openday_month", first=timezone.localdate().replace(day=1))


@allowed("cafe.view_openday", methods=["GET", "HEAD"])
def openday_month(request: Request, first: date) -> HttpResponse:
    """One month: the calendar, the days of the café, what is on."""
    plan = month_plan(first, request.user)
    return page(
        request,
        plan=plan,
        period=month_at(first),
        actions=_actions(request, first, is_empty=not plan.told),
        **_just_made(request, first),
        **_ways(first),
        **rights(request),
    )


def _just_made(request: Request, first: date) -> dict[str, Any]:
    """What the press named in ?made= has made here, for whoever may take it back."""
    press = MadeForm(request.GET).press
    if press is None or not request.user.has_perm("cafe.void_openday"):
        return {}
    return {"press": press, "made": just_made(press, first, by=request.user)}


def rights(request: Request) -> dict[str, bool]:
    """What a day of the month offers this person."""
    return {
        "may_add": request.user.has_perm("cafe.add_openday"),
        "may_change": request.user.has_perm("cafe.change_openday"),
    }


def _actions(request: Request, first: date, *, is_empty: bool) -> list[dict[str, Any]]:
    """Make days; print. What stands already needs no button that stands out."""
    printed = {"label": "印刷", "print": True}
    if not request.user.has_perm("cafe.add_openday"):
        return [printed]
    kind = "primary" if is_empty else "secondary"
    return [
        {"label": "曜日で開催日を作る", "url": reverse("cafe:openday_plan", args=[first]), "kind": kind},
        {
            "label": "先月の予定を写す",
            "url": reverse("cafe:openday_clone", args=[first]),
            "kind": "secondary",
        },
        printed,
    ]


def _ways(first: date) -> dict[str, Any]:
    """Months before and after, those of the 年度, the 年度 beside it; "" beyond the calendar of the site."""
    year = fiscal_year_of(first)
    return {
        "before": _way((first - timedelta(days=1)).replace(day=1)),
        "after": _way((first + timedelta(days=31)).replace(day=1)),
        "year_label": nendo(year),
        "months": [(month, _way(month_of(year, month).start), month == first.month) for month in MONTHS],
        "year_before": _way(first.replace(year=first.year - 1)),
        "year_after": _way(first.replace(year=first.year + 1)),
    }


def _way(first: date) -> str:
    try:
        return reverse("cafe:openday_month", args=[first])
    except NoReverseMatch:
        return ""


def day_in_month(day: OpenDay) -> str:
    """A day where it stands in its month."""
    month = reverse("cafe:openday_month", args=[day.held_on])
    return f"{month}#day-{day.held_on.isoformat()}"

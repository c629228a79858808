"""月間予定表: on the screen and on A4, its words, the same as Excel and as a calendar file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from cafe import ical
from cafe.flyer import BOOKING, plan_of, words_of
from cafe.forms.flyer import FlyerCreateForm, FlyerForm, Orientation, PaperForm
from cafe.lettering import grades, lettering, remedies
from cafe.models import Flyer, OpenDay
from cafe.sheets_flyer import flyer_book
from komatsu_support import audit
from komatsu_support.excel import workbook_response
from komatsu_support.fiscal import month_at
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, find, form_page, page
from komatsu_support.views.calendar import MonthForm

FIRST_MONTH, LAST_MONTH = date(1900, 1, 1), date(2099, 12, 1)  # what an address can say
NEXT_FROM = 20  # the day of the month from which the next month's flyer is the one to print


@allowed("cafe.view_flyer", methods=["GET", "HEAD"])
def flyer_current(request: Request) -> HttpResponse:
    """To the flyer that is worked on: this month's, from the 20th on the next one's."""
    today = timezone.localdate()
    first = today.replace(day=1)
    return redirect("cafe:flyer_print", _month_beside(first, 31) if today.day >= NEXT_FROM else first)


@allowed("cafe.view_flyer", methods=["GET", "HEAD"])
def flyer_print(request: Request, first: date) -> HttpResponse:
    """The flyer as it is printed, and what can be done with it."""
    is_landscape = PaperForm(request.GET).is_landscape
    plan = plan_of(first, request.user)
    words = words_of(plan, request.user)
    letters = lettering(plan, words, is_landscape=is_landscape)
    return page(
        request,
        plan=plan,
        words=words,
        letters=letters,
        columns=list(zip(plan.weekdays, grades(plan, letters.columns), strict=True)),
        remedies=[] if letters.is_readable else remedies(plan, words, is_landscape=is_landscape),
        fees="・".join(plan.fees_beside(words)),
        is_landscape=is_landscape,
        orientations=Orientation,
        period=month_at(first),
        booking=BOOKING,
        words_url=_words_url(words),
        hours_differ=plan.hours not in words.hours,
        before=_month_beside(first, -1),
        after=_month_beside(first, 31),
    )


def _words_url(words: Flyer) -> str:
    """Where the words are changed, or written for the first time."""
    if words.pk:
        return reverse("cafe:flyer_edit", args=[words.pk])
    return f"{reverse('cafe:flyer_create')}?month={words.month:%Y-%m}"


def _month_beside(first: date, days: int) -> date | None:
    """The first day of the month before or after; None at the end of the calendar."""
    beside = (first + timedelta(days=days)).replace(day=1)
    return beside if FIRST_MONTH <= beside <= LAST_MONTH else None


@allowed("cafe.add_flyer")
def flyer_create(request: Request) -> HttpResponse:
    """The words of a month (?month=) that has none yet, filled in with those of the month before."""
    first = MonthForm(request.GET).first_day()
    own = Flyer.objects.visible_to(request.user).of_month(first)
    if own is not None and request.method != "POST":
        return redirect("cafe:flyer_edit", own.pk)
    words = words_of(plan_of(first, request.user), request.user)
    start = {name: getattr(words, name) for name in FlyerCreateForm.Meta.fields}
    return form_page(request, FlyerCreateForm, initial=start, **_labels(first))


@allowed("cafe.change_flyer")
def flyer_edit(request: Request, pk: int) -> HttpResponse:
    """The words of a month."""
    words: Flyer = find(Flyer.objects.standing(), request, pk)
    return form_page(request, FlyerForm, instance=words, **_labels(words.month))


def _labels(first: date) -> dict[str, Any]:
    month = month_at(first).label
    return {
        "heading": f"{month}の予定表の文言",
        "back_url": reverse("cafe:flyer_print", args=[first]),
        "back_label": f"{month}の予定表",
    }


@allowed("cafe.export_flyer", methods=["GET", "HEAD"])
def flyer_export(request: Request, first: date) -> HttpResponseBase:
    """The flyer as an Excel file."""
    plan = plan_of(first, request.user)
    book = flyer_book(plan, words_of(plan, request.user), is_landscape=PaperForm(request.GET).is_landscape)
    audit.looked(AuditEvent.Action.EXPORT, by=request.user, kind=Flyer, count=1)
    return workbook_response(f"予定表_{first:%Y%m}.xlsx", book.save)


@allowed("cafe.export_flyer", methods=["GET", "HEAD"])
def flyer_calendar(request: Request, first: date) -> HttpResponse:
    """One month as a calendar file, to be taken into a calendar once."""
    days = OpenDay.objects.visible_to(request.user).in_period(month_at(first))
    audit.looked(AuditEvent.Action.EXPORT, by=request.user, kind=OpenDay, count=days.standing().count())
    response = HttpResponse(ical.calendar(days), content_type=ical.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="tonton-cafe-{first:%Y-%m}.ics"'
    return response

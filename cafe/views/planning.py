"""Days and events made many at once."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cafe.forms.planning import EventRepeatForm, MadeForm, OpenDayPlanForm, PressForm
from cafe.models import Event
from cafe.planning import checked, last_month_again, make
from cafe.sheets import hours
from cafe.unmaking import just_made
from cafe.wishes import Outcome
from komatsu_support.fiscal import month_at
from komatsu_support.http import Request
from komatsu_support.models import StaleVersion
from komatsu_support.pages import allowed, find, page


@allowed("cafe.add_openday")
def openday_plan(request: Request, first: date) -> HttpResponse:
    """曜日で開催日を作る: in one press, as the office usually opens."""
    form = OpenDayPlanForm(request.POST if request.method == "POST" else None, month=first)
    if outcome := form.made(request.user):
        return _told(request, outcome, first, form.key)
    return page(request, status=form.status, form=form, **_frame(first, "曜日で開催日を作る"))


@allowed("cafe.add_openday")
def openday_clone(request: Request, first: date) -> HttpResponse:
    """先月の予定を写す: shown before it is made."""
    form = PressForm(request.POST if request.method == "POST" else None)
    wishes = last_month_again(first)
    if form.is_valid():
        return _told(request, make(wishes, by=request.user, press=form.key), first, form.key)
    return page(
        request,
        status=form.status,
        form=form,
        outcome=Outcome(checked(wishes, press=form["press"].initial)),
        **_frame(first, "先月の予定を写す"),
    )


@allowed("cafe.void_openday", methods=["POST"])
def openday_unmake(request: Request, first: date) -> HttpResponse:
    """いま作った日を取り消す: days and events of one press, as far as nobody has built upon them."""
    press = MadeForm(request.POST).press
    made = just_made(press, first, by=request.user) if press else None
    try:
        if made and made.what:
            made.take_back(by=request.user)
            messages.success(request, f"いま作った{made.what}を取り消しました。")
            return redirect("cafe:openday_month", first=first)
    except StaleVersion:
        pass
    messages.warning(
        request, "まとめて取り消せる日はもうありません。その日の画面で1日ずつ取り消してください。"
    )
    return redirect("cafe:openday_month", first=first)


@allowed("cafe.add_event")
def event_repeat(request: Request, pk: int) -> HttpResponse:
    """この企画を別の日にも: on as many of the days ahead as are ticked."""
    event = find(Event.objects.standing().select_related("open_day"), request, pk)
    data = request.POST if request.method == "POST" else None
    form = EventRepeatForm(data, event=event, by=request.user)
    if days := form.made(request.user):
        messages.success(request, f"この企画を{days}日に写しました。")
        return redirect(event)
    return page(
        request,
        status=form.status,
        form=form,
        event=event,
        usual_hours=hours(event.open_day.starts_at, event.open_day.ends_at),
        back_url=event.get_absolute_url(),
    )


def _told(request: Request, outcome: Outcome, first: date, press: uuid.UUID) -> HttpResponse:
    """Back to the month, with what came of it and the way to take it back."""
    level = messages.SUCCESS if outcome.made or outcome.joined else messages.WARNING
    messages.add_message(request, level, outcome.told)
    return redirect(f"{reverse('cafe:openday_month', args=[first])}?made={press}")


def _frame(first: date, heading: str) -> dict[str, Any]:
    label = month_at(first).label
    back = reverse("cafe:openday_month", args=[first])
    return {"first": first, "heading": f"{heading}　{label}", "back_url": back, "back_label": label}

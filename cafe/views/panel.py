"""A day of the month, changed where it stands: its hours and place, a new event, 休止.

Opened by htmx it is a panel within the month, and what is saved there changes that one day; as a page of its
own it works without a script.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import trigger_client_event

from cafe.doubts import doubts
from cafe.forms import EventQuickForm, OpenDayCancelForm, OpenDayQuickForm, OpenDayRecancelForm
from cafe.models import Event, OpenDay
from cafe.month import month_plan
from cafe.views.month import day_in_month, rights
from komatsu_support.fiscal import month_at, wareki
from komatsu_support.forms import RecordForm
from komatsu_support.http import Request
from komatsu_support.pages import allowed, find, page

State = OpenDay.State
SAID = {"event": "企画を加えました", "plan": "時間・場所を保存しました", "cancel": "休止にしました"}


@allowed("cafe.change_openday")
def openday_panel(request: Request, pk: int) -> HttpResponse:
    """What is most often changed about a day, on one small page."""
    day = find(OpenDay.objects.standing(), request, pk)
    asked = _asked(request)
    forms = _forms(request, day, asked)
    if asked in forms and (record := forms[asked].saved()):
        doubtful = doubts(record) if isinstance(record, Event) else []
        return _done(request, day, "".join([f"{wareki(day.held_on)}　{SAID[asked]}。", *doubtful]))
    status = forms[asked].status if asked in forms else 200
    context = {
        "day": day,
        "forms": forms,
        "asked": asked,
        "heading": wareki(day.held_on),
        "back_url": day_in_month(day),
        "back_label": month_at(day.held_on).label,
    }
    if request.htmx:
        return render(request, "cafe/openday_panel.html#panel", context, status=status)
    return page(request, status=status, **context)


def _asked(request: Request) -> str:
    """Which of the forms was sent."""
    if request.method != "POST":
        return ""
    do = request.POST.get("do", "")
    return do if do in SAID else "plan"


def _forms(request: Request, day: OpenDay, asked: str) -> dict[str, RecordForm]:
    """The small forms, the one that was sent with what was typed.

    A day that was closed is not 休止 in passing: only where somebody closed it in the meantime, and then with the
    reason of the correction. One that is 休止 already may be the second press.
    """
    kinds: dict[str, tuple[type[RecordForm], Any]] = {
        "event": (EventQuickForm, Event(open_day=day)),
        "plan": (OpenDayQuickForm, copy(day)),
    }
    if request.user.has_perm("cafe.close_openday") and (asked == "cancel" or day.state == State.PLANNED):
        cancel = OpenDayRecancelForm if day.state == State.HELD else OpenDayCancelForm
        kinds["cancel"] = (cancel, copy(day))
    return {
        name: kind(request.POST if name == asked else None, by=request.user, instance=instance)
        for name, (kind, instance) in kinds.items()
    }


def _done(request: Request, day: OpenDay, said: str) -> HttpResponse:
    """The month with its changed day; to a script that day alone."""
    if not request.htmx:
        messages.success(request, said)
        return redirect(day_in_month(day))
    plan = month_plan(day.held_on.replace(day=1), request.user)
    context = {"plan": plan, "each": plan.of(day.held_on), "said": said, **rights(request)}
    answer = render(request, "cafe/openday_panel.html#saved", context)
    return trigger_client_event(answer, "day-saved", {"day": day.held_on.isoformat()}, after="settle")

"""締める, 休止にする, 予定に戻す: the pages that put a day into a state."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from cafe.forms import (
    OpenDayCancelForm,
    OpenDayCloseForm,
    OpenDayRecancelForm,
    OpenDayRecloseForm,
    OpenDayReopenForm,
    first_boxes,
)
from cafe.models import OpenDay, last_closing, late_in_words, late_taps, proposed, taps_since
from cafe.sheets import counted_of
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.pages import allowed, find, form_page

State = OpenDay.State
OPENED = {State.HELD: "の締めを開きました。", State.CANCELLED: "を予定に戻しました。"}
REOPEN = {State.HELD: "締めを開く", State.CANCELLED: "予定に戻す"}
CLOSE = {State.PLANNED: "締める", State.HELD: "締め直す", State.CANCELLED: "開催として締める"}


@allowed("cafe.close_openday")
def openday_close(request: Request, pk: int) -> HttpResponse:
    """締める, or 締め直す with a reason."""
    day = find(OpenDay.objects.standing(), request, pk)
    if day.is_early and request.method == "GET":
        messages.info(request, f"{day.date_in_words}から締められます。")
        return redirect(day)
    form = OpenDayCloseForm if day.state == State.PLANNED else OpenDayRecloseForm
    proposal, before = proposed(day), last_closing(day)
    # what is posted is measured against what is stored
    start = first_boxes(day, before, proposal) if request.method == "GET" else None
    return form_page(
        request,
        form,
        instance=day,
        initial=start,
        heading=f"{wareki(day.held_on)}を{CLOSE[State(day.state)]}",
        before=before,
        proposal=proposal,
        late=late_in_words(taps_since(day) if before else late_taps(day)),
        tablets=day.tablets.standing().with_last_arrival().order_by("pk"),
        onward=_back_home(request),
        told=_closed,
    )


def _closed(day: OpenDay) -> str:
    """What was written, and the way back."""
    return format_html(
        '{}を{}人で締めました。　<a href="{}">締め直す</a>',
        day.date_in_words,
        counted_of(day),
        reverse("cafe:openday_close", args=[day.pk]),
    )


@allowed("cafe.close_openday")
def openday_cancel(request: Request, pk: int) -> HttpResponse:
    """休止にする, with a reason; what was counted goes."""
    day = find(OpenDay.objects.standing(), request, pk)
    form = OpenDayRecancelForm if day.state == State.HELD else OpenDayCancelForm
    return form_page(
        request,
        form,
        instance=day,
        heading=f"{wareki(day.held_on)}を休止にする",
        heads=counted_of(day),
        proposal=proposed(day),
        submit_label="休止にする",
        onward=_back_home(request),
        told=lambda day: f"{day.date_in_words}を休止にしました。",
    )


def _back_home(request: Request) -> Callable[[OpenDay], str] | None:
    """Where it was pressed among 今日の仕事, the next one may wait there."""
    return (lambda day: reverse("home")) if request.POST.get("from") == "home" else None


@allowed("cafe.close_openday")
def openday_reopen(request: Request, pk: int) -> HttpResponse:
    """予定に戻す: a closed day or one that was 休止, with a reason; its heads go until it is closed again."""
    day = find(OpenDay.objects.standing(), request, pk)
    if day.state == State.PLANNED:
        messages.info(request, "この日は締めていません。")
        return redirect(day)
    state = State(day.state)
    label = REOPEN[state]
    return form_page(
        request,
        OpenDayReopenForm,
        instance=day,
        heading=f"{wareki(day.held_on)}　{label}",
        heads=counted_of(day),
        submit_label=label,
        told=lambda day: f"{day.date_in_words}{OPENED[state]}",
    )

"""Days: the list, the day, its closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from cafe.filters import OpenDayFilter
from cafe.forms import (
    OpenDayCancelForm,
    OpenDayCloseForm,
    OpenDayEditForm,
    OpenDayForm,
    OpenDayRecancelForm,
    OpenDayRecloseForm,
    OpenDayReopenForm,
    OpenDayStart,
    counted_since,
)
from cafe.models import OpenDay, late_in_words, late_taps, proposed
from cafe.sheets import (
    SHAPES,
    ages_table,
    counted_of,
    heads_table,
    hours,
    openday_sheet,
    program_sheet,
    state_word,
)
from cafe.statistics import totals
from cafe.views.introductions import introduction_form
from cafe.views.month import day_in_month
from cafe.views.papercount import paper_of
from cafe.views.program import program
from cafe.views.tally import tally_of_day
from cafe.views.visit import guests_of
from komatsu_support.fiscal import current_fiscal_year, wareki
from komatsu_support.http import Request
from komatsu_support.pages import (
    add_action,
    allowed,
    detail_page,
    export_response,
    find,
    form_page,
    list_page,
    record_actions,
    void_page,
)
from komatsu_support.templatetags.office import shown

State = OpenDay.State
REOPEN = {State.HELD: "締めを開く", State.CANCELLED: "予定に戻す"}
CLOSE = {State.PLANNED: "締める", State.HELD: "締め直す", State.CANCELLED: "開催として締める"}


@allowed("cafe.view_openday", methods=["GET", "HEAD"])
def openday_list(request: Request) -> HttpResponse:
    """Days of a 年度, the 未入力 ones on top."""
    days = OpenDay.objects.visible_to(request.user)
    filterset = OpenDayFilter(request.GET, days)
    actions = [
        *add_action(request, OpenDay),
        {"label": "企画の一覧", "url": reverse("cafe:event_list"), "kind": "secondary"},
        {"label": "企画シリーズ", "url": reverse("cafe:eventseries_list"), "kind": "secondary"},
    ]
    return list_page(
        request,
        filterset,
        openday_sheet,
        heading="開催日",
        actions=actions,
        unclosed=list(days.unclosed().order_by("held_on")),
        totals=totals(filterset.qs),
        clear_url=f"?year={current_fiscal_year()}",
        empty_text="この年度の開催日はまだありません。「開催日を登録」で予定を作ります。",
    )


@allowed("cafe.view_openday", methods=["GET", "HEAD"])
def openday_detail(request: Request, pk: int) -> HttpResponse:
    """One day: its state, who came, what was on."""
    days = OpenDay.objects.select_related("created_by", "updated_by", "voided_by")
    day = find(days.prefetch_related("attendances", "age_heads", "staff"), request, pk)
    start = "" if day.is_voided else f"?day={day.pk}"
    return detail_page(
        request,
        day,
        facts=_facts_of_day(request, day),
        heading=wareki(day.held_on),
        actions=_actions(request, day),
        state=SHAPES[state_word(day)],
        state_word=state_word(day),
        heads=counted_of(day),
        unasked=[each for each in day.events.order_by("starts_at", "pk") if each.wants_asking],
        tables=[heads_table(day), ages_table(day)] if day.state == State.HELD else [],
        introduction_form=introduction_form(request, day),
        **tally_of_day(request, day),
        sections=[program(request, "この日の企画", program_sheet(day.events.standing()), start=start)],
        paper=paper_of(request, day),
        back_url=reverse("cafe:openday_list"),
        back_label="開催日の一覧",
        **guests_of(request, day),
    )


def _facts_of_day(request: Request, day: OpenDay) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("時間", hours(day.starts_at, day.ends_at)),
        ("場所", day.place),
        ("担当職員", "、".join(str(person) for person in day.staff.all())),
    ]
    if day.state == State.HELD:
        facts += [
            ("天気", day.get_weather_display()),
            ("食数", None if day.meals is None else f"{day.meals}食"),
            ("締めた日時", shown(day.closed_at)),
        ]
    if day.state == State.CANCELLED:
        facts.append(("休止の理由", day.cancel_reason))
    if request.user.has_perm("consultations.view_consultation"):
        facts.append(("この日から始まった相談", f"{day.consultations.counted().count()}件"))
    return [*facts, ("メモ", day.note)]


def _actions(request: Request, day: OpenDay) -> list[dict[str, str]]:
    """What to do with the day: to close it stands out, until it is closed."""
    record = [
        each | {"kind": "secondary"} if each["kind"] == "primary" else each
        for each in record_actions(request, day)
    ]
    return _state_actions(request, day) + record


def _state_actions(request: Request, day: OpenDay) -> list[dict[str, str]]:
    """Close or cancel, in the words of the state the day is in."""
    if day.is_voided or not request.user.has_perm("cafe.close_openday"):
        return []
    planned = day.state == State.PLANNED
    close = {
        "label": CLOSE[State(day.state)],
        "url": reverse("cafe:openday_close", args=[day.pk]),
    }
    cancel = {
        "label": "休止の理由を直す" if day.state == State.CANCELLED else "休止にする",
        "url": reverse("cafe:openday_cancel", args=[day.pk]),
        "kind": "secondary",
    }
    close["kind"] = "primary" if planned else "secondary"
    reopen = [
        {"label": label, "url": reverse("cafe:openday_reopen", args=[day.pk]), "kind": "secondary"}
        for state, label in REOPEN.items()
        if state == day.state
    ]
    return [*([] if day.held_on > timezone.localdate() else [close]), cancel, *reopen]


@allowed("cafe.add_openday")
def openday_create(request: Request) -> HttpResponse:
    """A day in the plan; ?day= of the month, where its maker goes back to."""
    start = OpenDayStart(request.GET).initial_values()
    if not start:
        return form_page(request, OpenDayForm)
    month = reverse("cafe:openday_month", args=[start["held_on"]])
    return form_page(request, OpenDayForm, initial=start, onward=day_in_month, back_url=month)


@allowed("cafe.change_openday")
def openday_edit(request: Request, pk: int) -> HttpResponse:
    """Plan and notes of a day; its heads are the closing's."""
    return form_page(request, OpenDayEditForm, instance=find(OpenDay.objects.standing(), request, pk))


@allowed("cafe.close_openday")
def openday_close(request: Request, pk: int) -> HttpResponse:
    """締める, or 締め直す with a reason."""
    day = find(OpenDay.objects.standing(), request, pk)
    form = OpenDayCloseForm if day.state == State.PLANNED else OpenDayRecloseForm
    proposal, late = proposed(day), late_taps(day)
    start = None  # what is posted is measured against what is stored
    if request.method == "GET":
        start = counted_since(day, late) if day.state == State.HELD else proposal.boxes()
    return form_page(
        request,
        form,
        instance=day,
        initial=start,
        heading=f"{wareki(day.held_on)}を{CLOSE[State(day.state)]}",
        heads=counted_of(day),
        proposal=proposal,
        late=late_in_words(late),
        tablets=day.tablets.standing().with_last_arrival().order_by("pk"),
        onward=_back_home(request),
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
    label = REOPEN[State(day.state)]
    return form_page(
        request,
        OpenDayReopenForm,
        instance=day,
        heading=f"{wareki(day.held_on)}　{label}",
        heads=counted_of(day),
        submit_label=label,
    )


@allowed("cafe.void_openday")
def openday_void(request: Request, pk: int) -> HttpResponse:
    """Take a day back that should never have been there."""
    return void_page(request, find(OpenDay.objects.all(), request, pk))


@allowed("cafe.export_openday", methods=["GET", "HEAD"])
def openday_export(request: Request) -> HttpResponseBase:
    """The list as a file."""
    days = OpenDayFilter(request.GET, OpenDay.objects.visible_to(request.user)).qs
    return export_response(request, openday_sheet(days), model=OpenDay, count=days.count())

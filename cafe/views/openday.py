"""Days: the list, the day, its place in the plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from cafe.filters import OpenDayFilter
from cafe.forms import OpenDayEditForm, OpenDayForm, OpenDayStart
from cafe.models import OpenDay, steps
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
from cafe.views.closing import CLOSE, REOPEN
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
LATEST = 5  # closings and reopenings on the page of a day
FOLDED = {
    "締めを開く": "人数を集計から外し、締めていない日に戻します。人数を直すだけなら、締め直します。",
    "予定に戻す": "休止をやめて、締めていない日に戻します。",
    "休止にする": "開かなかった日にします。締めた人数は集計から外れます。",
    "取り消す": "まちがって登録した日を、企画といっしょに一覧と集計から外します。",
}
"""What is seldom done to a day that is settled, with what it does."""


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
        steps=steps(day, at_most=LATEST),
        unasked=[each for each in day.events.in_order() if each.wants_asking],
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
    actions = _state_actions(request, day) + record
    if day.state == State.PLANNED:
        return actions
    settled = [each for each in actions if each["label"] not in FOLDED]
    rare = [each for each in actions if each["label"] in FOLDED]
    return settled + [{**each, "row": "more", "note": FOLDED[each["label"]]} for each in rare]


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
    return [*([] if day.is_early else [close]), *reopen, cancel]


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


@allowed("cafe.void_openday")
def openday_void(request: Request, pk: int) -> HttpResponse:
    """Take a day back that should never have been there."""
    return void_page(request, find(OpenDay.objects.all(), request, pk))


@allowed("cafe.export_openday", methods=["GET", "HEAD"])
def openday_export(request: Request) -> HttpResponseBase:
    """The list as a file."""
    days = OpenDayFilter(request.GET, OpenDay.objects.visible_to(request.user)).qs
    return export_response(request, openday_sheet(days), model=OpenDay, count=days.count())

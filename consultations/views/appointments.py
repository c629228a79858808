"""予約: the week, the day's sheet for print, one appointment and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from consultations.forms import NamedForm
from consultations.forms.appointment import AppointmentForm, DayForm, SlotForm, WeekForm
from consultations.models import Appointment, Consultation
from consultations.week import SHAPES, monday_of, week
from komatsu_support import audit
from komatsu_support.desk import desk_hours
from komatsu_support.fiscal import Period, wareki
from komatsu_support.forms import ReasonForm
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, StaleVersion
from komatsu_support.models.calendar import desk_closures
from komatsu_support.pages import (
    add_action,
    allowed,
    detail_page,
    find,
    find_to_change,
    form_page,
    page,
    record_actions,
    void_page,
)

JOINED = ("client", "staff", "method", "place")


def _book(request: Request, first: date, last: date) -> Any:
    """Every appointment of the days, in order of time, readable or not."""
    book = Appointment.objects.in_the_book_of(request.user).in_period(Period(first, last))
    return book.select_related(*JOINED).order_by("day", "starts_at", "staff__kana", "pk")


# -- the book --------------------------------------------------------------------------------------------


@allowed("consultations.view_appointment", methods=["GET", "HEAD"])
def appointment_list(request: Request) -> HttpResponse:
    """The week of one counselor or of all: what is taken, what is free."""
    form = WeekForm(request.GET, by=request.user)
    counselor, monday = form.counselor, monday_of(form.chosen)
    sunday = monday + timedelta(days=6)
    book = _book(request, monday, sunday)
    appointments = list(book.filter(staff=counselor) if counselor else book)
    read = sum(each.is_open for each in appointments)
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Appointment, count=read)
    closures = desk_closures(monday + timedelta(days=n) for n in range(7))
    return page(
        request,
        form=form,
        counselor=counselor,
        chosen=str(counselor.pk) if counselor else "all",
        people=form.fields["staff"].choices,  # type: ignore[attr-defined]
        week=week(appointments, closures, desk_hours(), counselor=counselor),
        monday=monday,
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        today=timezone.localdate(),
        hours=desk_hours(),
        actions=[
            *add_action(request, Appointment),
            {"label": "あとを追う方", "url": reverse("consultations:followup_list"), "kind": "secondary"},
        ],
    )


@allowed("consultations.view_appointment", methods=["GET", "HEAD"])
def appointment_day(request: Request) -> HttpResponse:
    """One day's sheet for print: for the wall without a name, with ?names=1 for the team."""
    form = DayForm(request.GET)
    day = form.chosen
    appointments = [each for each in _book(request, day, day) if each.state != Appointment.State.CANCELLED]
    if form.with_names:
        read = sum(each.is_open for each in appointments)
        audit.looked(AuditEvent.Action.PRINT, by=request.user, kind=Appointment, count=read, basis="予約表")
    return page(
        request,
        day=day,
        closed=desk_closures([day])[day],
        appointments=appointments,
        with_names=form.with_names,
        back_url=f"{reverse('consultations:appointment_list')}?day={day.isoformat()}",
        back_label="週の予約",
    )


# -- one appointment -------------------------------------------------------------------------------------


@allowed("consultations.view_appointment", methods=["GET", "HEAD"])
def appointment_detail(request: Request, pk: int) -> HttpResponse:
    """One appointment: when, for whom, how it went, what comes next."""
    people = ("case", "consultation", "created_by", "updated_by", "voided_by")
    booked = find(Appointment.objects.select_related(*JOINED, *people), request, pk)
    return detail_page(
        request,
        booked,
        _facts(request, booked),
        personal=True,
        heading=f"予約　{wareki(booked.day)}　{booked.span}",
        confidential=True,
        client=booked.client,
        state=SHAPES[booked.state],
        warnings=_warnings(request, booked),
        actions=_actions(request, booked),
        back_url=f"{reverse('consultations:appointment_list')}?day={booked.day}&staff={booked.staff_id}",
        back_label="週の予約",
    )


def _facts(request: Request, booked: Appointment) -> list[tuple[str, Any]]:
    number = f"（{booked.client.number}）" if booked.client else "（番号のない方）"
    return [
        ("相談者", f"{booked.who}{number}"),
        ("日時", f"{wareki(booked.day)}　{booked.span}（{booked.minutes}分）"),
        ("相談員", booked.staff),
        ("方法", "　".join(str(word) for word in (booked.method, booked.place) if word)),
        ("用件", booked.purpose),
        *([("取消の理由", booked.reason)] if booked.reason else []),
    ]


def _warnings(request: Request, booked: Appointment) -> list[str]:
    """What to know though it is not refused."""
    if booked.is_voided or booked.state != Appointment.State.BOOKED:
        return []
    said = []
    if outside := booked.outside_hours():
        said.append(f"窓口の時間の外です。{outside}")
    if closed := desk_closures([booked.day])[booked.day]:
        said.append(f"この日は窓口が休みになりました（{closed}）。日を改めてください。")
    if booked.client_id:
        others = booked.same_time().filter(client=booked.client).visible_to(request.user)
        said += [f"この方には、同じ時間の{each.span}にも予約があります。" for each in others]
    return said


def _actions(request: Request, booked: Appointment) -> list[dict[str, str]]:
    """Booked: record the talk, missed, cancelled. Cancelled or missed: back. Then change and void."""
    if booked.is_voided or not request.user.has_perm("consultations.change_appointment"):
        return []
    mend = {"edit": "修正する", "void": "入力の誤りを取り消す"}
    record = [
        {**each, "label": mend[each["url"].rstrip("/").rpartition("/")[2]], "kind": kind}
        for each, kind in zip(record_actions(request, booked), ("secondary", "danger"), strict=False)
    ]
    if booked.state == Appointment.State.KEPT:
        return []
    if booked.state != Appointment.State.BOOKED:
        return [_press("予約に戻す", "restore", booked), *record[1:]]
    talk = f"{reverse('consultations:consultation_create')}?appointment={booked.pk}"
    cancel = {"label": "予約を取り消す", "url": reverse("consultations:appointment_cancel", args=[booked.pk])}
    missed = [_press("来なかった（無断）", "miss", booked)] if booked.day <= timezone.localdate() else []
    steps = [
        {"label": "相談を記録", "url": talk, "kind": "primary"},
        *missed,
        {**cancel, "kind": "secondary"},
    ]
    return [*steps, *record]


def _press(label: str, verb: str, booked: Appointment) -> dict[str, str]:
    """A button that does it at once."""
    url = reverse(f"consultations:appointment_{verb}", args=[booked.pk])
    return {"label": label, "url": url, "post": "1", "kind": "secondary"}


@allowed("consultations.add_appointment")
def appointment_create(request: Request) -> HttpResponse:
    """A new appointment: of a free place of the week, of ?client= or ?case=, of a talk's 次回予定 (?talk=)."""
    named = NamedForm(request.GET, by=request.user)
    talk = named.found.get("talk")
    return form_page(
        request,
        AppointmentForm,
        **named.begins("予約の登録", {**(_promise(talk) if talk else {}), **SlotForm(request.GET).found}),
        client=named.person,
        hours=desk_hours(),
    )


def _promise(talk: Consultation) -> dict[str, Any]:
    """次回予定 of a talk as the beginning of an appointment."""
    begun = {"case": talk.case, "staff": talk.staff_id, "day": talk.next_on, "purpose": talk.next_plan[:100]}
    return {name: value for name, value in begun.items() if value}


@allowed("consultations.change_appointment")
def appointment_edit(request: Request, pk: int) -> HttpResponse:
    """Move it, or correct it, while it is still to come."""
    booked = find_to_change(Appointment.objects.standing().select_related(*JOINED), request, pk)
    if booked.state != Appointment.State.BOOKED:
        messages.warning(request, f"{booked.get_state_display()}の予約は修正できません。")
        return redirect(booked)
    return form_page(request, AppointmentForm, instance=booked, client=booked.client, hours=desk_hours())


@allowed("consultations.void_appointment")
def appointment_void(request: Request, pk: int) -> HttpResponse:
    """Take back what should never have been booked."""
    booked = find_to_change(Appointment.objects.select_related("client"), request, pk)
    return void_page(
        request,
        booked,
        hanging=[Consultation.objects.filter(appointment=booked)],
        refusal="相談を記録した予約は取り消せません。先に相談記録を取り消してください。",
    )


# -- what becomes of it ----------------------------------------------------------------------------------


@allowed("consultations.change_appointment")
def appointment_cancel(request: Request, pk: int) -> HttpResponse:
    """取消, with a reason: the time is free again."""
    booked = find_to_change(Appointment.objects.standing().select_related(*JOINED), request, pk)
    if booked.state != Appointment.State.BOOKED:
        return _step(request, booked, Appointment.State.CANCELLED, lambda: None)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return _step(
            request, booked, Appointment.State.CANCELLED, lambda: booked.cancel(reason, by=request.user)
        )
    audit.looked(AuditEvent.Action.VIEW, by=request.user, on=booked)
    return page(
        request,
        status=form.status,
        form=form,
        record=booked,
        back_url=booked.get_absolute_url(),
        back_label="予約",
    )


@allowed("consultations.change_appointment", methods=["POST"])
def appointment_miss(request: Request, pk: int) -> HttpResponse:
    """無断: she did not come."""
    booked = find_to_change(Appointment.objects.standing(), request, pk)
    if booked.day > timezone.localdate():
        messages.warning(
            request, "まだ来ていない日の予約です。取りやめるときは「予約を取り消す」を押してください。"
        )
        return redirect(booked)
    return _step(request, booked, Appointment.State.NO_SHOW, lambda: booked.miss(by=request.user))


@allowed("consultations.change_appointment", methods=["POST"])
def appointment_restore(request: Request, pk: int) -> HttpResponse:
    """予約に戻す: cancelled or missed by mistake. A time given away since is refused."""
    booked = find_to_change(Appointment.objects.standing(), request, pk)
    return _step(request, booked, Appointment.State.BOOKED, lambda: booked.rebook(by=request.user))


GOES_FROM = {
    Appointment.State.BOOKED: (Appointment.State.CANCELLED, Appointment.State.NO_SHOW),
    Appointment.State.NO_SHOW: (Appointment.State.BOOKED,),
    Appointment.State.CANCELLED: (Appointment.State.BOOKED,),
}


def _step(
    request: Request, booked: Appointment, state: Appointment.State, step: Callable[[], None]
) -> HttpResponse:
    """Take the step and say so. Pressed twice it is taken once; what cannot be any more is said in words."""
    if booked.state == state:
        messages.info(request, f"この予約はもう「{state.label}」になっています。")
    elif booked.state not in GOES_FROM[state]:
        messages.warning(request, f"{booked.get_state_display()}の予約は「{state.label}」にできません。")
    else:
        try:
            step()
        except StaleVersion:
            messages.warning(request, "他の人が先に更新しました。今の状態を確かめてください。")
        except ValidationError as refusal:
            messages.warning(request, "".join(refusal.messages))
        else:
            messages.success(request, f"予約を「{state.label}」にしました。")
    return redirect(booked)

"""会議: who met about whom, and what was decided."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from consultations.filters import hidden_count
from consultations.forms import NamedForm
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.pages import (
    allowed,
    detail_page,
    export_response,
    find,
    find_to_change,
    form_page,
    list_page,
    void_page,
)
from referrals.filters import ConferenceFilter
from referrals.forms import ConferenceForm
from referrals.models import Conference
from referrals.sheets import conference_file, conference_sheet

MINUTES = {"agenda": "議題", "discussion": "検討内容", "policy": "支援方針", "roles": "役割分担"}


def _conferences(request: Request) -> Any:
    return Conference.objects.visible_to(request.user)


@allowed("referrals.view_conference", methods=["GET", "HEAD"])
def conference_list(request: Request) -> HttpResponse:
    """Every meeting this person may see, and how many are hidden."""
    filterset = ConferenceFilter(request.GET, _conferences(request))
    return list_page(
        request,
        filterset,
        conference_sheet,
        personal=True,
        empty_text="この年度の会議はまだありません。",
        **hidden_count(filterset),
    )


@allowed("referrals.view_conference", methods=["GET", "HEAD"])
def conference_detail(request: Request, pk: int) -> HttpResponse:
    """The minutes of one meeting."""
    meeting = find(Conference.objects.select_related("lead_agency", "created_by", "updated_by"), request, pk)
    cases = list(meeting.cases.select_related("client").order_by("client__number"))
    return detail_page(
        request,
        meeting,
        _facts(meeting),
        personal=True,
        heading=f"{meeting.get_kind_display()}　{wareki(meeting.held_on)}",
        confidential=True,
        back_url=reverse("referrals:conference_list"),
        back_label="会議の一覧",
        cases=cases,
        clients=[case.client for case in cases],
        texts=[(title, getattr(meeting, name)) for name, title in MINUTES.items()],
    )


def _facts(meeting: Conference) -> list[tuple[str, Any]]:
    times = [each.strftime("%H:%M") if each else "" for each in (meeting.starts_at, meeting.ends_at)]
    agencies = meeting.agencies.order_by("kana_key", "pk")
    staff = meeting.staff.order_by("kana", "pk")
    return [
        ("状態", meeting.get_state_display()),
        ("時間", "～".join(times) if any(times) else ""),
        ("場所", meeting.place),
        ("出席機関", "、".join(str(agency) for agency in agencies)),
        ("出席した職員", "、".join(str(user) for user in staff)),
        ("出席者", meeting.attendees),
        ("主担当機関", meeting.lead_agency),
        ("次回予定日", wareki(meeting.next_on) if meeting.next_on else ""),
    ]


@allowed("referrals.add_conference")
def conference_create(request: Request) -> HttpResponse:
    """A new meeting, about ?case= if one is named."""
    named = NamedForm(request.GET, by=request.user).found
    initial = {"cases": [named["case"]]} if "case" in named else {}
    return form_page(request, ConferenceForm, initial=initial)


@allowed("referrals.change_conference")
def conference_edit(request: Request, pk: int) -> HttpResponse:
    """Change a meeting, write its minutes."""
    return form_page(
        request, ConferenceForm, instance=find_to_change(Conference.objects.standing(), request, pk)
    )


@allowed("referrals.void_conference")
def conference_void(request: Request, pk: int) -> HttpResponse:
    """Take a meeting back."""
    return void_page(request, find_to_change(Conference.objects.all(), request, pk))


@allowed("referrals.export_conference", methods=["GET", "HEAD"])
def conference_export(request: Request) -> HttpResponseBase:
    """The list as a file, by number."""
    meetings = ConferenceFilter(request.GET, _conferences(request)).qs
    return export_response(request, conference_file(meetings), model=Conference, count=meetings.count())

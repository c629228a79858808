"""相談記録: the list, one record, writing it down."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from consultations.filters import ConsultationFilter, counts
from consultations.forms import ConsultationForm
from consultations.models import Consultation
from consultations.sheets import consultation_file, consultation_sheet
from consultations.views.steps import Steps, before_void, mends, next_steps
from komatsu_support.fiscal import current_fiscal_year, wareki
from komatsu_support.http import Request
from komatsu_support.models import Term
from komatsu_support.pages import (
    add_action,
    allowed,
    detail_page,
    export_response,
    find,
    find_to_change,
    form_page,
    list_page,
    void_page,
)


def _consultations(request: Request) -> Any:
    return Consultation.objects.visible_to(request.user)


@allowed("consultations.view_consultation", methods=["GET", "HEAD"])
def consultation_list(request: Request) -> HttpResponse:
    """相談一覧 with its counts: what is seen here and what is hidden add up to the figures."""
    filterset = ConsultationFilter(request.GET, _consultations(request), by=request.user)
    if not request.GET and filterset.opening:
        return redirect(f"{request.path}?{filterset.opening}")
    return list_page(
        request,
        filterset,
        consultation_sheet,
        personal=True,
        actions=[
            *add_action(request, Consultation),
            {"label": "相談者を探す", "url": reverse("consultations:client_list")},
            {"label": "相談票（白紙）", "url": reverse("consultations:consultation_blank")},
            {"label": "Excelから取り込む", "url": reverse("consultations:import_list")},
        ],
        clear_url=f"{request.path}?year={current_fiscal_year()}",
        named_url=f"{reverse('consultations:consultation_export_named')}?{filterset.query()}",
        empty_text="この年度の相談記録はまだありません。",
        notes=["日付を入れて絞り込むと、年度の指定は使いません。件数が0の記録は相談件数に数えません。"],
        **counts(filterset, request.user),
    )


@allowed("consultations.view_consultation", methods=["GET", "HEAD"])
def consultation_detail(request: Request, pk: int) -> HttpResponse:
    """One consultation: what was said, then everything else."""
    words = ("method", "place", "caller", "source", "main_topic")
    people = ("client", "case", "staff", "open_day", "introduction__open_day", "created_by", "updated_by")
    talk = find(Consultation.objects.select_related(*words, *people), request, pk)
    return detail_page(
        request,
        talk,
        [(label, value) for label, value in _facts(talk) if value],
        personal=True,
        heading=f"相談記録　{wareki(talk.consulted_on)}",
        confidential=True,
        client=talk.client,
        actions=_actions(request, talk),
        back_url=talk.client.get_absolute_url()
        if talk.client
        else reverse("consultations:consultation_list"),
        back_label=talk.client.called if talk.client else "相談一覧",
    )


def _facts(talk: Consultation) -> list[tuple[str, Any]]:
    ticked: dict[str, list[str]] = {}
    for word in talk.terms.in_order():
        if word != talk.main_topic:
            ticked.setdefault(word.kind, []).append(word.label)
    boxes = {kind: "、".join(labels) for kind, labels in ticked.items()}
    clock = talk.started_at.strftime("%H:%M") if talk.started_at else ""
    length = f"{talk.minutes}分" if talk.minutes is not None else ""
    others = "、".join(str(user) for user in talk.co_staff.order_by("kana", "pk"))
    risks = [("DV", talk.get_dv_display()), ("希死念慮", talk.get_suicide_risk_display())]
    return [
        ("主訴（◎）", talk.main_topic),
        ("内容（○）", boxes.get(Term.Kind.TOPIC, "")),
        ("相談者", f"{talk.client.called}（{talk.client.number}）" if talk.client else "匿名"),
        ("年代", talk.get_age_band_display()),
        ("新規・継続", _visit_type(talk)),
        ("方法", "　".join(str(word) for word in (talk.method, talk.place) if word)),
        ("相談者区分", talk.caller),
        ("時間", "　".join(filter(None, [clock, length]))),
        ("相談員", f"{talk.staff}（{talk.get_profession_display()}）" if talk.profession else talk.staff),
        ("同席した職員", others),
        ("経路", talk.source),
        ("きっかけ", boxes.get(Term.Kind.AWARENESS, "")),
        ("カフェの日", wareki(talk.open_day.held_on) if talk.open_day else ""),
        ("始まり", _bridge(talk)),
        ("対応内容", boxes.get(Term.Kind.RESPONSE, "")),
        ("緊急度", talk.get_urgency_display()),
        *risks,
        ("児童虐待の疑い", "あり" if talk.abuse_suspected else ""),
        ("次回予定", "　".join(filter(None, [wareki(talk.next_on) if talk.next_on else "", talk.next_plan]))),
        ("件数", "数える" if talk.is_countable else f"数えない（{talk.not_countable_reason}）"),
    ]


def _bridge(talk: Consultation) -> str:
    """The 橋 it came of, by the day of the café."""
    day = talk.introduction.open_day.held_on if talk.introduction else None
    return f"カフェからの橋（{day.month}月{day.day}日）" if day else ""


def _visit_type(talk: Consultation) -> str:
    """By the rule, or as somebody corrected it."""
    corrected = f"（手で修正: {talk.visit_type_reason}）" if talk.visit_type_reason else ""
    return f"{talk.get_visit_type_display()}{corrected}"


def _actions(request: Request, talk: Consultation) -> Steps:
    paper = {
        "label": "印刷",
        "url": reverse("consultations:consultation_print", args=[talk.pk]),
        "kind": "secondary",
    }
    if not talk.client_id:
        url = reverse("consultations:consultation_attach", args=[talk.pk])
        steps = mends(request, talk)
        return before_void([{"label": "相談者と結ぶ", "url": url}, *steps], paper) if steps else []
    about = f"case={talk.case_id}" if talk.case_id else f"client={talk.client_id}"
    again = ("次の相談を記録", "consultations:consultation_create", about)
    copy = ("これを元に記録", "consultations:consultation_create", f"copy={talk.pk}")
    booking = ("次回を予約", "consultations:appointment_create", f"talk={talk.pk}")
    steps = next_steps(request, talk, again, copy, booking)
    return before_void(steps, paper) if steps else []


@allowed("consultations.change_consultation")
def consultation_edit(request: Request, pk: int) -> HttpResponse:
    """Correct a record."""
    joined = Consultation.objects.standing().select_related("client", "open_day", "staff")
    return form_page(request, ConsultationForm, instance=find_to_change(joined, request, pk))


@allowed("consultations.void_consultation")
def consultation_void(request: Request, pk: int) -> HttpResponse:
    """Take a record back."""
    return void_page(request, find_to_change(Consultation.objects.all(), request, pk))


@allowed("consultations.export_consultation", methods=["GET", "HEAD"])
def consultation_export(request: Request) -> HttpResponseBase:
    """The list as a file, by number."""
    talks = ConsultationFilter(request.GET, _consultations(request)).qs
    return export_response(request, consultation_file(talks), model=Consultation, count=talks.count())

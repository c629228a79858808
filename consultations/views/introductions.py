"""カフェからの橋, as the counselors find them: who waits, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cafe.models import Introduction
from cafe.models.introduction import SETTLED
from consultations.forms.introduction import IntroductionDropForm, IntroductionLinkForm
from consultations.models import Consultation
from komatsu_support import audit
from komatsu_support.filters import FIRST_YEAR
from komatsu_support.fiscal import current_fiscal_year, fiscal_year
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, StaleVersion, User
from komatsu_support.pages import ROWS, allowed, find, find_to_change, form_page, page

OFFERED_AT_MOST = 30  # talks to link, the next after the day of the café first
LONG = 7  # days after which a wait is called long


class YearForm(forms.Form):
    """?year= of those that are settled; this 年度 where none is named."""

    year = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=9998)

    @property
    def chosen(self) -> int:
        """The 年度."""
        year = self.cleaned_data["year"] if self.is_valid() else None
        return min(year or current_fiscal_year(), current_fiscal_year())


@dataclass(frozen=True)
class Settled:
    """One that waits no more. Without a talk although it was not let go: the talk is closed to the reader."""

    introduction: Introduction
    talk: Consultation | None
    may_return: bool


@allowed("cafe.view_introduction", methods=["GET", "HEAD"])
def introduction_list(request: Request) -> HttpResponse:
    """Who waits, the longest first; below, what became of those of a 年度."""
    year = YearForm(request.GET).chosen
    introductions = Introduction.objects.visible_to(request.user)
    of_year = introductions.settled().in_period(fiscal_year(year)).select_related("open_day", "created_by")
    ordered = of_year.order_by("-open_day__held_on", "-created_at", "-pk")
    page_obj = Paginator(ordered, ROWS).get_page(request.GET.get("page"))
    settled = _settled(page_obj.object_list, request.user)
    named = sum(each.talk is not None for each in settled)
    audit.looked(
        AuditEvent.Action.LIST, by=request.user, kind=Consultation, count=named, basis="カフェからの橋"
    )
    return page(
        request,
        waiting=list(introductions.waiting().longest_first()),
        settled=settled,
        page_obj=page_obj,
        year=year,
        years=[each for each in (year - 1, year, year + 1) if FIRST_YEAR <= each <= current_fiscal_year()],
        long=LONG,
        back_url=reverse("cafe:openday_list"),
        back_label="開催日の一覧",
    )


def _settled(introductions: Iterable[Introduction], user: User) -> list[Settled]:
    """Each with its talk, as far as the reader may open it."""
    listed = list(introductions)
    of_these = Consultation.objects.standing().filter(introduction__in=[each.pk for each in listed])
    talks = {talk.introduction_id: talk for talk in of_these.visible_to(user)}
    mine = set(of_these.changeable_by(user).values_list("introduction_id", flat=True))
    return [
        Settled(each, talks.get(each.pk), may_return=each.dropped_on is not None or each.pk in mine)
        for each in listed
    ]


def _standing(request: Request, pk: int) -> Introduction:
    found: Introduction = find(Introduction.objects.standing().select_related("open_day"), request, pk)
    return found


def _waits(introduction: Introduction) -> bool:
    return Introduction.objects.waiting().filter(pk=introduction.pk).exists()


@allowed("cafe.change_introduction")
def introduction_link(request: Request, pk: int) -> HttpResponse:
    """既にある相談記録につなぐ: one's own talks of that day and later, to press on. It is a look at them."""
    introduction = _standing(request, pk)
    if not _waits(introduction):
        messages.warning(request, SETTLED)
        return redirect(introduction)
    data = request.POST if request.method == "POST" else None
    form = IntroductionLinkForm(data, introduction=introduction, by=request.user)
    if talk := form.linked():
        messages.success(request, "相談記録を、カフェからの橋につなぎました。")
        return redirect(talk)
    talks = list(form.talks[:OFFERED_AT_MOST])
    audit.looked(
        AuditEvent.Action.LIST, by=request.user, kind=Consultation, count=len(talks), basis="橋につなぐ"
    )
    return page(
        request,
        status=form.status,
        form=form,
        introduction=introduction,
        talks=talks,
        back_url=introduction.get_absolute_url(),
        back_label="カフェからの橋",
    )


@allowed("cafe.change_introduction")
def introduction_drop(request: Request, pk: int) -> HttpResponse:
    """相談にならなかった, with a reason from the list; it can be taken back."""
    introduction = _standing(request, pk)
    if not _waits(introduction):
        messages.warning(request, SETTLED)
        return redirect(introduction)
    return form_page(
        request,
        IntroductionDropForm,
        instance=introduction,
        title="相談にならなかった橋",
        heading="相談にならなかった橋",
        back_url=introduction.get_absolute_url(),
        back_label="カフェからの橋",
    )


@allowed("cafe.change_introduction", methods=["POST"])
def introduction_restore(request: Request, pk: int) -> HttpResponse:
    """待っている橋に戻す: it was let go too early, or its talk was another's."""
    introduction = _standing(request, pk)
    talk = Consultation.objects.standing().filter(introduction=introduction).first()
    try:
        if talk is not None:
            find_to_change(Consultation.objects.standing(), request, talk.pk).part_from_introduction(
                by=request.user
            )
        elif introduction.dropped_on is not None:
            introduction.wait_again(by=request.user)
    except StaleVersion:
        messages.warning(request, "ほかの人が先に更新しました。一覧で確かめてください。")
    else:
        messages.success(request, "待っている橋に戻しました。")
    return redirect(introduction)

"""保存した条件: each person's own ways of looking at 相談一覧."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from consultations.filters import ConsultationFilter
from consultations.forms import SavedFilterForm
from consultations.models import Consultation, SavedFilter
from komatsu_support.http import Request
from komatsu_support.pages import allowed, find, form_page, page, void_page


@allowed("consultations.view_savedfilter", methods=["GET", "HEAD"])
def savedfilter_list(request: Request) -> HttpResponse:
    """One's own, each with its answers in words."""
    mine = SavedFilter.objects.visible_to(request.user).standing().order_by("-is_default", "name", "pk")
    return page(
        request,
        saved=[(each, in_words(each.query)) for each in mine],
        back_url=reverse("consultations:consultation_list"),
        back_label="相談一覧",
    )


def in_words(query: str) -> str:
    """The answers of a query string as a person reads them."""
    asked = ConsultationFilter(QueryDict(query), Consultation.objects.none())
    asked.is_valid()
    year = dict(asked.years).get(QueryDict(query).get("year", ""), "")
    return "、".join(filter(None, [year, *(f"{chip.label} {chip.value}" for chip in asked.chips)]))


@allowed("consultations.add_savedfilter")
def savedfilter_create(request: Request) -> HttpResponse:
    """Keep the answers that the address brings from the list."""
    query = request.GET.urlencode()
    return form_page(
        request,
        SavedFilterForm,
        initial={"query": query},
        heading="この条件を保存",
        conditions=in_words(query),
        back_url=f"{reverse('consultations:consultation_list')}?{query}",
    )


@allowed("consultations.change_savedfilter")
def savedfilter_edit(request: Request, pk: int) -> HttpResponse:
    """Another name; whether the list opens with it."""
    saved = find(SavedFilter.objects.standing(), request, pk)
    return form_page(
        request,
        SavedFilterForm,
        instance=saved,
        heading="保存した条件の変更",
        conditions=in_words(saved.query),
        back_url=reverse("consultations:savedfilter_list"),
    )


@allowed("consultations.void_savedfilter")
def savedfilter_void(request: Request, pk: int) -> HttpResponse:
    """Take it off the list."""
    saved = find(SavedFilter.objects.all(), request, pk)
    return void_page(request, saved, back_to=reverse("consultations:savedfilter_list"))

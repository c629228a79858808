"""支援機関: the directory."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.pages import allowed, detail_page, export_response, find, form_page, list_page, void_page
from referrals.filters import AgencyFilter
from referrals.forms import AgencyForm
from referrals.models import Agency, Conference, Consent
from referrals.sheets import agency_sheet, is_stale


def _agencies(request: Request) -> Any:
    return Agency.objects.visible_to(request.user)


@allowed("referrals.view_agency", methods=["GET", "HEAD"])
def agency_list(request: Request) -> HttpResponse:
    """Whom we can connect people to."""
    filterset = AgencyFilter(request.GET, _agencies(request))
    closed: dict[str, Any] = {} if request.user.has_perm("referrals.export_agency") else {"export_url": ""}
    return list_page(
        request,
        filterset,
        agency_sheet,
        heading="支援機関の台帳",
        empty_text="支援機関はまだ登録されていません。",
        **closed,
    )


@allowed("referrals.view_agency", methods=["GET", "HEAD"])
def agency_detail(request: Request, pk: int) -> HttpResponse:
    """One entry: how to reach it, whom it takes, when somebody last asked."""
    agency = find(Agency.objects.select_related("kind", "created_by", "updated_by"), request, pk)
    return detail_page(
        request,
        agency,
        _facts(agency),
        heading=str(agency),
        is_stale=agency.active and is_stale(agency),
        back_url=reverse("referrals:agency_list"),
        back_label="支援機関の台帳",
    )


def _facts(agency: Agency) -> list[tuple[str, Any]]:
    label = f"（{agency.report_label}）" if agency.report_label else ""
    return [
        ("種類", agency.kind),
        ("窓口", agency.contact),
        ("電話", agency.phone),
        ("FAX", agency.fax),
        ("住所", agency.address),
        ("受付時間", agency.hours),
        ("対象", agency.eligibility),
        ("費用", agency.cost),
        ("必要書類", agency.papers),
        ("対応言語", agency.languages),
        ("協定", "あり" if agency.has_agreement else "なし"),
        ("最終確認日", wareki(agency.confirmed_on) if agency.confirmed_on else "未確認"),
        ("報告書の連携団体", f"載せる{label}" if agency.show_in_report else "載せない"),
        ("状態", "使う" if agency.active else "使わない"),
        ("メモ", agency.note),
    ]


@allowed("referrals.add_agency")
def agency_create(request: Request) -> HttpResponse:
    """A new entry."""
    return form_page(request, AgencyForm)


@allowed("referrals.change_agency")
def agency_edit(request: Request, pk: int) -> HttpResponse:
    """Change an entry."""
    return form_page(request, AgencyForm, instance=find(Agency.objects.standing(), request, pk))


@allowed("referrals.void_agency")
def agency_void(request: Request, pk: int) -> HttpResponse:
    """Take back an entry that nothing hangs on."""
    agency = find(Agency.objects.all(), request, pk)
    return void_page(
        request,
        agency,
        hanging=[
            agency.referrals,
            agency.conferences,
            Conference.objects.filter(lead_agency=agency),
            Consent.objects.filter(agencies=agency),
        ],
        refusal="つなぎ・同意・会議の記録がある機関は取り消せません。使わなくなった機関は「使う」を外してください。",
    )


@allowed("referrals.export_agency", methods=["GET", "HEAD"])
def agency_export(request: Request) -> HttpResponseBase:
    """The directory as a file."""
    agencies = AgencyFilter(request.GET, _agencies(request)).qs
    return export_response(request, agency_sheet(agencies), model=Agency, count=agencies.count())

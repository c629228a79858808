"""同意: what may be told to whom."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone

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
from referrals.filters import ConsentFilter
from referrals.forms import ConsentChangeForm, ConsentForm
from referrals.models import Consent
from referrals.sheets import consent_file, consent_sheet


def _consents(request: Request) -> Any:
    return Consent.objects.visible_to(request.user)


@allowed("referrals.view_consent", methods=["GET", "HEAD"])
def consent_list(request: Request) -> HttpResponse:
    """Every consent this person may see."""
    filterset = ConsentFilter(request.GET, _consents(request))
    return list_page(
        request, filterset, consent_sheet, personal=True, empty_text="同意の記録はまだありません。"
    )


@allowed("referrals.view_consent", methods=["GET", "HEAD"])
def consent_detail(request: Request, pk: int) -> HttpResponse:
    """One consent and whether it holds today."""
    consent = find(Consent.objects.select_related("client", "created_by", "updated_by"), request, pk)
    holds = Consent.objects.valid_on(timezone.localdate()).filter(pk=consent.pk).exists()
    return detail_page(
        request,
        consent,
        _facts(consent, holds=holds),
        personal=True,
        heading=f"同意　{consent.client.called}",
        confidential=True,
        client=consent.client,
        back_url=consent.client.get_absolute_url(),
        back_label=consent.client.called,
    )


def _facts(consent: Consent, *, holds: bool) -> list[tuple[str, Any]]:
    agencies = consent.agencies.order_by("kana_key", "pk")
    return [
        ("相談者", f"{consent.client.called}（{consent.client.number}）"),
        ("今日の効力", "有効" if holds else "無効（新しい依頼には使えません）"),
        ("伝えてよい機関", "、".join(str(agency) for agency in agencies)),
        ("伝えてよい内容", consent.items),
        ("目的", consent.purpose),
        ("同意日", wareki(consent.obtained_on)),
        ("同意の方法", consent.get_method_display()),
        ("代理・保護者", consent.guardian_note),
        ("同意文の版", consent.text_version),
        ("期限", wareki(consent.valid_until) if consent.valid_until else "なし"),
        ("撤回日", wareki(consent.withdrawn_on) if consent.withdrawn_on else ""),
    ]


@allowed("referrals.add_consent")
def consent_create(request: Request) -> HttpResponse:
    """A new consent of ?client=."""
    named = NamedForm(request.GET, by=request.user)
    return form_page(
        request,
        ConsentForm,
        **named.begins("同意の登録"),
    )


@allowed("referrals.change_consent")
def consent_edit(request: Request, pk: int) -> HttpResponse:
    """Change, or end by the day of withdrawal."""
    consent = find_to_change(Consent.objects.standing().select_related("client"), request, pk)
    return form_page(
        request, ConsentChangeForm, instance=consent, heading=f"同意の修正　{consent.client.called}"
    )


@allowed("referrals.void_consent")
def consent_void(request: Request, pk: int) -> HttpResponse:
    """Take back a consent that no referral rests on."""
    consent = find_to_change(Consent.objects.all(), request, pk)
    return void_page(
        request,
        consent,
        hanging=[consent.referrals],
        refusal="つなぎの根拠になっている同意は取り消せません。今後の依頼を止めるには撤回日を入力してください。",
    )


@allowed("referrals.export_consent", methods=["GET", "HEAD"])
def consent_export(request: Request) -> HttpResponseBase:
    """The list as a file, by number."""
    consents = ConsentFilter(request.GET, _consents(request)).qs
    return export_response(request, consent_file(consents), model=Consent, count=consents.count())

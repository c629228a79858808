"""Lists of agencies, consents, referrals and conferences. A file has client numbers where the screen has names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from consultations.models import Case
from komatsu_support.excel import Sheet
from komatsu_support.fiscal import wareki_short
from komatsu_support.templatetags.office import person
from referrals.filters import STALE
from referrals.models import Agency, Conference, Consent, Referral

type Columns[T] = Mapping[str, Callable[[T], Any]]


def is_stale(agency: Agency) -> bool:
    """Whether nobody has confirmed the entry for a year."""
    return agency.confirmed_on is None or timezone.localdate() - agency.confirmed_on > STALE


def agency_sheet(agencies: Any) -> Sheet[Agency]:
    """支援機関の台帳."""
    return Sheet(
        title="支援機関",
        columns={
            "機関名": str,
            "種類": lambda a: str(a.kind or ""),
            "電話": lambda a: a.phone,
            "受付時間": lambda a: a.hours,
            "最終確認": _confirmed,
            "報告書": lambda a: "載せる" if a.show_in_report else "",
            "状態": lambda a: "" if a.active else "使わない",
        },
        rows=agencies.select_related("kind").defer("note").order_by("kana_key", "pk"),
        wide=True,
    )


def _confirmed(agency: Agency) -> str:
    if agency.confirmed_on is None:
        return "▲ 未確認"
    return (
        f"▲ {wareki_short(agency.confirmed_on)} 要確認"
        if is_stale(agency)
        else wareki_short(agency.confirmed_on)
    )


def referral_sheet(referrals: Any) -> Sheet[Referral]:
    """つなぎ一覧 as the screen shows it."""
    return _referrals(referrals, {"相談者": lambda r: person(r.case.client)})


def referral_file(referrals: Any) -> Sheet[Referral]:
    """つなぎ一覧 as a file."""
    return _referrals(referrals, {"相談者番号": lambda r: r.case.client.number})


def _referrals(referrals: Any, who: Columns[Referral]) -> Sheet[Referral]:
    joined = referrals.select_related("agency", "case__client", "staff").defer("request", "result_note")
    return Sheet(
        title="つなぎ記録",
        columns={
            "始めた日": lambda r: r.started_on,
            **who,
            "支援機関": lambda r: str(r.agency),
            "段階": lambda r: r.rung,
            "目的": lambda r: r.get_purpose_display(),
            "依頼日": lambda r: r.sent_on,
            "つながった日": lambda r: r.connected_on,
            "次に確かめる日": lambda r: r.follow_up_on,
            "担当": lambda r: str(r.staff or ""),
        },
        rows=joined.order_by("-started_on", "-pk"),
        personal=True,
        wide=True,
    )


def consent_sheet(consents: Any) -> Sheet[Consent]:
    """同意一覧 as the screen shows it."""
    return _consents(consents, {"相談者": lambda c: person(c.client)})


def consent_file(consents: Any) -> Sheet[Consent]:
    """同意一覧 as a file."""
    return _consents(consents, {"相談者番号": lambda c: c.client.number})


def _consents(consents: Any, who: Columns[Consent]) -> Sheet[Consent]:
    return Sheet(
        title="同意",
        columns={
            "同意日": lambda c: c.obtained_on,
            **who,
            "方法": lambda c: c.get_method_display(),
            "伝えてよい機関": lambda c: "、".join(str(agency) for agency in c.agencies.all()),
            "期限": lambda c: c.valid_until,
            "撤回日": lambda c: c.withdrawn_on,
        },
        rows=consents.select_related("client").prefetch_related("agencies").order_by("-obtained_on", "-pk"),
        personal=True,
    )


def conference_sheet(conferences: Any) -> Sheet[Conference]:
    """会議一覧 as the screen shows it."""
    return _conferences(conferences, {"相談者": lambda c: _clients(c, person)})


def conference_file(conferences: Any) -> Sheet[Conference]:
    """会議一覧 as a file."""
    return _conferences(conferences, {"相談者番号": lambda c: _clients(c, lambda client: client.number)})


def _clients(conference: Conference, called: Callable[[Any], str]) -> str:
    return "、".join(called(case.client) for case in conference.cases.all())


def _conferences(conferences: Any, who: Columns[Conference]) -> Sheet[Conference]:
    texts = ("agenda", "discussion", "policy", "roles", "attendees")
    cases = Prefetch("cases", Case.objects.select_related("client"))
    return Sheet(
        title="会議",
        columns={
            "開催日": lambda c: c.held_on,
            "種別": lambda c: c.get_kind_display(),
            "状態": lambda c: c.get_state_display(),
            **who,
            "出席機関": lambda c: len(c.agencies.all()),
            "主担当機関": lambda c: str(c.lead_agency or ""),
            "次回": lambda c: c.next_on,
        },
        rows=conferences.select_related("lead_agency")
        .prefetch_related(cases, "agencies")
        .defer(*texts)
        .order_by("-held_on", "-pk"),
        personal=True,
    )

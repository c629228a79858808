"""The frame of every page: the menu a role has, and whether this is sample data."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from komatsu_support.http import is_hidden, screen_turn


@dataclass(frozen=True)
class Entry:
    """One entry of the menu."""

    label: str
    url: str
    current: bool


ENTRIES = [
    ("今日の仕事", "home", "komatsu_support.view_home"),
    ("相談", "consultations:consultation_list", "consultations.view_consultation"),
    ("相談者", "consultations:client_list", "consultations.view_client"),
    ("予約", "consultations:appointment_list", "consultations.view_appointment"),
    ("カフェ", "cafe:openday_month_now", "cafe.view_openday"),
    ("つなぎ", "referrals:referral_list", "referrals.view_referral"),
    ("会議", "referrals:conference_list", "referrals.view_conference"),
    ("支援機関", "referrals:agency_list", "referrals.view_agency"),
    ("研修", "training:session_list", "training.view_session"),
    ("指標", "kpi:current", "kpi.view_indicator"),
    ("カフェ指標", "kpi:current", "kpi.view_cafe_indicator"),
    ("カレンダー", "calendar_month", "komatsu_support.view_calendar"),
    ("選択肢", "term_list", "komatsu_support.manage_terms"),
    ("アカウント", "user_list", "komatsu_support.manage_users"),
    ("証跡", "trail_list", "komatsu_support.view_trail"),
    ("証跡の状態", "trail_status", "komatsu_support.view_trail_status"),
]

SECTIONS = {
    "cafe": [
        ("月の予定", "cafe:openday_month_now", "cafe.view_openday"),
        ("開催日", "cafe:openday_list", "cafe.view_openday"),
        ("企画", "cafe:event_list", "cafe.view_event"),
        ("シリーズ", "cafe:eventseries_list", "cafe.view_eventseries"),
        ("企画の種", "cafe:idea_list", "cafe.view_idea"),
        ("予定表", "cafe:flyer_current", "cafe.view_flyer"),
        ("札名", "cafe:visitor_list", "cafe.view_visitor"),
        ("担い手", "cafe:contribution_list", "cafe.view_contribution"),
        ("橋", "consultations:introduction_list", "cafe.view_introduction"),
        ("費用", "cafe:expense_list", "cafe.view_expense"),
        ("統計", "cafe:statistics_current", "cafe.view_statistics"),
    ],
}
"""The second row, for apps with more pages than one entry of the menu can lead to."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html."""
    user = getattr(request, "user", None)
    menu: list[Entry] = []
    section: list[Entry] = []
    if user is not None and user.is_authenticated:
        granted = user.get_all_permissions()
        host = _host(request.path)
        menu = _entries(ENTRIES, granted, f"/{host}/" if host else request.path)
        offered = SECTIONS.get(host or request.path.split("/")[1], [])
        section = _entries(offered, granted, request.path, beside=False)
    return {
        "menu": menu,
        "section": section,
        "office_name": settings.OFFICE_NAME,
        "is_sample": settings.DEBUG,
        "screen_hidden": bool(menu) and is_hidden(request),
        "screen_turn": screen_turn(request) if menu else 0,
    }


def _host(path: str) -> str:
    """The app that has a page of another one among its own entries; "" for most pages."""
    hosts = (
        app
        for app, offered in SECTIONS.items()
        for _, name, _ in offered
        if not name.startswith(f"{app}:") and path.startswith(reverse(name))
    )
    return next(hosts, "")


def _entries(
    offered: list[tuple[str, str, str]], granted: set[str], path: str, *, beside: bool = True
) -> list[Entry]:
    """Those open to this person, the one that the path belongs to marked; else, `beside`, the first of its app."""
    open_to_me = [(label, reverse(name)) for label, name, permission in offered if permission in granted]
    nearest = _nearest(path, [url for _, url in open_to_me], beside=beside)
    return [Entry(label, url, url == nearest) for label, url in open_to_me]


def _nearest(path: str, urls: list[str], *, beside: bool) -> str:
    """The entry a page belongs to: the longest beginning of its path, else the first of its app."""
    above = [url for url in urls if url != "/" and path.startswith(url)]
    if above or not beside:
        return max(above, key=len, default="")
    return next((url for url in urls if url.split("/")[1] == path.split("/")[1]), "")

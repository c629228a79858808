"""今日の仕事: what waits for this person today. Wiring: it may ask every app."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpResponse
from django.utils import timezone

from consultations.models import Consultation
from komatsu_support import audit
from komatsu_support.home.cafe import cafe_days, late_taps
from komatsu_support.home.cards import Card
from komatsu_support.home.desk import appointments, follow_ups, handovers, introductions, promises
from komatsu_support.home.figures import annual_figures, upkeep
from komatsu_support.home.files import (
    approvals,
    broken_glasses,
    disposals,
    glasses_counted,
    left_behind,
    my_broken_glass,
    protections,
)
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import allowed, page


@allowed("komatsu_support.view_home", methods=["GET", "HEAD"])
def home(request: Request) -> HttpResponse:
    """The cards of this person's role, the urgent ones first."""
    user = request.user
    cards = [card for wanted, make in CARDS if user.has_perm(wanted) for card in make(user)]
    named = sum(len(card.items) for card in cards)
    if named and user.has_perm("consultations.view_client"):
        audit.looked(AuditEvent.Action.LIST, by=user, kind=Consultation, count=named, basis="今日の仕事")
    return page(request, cards=cards, today=timezone.localdate())


CARDS: list[tuple[str, Callable[[User], Iterator[Card]]]] = [
    ("consultations.review_breakglass", broken_glasses),
    ("consultations.entrust_client", left_behind),
    ("consultations.add_breakglass", my_broken_glass),
    ("consultations.view_handover", handovers),
    ("cafe.view_introduction", introductions),
    ("referrals.approve_referral", approvals),
    ("consultations.check_protection", protections),
    ("consultations.view_appointment", appointments),
    ("consultations.view_consultation", promises),
    ("consultations.approve_disposal", disposals),
    ("referrals.view_referral", follow_ups),
    ("cafe.view_openday", late_taps),
    ("cafe.view_openday", cafe_days),
    ("consultations.count_breakglass", glasses_counted),
    ("kpi.view_indicator", annual_figures),
    ("kpi.view_cafe_indicator", annual_figures),
    ("komatsu_support.manage_users", upkeep),
]

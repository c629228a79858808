"""今日の仕事: what waits for this person today. Wiring: it may ask every app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from cafe.models import OpenDay
from consultations.models import Consultation, Handover
from komatsu_support import audit
from komatsu_support.fiscal import current_fiscal_year, nendo, wareki_short
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import allowed, page
from komatsu_support.templatetags.office import person
from kpi.figures import Figure, figures
from referrals.models import Referral

FEW = 8  # lines on a card; the list behind it has the rest


@dataclass
class Item:
    """One thing to do: a link in words."""

    text: str
    url: str


@dataclass
class Card:
    """One card: what it is about, what waits, what to do next."""

    title: str
    items: list[Item] = field(default_factory=list)
    empty: str = ""
    actions: list[dict[str, str]] = field(default_factory=list)
    lines: list[Figure] = field(default_factory=list)
    wanted: bool = False


@allowed("komatsu_support.view_home", methods=["GET", "HEAD"])
def home(request: Request) -> HttpResponse:
    """The cards of this person's role, the urgent ones first."""
    user = request.user
    cards = [card for wanted, make in CARDS if user.has_perm(wanted) for card in make(user)]
    named = sum(len(card.items) for card in cards)
    if named and user.has_perm("consultations.view_client"):
        audit.looked(AuditEvent.Action.LIST, by=user, kind=Consultation, count=named, basis="今日の仕事")
    return page(request, cards=cards, today=timezone.localdate())


def handovers(user: User) -> Iterator[Card]:
    """申し送り of earlier days that nobody, or not this person, has taken over; and the way to today's."""
    waiting = Handover.objects.visible_to(user).waiting_for(user).select_related("created_by").order_by("day")
    items = [
        Item(
            f"{wareki_short(each.day)}　{each.created_by}　"
            + ("まだだれも受け取っていません" if each.created_by_id == user.pk else "受け取ってください"),
            each.get_absolute_url(),
        )
        for each in waiting[:FEW]
    ]
    yield Card(
        title="受け取っていない申し送り" if items else "申し送り",
        items=items,
        empty="受け取っていない申し送りはありません。",
        actions=[
            {"label": "今日の申し送りを開く", "url": reverse("consultations:handover_today")},
            {"label": "これまでの申し送り", "url": reverse("consultations:handover_list")},
        ],
        wanted=bool(items),
    )


def promises(user: User) -> Iterator[Card]:
    """次回予定: today's and overdue, as long as nobody has talked with her since."""
    today = timezone.localdate()
    since = Consultation.objects.standing().filter(
        client=OuterRef("client"), consulted_on__gt=OuterRef("consulted_on")
    )
    due = (
        Consultation.objects.visible_to(user)
        .standing()
        .filter(next_on__lte=today, client__isnull=False)
        .exclude(Exists(since))
        .select_related("client")
        .order_by("next_on", "pk")
    )
    yield Card(
        title="次回予定（今日まで）",
        items=[
            Item(
                f"{wareki_short(each.next_on)}　{person(each.client)}　{each.next_plan}",
                each.get_absolute_url(),
            )
            for each in due[:FEW]
        ],
        empty="今日までの予定はありません。",
        actions=[
            {"label": "相談を記録する", "url": reverse("consultations:consultation_create")},
            {"label": "相談者を登録する", "url": reverse("consultations:client_create")},
        ],
    )


def follow_ups(user: User) -> Iterator[Card]:
    """つながりの確認待ち: asked of an agency, the day to ask again has come."""
    waiting = (
        Referral.objects.visible_to(user)
        .waiting()
        .filter(follow_up_on__lte=timezone.localdate())
        .select_related("agency", "case__client")
        .order_by("follow_up_on", "pk")
    )
    yield Card(
        title="つながりの確認待ち",
        items=[
            Item(
                f"{wareki_short(each.follow_up_on)}　{person(each.case.client)}　→　{each.agency}",
                each.get_absolute_url(),
            )
            for each in waiting[:FEW]
        ],
        empty="確認待ちのつなぎはありません。",
    )


def approvals(user: User) -> Iterator[Card]:
    """根拠の承認待ち: referrals without consent that lead has not approved."""
    asked = (
        Referral.objects.visible_to(user)
        .standing()
        .exclude(legal_basis="")
        .filter(approved_on=None)
        .select_related("agency")
        .order_by("pk")
    )
    if items := [
        Item(f"{each.get_legal_basis_display()}　→　{each.agency}", each.get_absolute_url())
        for each in asked[:FEW]
    ]:
        yield Card(title="根拠の承認待ち", items=items, wanted=True)


def cafe_days(user: User) -> Iterator[Card]:
    """未入力の開催日, and today's."""
    days = OpenDay.objects.visible_to(user)
    unclosed = days.unclosed().order_by("held_on")[:FEW]
    if items := [
        Item(f"{wareki_short(each.held_on)}　締めていません", each.get_absolute_url()) for each in unclosed
    ]:
        yield Card(title="未入力の開催日", items=items, wanted=True)
    today = days.standing().filter(held_on=timezone.localdate())
    actions = []
    if user.has_perm("cafe.add_openday"):
        actions.append({"label": "開催日を登録する", "url": reverse("cafe:openday_create")})
    yield Card(
        title="今日のカフェ",
        items=[
            Item(f"{each.get_state_display()}　{each.place}".strip(), each.get_absolute_url())
            for each in today
        ],
        empty="今日の開催日はありません。",
        actions=actions,
    )


def annual_figures(user: User) -> Iterator[Card]:
    """目標・KPI of the running 年度."""
    year = current_fiscal_year()
    yield Card(
        title=f"目標・KPI　{nendo(year)}",
        lines=figures(year, user),
        empty="この年度の指標はまだありません。",
        actions=[{"label": "指標を開く", "url": reverse("kpi:indicator_list", args=[year])}],
    )


def upkeep(user: User) -> Iterator[Card]:
    """システム管理: accounts and master lists."""
    active = User.objects.active().count()
    yield Card(
        title="システム管理",
        items=[
            Item(f"有効なアカウント {active}人", reverse("user_list")),
            Item("選択肢（相談内容・経路など）", reverse("term_list")),
            Item("証跡の状態を調べる", reverse("trail_status")),
        ],
    )


CARDS: list[tuple[str, Callable[[User], Iterator[Card]]]] = [
    ("consultations.view_handover", handovers),
    ("referrals.approve_referral", approvals),
    ("consultations.view_consultation", promises),
    ("referrals.view_referral", follow_ups),
    ("cafe.view_openday", cafe_days),
    ("kpi.view_indicator", annual_figures),
    ("kpi.view_cafe_indicator", annual_figures),
    ("komatsu_support.manage_users", upkeep),
]

"""今日の仕事: what waits for this person today. Wiring: it may ask every app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from cafe.models import OpenDay, late_days, late_in_words
from consultations.models import Appointment, BreakGlass, Client, Consultation, Disposal, Handover
from consultations.models.disposal import due_clients, list_day
from consultations.templatetags.desk import days_left
from komatsu_support import audit
from komatsu_support.fiscal import current_fiscal_year, nendo, wareki_short
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, Role, User
from komatsu_support.pages import allowed, page
from komatsu_support.templatetags.office import person, shown
from kpi.figures import Figure, figures
from referrals.models import Referral

EARLY, LATE = (
    timedelta(days=60),
    timedelta(days=30),
)  # before a protection ends; it is extended from 1 month on
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


def appointments(user: User) -> Iterator[Card]:
    """今日の予約: one's own first, then the others'."""
    booked = Appointment.objects.visible_to(user).taking_time().filter(day=timezone.localdate())
    today = sorted(
        booked.select_related("client", "staff").order_by("starts_at", "pk"),
        key=lambda each: each.staff_id != user.pk,
    )
    yield Card(
        title="今日の予約",
        items=[
            Item(
                f"{each.span}　{each.who}　{each.get_state_display()}　{each.staff}",
                each.get_absolute_url(),
            )
            for each in today[:FEW]
        ],
        empty="今日の予約はありません。",
        actions=[{"label": "週の予約を開く", "url": reverse("consultations:appointment_list")}],
    )


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
    due = Consultation.objects.visible_to(user).unkept().filter(next_on__lte=timezone.localdate())
    yield Card(
        title="次回予定（今日まで）",
        items=[
            Item(
                f"{wareki_short(each.next_on)}　{person(each.client)}　{each.next_plan}",
                each.get_absolute_url(),
            )
            for each in due.select_related("client").order_by("next_on", "pk")[:FEW]
        ],
        empty="今日までの予定はありません。",
        actions=[
            {"label": "あとを追う方を開く", "url": reverse("consultations:followup_list")},
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


def disposals(user: User) -> Iterator[Card]:
    """廃棄: what waits for a second person's word, and what 1 April has made due."""
    waiting = Disposal.objects.visible_to(user).proposed().exclude(created_by=user).order_by("pk")
    items = [Item(f"{wareki_short(each.as_of)}現在の廃棄", each.get_absolute_url()) for each in waiting[:FEW]]
    if items:
        yield Card(title="廃棄の承認待ち", items=items, wanted=True)
    as_of = list_day(timezone.localdate())
    listed = Disposal.objects.standing().filter(as_of=as_of).exists()
    if not listed and due_clients(as_of).changeable_by(user).exists():
        propose = Item("保存年限を過ぎた相談者がいます", reverse("consultations:disposal_create"))
        yield Card(title="廃棄予定一覧", items=[propose])


def broken_glasses(user: User) -> Iterator[Card]:
    """緊急閲覧の確認待ち, for lead, from the moment one is broken."""
    waiting = (
        BreakGlass.objects.visible_to(user)
        .unreviewed()
        .exclude(created_by=user)
        .select_related("client", "created_by")
        .order_by("-created_at")
    )
    url = reverse("consultations:breakglass_list")
    if items := [
        Item(
            f"{shown(each.created_at)}　{each.created_by}　→　{each.client}{'（閲覧中）' if each.is_live else ''}",
            url,
        )
        for each in waiting[:FEW]
    ]:
        yield Card(title="緊急閲覧の確認待ち", items=items, wanted=True)


def my_broken_glass(user: User) -> Iterator[Card]:
    """緊急閲覧中: the files this person has open in an emergency, so that she comes back and closes them."""
    if items := [
        Item(f"{each.client}　あと{each.minutes_left}分", each.get_absolute_url())
        for each in BreakGlass.objects.live(user).select_related("client").order_by("until")
    ]:
        yield Card(title="緊急閲覧中", items=items, wanted=True)


def glasses_counted(user: User) -> Iterator[Card]:
    """緊急閲覧 in figures, for manager: nobody's name."""
    found = BreakGlass.objects.figures(current_fiscal_year())
    text = f"今年度 {found['made']}件　確認待ち {found['waiting']}件"
    yield Card(title="緊急閲覧", items=[Item(text, reverse("consultations:breakglass_list"))])


def protections(user: User) -> Iterator[Card]:
    """支援措置の期限: those that end within 60 days, for 担当, 閲覧できる職員 and lead; pressing from 30 days on."""
    today = timezone.localdate()
    mine = Client.objects.changeable_by(user).under_protection()
    if user.role != Role.LEAD:
        mine = mine.held_by(user)
    ending = mine.filter(protected_until__lte=today + EARLY).order_by("protected_until", "pk")
    soon = [each for each in ending if each.protected_until <= today + LATE]
    later = [each for each in ending if each.protected_until > today + LATE]
    url = reverse("consultations:protection_list")
    to_list = [{"label": "月次点検表を開く", "url": url, "kind": "secondary"}]
    for title, clients, wanted in [
        ("支援措置の期限（30日以内）", soon, True),
        ("支援措置の期限（60日以内）", later, False),
    ]:
        if clients:
            items = [
                Item(
                    f"{wareki_short(each.protected_until)}　{days_left(each.protected_until)}　{person(each)}",
                    each.get_absolute_url(),
                )
                for each in clients[:FEW]
            ]
            yield Card(title=title, items=items, actions=to_list, wanted=wanted)


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


def late_taps(user: User) -> Iterator[Card]:
    """締めたあとに届いた人数: closed days that a tablet has reached since."""
    if items := [
        Item(f"{wareki_short(day.held_on)}　{late_in_words(late)}", day.get_absolute_url())
        for day, late in late_days(user)[:FEW]
    ]:
        yield Card(title="締めたあとに端末から届いた人数", items=items, wanted=True)


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
    ("consultations.review_breakglass", broken_glasses),
    ("consultations.add_breakglass", my_broken_glass),
    ("consultations.view_handover", handovers),
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

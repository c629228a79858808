"""Cards of the desk: who comes today, what was handed over, what was promised, who is to be asked again."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from cafe.models import Introduction
from consultations.models import Appointment, Consultation, Handover
from komatsu_support.fiscal import wareki_short
from komatsu_support.home.cards import FEW, Card, Item
from komatsu_support.models import User
from komatsu_support.templatetags.office import person
from referrals.models import Referral


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


def introductions(user: User) -> Iterator[Card]:
    """カフェからの橋: somebody in the café would like to talk; the longest wait first."""
    waiting = list(Introduction.objects.visible_to(user).waiting().longest_first())
    if items := [
        Item(f"{wareki_short(each.open_day.held_on)}のカフェから　{each.waited}", each.intake_url)
        for each in waiting[:FEW]
    ]:
        to_list = {"label": "カフェからの橋を開く", "url": reverse("consultations:introduction_list")}
        yield Card(
            title=f"カフェからの橋（{len(waiting)}件待っています）",
            items=items,
            actions=[{**to_list, "kind": "secondary"}],
            wanted=True,
        )

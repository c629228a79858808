"""Cards about the files: approvals, disposals, glasses that were broken, protections that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from consultations.models import BreakGlass, Client, Disposal
from consultations.models.disposal import is_anything_due, list_day
from consultations.templatetags.desk import days_left
from komatsu_support.fiscal import current_fiscal_year, wareki_short
from komatsu_support.home.cards import FEW, Card, Item
from komatsu_support.models import Role, User
from komatsu_support.templatetags.office import person, shown
from referrals.models import Referral

EARLY, LATE = (
    timedelta(days=60),
    timedelta(days=30),
)  # before a protection ends; it is extended from 1 month on


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
    if not listed and is_anything_due(as_of, user):
        propose = Item("保存年限を過ぎた記録があります", reverse("consultations:disposal_create"))
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


def left_behind(user: User) -> Iterator[Card]:
    """開ける人のいない封印の相談者, for lead: how many, from the moment the last person named has left."""
    if number := Client.objects.left_behind().count():
        to_list = Item(f"{number}人　開ける職員を決めてください", reverse("consultations:leftbehind_list"))
        yield Card(title="開ける人のいない封印の相談者", items=[to_list], wanted=True)


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

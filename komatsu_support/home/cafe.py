"""Cards of the café: the days that nobody has closed, and today's."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from cafe.alarm import alarms
from cafe.models import OpenDay, late_days, late_in_words
from komatsu_support.fiscal import wareki_short
from komatsu_support.home.cards import FEW, Card, Item
from komatsu_support.models import User


def cafe_days(user: User) -> Iterator[Card]:
    """未入力の開催日, and today's."""
    days = OpenDay.objects.visible_to(user)
    if waiting := alarms(user, at_most=FEW):
        url = f"{reverse('cafe:openday_list')}?year=all&state=unclosed"
        yield Card(
            title="未入力の開催日",
            alarms=waiting,
            actions=[{"label": "未入力の開催日の一覧", "url": url, "kind": "secondary"}],
            wanted=True,
        )
    today = list(days.standing().filter(held_on=timezone.localdate()))
    actions = []
    if user.has_perm("cafe.add_tablet"):
        going_on = [day for day in today if day.state == OpenDay.State.PLANNED]
        actions += [
            {"label": "端末で数える", "url": f"{day.get_absolute_url()}#tablets-title"} for day in going_on
        ]
    if user.has_perm("cafe.add_openday"):
        actions.append({"label": "開催日を登録する", "url": reverse("cafe:openday_create")})
    if user.has_perm("cafe.add_papercount"):
        actions.append({"label": "明日の用紙（正の字）", "url": reverse("cafe:papercount_next")})
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

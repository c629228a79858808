"""Cards of figures, and of the system's upkeep."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from komatsu_support.fiscal import current_fiscal_year, nendo
from komatsu_support.home.cards import Card, Item
from komatsu_support.models import User
from kpi.figures import figures


def annual_figures(user: User) -> Iterator[Card]:
    """目標・KPI of the running 年度."""
    year = current_fiscal_year()
    actions = [{"label": "指標を開く", "url": reverse("kpi:indicator_list", args=[year])}]
    if user.has_perm("kpi.view_funnel"):
        actions.append({"label": "カフェからの流れ", "url": reverse("kpi:cafe_funnel", args=[year])})
    yield Card(
        title=f"目標・KPI　{nendo(year)}",
        lines=figures(year, user),
        empty="この年度の指標はまだありません。",
        actions=actions,
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

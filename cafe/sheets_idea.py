"""企画の種 as a list: on the screen and in the file alike. On nobody's name."""

from __future__ import annotations

from typing import Any

from cafe.models import BY_TIME, EventQuerySet, Idea, IdeaQuerySet
from cafe.sheets import state_word
from komatsu_support.excel import Sheet


def idea_sheet(ideas: IdeaQuerySet) -> Sheet[Any]:
    """企画の種一覧, those that wait first. Of ideas `with_stage`."""
    return Sheet(
        title="企画の種",
        columns={
            "やってみたいこと": lambda i: i.title,
            "状態": stage_word,
            "票": lambda i: i.votes_cast,
            "出した人": lambda i: i.get_source_display(),
            "聞いた日": lambda i: i.heard_on,
            "企画の数": lambda i: i.events_made,
            "必要な物": lambda i: i.needs or None,
            "見込みの費用（円）": lambda i: i.cost_yen,
            "見送った理由": lambda i: i.let_go_reason or None,
        },
        rows=ideas.by_interest(),
        wide=True,
    )


def idea_events_sheet(events: EventQuerySet) -> Sheet[Any]:
    """この種からの企画, the earliest first."""
    return Sheet(
        title="企画",
        columns={
            "企画名": lambda e: e.title,
            "開催日": lambda e: e.open_day.held_on,
            "状態": lambda e: state_word(e.open_day),
            "参加者数": lambda e: e.heads,
        },
        rows=events.select_related("open_day").order_by("open_day__held_on", *BY_TIME),
    )


def stage_word(idea: Any) -> str:
    """出たばかり・企画になった・見送り of an idea `with_stage`."""
    return str(Idea.Stage(idea.stage).label)

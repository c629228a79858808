"""企画の種: what guests would like to do, their votes, and what became of some."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cafe.models import Event, Idea, IdeaVote
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff

SOURCE = Event.Proposer


@dataclass(frozen=True)
class Seed:
    """An idea, heard so many office days ago."""

    title: str
    days_ago: int
    votes: int
    source: str = SOURCE.USER
    text: str = ""
    needs: str = ""
    cost_yen: int | None = None
    grows_into: str = ""
    """The title of the next event, which came of it."""
    let_go: str = ""


SEEDS = [
    Seed("みそづくりを教わりたい", 12, 9, needs="大豆、こうじ、たる", cost_yen=6000,
         text="家で作っていた方が、手順を教えられるとのこと。"),
    Seed("スマートフォンの使い方を聞ける日", 35, 7),
    Seed("折り紙で季節の飾り", 20, 5, needs="折り紙、のり", cost_yen=800),
    Seed("読んだ本を紹介し合う", 6, 1, source=SOURCE.STAFF),
    Seed("外国の料理を作ってみたい", 130, 12, needs="食材、エプロン", cost_yen=8000,
         grows_into="小松市国際交流員とクッキング"),
    Seed("色の紙を染めてみたい", 112, 6, needs="和紙、染料、新聞紙", cost_yen=3000, grows_into="染め紙"),
    Seed("刺し子を教え合う", 75, 4, needs="布、糸、針", grows_into="手しごとの会"),
    Seed("庭で焼きいも", 30, 4, let_go="会場で火を使えないため"),
    Seed("仕事帰りに寄れる夜の日", 200, 3, source=SOURCE.STAFF, let_go="職員の勤務の見直しが先のため"),
]  # fmt: skip


def sow(ledger: Ledger, dice: Dice, staff: Staff, days: Sequence[date]) -> None:
    """Write the ideas down as they were heard, with the votes since."""
    for seed in SEEDS:
        heard_on = days[-min(seed.days_ago, len(days))]
        idea = Idea(
            title=seed.title,
            text=seed.text,
            source=seed.source,
            heard_on=heard_on,
            needs=seed.needs,
            cost_yen=seed.cost_yen,
        )
        ledger.add(idea, by=staff.coordinator, at=moment(heard_on, 14, 20))
        since = [day for day in days if day >= heard_on]
        for day in dice.choices(since, k=seed.votes):
            press = uuid.UUID(int=dice.getrandbits(128), version=4)
            at = moment(day, 14, 30) + timedelta(minutes=dice.randint(0, 25))
            ledger.row(IdeaVote(key=press, press=press, idea=idea, cast_at=at, cast_by=staff.coordinator))
        if seed.let_go:
            at = moment(since[len(since) // 2], 15, 20)
            ledger.change(idea, by=staff.coordinator, at=at, let_go_reason=seed.let_go)
        _grow(ledger, idea, seed.grows_into)


def _grow(ledger: Ledger, idea: Idea, title: str) -> None:
    """The next event of the title was made of the idea."""
    events = [record for record in _events(ledger) if record.title == title]
    later = [event for event in events if event.open_day.held_on > idea.heard_on + timedelta(days=20)]
    if later:
        event = min(later, key=lambda each: each.open_day.held_on)
        event.idea, event.items_needed = idea, idea.needs


def _events(ledger: Ledger) -> list[Event]:
    return [each.record for each in ledger.entries.get(Event, []) if isinstance(each.record, Event)]

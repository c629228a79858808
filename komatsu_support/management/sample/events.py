"""企画: what happens at the café in a month, as the published page shows it and some more of the kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from cafe.models import Event, EventSeries, OpenDay

KIND, PROPOSER = Event.Kind, Event.Proposer
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)
EVERY_MONTH = tuple(range(1, 13))


@dataclass(frozen=True)
class Plan:
    """An event that comes on the nth weekday of some months."""

    title: str
    kind: str
    nth: int
    weekday: int
    months: tuple[int, ...]
    starts_at: time
    ends_at: time
    draw: float  # visitors of such a day against those of an ordinary one
    lecturer: str = ""
    proposer: str = PROPOSER.STAFF
    comment: str = ""
    belongings: str = ""
    capacity: int | None = None
    needs_booking: bool = False

    @property
    def is_user_led(self) -> bool:
        """Whether users planned it and taught in it."""
        return self.kind == KIND.USER_LED

    @property
    def has_guest(self) -> bool:
        """Whether a lecturer from outside comes."""
        return bool(self.lecturer) and not self.is_user_led

    def event(self, open_day: OpenDay, series: EventSeries | None) -> Event:
        """The event on a day."""
        return Event(
            open_day=open_day,
            series=series,
            title=self.title,
            kind=self.kind,
            proposer=self.proposer,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            lecturer=self.lecturer,
            capacity=self.capacity,
            belongings=self.belongings,
            needs_booking=self.needs_booking,
        )


PLANS = [
    Plan("こころほぐしからだほぐし ヨガ", KIND.EVENT, 2, TUESDAY, EVERY_MONTH, time(10, 30), time(11, 30), 1.7,
         lecturer="ボランティア講師", comment="からだにやさしいヨガタイム", belongings="タオル・飲み物"),
    Plan("笑いヨガ", KIND.EVENT, 4, THURSDAY, (4, 6, 8, 10, 12, 2), time(13, 30), time(14, 30), 1.6,
         lecturer="ボランティア講師", comment="楽しい雰囲気、笑いがあふれていました"),
    Plan("小松市国際交流員とクッキング", KIND.EVENT, 2, THURSDAY, (6, 11), time(10, 30), time(13), 2.4,
         lecturer="小松市国際交流員", comment="ブラジル料理の紹介", belongings="エプロン", capacity=12, needs_booking=True),
    Plan("染め紙", KIND.USER_LED, 4, MONDAY, (7, 10, 2), time(10, 30), time(12), 1.7,
         lecturer="利用者講師", proposer=PROPOSER.USER, comment="色とりどりの紙が仕上がりました"),
    Plan("月いち おにぎりとカレーの日", KIND.MEAL, 3, FRIDAY, EVERY_MONTH, time(11, 30), time(13, 30), 2.6,
         comment="みんなで食卓を囲みました"),
    Plan("おしゃべりの会", KIND.PEER, 1, MONDAY, EVERY_MONTH, time(13, 30), time(14, 45), 1.3,
         proposer=PROPOSER.USER, comment="利用者同士で情報を交換しました"),
    Plan("手しごとの会", KIND.USER_LED, 3, TUESDAY, (5, 7, 9, 11, 1, 3), time(10, 30), time(12), 1.4,
         lecturer="利用者講師", proposer=PROPOSER.USER, comment="得意なことを教え合いました", belongings="裁縫道具"),
    Plan("からだの話 ミニ講座", KIND.LECTURE, 1, THURSDAY, (5, 9, 12, 3), time(13, 30), time(14, 15), 1.3,
         comment="相談員が健康の話をしました"),
]  # fmt: skip


def happenings(days: Sequence[date]) -> dict[date, list[Plan]]:
    """{day: its events} for the café days of one 年度, each event on the café day next to its own."""
    found: dict[date, list[Plan]] = {}
    for month in EVERY_MONTH:
        of_month = [day for day in days if day.month == month]
        for plan in PLANS:
            if month in plan.months and (day := _nth(of_month, plan.nth, plan.weekday)):
                found.setdefault(day, []).append(plan)
    return found


def _nth(days: Sequence[date], nth: int, weekday: int) -> date | None:
    """The first café day from the nth such weekday of the month on; None when the month has not come so far."""
    wanted = [day for day in days if (day.day - 1) // 7 == nth - 1 and day.weekday() == weekday]
    after = [day for day in days if day.day > nth * 7]
    return next(iter(wanted or after), None)

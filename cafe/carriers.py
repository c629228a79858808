"""担い手 in figures: those among the guests who carry the café. Every rule of B6 stands here, once.

Source of all of them: events and 札名の来場 that stand, on days that stand and were closed as held.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from cafe.models import Contribution, Event, Visit
from komatsu_support.fiscal import MONTHS, Period, fiscal_year
from komatsu_support.rates import share

DEFINITIONS = [
    "利用者主導の割合 = 利用者が企画した、または利用者が講師をした企画 ÷ 開催した企画（小数第1位、四捨五入）。"
    "「企画した人」が利用者の企画と、担い手に「企画した」「講師をした」の記録がある企画を数えます。",
    "担い手 延べ = 一つの企画で1人は1回。札名のない人数は、同じ人かどうか分からないため、したことごとに足します。",
    "担い手 実 = 担い手のうち札名のある方の、重複を除いた人数。月を足しても年度の数にはなりません。",
    "参加者→担い手 = その年度に札名で来た方のうち、利用者として来た日よりあとの企画を担った方。"
    "札名のない方は後を追えないため、入っていません。",
    "どれも、締めて開催になった日だけを数えます。",
]


class _Happened(NamedTuple):
    """One event that was held."""

    on: date
    is_user_led: bool


class _Deed(NamedTuple):
    """What somebody, or so many, did at an event that was held."""

    on: date
    event: int
    visitor: int | None
    heads: int


@dataclass(frozen=True)
class Carried:
    """What guests carried in a time."""

    events: int
    """開催した企画. Unit: 件. Events of days held."""
    user_led: int
    """うち利用者が企画または講師. Unit: 件. See `user_led`."""
    heads: int
    """担い手 延べ. Unit: 人. One with a 札名 once per event; heads without a name added deed by deed."""
    persons: int
    """担い手 実. Unit: 人. Different ones among those with a 札名; months do not add up to the year."""

    @property
    def share(self) -> Decimal | None:
        """利用者主導の割合. Unit: %, one decimal, half up; None without an event."""
        return share(self.user_led, self.events)


@dataclass(frozen=True)
class Crossing:
    """参加者→担い手 in a time, as far as 札名 tell."""

    guests: int
    """札名で来た方 実人数. Unit: 人. Those with a visit on a day held."""
    crossed: int
    """Of these, who carried something after a day on which they came as 利用者, however long ago. Unit: 人."""

    @property
    def share(self) -> Decimal | None:
        """Of the guests with a 札名. Unit: %, one decimal, half up; None without one."""
        return share(self.crossed, self.guests)


def user_led() -> Q:
    """Events that a guest planned or taught: their 企画した人 is 利用者, or a 担い手 says so."""
    led = Contribution.objects.standing().leading().filter(event=OuterRef("pk"))
    return Q(proposer=Event.Proposer.USER) | Q(Exists(led))


def carried(period: Period) -> Carried:
    """The period as a whole."""
    return _sum(_happened(period), _deeds(period))


def by_month(year: int) -> list[tuple[int, Carried]]:
    """(month, what was carried in it) for the twelve months of a 年度."""
    period = fiscal_year(year)
    happened, deeds = _happened(period), _deeds(period)
    return [
        (
            month,
            _sum(
                (each for each in happened if each.on.month == month),
                (each for each in deeds if each.on.month == month),
            ),
        )
        for month in MONTHS
    ]


def crossing(period: Period) -> Crossing:
    """参加者→担い手 of the period."""
    came = Visit.objects.held().in_period(period).filter(visitor__voided_at=None)
    crossed = Contribution.objects.held().in_period(period).by_former_guests()
    return Crossing(
        guests=came.persons(), crossed=crossed.filter(visitor__in=came.values("visitor")).persons()
    )


def _happened(period: Period) -> list[_Happened]:
    led = ExpressionWrapper(user_led(), output_field=BooleanField())
    events = Event.objects.held().in_period(period).annotate(is_user_led=led)
    return [_Happened(*row) for row in events.order_by().values_list("open_day__held_on", "is_user_led")]


def _deeds(period: Period) -> list[_Deed]:
    deeds = Contribution.objects.held().in_period(period).order_by()
    rows = deeds.values_list("event__open_day__held_on", "event", "visitor", "heads")
    return [_Deed(*row) for row in rows]


def _sum(events: Iterable[_Happened], deeds: Iterable[_Deed]) -> Carried:
    events, deeds = list(events), list(deeds)
    named = {(each.event, each.visitor) for each in deeds if each.visitor}
    unnamed = sum(each.heads for each in deeds if not each.visitor)
    return Carried(
        events=len(events),
        user_led=sum(each.is_user_led for each in events),
        heads=len(named) + unnamed,
        persons=len({visitor for _, visitor in named}),
    )

"""What a card of the first page is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from cafe.alarm import Alarm
from kpi.figures import Figure

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
    alarms: list[Alarm] = field(default_factory=list)
    wanted: bool = False

"""How dates, figures and answers are printed on every page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

from komatsu_support import fiscal

register = template.Library()


@register.filter
def wareki(value: date | None) -> str:
    """令和6年11月5日（火）; －for None."""
    return fiscal.wareki(_day(value)) if value else "－"


@register.filter
def wareki_short(value: date | None) -> str:
    """R6.11.5; －for None."""
    return fiscal.wareki_short(_day(value)) if value else "－"


@register.filter
def nendo(year: int) -> str:
    """令和6年度（2024年度）."""
    return fiscal.nendo(int(year))


@register.filter
def figure(value: Any, unit: str = "") -> str:
    """A number with comma and unit; －for None."""
    if value is None or value == "":
        return "－"
    text = f"{value:,}" if isinstance(value, int | Decimal | float) else str(value)
    return f"{text}{unit}"


@register.filter
def change(value: Any, unit: str = "") -> str:
    """増減: +3件, △3件, ±0件; －for None."""
    if value is None:
        return "－"
    sign = "±" if value == 0 else "△" if value < 0 else "+"
    return f"{sign}{abs(value):,}{unit}"


@register.filter
def clock(value: Any) -> str:
    """14:03, local time."""
    if not value:
        return "－"
    return (timezone.localtime(value) if isinstance(value, datetime) else value).strftime("%H:%M")


@register.filter
def shown(value: Any) -> str:
    """Any value of a record as a person reads it."""
    match value:
        case None | "":
            return "－"
        case bool():
            return "はい" if value else "いいえ"
        case datetime():
            return f"{fiscal.wareki_short(_day(value))} {clock(value)}"
        case date():
            return fiscal.wareki_short(value)
        case int() | Decimal():
            return f"{value:,}"
    return str(value)


@register.filter
def person(client: Any) -> str:
    """How a page calls the person: name, else 呼び名, else 匿名."""
    return client.called if client else "匿名"


def _day(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value

"""What pages about a client say first: how long a protection holds, whether a broken glass shows them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone

from consultations.models import BreakGlass, Client

register = template.Library()


@register.filter
def days_left(day: date | None) -> str:
    """（あと25日）, （今日まで）, （12日前に過ぎました）; blank for None."""
    if day is None:
        return ""
    left = (day - timezone.localdate()).days
    if left == 0:
        return "今日まで"
    return f"あと{left}日" if left > 0 else f"{-left}日前に過ぎました"


@register.simple_tag(takes_context=True)
def glass(context: Any, client: Client) -> BreakGlass | None:
    """The broken glass by which alone the reader of this page sees the client."""
    return client.glass_of(context["request"].user) if "request" in context else None

"""確かめてください: what can hardly be so about an event. Nothing is refused for it."""

from __future__ import annotations

from cafe.models import Event, OpenDay
from cafe.sheets import counted_of, hours


def doubts(event: Event) -> list[str]:
    """Sentences for whoever has just saved it, and for whoever looks at it later."""
    day, told = event.open_day, []
    if event.is_out_of_hours:
        own, its = hours(day.starts_at, day.ends_at), hours(event.starts_at, event.ends_at)
        told.append(f"企画の時間（{its}）が、この日の開いている時間（{own}）の外に出ています。")
    if event.heads is None:
        return told
    if event.capacity is not None and event.heads > event.capacity:
        told.append(f"企画の参加者数（{event.heads}人）が定員（{event.capacity}人）を超えています。")
    if day.state == OpenDay.State.HELD and event.heads > (came := counted_of(day)):
        told.append(f"企画の参加者数（{event.heads}人）が、この日の延参加者数（{came}人）を超えています。")
    return told

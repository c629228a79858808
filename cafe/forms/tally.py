"""What a tablet is opened with, and what it sends: every word of it is checked before it counts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cafe.models import SENT_LATE, Tablet, Tap
from komatsu_support.forms import RecordForm
from komatsu_support.models import AgeBand

AT_ONCE = 500  # events of one sending; a tablet sends 100
BRIDGE = "bridge"
ASTRAY = timedelta(days=1)  # how far a tablet's clock may be ahead before its time is worth nothing


class TabletForm(RecordForm):
    """端末を開く: a browser that may count on one day."""

    class Meta:
        model = Tablet
        fields = ["label"]

    def clean_label(self) -> str:
        """Two of one day are told apart by their names."""
        label = str(self.cleaned_data["label"])
        others = (
            Tablet.objects.standing().filter(open_day=self.instance.open_day).exclude(pk=self.instance.pk)
        )
        if label and others.filter(label=label).exists():
            raise ValidationError(f"「{label}」はもう開いています。違う名前を付けてください。")
        return label


class Unreadable(Exception):
    """What came is not what a tablet sends: with the status and the sentence to answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass
class Sending:
    """The events of one request."""

    taps: list[Tap] = field(default_factory=list)
    bridges: list[uuid.UUID] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The key of each event: once answered, the tablet need not send it again."""
        return [str(tap.key) for tap in self.taps] + [str(key) for key in self.bridges]


def read_sending(content_type: str | None, body: bytes, tablet: int) -> Sending:
    """The events in what the tablet of that key sent. Raises Unreadable, and then none of them counts."""
    if content_type != "application/json":
        raise Unreadable(400, "JSON で送ってください。")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(400, "JSON として読めません。") from error
    events = told.get("events") if isinstance(told, dict) else None
    if not isinstance(events, list) or not all(isinstance(each, dict) for each in events):
        raise Unreadable(400, "events に一覧がありません。")
    if len(events) > AT_ONCE:
        raise Unreadable(422, f"一度に送れるのは{AT_ONCE}件までです。分けて送ってください。")
    sending = Sending()
    for event in events:
        if event.get("kind") == BRIDGE:
            sending.bridges.append(_uuid(event.get("key"), "番号（key）"))
        else:
            sending.taps.append(_tap(event, tablet))
    return sending


def _tap(event: dict[str, Any], tablet: int) -> Tap:
    kind = _one_of(Tap.Kind.values, event.get("kind"), "種類（kind）")
    is_undo = kind == Tap.Kind.UNDO
    if not is_undo and event.get("undoes") is not None:
        raise Unreadable(422, "もどす番号（undoes）は、もどす（undo）だけが持てます。")
    return Tap(
        key=_uuid(event.get("key"), "番号（key）"),
        tablet_id=tablet,
        kind=kind,
        age_band=""
        if is_undo
        else _one_of(["", *AgeBand.values], event.get("age_band", ""), "年代（age_band）"),
        undoes=_uuid(event.get("undoes"), "もどす番号（undoes）") if is_undo else None,
        tapped_at=_moment(event.get("tapped_at")),
    )


def _one_of(values: list[str], given: object, name: str) -> str:
    if not isinstance(given, str) or given not in values:
        raise Unreadable(422, f"{name}が違います。")
    return given


def _uuid(given: object, name: str) -> uuid.UUID:
    return _read(uuid.UUID, given, f"{name}が番号（UUID）ではありません。")


def _moment(given: object) -> datetime:
    """The tablet's own time of a tap; now, where its clock is off by days: the head counts all the same."""
    sentence = "押した時刻（tapped_at）が日時ではありません。"
    told = _read(parse_datetime, given, sentence)
    if told is None or told.tzinfo is None:
        raise Unreadable(422, sentence)
    now = timezone.now()
    return told if now - SENT_LATE - ASTRAY <= told <= now + ASTRAY else now


def _read[Value](reader: Callable[[str], Value], given: object, sentence: str) -> Value:
    """The value of a text; a sentence where it has none."""
    try:
        return reader(given if isinstance(given, str) else "?")
    except (ValueError, OverflowError) as error:
        raise Unreadable(422, sentence) from error

"""未入力の警報: past days that nobody has closed, each with the press that closes it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from cafe.forms import OpenDayCloseForm, first_boxes
from cafe.models import Attendance, OpenDay, last_closing, proposed
from komatsu_support.models import User


@dataclass(frozen=True)
class Alarm:
    """A day that waits. For those who may close it: the closing form, filled in, and the number it will ask."""

    day: OpenDay
    closing: OpenDayCloseForm | None = None
    counted: int = 0
    tallied: str = ""


def alarms(user: User, *, at_most: int) -> list[Alarm]:
    """The days that wait, the oldest first."""
    days = OpenDay.objects.visible_to(user).unclosed().order_by("held_on")[:at_most]
    may_close = user.has_perm("cafe.close_openday")
    return [_alarm(day, user) if may_close else Alarm(day) for day in days]


def _alarm(day: OpenDay, user: User) -> Alarm:
    """Filled in as its closing page opens; where nothing was counted, with nobody."""
    nobody = dict.fromkeys((f"heads_{role}" for role in Attendance.Role), 0)
    proposal = proposed(day)
    filled = nobody | first_boxes(day, last_closing(day), proposal)
    form = OpenDayCloseForm(by=user, instance=day, initial=filled)
    form.auto_id = False  # several of them stand on one page
    counted = sum(filled[f"heads_{role}"] for role in settings.CAFE_COUNTED_ROLES)
    return Alarm(day, form, counted, proposal.tallied)

"""The office calendar: which days the desk and the café open. Seeded from the national holidays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import jpholiday
from django.db import models, transaction
from django.urls import reverse

from komatsu_support import audit
from komatsu_support.fiscal import Period, fiscal_year
from komatsu_support.models.fields import OfficeDateField
from komatsu_support.models.record import Record, RecordQuerySet
from komatsu_support.models.trail import AuditEvent
from komatsu_support.models.user import User


class OfficeDayQuerySet(RecordQuerySet):
    """Questions about the calendar."""

    dated_by = "day"

    def visible_to(self, user: User) -> Self:
        """The calendar hangs on the wall."""
        return self if user.has_perm("komatsu_support.view_calendar") else self.none()

    def desk_open(self) -> Self:
        """Days on which the consultation desk opens."""
        return self.filter(desk_open=True)

    def cafe_open(self) -> Self:
        """Days on which the café may open."""
        return self.filter(cafe_open=True)


class OfficeDay(Record):
    """カレンダーの1日: whether the desk and the café open, and why not."""

    day = OfficeDateField("日付", unique=True)
    desk_open = models.BooleanField("相談窓口が開く", default=True)
    cafe_open = models.BooleanField("カフェが開く", default=True)
    reason = models.CharField("休みの理由・祝日名", max_length=60, blank=True)

    objects = OfficeDayQuerySet.as_manager()

    class Meta:
        verbose_name = "カレンダー"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(desk_open=True) | ~models.Q(reason=""),
                name="office_day_closed_has_a_reason",
                violation_error_code="reason",
                violation_error_message="窓口を閉める日は理由を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.day.isoformat()

    def get_absolute_url(self) -> str:
        """A day is shown in its month."""
        return f"{reverse('calendar_month')}?month={self.day:%Y-%m}"


def closed_because(day: date) -> str:
    """Why the municipal office is closed on a day; "" when it opens.

    Source: 国民の祝日に関する法律 through jpholiday; 12月29日～1月3日 and weekends by ordinance.
    """
    holiday: str | None
    if holiday := jpholiday.is_holiday_name(day):
        return holiday
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return "年末年始"
    return {5: "土曜日", 6: "日曜日"}.get(day.weekday(), "")


def desk_closures(days: Iterable[date]) -> dict[date, str]:
    """Why the desk is closed on each of the days, "" where it opens: by the calendar, else by the ordinance."""
    days = list(days)
    kept = {each.day: each for each in OfficeDay.objects.filter(day__in=days)}
    closed = {day: each.reason for day, each in kept.items() if not each.desk_open}
    return {day: closed.get(day, "") if day in kept else closed_because(day) for day in days}


@dataclass(frozen=True)
class Opening:
    """What the calendar says of the café on one day; without one, what the ordinance says."""

    is_open: bool
    name: str
    """The holiday, or why the café is closed; "" on a plain day."""
    is_kept: bool
    """Whether the calendar has the day."""


def cafe_openings(days: Iterable[date]) -> dict[date, Opening]:
    """Whether the café may open on each of the days."""
    days = list(days)
    kept = {each.day: each for each in OfficeDay.objects.filter(day__in=days)}
    return {day: _opening(day, kept.get(day)) for day in days}


def _opening(day: date, kept: OfficeDay | None) -> Opening:
    if kept is None:
        why = closed_because(day)
        return Opening(is_open=not why, name=why, is_kept=False)
    name = kept.reason or ("" if kept.cafe_open else "カフェは休み")
    return Opening(is_open=kept.cafe_open, name=name, is_kept=True)


def generate_calendar(year: int, by: User) -> int:
    """Make the missing days of a 年度, leaving every existing day as it is. Returns how many were made."""
    period: Period = fiscal_year(year)
    with transaction.atomic():
        audit.wait_for_my_turn()  # of two presses at the same moment, the second finds the days of the first
        existing = set(OfficeDay.objects.in_period(period).values_list("day", flat=True))
        length = (period.end - period.start).days + 1
        days = (period.start + timedelta(days=offset) for offset in range(length))
        made = []
        for day in days:
            if day not in existing:
                reason = closed_because(day)
                made.append(
                    OfficeDay(
                        day=day,
                        desk_open=not reason,
                        cafe_open=not reason,
                        reason=reason,
                        created_by=by,
                        updated_by=by,
                    )
                )
        OfficeDay.objects.bulk_create(made)
        OfficeDay.history.bulk_history_create(made, default_user=by)
        if made:
            audit.record(AuditEvent.Action.GENERATE, by=by, kind=OfficeDay, basis=str(year), count=len(made))
    return len(made)

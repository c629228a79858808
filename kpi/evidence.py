"""The records behind a figure, as far as the reader may see them.

Who may open the records gets them linked; who sees figures only gets narrow columns without names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from komatsu_support.models import RecordQuerySet, User
from komatsu_support.templatetags.office import person, wareki_short


@dataclass(frozen=True)
class Evidence:
    """Rows for one reader, with the columns that reader gets. `links` says whether a row opens."""

    rows: RecordQuerySet
    columns: Mapping[str, Callable[[Any], Any]]
    links: bool


def consultation_evidence(records: RecordQuerySet, user: User) -> Evidence:
    """相談記録: with the client for counselors, else date, method, 年代 and 主訴."""
    narrow = {
        "相談日": lambda c: wareki_short(c.consulted_on),
        "方法": lambda c: c.method,
        "年代": lambda c: c.get_age_band_display(),
        "主訴": lambda c: c.main_topic,
    }
    ordered = records.select_related("method", "main_topic", "client").order_by("consulted_on", "pk")
    if not user.has_perm("consultations.view_consultation"):
        return Evidence(ordered.without_names(), narrow, links=False)  # type: ignore[attr-defined]
    wide = {**narrow, "相談者番号": lambda c: c.client, "呼び方": lambda c: person(c.client)}
    return Evidence(ordered.visible_to(user), wide, links=True)


def referral_evidence(records: RecordQuerySet, user: User) -> Evidence:
    """つなぎ記録: with the client for counselors, else the day that counts, the agency and the rung."""
    day: Any = records.model._meta.get_field(records.dated_by)
    narrow = {
        str(day.verbose_name): lambda r: wareki_short(getattr(r, day.name)),
        "支援機関": lambda r: r.agency,
        "段階": lambda r: r.rung,
    }
    ordered = records.select_related("agency", "case__client").order_by(records.dated_by, "pk")
    if not user.has_perm("referrals.view_referral"):
        return Evidence(ordered.without_names(), narrow, links=False)  # type: ignore[attr-defined]
    wide = {
        **narrow,
        "相談者番号": lambda r: r.case.client,
        "呼び方": lambda r: person(r.case.client),
    }
    return Evidence(ordered.visible_to(user), wide, links=True)


def conference_evidence(records: RecordQuerySet, user: User) -> Evidence:
    """会議: the day, the place, how many agencies came; never who was talked about."""
    columns = {
        "開催日": lambda c: wareki_short(c.held_on),
        "種別": lambda c: c.get_kind_display(),
        "出席機関": lambda c: f"{len(c.agencies.all())}機関",
    }
    ordered = records.prefetch_related("agencies").order_by("held_on", "pk")
    if not user.has_perm("referrals.view_conference"):
        return Evidence(ordered.without_names(), columns, links=False)  # type: ignore[attr-defined]
    return Evidence(ordered.visible_to(user), columns, links=True)


def openday_evidence(records: RecordQuerySet, user: User) -> Evidence:
    """開催日: the day and its heads that count."""
    columns = {
        "開催日": lambda d: wareki_short(d.held_on),
        "延参加者数": lambda d: f"{d.heads or 0}人",
        "天気": lambda d: d.get_weather_display(),
    }
    ordered = records.with_heads().order_by("held_on", "pk")  # type: ignore[attr-defined]
    return Evidence(ordered.visible_to(user), columns, links=True)


def session_evidence(records: RecordQuerySet, user: User) -> Evidence:
    """研修: the day, the series and the theme."""
    columns = {
        "開催日": lambda s: wareki_short(s.held_on),
        "シリーズ": lambda s: s.series,
        "テーマ": lambda s: s,
        "参加者": lambda s: f"{s.heads}人",
    }
    ordered = records.select_related("series").order_by("held_on", "pk")
    return Evidence(ordered.visible_to(user), columns, links=True)

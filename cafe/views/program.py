"""A list of events within a page, such as the day's."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from komatsu_support.excel import Sheet
from komatsu_support.http import Request
from komatsu_support.pages import rows_shown


def program(request: Request, title: str, sheet: Sheet[Any], *, start: str) -> dict[str, Any]:
    """The section, with the way to a new event that begins with `start` (?day=), or none."""
    may_add = bool(start) and request.user.has_perm("cafe.add_event")
    return {
        "title": title,
        "sheet": sheet,
        "rows": rows_shown(sheet, sheet.rows),
        "empty_text": "企画の登録はありません。",
        "add_url": reverse("cafe:event_create") + start if may_add else "",
        "add_label": "企画を登録",
    }

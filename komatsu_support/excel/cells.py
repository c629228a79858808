"""What may stand in a cell: plain values, cleaned so that nothing a visitor typed can become a formula."""

import math
import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, overload

from django.utils import timezone
from django.utils.functional import Promise

type Value = str | int | float | Decimal | bool | date | datetime | time | Promise | None
type Plain = str | int | float | Decimal | date | datetime | time | None

TEXT_LIMIT = 32_767
"""Longest text of a cell, in UTF-16 units. Source: Excel specifications and limits."""

INTEGER_LIMIT = 10**15
"""From here on Excel, which keeps 15 digits, would change the number: it is written as text."""

FIRST_DAY = date(1900, 1, 1)
"""Excel's calendar begins here; an earlier day is written as text."""

CUT = "…（以下略）"

# C0 and C1 controls without tab and line feed, lone surrogates, and the two code points XML forbids.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Excel and calamine read "_x0041_" as "A"; the underscore is therefore written as its own escape.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Japanese Excel takes a full-width ＝ for = when the cell is edited; # may begin an error value.
_RISKY = re.compile(r"[\t\r\n]|[\s\u200b\ufeff]*[=+\-@#＝＋－＠＃]")
# The first characters that send a text through the slow check. Space leads to "  =1+1".
_SUSPECTS = frozenset(["", *"=+-@#＝＋－＠＃ \t\r\n\u00a0\u3000\u200b\ufeff"])
_UNCLEAN = re.compile(f"{_FORBIDDEN.pattern}|\r|{_ESCAPE.pattern}")


@overload
def safe(value: str | Promise) -> str: ...
@overload
def safe(value: Value) -> Plain: ...
def safe(value: Value) -> Plain:
    """The value as it may stand in a cell: no controls, no time zone, no more digits than Excel keeps."""
    match value:
        case None | bool():
            return None if value is None else ("はい" if value else "いいえ")
        case str():
            return _clean(str.__str__(value))
        case int():
            return int(value) if abs(value) < INTEGER_LIMIT else str(int(value))
        case float() | Decimal():
            return value if math.isfinite(value) else None
        case datetime():
            return _local(value)
        case date():
            return value if value >= FIRST_DAY else value.isoformat()
        case time():
            return value.replace(tzinfo=None)
        case Promise():
            return _clean(str(value))
    raise TypeError(f"A cell holds text, numbers and dates, not {type(value).__name__}.")


def is_risky(text: str) -> bool:
    """Whether Excel would take the text for a formula, or an error value, once somebody edits the cell."""
    return _RISKY.match(text) is not None


def is_plain(text: str) -> bool:
    """Whether openpyxl may write the text as it stands: a quick yes for nearly every cell of a list."""
    return (
        text[:1] not in _SUSPECTS
        and len(text) <= TEXT_LIMIT // 2
        and ((text.isprintable() and "_x" not in text) or _UNCLEAN.search(text) is None)
    )


def put(cell: Any, plain: Plain) -> None:
    """Writes a safe value and says itself of which type it is.

    openpyxl's own `cell.value` would infer it: a formula from "=1+1", an error from "#N/A".
    """
    match plain:
        case str():
            cell._value, cell.data_type = stored(plain) or None, "s"
        case date() | time():
            cell._value, cell.data_type = plain, "d"
        case _:
            cell._value, cell.data_type = plain, "n"


def stored(text: str) -> str:
    """The text as the file holds it, with what looks like an escape escaped."""
    return _ESCAPE.sub("_x005F_", text)


def _clean(text: str) -> str:
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    room = TEXT_LIMIT - 6 * len(_ESCAPE.findall(text))
    if len(text) <= room // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * room:
        return text
    return units[: 2 * max(room - len(CUT), 0)].decode("utf-16-le", "ignore") + CUT


def _local(value: datetime) -> Plain:
    local = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    return local if local.date() >= FIRST_DAY else local.isoformat(" ", "minutes")

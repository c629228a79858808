"""The child process: a workbook on standard input, its cells as JSON on standard output.

Knows neither Django nor a setting. Should a file get past the guard, memory and time end here.
"""

import json
import re
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from komatsu_support.reading import limits
from komatsu_support.reading.guard import (
    BROKEN,
    LOCKED,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    TOO_MUCH,
    Refused,
    check,
)

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def bound_myself() -> None:
    """Limit memory and time, leave no core behind. Windows has no such limits: there the parent's clock ends."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, limits.MEMORY),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def sheets(data: bytes) -> list[dict[str, Any]]:
    """Every visible worksheet: name, rows of text, whether cells are merged."""
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    check(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        return _read(book, visible)
    except PasswordError:
        raise Refused(LOCKED) from None
    except (CalamineError, ValueError, OverflowError, OSError):
        raise Refused(BROKEN) from None


def _read(book: Any, names: list[str]) -> list[dict[str, Any]]:
    if len(names) > limits.SHEETS:
        raise Refused(TOO_MUCH)
    found, room = [], limits.TEXT
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > limits.LAST_ROW:
            raise Refused(TOO_MANY_ROWS)
        if sheet.total_width > limits.COLUMNS:
            raise Refused(TOO_MANY_COLUMNS)
        rows = [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        room -= sum(len(text) for row in rows for text in row)
        if room < 0:
            raise Refused(TOO_MUCH)
        found.append({"name": name, "rows": rows, "has_merged": bool(sheet.merged_cell_ranges)})
    return found


def text_of(cell: Any) -> str:
    """A cell as text: 2024-11-05, 14:00, 45, 3.5. Line ends alike, no control characters, never a formula."""
    match cell:
        case str():
            return _CONTROL.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()
        case bool():
            return "はい" if cell else "いいえ"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else str(cell)
        case datetime():
            return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell)


def main() -> None:
    """Read, answer, go."""
    bound_myself()
    data = sys.stdin.buffer.read(limits.BYTES + 1)
    try:
        answer: dict[str, Any] = {"sheets": sheets(data)}
    except Refused as refusal:
        answer = {"refusal": str(refusal)}
    except MemoryError:
        answer = {"refusal": TOO_MUCH}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()

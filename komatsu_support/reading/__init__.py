"""Excel files that come from outside: read in a child process that may die instead of the server.

    for sheet in read_workbook(uploaded_bytes):     # Unreadable: its text is a sentence for the person
        sheet.name, sheet.rows                      # every cell is text; a formula is its last value

Nothing of the file is unpacked or parsed in the server's own process. The child knows no secret of the
server (an empty environment), has a limit on memory and time, and answers nothing but text.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from komatsu_support.reading.limits import BYTES, SECONDS

TOO_LARGE = f"ファイルが大きすぎます（{BYTES // 1024**2}MBまで）。年度ごとなど、いくつかに分けてください。"
TOO_HEAVY = "ファイルの中身が大きすぎるか、壊れているため、読み取りをやめました。必要な行だけを新しいブックに貼り付けて、保存し直してください。"
_ROOT = Path(__file__).resolve().parents[2]
_ARGUMENTS = ("-m", "komatsu_support.reading.child")
_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP")  # what Python itself may need to start


class Unreadable(Exception):
    """The file cannot be read; the text says so and what to do."""


@dataclass(frozen=True)
class SheetRead:
    """One visible worksheet: rows and columns as they lie in the file, blank cells as empty text."""

    name: str
    rows: list[list[str]]
    has_merged: bool


def read_workbook(data: bytes) -> list[SheetRead]:
    """Every visible worksheet of an .xlsx or .xls file, as text."""
    if len(data) > BYTES:
        raise Unreadable(TOO_LARGE)
    answer = json.loads(_answer_of_child(data))
    if refusal := answer.get("refusal"):
        raise Unreadable(refusal)
    return [SheetRead(**sheet) for sheet in answer["sheets"]]


def _answer_of_child(data: bytes) -> bytes:
    """What the child wrote; Unreadable where it died or took too long."""
    command = [sys.executable, *_ARGUMENTS]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        child = subprocess.run(  # noqa: S603 - our own module, nothing of the file in the command
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            cwd=_ROOT,
            env=environment,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise Unreadable(TOO_HEAVY) from None
    return child.stdout


__all__ = ["SheetRead", "Unreadable", "read_workbook"]

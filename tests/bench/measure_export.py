"""100,000 rows to xlsx against openpyxl's write-only mode, and the memory against merely iterating them."""

import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from openpyxl import Workbook

from komatsu_support.excel import Sheet, write_list
from tests.bench.databases import Databases
from tests.bench.results import Report, in_turn, timed

ROWS = 100_000
PEAK = "from tests.bench.measure_export import peak; peak('{}')"


class Talk(NamedTuple):
    """One row such as the consultations' list has."""

    day: date
    number: str
    method: str
    topic: str
    age_band: str
    minutes: int | None
    source: str
    staff: str
    response: str
    next_on: date | None


def talks() -> Iterator[Talk]:
    """Every row anew, none held."""
    first = date(2016, 4, 1)
    for n in range(ROWS):
        yield Talk(
            day=first + timedelta(days=n % 3650),
            number=f"R{6 + n % 5}-{n % 9999:04d}",
            method=("電話", "面談（来所）", "訪問")[n % 3],
            topic=("こころの不調・不安", "夫婦・パートナー・離婚", "仕事・就労", "住まい")[n % 4],
            age_band=f"{20 + n % 6 * 10}代",
            minutes=n % 90 or None,
            source=("本人", "市役所各課", "医療機関")[n % 3],
            staff=f"見本 職員{n % 5}",
            response="傾聴、情報提供、機関紹介",
            next_on=first + timedelta(days=n % 3650 + 30) if n % 3 else None,
        )


def sheet() -> Sheet[Talk]:
    """The list as an app describes it."""
    return Sheet(
        title="相談記録",
        columns={
            "相談日": lambda row: row.day,
            "相談者番号": lambda row: row.number,
            "方法": lambda row: row.method,
            "主訴": lambda row: row.topic,
            "年代": lambda row: row.age_band,
            "所要時間(分)": lambda row: row.minutes,
            "経路": lambda row: row.source,
            "相談員": lambda row: row.staff,
            "対応": lambda row: row.response,
            "次回予定日": lambda row: row.next_on,
        },
        rows=talks(),
        personal=True,
    )


def ours() -> None:
    write_list(sheet(), io.BytesIO())


def plain() -> None:
    """openpyxl's own way of writing the same rows."""
    book = Workbook(write_only=True)
    worksheet = book.create_sheet("相談記録")
    worksheet.append(sheet().head)
    for row in talks():
        worksheet.append(row)
    book.save(io.BytesIO())


def iterating() -> None:
    """The rows' cells one after the other, kept nowhere."""
    described = sheet()
    for row in described.stream():
        described.cells(row)


WAYS: dict[str, Callable[[], None]] = {"ours": ours, "iterating": iterating}


def peak(way: str) -> None:
    """Prints the most memory this process ever held, in bytes.

    The kernel's own note of it: `ru_maxrss` would begin with the memory of the process that started this one.
    """
    WAYS[way]()
    status = Path("/proc/self/status").read_text()
    (kilobytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    print(int(kilobytes) * 1024)


def measure(offices: Databases, report: Report) -> None:
    mine, other = in_turn(report.times(3), [timed(ours), timed(plain)], warm=0)
    report.at_most(f"{ROWS:,} rows, {len(Talk._fields)} columns / openpyxl write-only", mine, other, 1.2)
    peaks: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(min(report.times(1), 3)):
        for way, mine_of in peaks.items():
            mine_of.append(_peak_of(way))
    most, least = median(peaks["ours"]), median(peaks["iterating"])
    report.at_most("memory, peak of a process / merely iterating the rows", most, least, 1.5, unit="B")


def _peak_of(way: str) -> float:
    """In a process of its own, with Django and openpyxl imported in both."""
    code = f"import django; django.setup(); {PEAK.format(way)}"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)

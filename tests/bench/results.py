"""Runs in turn, medians, the ratio beside the wanted one: met, or missed by how much."""

import gc
import os
import platform
import statistics
import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Literal

from django.db import connections

from tests.bench.clock import Clock
from tests.bench.databases import Databases

type Side = Callable[[], float]
"""One run; answers its seconds (or bytes)."""

WIDTH = 62


def timed(run: Callable[[], Any]) -> Side:
    """A side whose seconds pass on the wall."""

    def side() -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    return side


def timed_in_database(run: Callable[[], Any]) -> Side:
    """A side whose seconds pass in the database: executing and fetching."""

    def side() -> float:
        with Clock() as clock:
            run()
        return clock.seconds

    return side


def in_turn(runs: int, sides: Sequence[Side], *, warm: int = 2) -> list[float]:
    """The median of each side; they take turns, so that a busy moment meets them all."""
    taken: list[list[float]] = [[] for _ in sides]
    gc.collect()
    gc.freeze()  # what was loaded before belongs to no side
    for number in range(warm + runs):
        for mine, side in zip(taken, sides, strict=True):
            seconds = side()
            if number >= warm:
                mine.append(seconds)
    return [statistics.median(mine) for mine in taken]


class Report:
    """The table as it is printed, row by row."""

    def __init__(self, *, runs: int, show_queries: bool) -> None:
        self.runs = runs
        self.show_queries = show_queries

    def head(self, offices: Databases) -> None:
        if offices.vendor == "sqlite":
            import sqlite3

            engine = f"SQLite {sqlite3.sqlite_version}"
        else:
            server: Any = connections["default"]
            version = server.pg_version
            engine = f"PostgreSQL {version // 10000}.{version % 10000}"
            server.close()
        print(
            f"{engine}, Python {platform.python_version()}, {os.cpu_count()} cores, medians of runs in turn"
        )
        if os.getloadavg()[0] > (os.cpu_count() or 1):
            print(
                f"load average {os.getloadavg()[0]:.1f}: other work is running here, which blurs short times"
            )
        if os.environ.get("BENCH_SIZE") == "1000" and offices.vendor == "sqlite":
            print("BENCH_SIZE=1000 is for PostgreSQL: measured at S10.")

    def measurement(self, name: str, title: str) -> None:
        print(f"\n{name}: {title}")
        print(f"  {_padded('', WIDTH)}{'ours':>10}{'other':>10}{'ratio':>9}   wanted", flush=True)

    def times(self, default: int) -> int:
        """How many runs of each side."""
        return self.runs or default

    def at_most(self, what: str, ours: float, other: float, wanted: float | None, *, unit: str = "s") -> None:
        """Ours may cost so many times the other."""
        ratio = ours / other
        verdict = "" if wanted is None else f"≤ {wanted:g} ×   {_verdict(ratio / wanted)}"
        self._row(what, _shown(ours, unit), _shown(other, unit), f"{ratio:.2f} ×", verdict)

    def at_least(self, what: str, ours: float, other: float, wanted: float | None) -> None:
        """Ours must do so many times as much as the other in the same time."""
        ratio = other / ours
        verdict = "" if wanted is None else f"≥ {wanted:g} ×   {_verdict(wanted / ratio)}"
        self._row(what, _shown(ours, "s"), _shown(other, "s"), f"{ratio:.2f} ×", verdict)

    def queries(self, what: str, run: Callable[[], Any], wanted: int, run_other: Any = None) -> None:
        """Statements of one run besides session, signed-in user and transaction control."""
        with Clock() as clock:
            run()
        number = len(clock.own)
        other = ""
        if run_other is not None:
            with Clock() as peer:
                run_other()
            other = str(len(peer.own))
        self._row(what, str(number), other, "", f"≤ {wanted}   {_missed_by(number - wanted)}")
        if self.show_queries:
            for statement in clock.own:
                print(f"      {statement}")

    def missing(self, what: str) -> None:
        print(f"  {what}: not measured, it is not there yet")

    def _row(self, what: str, ours: str, other: str, ratio: str, verdict: str) -> None:
        print(f"  {_padded(what, WIDTH)}{ours:>10}{other:>10}{ratio:>9}   {verdict}", flush=True)


def _verdict(share: float) -> str:
    return "met" if share <= 1 else f"missed by {100 * (share - 1):.0f} %"


def _missed_by(more: int) -> str:
    return "met" if more <= 0 else f"missed by {more}"


def _shown(value: float, unit: Literal["s", "B"] | str) -> str:
    if unit == "B":
        return f"{value / 2**20:.0f} MB"
    return f"{1000 * value:.2f} ms" if value < 1 else f"{value:.2f} s"


def _padded(text: str, width: int) -> str:
    """Japanese letters are two columns wide."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * (width - taken)

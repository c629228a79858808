"""Speed as ratios in one run: ours and the limit, or the peer, in turn; medians; no absolute promise.

    make bench                                             everything, on a SQLite file of its own
    make bench ARGS="--only create --queries"              one measurement, with its SQL
    .venv/bin/python tests/postgres.py --durable -- make bench            the same on PostgreSQL
    BENCH_SIZE=1000 .venv/bin/python tests/postgres.py --durable -- make bench      with S1000

It judges by printing: the exit code is 0 unless something broke.
"""

import argparse
import importlib
import os
import secrets
import signal
import sys
import tempfile
from pathlib import Path

MEASUREMENTS = {
    "figures": "figures of one 年度 with 12 months",
    "list": "consultation list, 25 rows, filters",
    "create": "create a consultation",
    "workbook": "annual workbook",
    "export": "list of 100,000 rows to xlsx",
    "search": "search of persons, two kanji, and as one types",
    "tap": "café tap",
    "check": "manage.py check",
}
CHOICES_OF_THE_OFFICE = ["CAFE_COUNTED_ROLES", "CONNECTED_RUNG", "CLIENT_ACCESS"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--only", action="append", choices=MEASUREMENTS, help="measure this alone (repeatable)"
    )
    parser.add_argument(
        "--runs", type=int, default=0, help="runs of each side; default: as many as each needs"
    )
    parser.add_argument("--queries", action="store_true", help="print the SQL of every counted page")
    return parser.parse_args()


def _settings(home: Path) -> None:
    """As in production, in a directory of its own; the bench's settings add the admin and nothing else."""
    for name in CHOICES_OF_THE_OFFICE:
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.bench.admin_settings",
        "DEBUG": "false",
        "DATA_DIR": str(home),
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "WARNING",  # a line for each request would drown the table
        "SESSION_IDLE_SECONDS": "86400",
        "SESSION_ABSOLUTE_SECONDS": "86400",
        **{name: secrets.token_hex(32) for name in ("SECRET_KEY", "TRAIL_KEY", "BACKUP_KEY")},
    }
    if not os.environ.get("DATABASE_URL", "").startswith(("postgres", "psql", "pgsql")):
        os.environ["DATABASE_URL"] = f"sqlite:///{home / 'bench.sqlite3'}"


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the databases are dropped all the same
    with tempfile.TemporaryDirectory(prefix="office-bench-") as home:
        _settings(Path(home))
        import django

        django.setup()
        from tests.bench.databases import databases
        from tests.bench.results import Report

        wanted = asked.only or list(MEASUREMENTS)
        with databases(Path(home)) as offices:
            report = Report(runs=asked.runs, show_queries=asked.queries)
            report.head(offices)
            for name in wanted:
                report.measurement(name, MEASUREMENTS[name])
                importlib.import_module(f"tests.bench.measure_{name}").measure(offices, report)
    return 0


if __name__ == "__main__":
    sys.path[:] = [
        each for each in sys.path if each != str(Path(__file__).parent)
    ]  # no module here is top-level
    sys.exit(main())

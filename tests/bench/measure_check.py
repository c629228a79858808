"""`manage.py check` against a process that sets Django up with the same apps and ends."""

import os
import subprocess
import sys
from collections.abc import Callable

from tests.bench.databases import Databases
from tests.bench.results import Report, in_turn, timed

BARE = [sys.executable, "-c", "import django; django.setup()"]
CHECK = [sys.executable, "manage.py", "check"]


def measure(offices: Databases, report: Report) -> None:
    check, bare = in_turn(report.times(7), [timed(_process(CHECK)), timed(_process(BARE))], warm=1)
    report.at_most("manage.py check / django.setup() with the same apps", check, bare, 1.3)


def _process(command: list[str]) -> Callable[[], object]:
    """The command under the product's own settings."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "komatsu_support.settings"}
    return lambda: subprocess.run(command, check=True, capture_output=True, env=environment)

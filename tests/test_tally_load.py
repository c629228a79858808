"""Eight tablets at once on a real server: no error, and every tap exactly once.

8 × 150 taps, each pressed as its own request and a tenth of them sent twice, then a minute of pressing, at full
count (`make prove`); a few in `make test`.
"""

import json
import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count
from threading import Barrier
from urllib.parse import urlsplit

import pytest

from tests.served import Site

pytestmark = pytest.mark.prove
FULL = os.environ.get("PROVE") == "full"
TABLETS = 8
TAPS = 150 if FULL else 10
SECONDS = 60 if FULL else 0

OPEN = f"""
from datetime import timedelta
from cafe.models import OpenDay, Tablet
from komatsu_support.models import User
by = User.objects.get(username="coordinator")
last = OpenDay.objects.order_by("-held_on").first().held_on
day = OpenDay(held_on=last + timedelta(days=1))
day.save(by=by)
print(day.pk)
for number in range({TABLETS}):
    tablet = Tablet(open_day=day, label=f"{{number}}番")
    tablet.save(by=by)
    print(tablet.token)
"""


class Counter:
    """One tablet at its own connection."""

    def __init__(self, base: str, day: str, token: str) -> None:
        place = urlsplit(base)
        self._line = HTTPConnection(str(place.hostname), place.port, timeout=60)
        self._path, self._token = f"/cafe/days/{day}/tally/taps/", token
        self.pressed = 0
        self.statuses: dict[int, int] = {}

    def press(self) -> None:
        """One ＋; every tenth is sent again, as after an answer that got lost."""
        event = {"key": str(uuid.uuid4()), "kind": "regular", "tapped_at": "2026-01-01T00:00:00Z"}
        self.pressed += 1
        for _ in range(2 if self.pressed % 10 == 0 else 1):
            self._send(json.dumps({"events": [event]}))

    def _send(self, body: str) -> None:
        headers = {"Authorization": f"Tablet {self._token}", "Content-Type": "application/json"}
        self._line.request("POST", self._path, body, headers)
        answer = self._line.getresponse()
        answer.read()
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def count(self, until: float) -> None:
        """So many presses, and on until the time is over."""
        for number in count():
            if number >= TAPS and time.monotonic() >= until:
                return
            self.press()


@pytest.fixture
def tablets(site: Site) -> Iterator[tuple[str, list[Counter]]]:
    """A new day and its tablets."""
    day, *tokens = site.ask(OPEN).split()
    counters = [Counter(site.url, day, token) for token in tokens]
    yield day, counters
    for counter in counters:
        counter.close()


def test_eight_tablets_press_at_once_and_every_tap_counts_once(site, tablets):
    day, counters = tablets
    gate = Barrier(len(counters))

    def work(counter: Counter) -> None:
        gate.wait(30)
        counter.count(time.monotonic() + SECONDS)

    with ThreadPoolExecutor(len(counters)) as pool:
        list(pool.map(work, counters))

    answered = sum(counter.statuses.get(200, 0) for counter in counters)
    pressed = sum(counter.pressed for counter in counters)
    print(f"{pressed} taps pressed, {answered} requests answered with 200")
    assert {status for counter in counters for status in counter.statuses} == {200}
    assert pressed >= TABLETS * TAPS
    taps = f"Tap.objects.filter(tablet__open_day={day})"
    stored = site.ask(
        f"from cafe.models import Tap; taps = {taps}; print(taps.count(), sum(taps.by_kind().values()))"
    )
    assert stored.split() == [str(pressed), str(pressed)]

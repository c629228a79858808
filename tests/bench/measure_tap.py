"""A tap as a tablet sends it, through every middleware, against a bare WSGI function with one INSERT."""

import io
import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from cafe.models import OpenDay, Tablet, Tap
from komatsu_support.models import User
from tests.bench.databases import S1, Databases
from tests.bench.results import Report, in_turn, timed

type App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def measure(offices: Databases, report: Report) -> None:
    with offices.at(S1):
        by = User.objects.system()
        day = OpenDay.objects.order_by("-held_on")[0]
        tablets = [Tablet(open_day=day) for _ in range(2)]
        for tablet in tablets:
            tablet.save(by=by)
        path = reverse("cafe:openday_taps", args=[day.pk])
        ours = _press(get_wsgi_application(), path, tablets[0].token)
        bare = _press(_bare(tablets[1]), path, tablets[1].token)
        _counts_each_once(tablets, ours, bare)
        mine, other = in_turn(report.times(200), [timed(ours), timed(bare)], warm=10)
        report.at_least("a tap / a bare WSGI function with one INSERT", mine, other, 0.35)
        report.queries("queries of a tap", ours, 3)


def _press(app: App, path: str, token: str) -> Callable[[], None]:
    """One tap, as a server hands it to the application; it must be taken."""

    def press() -> None:
        event = {"key": str(uuid.uuid4()), "kind": "regular", "tapped_at": timezone.now().isoformat()}
        body = json.dumps({"events": [event]}).encode()
        answered: list[str] = []
        answer = app(_environ(path, token, body), lambda status, headers, *error: answered.append(status))
        text = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if not answered[0].startswith("200"):
            raise RuntimeError(f"{path} answered {answered[0]}: {text[:200]!r}")

    return press


def _environ(path: str, token: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Tablet {token}",
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }


def _bare(tablet: Tablet) -> App:
    """Reads the event, inserts the row and commits: no check, no total, no framework, the same connection."""
    table = Tap._meta.db_table
    columns = "key, tablet_id, kind, age_band, undoes, tapped_at, received_at"
    statement = f"INSERT INTO {table} ({columns}) VALUES (%s, %s, 'regular', '', NULL, %s, %s)"  # noqa: S608

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        event = json.loads(environ["wsgi.input"].read())["events"][0]
        key = event["key"].replace("-", "") if connection.vendor == "sqlite" else event["key"]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [key, tablet.pk, event["tapped_at"], event["tapped_at"]])
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"accepted": [event["key"]]}).encode()]

    return app


def _counts_each_once(tablets: list[Tablet], *presses: Callable[[], None]) -> None:
    """A quick answer that kept nothing would be no comparison."""
    for tablet, press in zip(tablets, presses, strict=True):
        press()
        if sum(tablet.taps.all().by_kind().values()) != 1:
            raise RuntimeError(f"the tap of {tablet} was not kept")

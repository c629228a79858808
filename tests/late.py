"""The development server, every answer late by $LATE seconds, as over a bad line: what leans on its speed fails.

LATE=0.6 make test ARGS="-m e2e"        every browser test, on SQLite (12 minutes)
"""

import os
import runpy
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

AT_ONCE = ("/static/", "/healthz/")
answer = WSGIHandler.__call__


def late(
    handler: WSGIHandler, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """The same answer, later."""
    if not environ["PATH_INFO"].startswith(AT_ONCE):
        time.sleep(float(os.environ["LATE"]))
    return answer(handler, environ, start_response)


if __name__ == "__main__":
    WSGIHandler.__call__ = late  # type: ignore[assignment,method-assign]
    sys.argv[0] = "manage.py"
    runpy.run_path("manage.py", run_name="__main__")

"""Log lines without personal data: an error's message may quote a row, so only its kind and place are kept.

Nor with a key that opens without a log-in: addresses that carry one are written without it.
"""

import re
import sys
import traceback
from typing import Any

_SIGNED = re.compile(r"\d+(?::|%3A)[\w-]{27,}", re.IGNORECASE)
"""A number and its signature, as Django's Signer writes them."""


def without_keys(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Put … in the place of every signed key, wherever an address stands in the line."""
    return {
        name: _SIGNED.sub("…", value) if isinstance(value, str) else value for name, value in event.items()
    }


def without_values(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Put the kind of error and where it arose in the place of the traceback, which would quote values.

    PostgreSQL's IntegrityError, for one, prints the whole failing row.
    """
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else (given[1] if isinstance(given, tuple) else None)
    if given is True:
        error = sys.exc_info()[1]
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["at"] = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]
        ]
    return event

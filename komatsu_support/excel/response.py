"""A workbook as the answer to a request."""

import re
import tempfile
from collections.abc import Callable
from typing import BinaryIO

from django.http import FileResponse

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(filename: str, write: Callable[[BinaryIO], object]) -> FileResponse:
    """A download that no browser keeps a copy of.

    The file is written whole, into a nameless temporary file, before the first byte leaves: should writing
    fail, the answer is an error page and not half a workbook. Japanese names go out as RFC 5987 wants.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write(file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    response = FileResponse(file, as_attachment=True, filename=file_name(filename), content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def file_name(wanted: str) -> str:
    """A name every machine accepts: no folder, no control character, and .xlsx at its end."""
    stem = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\ud800-\udfff]', "_", wanted.removesuffix(".xlsx")).strip(
        " ."
    )
    return f"{stem or '一覧'}.xlsx"

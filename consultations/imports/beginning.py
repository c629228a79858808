"""A file is chosen: an Import comes about, or a sentence."""

from __future__ import annotations

import hashlib

from consultations.imports.checking import PORTION, check_portion
from consultations.imports.reading import read_file
from consultations.models import Import
from komatsu_support.models import User


class AlreadyDone(Exception):
    """The very file was entered before."""

    def __init__(self, earlier: Import) -> None:
        super().__init__("このファイルは既に取り込まれています。もう一度は取り込みません。")
        self.earlier = earlier


def begin(data: bytes, reason: str, by: User) -> Import:
    """Read a file and keep its rows for the preview. The same file still open here is answered as it is.

    A short list is checked at once. Raises Unreadable or AlreadyDone, whose text says why.
    """
    fingerprint = hashlib.sha256(data).hexdigest()
    same = Import.objects.filter(sha256=fingerprint)
    if earlier := same.filter(state=Import.State.DONE).first():
        raise AlreadyDone(earlier)
    mine: Import | None = same.filter(state=Import.State.CHECKING, created_by=by).first()
    if mine:
        return mine
    rows = read_file(data)
    imported = Import(sha256=fingerprint, reason=reason)
    imported.start(rows, by=by)
    if len(rows) <= PORTION:
        check_portion(imported, by)
    return imported

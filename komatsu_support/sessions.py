"""The session in the database, such that two requests at once do not undo each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.contrib.sessions.backends import db
from django.db import transaction

ABSENT = object()


class SessionStore(db.SessionStore):
    """Writes what this request changed, and leaves what another one wrote since it began.

    Django's own writes the whole session back as it was read: a page on its way could take away that the
    screen was hidden meanwhile, or the text that was held for a second try.
    """

    _as_read: dict[str, Any]

    def load(self) -> dict[str, Any]:
        """What is stored, remembered as it was."""
        stored = super().load()
        self._as_read = deepcopy(stored)
        return stored

    def save(self, must_create: bool = False) -> None:
        """Join what was changed here with what is stored now; `UpdateError` where it was ended meanwhile."""
        if must_create or self.session_key is None:
            super().save(must_create)
            self._as_read = deepcopy(dict(self.items()))
            return
        with self.locked():
            pass

    def cycle_key(self) -> None:
        """Another key for the same session; what others wrote under the old one comes along."""
        with transaction.atomic():
            self._join()
            super().cycle_key()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes this session until the end of the block; what others wrote is known in it."""
        with transaction.atomic():
            self._join()
            yield
            super().save()
        self._as_read, self.modified = deepcopy(dict(self.items())), False

    def _join(self) -> None:
        mine, before = dict(self.items()), getattr(self, "_as_read", {})
        row = self.model.objects.select_for_update().filter(session_key=self.session_key).first()
        if row is None:
            return  # ended meanwhile, and the update says so
        changed = {name for name in {*mine, *before} if mine.get(name, ABSENT) != before.get(name, ABSENT)}
        kept = {name: value for name, value in self.decode(row.session_data).items() if name not in changed}
        self.clear()
        self.update(kept | {name: mine[name] for name in changed if name in mine})

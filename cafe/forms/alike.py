"""似た札名: those that a name may be taken for, asked back once before it is stored."""

from __future__ import annotations

from typing import Any

from django import forms

from cafe.models import Visitor
from komatsu_support import audit
from komatsu_support.models import AuditEvent, User


class Alike:
    """The question of one form: is the person with this name one of these?"""

    def __init__(self, form: forms.BaseForm, *, by: User) -> None:
        self.form, self.by = form, by
        self.visitors: list[Visitor] = []

    def look_for(self, name: str, kana: str = "", *, but: Any) -> None:
        """Find them, besides the 札名 of the submission itself. Showing them is a look: it is in the trail."""
        found = Visitor.objects.visible_to(self.by).alike(name, kana)
        self.visitors = [each for each in found if each.submission != but]
        if self.visitors:
            audit.looked(
                AuditEvent.Action.LIST,
                by=self.by,
                kind=Visitor,
                count=len(self.visitors),
                basis="似た札名",
            )

    def has(self, name: str) -> bool:
        """Whether one of them bears the very same name."""
        return any(each.name == name for each in self.visitors)

    @property
    def key(self) -> str:
        """What the second button confirms: that it is none of these."""
        return ",".join(str(each.pk) for each in self.visitors)

    @property
    def is_open(self) -> bool:
        """Whether there are some and nobody has said yet that it is none of them."""
        return bool(self.visitors) and self.form.data.get("confirmed") != self.key

    @property
    def asks_back(self) -> bool:
        """Whether the page asks; an error comes first."""
        return bool(self.visitors) and not self.form.errors

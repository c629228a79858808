"""札名: made and changed, with a look at those it may be taken for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Layout

from cafe.models import Visitor
from komatsu_support import audit
from komatsu_support.fields import KanaField
from komatsu_support.forms import RecordForm
from komatsu_support.models import AuditEvent, User


def key_of(visitors: Iterable[Visitor]) -> str:
    """What a person confirms who says that it is none of these."""
    return ",".join(str(each.pk) for each in visitors)


def look_alikes(name: str, kana: str, *, but: Any, by: User) -> list[Visitor]:
    """Those that a 札名 may be taken for, besides itself. Showing them is a look: it is in the trail."""
    found = [each for each in Visitor.objects.visible_to(by).alike(name, kana) if each.submission != but]
    if found:
        audit.looked(AuditEvent.Action.LIST, by=by, kind=Visitor, count=len(found), basis="似た札名")
    return found


class VisitorForm(RecordForm):
    """A 札名. One that looks or sounds like another is asked back once; the very same is refused."""

    layout = Layout("name", "kana", "active")

    class Meta:
        model = Visitor
        fields = ["name", "kana", "active"]
        field_classes = {"kana": KanaField}

    def prepare(self) -> None:
        """Nobody is taken for another yet."""
        self.alike: list[Visitor] = []

    @property
    def alike_key(self) -> str:
        """What the second button confirms."""
        return key_of(self.alike)

    @property
    def asks_back(self) -> bool:
        """Whether the page asks if it is somebody else; the very same name is an error instead."""
        return bool(self.alike) and not self.errors

    def saved(self) -> Any:
        """The 札名, once a likeness is confirmed to be somebody else."""
        if self.is_bound and self.is_valid() and {"name", "kana"} & set(self.changed_names()):
            self.alike = self._others()
            same = any(each.name == self.cleaned_data["name"] for each in self.alike)
            if self.alike and not same and self.data.get("confirmed") != self.alike_key:
                return None
        return super().saved()

    def _others(self) -> list[Visitor]:
        mine = self.submission_key if self.is_new else self.instance.submission
        return look_alikes(self.cleaned_data["name"], self.cleaned_data["kana"], but=mine, by=self.by)


class NewVisitorForm(VisitorForm):
    """A new one, who comes."""

    layout = Layout("name", "kana")

    class Meta(VisitorForm.Meta):
        fields = ["name", "kana"]

"""札名: made and changed, with a look at those it may be taken for."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Layout

from cafe.forms.alike import Alike
from cafe.models import Visitor
from komatsu_support.fields import KanaField
from komatsu_support.forms import RecordForm


class VisitorForm(RecordForm):
    """A 札名. One that looks or sounds like another is asked back once; the very same is refused."""

    layout = Layout("name", "kana", "active")

    class Meta:
        model = Visitor
        fields = ["name", "kana", "active"]
        field_classes = {"kana": KanaField}

    def prepare(self) -> None:
        """Nobody is taken for another yet."""
        self.alike = Alike(self, by=self.by)

    def saved(self) -> Any:
        """The 札名, once a likeness is confirmed to be somebody else."""
        if self.is_bound and self.is_valid() and {"name", "kana"} & set(self.changed_names()):
            name, kana = self.cleaned_data["name"], self.cleaned_data["kana"]
            mine = self.submission_key if self.is_new else self.instance.submission
            self.alike.look_for(name, kana, but=mine)
            if self.alike.is_open and not self.alike.has(name):
                return None
        return super().saved()


class NewVisitorForm(VisitorForm):
    """A new one, who comes."""

    layout = Layout("name", "kana")

    class Meta(VisitorForm.Meta):
        fields = ["name", "kana"]

"""Forms that end a case and that go on with one that had ended."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils import timezone

from consultations.forms.case import MISSING, CaseChangeForm
from consultations.forms.desk import DeskForm
from consultations.models import Case
from komatsu_support.fields import WarekiField

ENDED = [(each.value, each.label) for each in (Case.Status.CLOSED, Case.Status.HANDED_OVER)]
GOES_ON = [(each.value, each.label) for each in Case.Status if each.value in Case.OPEN]


class CaseCloseForm(CaseChangeForm):
    """終結・引継ぎ: the day, the reason, and what becomes of what was promised."""

    promises = forms.ChoiceField(
        label="残っている次回予定",
        choices=[("keep", "そのまま残す"), ("drop", "取りやめる（次回予定を消す）")],
        widget=forms.RadioSelect,
        error_messages={"required": "次回予定を残すか、取りやめるかを選んでください。"},
    )

    people = ()
    past = ("closed_on",)
    layout = Layout(InlineRadios("status"), Row(Column("closed_on"), Column("close_reason")), "promises")

    class Meta:
        model = Case
        fields = ["status", "closed_on", "close_reason"]
        widgets: ClassVar[dict[str, Any]] = {"status": forms.RadioSelect}

    def prepare(self) -> None:
        """終結 today; ask about promises only where there are some."""
        super().prepare()
        self.fields["status"].choices = ENDED  # type: ignore[attr-defined]
        self.initial.update(status=Case.Status.CLOSED, closed_on=timezone.localdate())
        for name, sentence in MISSING.items():
            self.fields[name].help_text = ""
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = sentence
        if not self.instance.promises(self.by).exists():
            self.fields["promises"].required = False
            self.fields["promises"].widget = forms.HiddenInput()

    def changed_names(self) -> list[str]:
        """All of them, also where the proposal was taken as it stood."""
        return list(self.Meta.fields)

    def _write(self) -> None:
        """The end; and with it the promises that nobody will keep."""
        promises = (
            list(self.instance.promises(self.by)) if self.cleaned_data.get("promises") == "drop" else []
        )
        super()._write()
        for talk in promises:
            talk.next_on, talk.next_plan = None, ""
            talk.save(by=self.by, changed=["next_on", "next_plan"], basis="支援ケースを終えたため")


class CaseReopenForm(DeskForm):
    """再開: from when and why. The end stays written as it was."""

    reopened_on = WarekiField(label="再開日", error_messages={"required": "再開日を入力してください。"})
    goes_on_as = forms.ChoiceField(label="処遇", choices=GOES_ON, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="再開の理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "再開の理由を入力してください。"},
    )

    past = ("reopened_on",)
    layout = Layout("reopened_on", InlineRadios("goes_on_as"), "reason")

    class Meta:
        model = Case
        fields: ClassVar[list[str]] = []

    def prepare(self) -> None:
        """継続 from today."""
        super().prepare()
        self.initial.update(reopened_on=timezone.localdate(), goes_on_as=Case.Status.OPEN)

    def clean(self) -> dict[str, Any]:
        """Not before it ended."""
        cleaned = super().clean()
        day, ended = cleaned.get("reopened_on"), self.instance.closed_on
        if day and ended and day < ended:
            self.add_error("reopened_on", "再開日は終了日以降の日付にしてください。")
        return cleaned

    def _write(self) -> None:
        given = self.cleaned_data
        self.instance.reopen(
            on=given["reopened_on"], reason=given["reason"], status=given["goes_on_as"], by=self.by
        )

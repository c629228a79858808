"""Forms of cases: opened, followed, ended, reopened."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Column, Fieldset, Layout, Row

from consultations.forms.desk import ClientField, DeskForm
from consultations.models import Case, settle_visits

DAYS = {"opened_on", "status", "closed_on"}
"""Fields that decide what a later talk is."""
MISSING = {"closed_on": "終了日を入力してください。", "close_reason": "終結理由を選んでください。"}
STATE = Fieldset(
    "処遇", Row(Column("status"), Column("staff")), Row(Column("closed_on"), Column("close_reason"))
)


class CaseChangeForm(DeskForm):
    """A case of a client, who stays the same: what hangs on it is hers."""

    people: ClassVar[tuple[str, ...]] = ("staff",)
    past: ClassVar[tuple[str, ...]] = ("opened_on", "closed_on")
    computed = ("closed_on", "close_reason")
    layout = Layout(Fieldset("支援", "opened_on", "policy"), STATE)

    class Meta:
        model = Case
        fields = ["opened_on", "policy", "status", "staff", "closed_on", "close_reason"]

    def prepare(self) -> None:
        """Say when the end is asked for."""
        super().prepare()
        self.fields["closed_on"].help_text = "引継ぎ・終結のとき"
        self.fields["close_reason"].help_text = "引継ぎ・終結のとき"

    def clean(self) -> dict[str, Any]:
        """An end has its day and reason; a case that goes on has neither, and one that ended is reopened."""
        cleaned = super().clean()
        status = cleaned.get("status")
        if status and status not in Case.OPEN:
            self._wants_its_end(cleaned)
        elif status and self._was_ended():
            self.add_error(
                "status", "終わった支援ケースは、支援ケースの画面の「再開する」から再開してください。"
            )
        elif status and (cleaned.get("closed_on") or cleaned.get("close_reason")):
            where = "closed_on" if cleaned.get("closed_on") else "close_reason"
            self.add_error(
                where, "継続・見守り・中断では空欄にしてください。終えるときは処遇を引継ぎか終結にします。"
            )
        return cleaned

    def _was_ended(self) -> bool:
        return not self.is_new and self.initial.get("status") not in Case.OPEN

    def _wants_its_end(self, cleaned: dict[str, Any]) -> None:
        for name, sentence in MISSING.items():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)

    def _write(self) -> None:
        """The case, and 新規・継続・再来 of the client's talks as far as its days decide them."""
        decides = self.is_new or DAYS & set(self.changed_names())
        super()._write()
        if decides:
            settle_visits(self.instance.client, by=self.by)


class CaseForm(CaseChangeForm):
    """A new case of a client."""

    client = ClientField()

    layout = Layout(Fieldset("支援", Row(Column("client"), Column("opened_on")), "policy"), STATE)

    class Meta(CaseChangeForm.Meta):
        fields = ["client", *CaseChangeForm.Meta.fields]

    def prepare(self) -> None:
        """Oneself as 担当."""
        super().prepare()
        if self.is_new:
            self.initial.setdefault("staff", self.by.pk)

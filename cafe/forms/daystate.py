"""What puts a day into a state: 休止にする, 予定に戻す, and what 締める shares with them."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from crispy_forms.layout import Layout
from django import forms
from django.utils.functional import cached_property

from cafe.models import OpenDay, Tap
from komatsu_support.forms import Difference, RecordForm

CORRECTION = "訂正の理由"


class CorrectionField(forms.CharField):
    """Why a closing is corrected, for the trail."""

    def __init__(
        self, label: str = CORRECTION, required: str = "締めた内容を変える理由を入力してください。"
    ) -> None:
        super().__init__(
            label=label,
            max_length=200,
            help_text="この日の画面と証跡に残ります。個人の名前は書かないでください",
            error_messages={"required": required},
        )


class StateForm(RecordForm):
    """Puts a day into a state. A second press with the same content finds the day as it is wanted."""

    state: ClassVar[OpenDay.State]

    class Meta:
        model = OpenDay
        fields: list[str] = []

    @property
    def basis(self) -> str:
        """Why what was written is corrected; "" where nothing is."""
        return str(self.cleaned_data.get("reason", ""))

    @cached_property
    def by_kind(self) -> dict[str, int]:
        """端末の人数 by kind. Unit: 人."""
        return Tap.objects.of_day(self.instance).by_kind()

    @property
    def seen(self) -> dict[str, int]:
        """端末の人数 by kind as the page showed them (`Proposal.tallied`). Unit: 人."""
        told = re.findall(r"\b([a-z]{1,10}):(\d{1,5})\b", str(self.data.get("tallied", "")))
        return {kind: int(heads) for kind, heads in told if kind in Tap.Kind}

    def saved(self) -> Any:
        """The day, at once where it already is as the form says."""
        return self.instance if self.is_bound and self._is_so_already() else super().saved()

    def _is_so_already(self) -> bool:
        self.full_clean()
        return self.instance.state == self.state and self._is_stale() and not self._differences()

    def _differences(self) -> set[str]:
        return set(self.changed_names()) - {"reason"}

    def _show_conflict(self) -> Any:
        """Both texts and both states; the day itself where a parallel press was quicker with the same."""
        super()._show_conflict()
        stored = self.instance
        again = type(self)(self.data, by=self.by, instance=stored)  # type: ignore[arg-type]
        if stored.state == self.state and not again._differences():
            self.conflict = []
            return stored
        self.conflict = [each for each in self.conflict if each.label != CORRECTION]  # nobody's but mine
        if stored.state != self.state:
            self.conflict.insert(0, Difference("状態", self.state.label, stored.get_state_display()))
        return None


class OpenDayCancelForm(StateForm):
    """休止にする: the day is not held, or was not."""

    state = OpenDay.State.CANCELLED
    layout = Layout("cancel_reason")

    class Meta(StateForm.Meta):
        fields = ["cancel_reason"]
        help_texts = {"cancel_reason": "例 大雪のため、会場が使えないため"}

    def prepare(self) -> None:
        """A day without a reason is 未入力, not 休止."""
        self.fields["cancel_reason"].required = True
        self.fields["cancel_reason"].error_messages["required"] = "休止の理由を入力してください。"

    def _write(self) -> None:
        self.instance.cancel(
            self.cleaned_data["cancel_reason"],
            by=self.by,
            tallied=self.seen,
            basis=self.basis,
        )


class OpenDayRecancelForm(OpenDayCancelForm):
    """休止にする, although the day was closed as held: with the reason of the correction."""

    reason = CorrectionField()
    layout = Layout("cancel_reason", "reason")


class OpenDayReopenForm(StateForm):
    """予定に戻す: a day that was closed, or 休止, is open again, with the reason."""

    state = OpenDay.State.PLANNED
    reason = CorrectionField("予定に戻す理由", required="予定に戻す理由を入力してください。")
    layout = Layout("reason")

    def _write(self) -> None:
        self.instance.reopen(self.basis, by=self.by)

"""締める and 休止にする: what makes a planned day held or cancelled, and corrects it later."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.utils import timezone

from cafe.forms.fields import BANDS, HeadsField, age_boxes, ages_typed, refuse_ages_beyond, short
from cafe.models import ROLE_OF_KIND, AgeHeads, Attendance, OpenDay, Tap
from komatsu_support.fields import CountField
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
            help_text="証跡に残ります。個人の名前は書かないでください",
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


class OpenDayCloseForm(StateForm):
    """締める: heads by role and 年代, asked back once before they are final.

    Confirmed is the number that was asked: other heads are asked back again, and so are the same ones when
    taps have come meanwhile.
    """

    state = OpenDay.State.HELD

    first_heads = CountField(
        label="うち初めて", required=False, help_text="利用者のうち。数えていなければ空欄"
    )

    class Meta(StateForm.Meta):
        fields = ["weather", "meals"]
        field_classes = {"meals": CountField}

    def prepare(self) -> None:
        """One box for each role and each 年代, filled with what was counted before."""
        self.asks_back = False
        self.by_kind = Tap.objects.of_day(self.instance).by_kind()
        for role in Attendance.Role:
            must = role == Attendance.Role.VISITOR
            help_text = "いなければ 0" if must else ""
            self.fields[f"heads_{role}"] = HeadsField(label=role.label, required=must, help_text=help_text)
        self.fields |= age_boxes()
        self.order_fields(["reason", "heads_visitor", "first_heads"])
        if self.instance.state == OpenDay.State.HELD:
            self.initial = {**_counted_before(self.instance), **self.initial}

    @property
    def layout(self) -> Layout:
        """Those who count first; then the rest, 年代, the day."""
        counted = [f"heads_{role}" for role in self.counted_roles]
        visitor = counted.index("heads_visitor") + 1 if "heads_visitor" in counted else 0
        counted.insert(visitor, "first_heads")
        others = [f"heads_{role}" for role in Attendance.Role if role not in self.counted_roles]
        return Layout(
            Fieldset("延参加者数に数える人", short(*counted)),
            Fieldset("数えない人", short(*others)),
            Fieldset("年代（わかる人だけ）", short(*(f"age_{band}" for band in BANDS))),
            Fieldset("その日", short("weather", "meals")),
        )

    @property
    def tallied(self) -> str:
        """端末の人数 as this page shows it, to be sent back with the heads."""
        return " ".join(f"{kind}:{heads}" for kind, heads in sorted(self.by_kind.items()))

    @property
    def on_tablets(self) -> int:
        """端末の人数. Unit: 人."""
        return sum(self.by_kind.values())

    @property
    def has_moved(self) -> bool:
        """Whether taps have come, or were taken back, since the page was shown."""
        return self.is_bound and str(self.data.get("tallied", "")) != self.tallied

    @property
    def is_today(self) -> bool:
        """Whether the day that is closed is today."""
        return bool(self.instance.held_on == timezone.localdate())

    @property
    def counted_roles(self) -> list[Attendance.Role]:
        """Roles that count as 延参加者数, in the order of the form."""
        return [role for role in Attendance.Role if role in settings.CAFE_COUNTED_ROLES]

    @property
    def heads(self) -> dict[str, int]:
        """Heads by role. Unit: 人."""
        return {role.value: self.cleaned_data.get(f"heads_{role}") or 0 for role in Attendance.Role}

    @property
    def ages(self) -> dict[str, int]:
        """Heads by 年代, as far as noted. Unit: 人."""
        return ages_typed(self)

    @property
    def counted(self) -> int:
        """延参加者数 of the day. Unit: 人."""
        return sum(self.heads[role] for role in self.counted_roles)

    @property
    def unknown_age(self) -> int:
        """不明: those who count without a 年代. Unit: 人; below 0 where the 年代 are too many."""
        return self.counted - sum(self.ages.values())

    def summary(self) -> list[tuple[str, str]]:
        """What is asked back: those who count, those who do not, 年代."""
        first = self.cleaned_data.get("first_heads")
        roles = {role: f"{role.label} {self.heads[role]}人" for role in Attendance.Role}
        if first is not None:
            roles[Attendance.Role.VISITOR] += f"（うち初めて {first}人）"
        others = [text for role, text in roles.items() if role not in self.counted_roles and self.heads[role]]
        ages = [f"{band.label} {self.ages[band]}人" for band in BANDS if self.ages[band]]
        return [
            ("数える人", "、".join(roles[role] for role in self.counted_roles)),
            ("数えない人", "、".join(others) or "なし"),
            ("年代", "、".join([*ages, f"不明 {self.unknown_age}人"])),
        ]

    def clean(self) -> dict[str, Any]:
        """Not before the day; 初めて within the visitors, 年代 within those who count."""
        cleaned = super().clean()
        if self.instance.held_on > timezone.localdate():
            self.add_error(None, "開催日の当日から締められます。")
        if not self.errors and (cleaned.get("first_heads") or 0) > self.heads[Attendance.Role.VISITOR]:
            self.add_error("first_heads", "「うち初めて」は利用者の人数までです。")
        refuse_ages_beyond(self, self.counted)
        return cleaned

    def saved(self) -> Any:
        """The day, once the number asked back is confirmed."""
        if self.is_bound and self.is_valid() and not self._is_stale() and not self._is_confirmed():
            self.asks_back = True
            return None
        return super().saved()

    def _is_confirmed(self) -> bool:
        return not self.has_moved and str(self.data.get("confirmed", "")) == str(self.counted)

    def _write(self) -> None:
        self.instance.close(
            self.heads,
            by=self.by,
            first_heads=self.cleaned_data["first_heads"],
            ages=self.ages,
            tallied=self.by_kind,
            changed=[name for name in self.changed_names() if name in self.Meta.fields],
            basis=self.basis,
        )


def _counted_before(day: OpenDay) -> dict[str, Any]:
    """The heads of a closed day, for the boxes."""
    boxes: dict[str, Any] = {f"heads_{role}": 0 for role in Attendance.Role}
    for attendance in day.attendances.all():
        boxes[f"heads_{attendance.role}"] = attendance.heads
        if attendance.role == Attendance.Role.VISITOR:
            boxes["first_heads"] = attendance.first_heads
    noted: Any = AgeHeads.objects.filter(open_day=day)
    return boxes | {f"age_{each.age_band}": each.heads for each in noted}


def counted_since(day: OpenDay, late: dict[str, int]) -> dict[str, Any]:
    """The heads of a closed day with those that tablets have sent since, for the boxes."""
    boxes = _counted_before(day)
    for kind, heads in late.items():
        name = f"heads_{ROLE_OF_KIND[Tap.Kind(kind)]}"
        boxes[name] = max(0, boxes[name] + heads)
    if boxes.get("first_heads") is not None:
        boxes["first_heads"] = max(0, boxes["first_heads"] + late.get(Tap.Kind.FIRST, 0))
    return boxes


class OpenDayRecloseForm(OpenDayCloseForm):
    """締め直す: other heads for a day that was closed or 休止, with the reason."""

    reason = CorrectionField()

    @property
    def layout(self) -> Layout:
        """The reason stands before the heads."""
        return Layout("reason", *super().layout.fields)


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
            tallied=Tap.objects.of_day(self.instance).by_kind(),
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

"""締める: what makes a planned day held, and corrects it later."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property

from cafe.comparison import Heads, comparison
from cafe.forms.daystate import CorrectionField, StateForm
from cafe.forms.fields import BANDS, HeadsField, age_boxes, ages_typed, refuse_ages_beyond, short
from cafe.models import (
    ROLE_OF_KIND,
    Attendance,
    Counted,
    OpenDay,
    PaperCount,
    Proposal,
    Tap,
    last_closing,
    late_in_words,
    moved,
    proposed,
)
from komatsu_support.excel import Table
from komatsu_support.fields import CountField


class OpenDayCloseForm(StateForm):
    """締める: heads by role and 年代, asked back once before they are final.

    Confirmed is the number that was asked: other heads are asked back again, and so are the same ones when
    taps have come meanwhile.
    """

    state = OpenDay.State.HELD

    first_heads = CountField(
        label="うち初めて",
        required=False,
        help_text="利用者のうち。数えていなければ空欄",
        error_messages=HeadsField.default_error_messages,
    )

    class Meta(StateForm.Meta):
        fields = ["weather", "meals"]
        field_classes = {"meals": CountField}

    def prepare(self) -> None:
        """One box for each role and each 年代, filled with what was counted before."""
        self.asks_back = False
        for role in Attendance.Role:
            must = role == Attendance.Role.VISITOR
            help_text = "いなければ 0" if must else ""
            self.fields[f"heads_{role}"] = HeadsField(label=role.label, required=must, help_text=help_text)
        self.fields |= age_boxes()
        self.order_fields(["reason", "heads_visitor", "first_heads"])
        if self.instance.state == OpenDay.State.HELD and (before := last_closing(self.instance)):
            self.initial = {**_boxes(before), **self.initial}

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
    def on_tablets(self) -> int:
        """端末の人数. Unit: 人."""
        return sum(self.by_kind.values())

    @property
    def has_moved(self) -> bool:
        """Whether taps have come, or were taken back, since the page was shown."""
        return self.is_bound and self.seen != self.by_kind

    @property
    def moved(self) -> str:
        """Which kinds have come since: いつもの ＋1人."""
        return late_in_words(moved(self.by_kind, since=self.seen))

    @property
    def compared(self) -> Table | None:
        """What was counted by kind, beside what is about to be written."""
        paper = PaperCount.objects.standing().filter(open_day=self.instance).first()
        return comparison(self.instance, paper, closing=self._lines())

    @cached_property
    def astray(self) -> int | None:
        """What was counted, where the heads are so far from it that a key may have slipped. Unit: 人."""
        proposal = proposed(self.instance)
        return None if proposal.is_empty or not is_far(self.counted, proposal.counted) else proposal.counted

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

    def _lines(self) -> Heads:
        """The heads as cafe/comparison.py compares them; the sum is of those who count."""
        role, first = Attendance.Role, self.cleaned_data.get("first_heads")
        visitors = self.heads[role.VISITOR]
        usual = None if first is None else visitors - first
        carriers = self.heads[role.USER_PLANNER] + self.heads[role.USER_LECTURER]
        return [first, usual, visitors, self.heads[role.CHILD], carriers, self.counted]

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
        if self.instance.is_early:
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


class OpenDayRecloseForm(OpenDayCloseForm):
    """締め直す: other heads for a day that was closed or 休止, with the reason."""

    reason = CorrectionField()

    @property
    def layout(self) -> Layout:
        """The reason stands before the heads."""
        return Layout("reason", *super().layout.fields)


FAR = 5
"""Heads by which a closing may always differ from what was counted."""


def is_far(heads: int, counted: int) -> bool:
    """Whether somebody should look again: by five at least, and by more than half of what was counted."""
    apart = abs(heads - counted)
    return apart >= FAR and apart * 2 > counted


def first_boxes(day: OpenDay, closing: Counted | None, proposal: Proposal) -> dict[str, Any]:
    """The boxes as the page opens: the last closing with what tablets have sent since, else what was counted."""
    if closing is None:
        return proposal.boxes()
    return _with_late(_boxes(closing), moved(proposal.by_kind, since=day.tallied))


def _boxes(counted: Counted) -> dict[str, Any]:
    """What a closing wrote, for the boxes."""
    roles = {f"heads_{role}": counted.heads.get(role, 0) for role in Attendance.Role}
    bands = {f"age_{band}": heads for band, heads in counted.ages.items() if heads}
    return {**roles, **bands, "first_heads": counted.first_heads}


def _with_late(boxes: dict[str, Any], late: dict[str, int]) -> dict[str, Any]:
    """The same, with the heads by kind that came later."""
    for kind, heads in late.items():
        name = f"heads_{ROLE_OF_KIND[Tap.Kind(kind)]}"
        boxes[name] = max(0, boxes[name] + heads)
    if boxes["first_heads"] is not None:
        boxes["first_heads"] = max(0, boxes["first_heads"] + late.get(Tap.Kind.FIRST, 0))
    return boxes

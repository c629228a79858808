"""正の字表: the rows of the paper, and its numbers beside taps and 札名. Compared, never added."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from cafe.forms.fields import BANDS
from cafe.models import Attendance, OpenDay, PaperCount, Tap, Visit
from komatsu_support.excel import Row, Table

type Heads = list[int | None]

LINES = [
    "初めて",
    "いつもの",
    "利用者（初めて＋いつもの）",
    "子ども",
    "担い手（企画者＋講師）",
    "数える人の合計",
]
"""What a sheet, a tablet and the 札名 can be compared in."""


def comparison(day: OpenDay, paper: PaperCount | None) -> Table | None:
    """The sheet's numbers beside the taps and the 札名 of its day, as far as there are any."""
    taps, named = Tap.objects.of_day(day).by_kind(), _by_role(day)
    found: dict[str, Heads] = {}
    if paper:
        found["用紙"] = _of_paper(paper)
    if taps:
        found["タップ"] = _of_taps(taps)
    if named:
        found["札名"] = _of_named(named)
    if not found:
        return None
    return Table(
        title="数えた人数",
        head=["種類", *found],
        rows=[
            Row([line], [heads[place] for heads in found.values()], total=line == LINES[-1])
            for place, line in enumerate(LINES)
        ],
        unit="人",
        note=_note(found),
    )


def _note(found: Mapping[str, Heads]) -> str:
    """What to think of several numbers of one day."""
    notes = ["たがいに足すことはありません。"] if len(found) > 1 else []
    if "札名" in found:
        notes.append("札名は、名のある方だけの人数です。")
    totals = [heads[-1] or 0 for source, heads in found.items() if source != "札名"]
    if apart := max(totals, default=0) - min(totals, default=0):
        notes.append(f"用紙とタップの合計が{apart}人違います。締める前に確かめてください。")
    return "".join(notes)


def _of_paper(paper: PaperCount) -> Heads:
    helpers = paper.user_planner + paper.user_lecturer
    visitors = paper.first + paper.regular
    return [paper.first, paper.regular, visitors, paper.child, helpers, paper.control_total]


def _of_taps(kinds: Mapping[str, int]) -> Heads:
    first, regular, child, helper = (
        kinds.get(kind, 0) for kind in (Tap.Kind.FIRST, Tap.Kind.REGULAR, Tap.Kind.CHILD, Tap.Kind.HELPER)
    )
    return [first, regular, first + regular, child, helper, first + regular + child + helper]


def _of_named(roles: Mapping[str, int]) -> Heads:
    visitor, child, planner, lecturer = (roles.get(role, 0) for role in Visit.COUNTED_ROLES)
    return [None, None, visitor, child, planner + lecturer, visitor + child + planner + lecturer]


def _by_role(day: OpenDay) -> dict[str, int]:
    visits = day.visits.standing().filter(visitor__voided_at=None).order_by()
    return dict(visits.values_list("role").annotate(Count("pk")))


def facts_of(paper: PaperCount) -> list[tuple[str, str]]:
    """What of the sheet stands in no comparison: those who do not count, and 年代."""
    others = [
        f"{Attendance.Role(name).label} {heads}人"
        for name in PaperCount.OTHERS
        if (heads := getattr(paper, name))
    ]
    ages = [f"{band.label} {paper.ages[band]}人" for band in BANDS if paper.ages.get(band)]
    return [
        ("利用者企画者・利用者講師", f"{paper.user_planner}人・{paper.user_lecturer}人"),
        ("数えない人", "、".join(others) or "なし"),
        ("年代", "、".join(ages) or "書かれていません"),
    ]


# -- the paper -------------------------------------------------------------------------------------------

FIVES = range(5, 65, 5)
"""The boxes of a row, each for one 正: twelve, up to 60."""


def labels(names: tuple[str, ...]) -> list[str]:
    """The rows of the paper as the transcription calls them."""
    return [str(PaperCount._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]

"""数えた人数: what paper, tablets and 札名 say of one day by kind. Compared, never added."""

from __future__ import annotations

from collections.abc import Mapping

from cafe.models import OpenDay, PaperCount, Tap, Visit
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
"""What a sheet, a tablet, the 札名 and a closing can be compared in."""

CLOSING = "締める人数"


def comparison(day: OpenDay, paper: PaperCount | None, *, closing: Heads | None = None) -> Table | None:
    """The sheet's numbers beside the taps and the 札名 of its day, as far as there are any; before them those
    that are about to be written, in the order of LINES."""
    taps, named = Tap.objects.of_day(day).by_kind(), Visit.objects.by_role(day)
    found: dict[str, Heads] = {}
    if paper:
        found["用紙"] = _of_paper(paper)
    if taps:
        found["端末"] = _of_taps(taps)
    if named:
        found["札名"] = _of_named(named)
    if not found:
        return None
    columns = {**({CLOSING: closing} if closing else {}), **found}
    return Table(
        title="数えた人数",
        head=["種類", *columns],
        rows=[
            Row([line], [heads[place] for heads in columns.values()], total=line == LINES[-1])
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
        notes.append(f"用紙と端末の合計が{apart}人違います。締める前に確かめてください。")
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

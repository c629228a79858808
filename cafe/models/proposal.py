"""締める前の見比べ: what tablets, paper and name tags say of a day, and what the closing proposes from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from cafe.models.guest import Visit
from cafe.models.openday import Attendance, OpenDay
from cafe.models.tally import ROLE_OF_KIND, PaperCount, Tap
from komatsu_support.models import AgeBand, User

Role = Attendance.Role
TOLD_FOR = timedelta(days=60)
"""How long after its day the home tells of taps that came late; the day's own page always does."""


@dataclass(frozen=True)
class Proposal:
    """Heads a closing begins with. The three counts are of the same people: compared, never added.

    `differing` says how they differ, `adjusted` what the proposal made of it.
    """

    heads: dict[str, int] = field(default_factory=dict)
    first_heads: int | None = None
    ages: dict[str, int] = field(default_factory=dict)
    on_tablets: int | None = None
    on_paper: int | None = None
    by_name: int | None = None
    by_kind: Mapping[str, int] = field(default_factory=dict)
    differing: tuple[str, ...] = ()
    adjusted: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody counted in any way."""
        return self.on_tablets is None and self.on_paper is None and self.by_name is None

    @property
    def counted(self) -> int:
        """延参加者数, were the day closed like this. Unit: 人."""
        return sum(heads for role, heads in self.heads.items() if role in settings.CAFE_COUNTED_ROLES)

    @property
    def tallied(self) -> str:
        """端末の人数 by kind, for the page that shows them to send back: what stands beyond came after."""
        return " ".join(f"{kind}:{heads}" for kind, heads in sorted(self.by_kind.items()))

    def boxes(self) -> dict[str, int | None]:
        """The same for the boxes of the closing form; nothing where nobody counted."""
        if self.is_empty:
            return {}
        roles: dict[str, int | None] = {f"heads_{role}": heads for role, heads in self.heads.items()}
        roles.setdefault(f"heads_{Role.VISITOR}", 0)
        bands = {f"age_{band}": heads for band, heads in self.ages.items()}
        return {**roles, **bands, "first_heads": self.first_heads}


def proposed(open_day: OpenDay) -> Proposal:
    """From the taps, else from the paper. Name tags are among them: they raise a role, and are never added."""
    taps = Tap.objects.of_day(open_day)
    by_kind = taps.by_kind()
    paper = PaperCount.objects.standing().filter(open_day=open_day).first()
    named = Visit.objects.by_role(open_day)
    heads, first = _from_paper(paper)
    ages = {band: n for band, n in paper.ages.items() if band != AgeBand.UNKNOWN} if paper else {}
    if by_kind:
        uncounted = {role: count for role, count in heads.items() if role in PaperCount.OTHERS}
        heads = uncounted | _from_taps(by_kind, named)  # staff and the like are told by the paper alone
        first, ages = by_kind.get(Tap.Kind.FIRST, 0), taps.by_age()
    heads, raised = _with_named(heads, named)
    ages, cut = _within(ages, sum(heads.get(role, 0) for role in settings.CAFE_COUNTED_ROLES))
    on_tablets = sum(by_kind.values()) if by_kind else None
    on_paper = paper.control_total if paper else None
    by_name = sum(named.values()) if named else None
    return Proposal(
        heads=heads,
        first_heads=None if first is None else min(first, heads.get(Role.VISITOR, 0)),
        ages=ages,
        on_tablets=on_tablets,
        on_paper=on_paper,
        by_name=by_name,
        by_kind=by_kind,
        differing=tuple(_compared(on_tablets, on_paper, by_name)),
        adjusted=(*raised, *cut),
    )


def _from_taps(by_kind: dict[str, int], named: dict[str, int]) -> dict[str, int]:
    """Heads by role. Who was tapped as 担い手 planned or taught: those who taught are told by their 札名."""
    heads: Counter[str] = Counter()
    for kind, count in by_kind.items():
        heads[ROLE_OF_KIND[Tap.Kind(kind)].value] += count
    planned, taught = Role.USER_PLANNER.value, Role.USER_LECTURER.value
    heads[taught] = max(0, min(named.get(taught, 0), heads[planned] - named.get(planned, 0)))
    heads[planned] -= heads[taught]
    return {role: count for role, count in heads.items() if count}


def _from_paper(paper: PaperCount | None) -> tuple[dict[str, int], int | None]:
    """Heads by role and the 初めて among the visitors."""
    if paper is None:
        return {}, None
    same = ("child", "user_planner", "user_lecturer", *PaperCount.OTHERS)
    heads = {Role.VISITOR.value: paper.first + paper.regular}
    return heads | {role: count for role in same if (count := getattr(paper, role))}, paper.first


def _with_named(heads: dict[str, int], named: dict[str, int]) -> tuple[dict[str, int], list[str]]:
    """Each role at least as many as are named in it.

    Who is named as 利用者企画者 may well have been tapped as いつもの: the role is raised out of the visitors who
    are not named themselves, and only beyond them does the sum grow.
    """
    result, told = dict(heads), []
    visitors = Role.VISITOR.value
    order = [*(role for role in Visit.COUNTED_ROLES if role != Role.VISITOR), Role.VISITOR]
    for role in order:
        had, want = result.get(role, 0), named.get(role, 0)
        if want <= had:
            continue
        spare = 0 if role == Role.VISITOR else result.get(visitors, 0) - named.get(visitors, 0)
        moved = max(0, min(want - had, spare))
        result[role.value] = want
        if moved:
            result[visitors] -= moved
        told.append(
            f"札名の{role.label}が{want}人いるので、{role.label}を{had}人から{want}人にしました"
            + (f"（{moved}人は利用者から移しました）。" if moved else "。")
        )
    return result, told


def _within(ages: dict[str, int], counted: int) -> tuple[dict[str, int], list[str]]:
    """年代 of no more heads than count; else none is proposed."""
    if sum(ages.values()) <= counted:
        return ages, []
    return {}, ["年代の合計が数える人より多いので、年代は入れていません。"]


def _compared(on_tablets: int | None, on_paper: int | None, by_name: int | None) -> Iterable[str]:
    """How the counts differ, in words."""
    if on_tablets is not None and on_paper is not None and on_tablets != on_paper:
        more = "端末" if on_tablets > on_paper else "紙"
        yield f"{more}が{abs(on_tablets - on_paper)}人多くなっています。"
    counted = on_tablets if on_tablets is not None else on_paper
    if by_name is not None and counted is not None and by_name > counted:
        yield f"札名が{'端末' if on_tablets is not None else '紙'}より{by_name - counted}人多くなっています。"


# -- what came after the closing ---------------------------------------------------------------------------


def late_taps(open_day: OpenDay) -> dict[str, int]:
    """端末の人数 by kind beyond what was seen when the day was closed or cancelled; less than 0 where taken back.

    Compared by number, not by time: no clock can lose a tap that came while the day was being closed.
    """
    return {} if open_day.state == OpenDay.State.PLANNED else taps_since(open_day)


def taps_since(open_day: OpenDay) -> dict[str, int]:
    """The same, of a day that has been opened again since too."""
    return _beyond(open_day, _by_day([open_day]))


def late_days(user: User) -> list[tuple[OpenDay, dict[str, int]]]:
    """Closed or cancelled days of the last weeks that taps have reached since, the newest first."""
    days = OpenDay.objects.visible_to(user).standing().exclude(state=OpenDay.State.PLANNED)
    recent = list(days.filter(held_on__gte=timezone.localdate() - TOLD_FOR).order_by("-held_on"))
    tapped = _by_day(recent)
    return [(day, late) for day in recent if (late := _beyond(day, tapped))]


def _by_day(days: Iterable[OpenDay]) -> dict[tuple[int, str], int]:
    """Heads of many days by day and kind."""
    taps = Tap.objects.filter(tablet__open_day__in=list(days)).standing().order_by()
    rows = taps.values_list("tablet__open_day", "kind").annotate(Count("pk"))
    return {(day, kind): heads for day, kind, heads in rows}


def _beyond(open_day: OpenDay, tapped: dict[tuple[int, str], int]) -> dict[str, int]:
    now = {kind.value: tapped.get((open_day.pk, kind), 0) for kind in ROLE_OF_KIND}
    return moved(now, since=open_day.tallied)


def moved(now: Mapping[str, int], *, since: Mapping[str, int]) -> dict[str, int]:
    """端末の人数 by kind that have come since then; less than 0 where taken back."""
    heads = {kind.value: now.get(kind, 0) - since.get(kind, 0) for kind in ROLE_OF_KIND}
    return {kind: more for kind, more in heads.items() if more}


def late_in_words(late: dict[str, int]) -> str:
    """いつもの ＋2人、子ども −1人."""
    return "、".join(
        f"{Tap.Kind(kind).label} {'＋' if heads > 0 else '－'}{abs(heads)}人" for kind, heads in late.items()
    )

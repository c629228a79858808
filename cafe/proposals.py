"""What the taps, else the sheet of 正の字, propose for the closing of a day. The two are never added."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings

from cafe.models import ROLE_OF_KIND, Attendance, OpenDay, PaperCount, Tap


@dataclass(frozen=True)
class Proposal:
    """Heads by role and 年代, and how many came for the first time. Unit: 人."""

    heads: dict[str, int] = field(default_factory=dict)
    first_heads: int | None = None
    ages: dict[str, int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """延参加者数, were the day closed like this. Unit: 人."""
        return sum(heads for role, heads in self.heads.items() if role in settings.CAFE_COUNTED_ROLES)


def proposed(open_day: OpenDay) -> Proposal:
    """The heads of a day as counted so far; none where nobody counted."""
    taps = Tap.objects.of_day(open_day)
    if kinds := taps.by_kind():
        heads: Counter[str] = Counter()
        for kind, count in kinds.items():
            heads[ROLE_OF_KIND[Tap.Kind(kind)]] += count
        return Proposal(dict(heads), kinds.get(Tap.Kind.FIRST, 0), taps.by_age())
    paper = PaperCount.objects.standing().filter(open_day=open_day).first()
    return _on_paper(paper) if paper else Proposal()


def _on_paper(paper: PaperCount) -> Proposal:
    """As written on the sheet: whoever comes for the first time is one of the visitors."""
    roles = [*PaperCount.COUNTED[2:], *PaperCount.OTHERS]
    heads = {role: getattr(paper, role) for role in roles}
    heads[Attendance.Role.VISITOR] = paper.first + paper.regular
    return Proposal(heads, paper.first, paper.ages)

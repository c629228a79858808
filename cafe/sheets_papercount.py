"""正の字表: the rows of the paper, and what of it stands in no comparison."""

from __future__ import annotations

from cafe.forms.fields import BANDS
from cafe.models import Attendance, PaperCount


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

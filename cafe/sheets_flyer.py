"""The flyer as an Excel sheet for A4, and the list of those who hold an address of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cafe.flyer import BOOKING, Day, Item, Plan
from cafe.lettering import lettering
from cafe.models import CalendarFeedQuerySet, Flyer
from komatsu_support.excel import Book, Paper, Sheet, Style
from komatsu_support.excel.measure import LOWEST, line_count, room, row_height
from komatsu_support.fiscal import month_at

WIDE = {False: 72.0, True: 108.0}  # half-width letters that fill A4, upright and across
HIGH = {False: 700.0, True: 460.0}  # points of the sheet that are reckoned with
AROUND = 140.0  # points of title, weekdays, legend and what lies between
TIMES = (1, 1.15, 1.3, 1.5, 1.75, 2, 2.5, 3)
"""How much wider than the paper the page may be made, to be printed so much smaller."""


def calendarfeed_sheet(feeds: CalendarFeedQuerySet) -> Sheet[Any]:
    """カレンダー配信一覧. Not the addresses: a list is glanced at by many."""
    return Sheet(
        title="カレンダー配信",
        columns={
            "渡した先": lambda feed: feed.label,
            "渡した日": lambda feed: timezone.localdate(feed.created_at),
            "作った人": lambda feed: str(feed.created_by),
        },
        rows=feeds.select_related("created_by").order_by("-pk"),
    )


def flyer_book(plan: Plan, words: Flyer, *, is_landscape: bool) -> Book:
    """予定表: one sheet, on one page however the paper lies; words and days alone, so that it can be worked on."""
    book = Book()
    month = month_at(plan.first).label
    paper = book.paper(f"{month} 予定表", landscape=is_landscape, single=True)
    is_short = lettering(plan, words, is_landscape=is_landscape).is_short
    weeks = [[_program(day, is_short=is_short) if day else "" for day in week] for week in plan.weeks]
    around = AROUND + LOWEST * (len(words.footer) + len(weeks))
    width, heights = _spread(weeks, WIDE[is_landscape], HIGH[is_landscape], around)
    paper.widths([width] * len(plan.weekdays))
    paper.title(words.heading)
    if words.lead:
        paper.write(paper.row, 1, words.lead, Style.TEXT, across=paper.columns, align="center")
    paper.skip()
    _grid(paper, plan, weeks, heights)
    paper.skip()
    _footer(paper, plan, words)
    return book


def _spread(
    weeks: Sequence[Sequence[str]], wide: float, high: float, around: float
) -> tuple[float, list[float]]:
    """The width of a day and the height of each week, such that the page is full.

    The page is printed as small as it must be; the more is on it, the wider it is made, so that nothing is
    shrunk for its height alone.
    """
    for times in TIMES:
        width = wide / len(weeks[0]) * times
        needed = [row_height(max(line_count(text, room(width)) for text in week)) for week in weeks]
        spare = high * times - around - sum(needed)
        if spare >= 0:
            break
    return width, [each + max(spare, 0) / len(weeks) for each in needed]


def _grid(paper: Paper, plan: Plan, weeks: Sequence[Sequence[str]], heights: Sequence[float]) -> None:
    """The weekdays, then two rows a week: what day it is, and what is on."""
    head = paper.row
    for column, weekday in enumerate(plan.weekdays, 1):
        paper.write(head, column, weekday, Style.HEAD)
    for days, programs, height in zip(plan.weeks, weeks, heights, strict=True):
        row = paper.row
        for column, (day, program) in enumerate(zip(days, programs, strict=True), 1):
            date = f"{day.on.day} {day.mark}" if day else None
            paper.write(row, column, date, Style.PLAN, strong=bool(day and day.is_open))
            paper.write(row + 1, column, program or None, Style.PLAN)
        paper.height(row + 1, height)


def _program(day: Day, *, is_short: bool) -> str:
    """Everything on that day, its name first."""
    return "\n".join(filter(None, [day.name, *day.remarks, *(_item(item, is_short) for item in day.items)]))


def _item(item: Item, is_short: bool) -> str:
    """When and what, on two lines, or on one where there is much; ◆要予約 first, where it is not broken."""
    title = f"{BOOKING} {item.wording}" if item.needs_booking else item.wording
    if not item.span:
        return title
    return f"{item.start} {title}" if is_short else f"{item.span}\n{title}"


def _footer(paper: Paper, plan: Plan, words: Flyer) -> None:
    """The legend, and every line that says something."""
    paper.text(plan.legend, Style.NOTE)
    for label, text in words.footer:
        row = paper.row
        paper.write(row, 1, label, Style.CAPTION)
        paper.write(row, 2, text, across=paper.columns - 1)
    if words.note:
        paper.text(f"※ {words.note}")

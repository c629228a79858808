"""The flyer as an Excel sheet for A4, and the list of those who hold an address of the plan."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from cafe.flyer import BOOKING, Day, Item, Plan
from cafe.models import CalendarFeedQuerySet, Flyer
from komatsu_support.excel import Book, Paper, Sheet, Style
from komatsu_support.fiscal import fiscal_year_of, month_of

WIDE = {False: 72.0, True: 108.0}  # half-width letters that fill A4, upright and across
HIGH = {False: 735.0, True: 490.0}  # points of the sheet that are reckoned with
LABEL = 1  # columns the label of a line under the grid takes


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
    month = month_of(fiscal_year_of(plan.first), plan.first.month).label
    paper = book.paper(f"{month} 予定表", landscape=is_landscape, single=True)
    columns = len(plan.weekdays)
    paper.widths([WIDE[is_landscape] / columns] * columns)
    paper.title(words.heading)
    if words.lead:
        paper.write(paper.row, 1, words.lead, Style.TEXT, across=columns, align="center")
    paper.skip()
    for column, weekday in enumerate(plan.weekdays, 1):
        paper.write(paper.row if column == 1 else paper.row - 1, column, weekday, Style.HEAD)
    _weeks(paper, plan, is_landscape=is_landscape)
    paper.skip()
    _footer(paper, plan, words)
    return book


def _weeks(paper: Paper, plan: Plan, *, is_landscape: bool) -> None:
    """Two rows a week: what day it is, and what is on; high enough to fill the sheet."""
    lowest = HIGH[is_landscape] * 0.6 / max(len(plan.weeks), 1)
    for week in plan.weeks:
        row = paper.row
        paper.height(row + 1, lowest)
        for column, day in enumerate(week, 1):
            paper.write(
                row, column, _date(day) if day else None, Style.PLAN, strong=bool(day and day.is_open)
            )
            paper.write(row + 1, column, _program(day) if day else None, Style.PLAN)


def _date(day: Day) -> str:
    """5 ○, or 3 休 文化の日."""
    return " ".join(filter(None, [str(day.on.day), day.mark, day.name]))


def _program(day: Day) -> str:
    """Everything on that day, a line each."""
    return "\n".join([*day.remarks, *(_item(item) for item in day.items)])


def _item(item: Item) -> str:
    return " ".join(filter(None, [item.span, item.title, BOOKING if item.needs_booking else ""]))


def _footer(paper: Paper, plan: Plan, words: Flyer) -> None:
    """The legend, and every line that says something."""
    paper.text(plan.legend, Style.NOTE)
    for label, text in words.footer:
        row = paper.row
        paper.write(row, 1, label, Style.CAPTION)
        paper.write(row, 1 + LABEL, text, across=paper.columns - LABEL)
    if words.note:
        paper.text(f"※ {words.note}")

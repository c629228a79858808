"""とんとんカフェ: days, events, heads. Knows no client."""

from cafe.models.event import Event, EventQuerySet, EventSeries, EventSeriesQuerySet
from cafe.models.flyer import CalendarFeed, CalendarFeedQuerySet, Flyer
from cafe.models.guest import Contribution, Visit, Visitor
from cafe.models.idea import Expense, ExpenseQuerySet, Idea, IdeaQuerySet, IdeaVote
from cafe.models.introduction import Introduction
from cafe.models.openday import HEADS, AgeHeads, Attendance, OpenDay, OpenDayQuerySet, counted_heads
from cafe.models.tally import ROLE_OF_KIND, PaperCount, Tablet, Tap

__all__ = [
    "HEADS",
    "ROLE_OF_KIND",
    "AgeHeads",
    "Attendance",
    "CalendarFeed",
    "CalendarFeedQuerySet",
    "Contribution",
    "Event",
    "EventQuerySet",
    "EventSeries",
    "EventSeriesQuerySet",
    "Expense",
    "ExpenseQuerySet",
    "Flyer",
    "Idea",
    "IdeaQuerySet",
    "IdeaVote",
    "Introduction",
    "OpenDay",
    "OpenDayQuerySet",
    "PaperCount",
    "Tablet",
    "Tap",
    "Visit",
    "Visitor",
    "counted_heads",
]

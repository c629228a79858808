"""とんとんカフェ: days, events, heads. Knows no client."""

from cafe.models.event import Event, EventQuerySet, EventSeries, EventSeriesQuerySet
from cafe.models.flyer import CalendarFeed, Flyer
from cafe.models.guest import Contribution, Visit, Visitor
from cafe.models.idea import Expense, Idea, IdeaVote
from cafe.models.introduction import Introduction
from cafe.models.openday import HEADS, AgeHeads, Attendance, OpenDay, OpenDayQuerySet, counted_heads
from cafe.models.proposal import Proposal, late_days, late_in_words, late_taps, proposed
from cafe.models.tally import ROLE_OF_KIND, PaperCount, Tablet, Tap

__all__ = [
    "HEADS",
    "ROLE_OF_KIND",
    "AgeHeads",
    "Attendance",
    "CalendarFeed",
    "Contribution",
    "Event",
    "EventQuerySet",
    "EventSeries",
    "EventSeriesQuerySet",
    "Expense",
    "Flyer",
    "Idea",
    "IdeaVote",
    "Introduction",
    "OpenDay",
    "OpenDayQuerySet",
    "PaperCount",
    "Proposal",
    "Tablet",
    "Tap",
    "Visit",
    "Visitor",
    "counted_heads",
    "late_days",
    "late_in_words",
    "late_taps",
    "proposed",
]

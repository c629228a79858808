"""とんとんカフェ: days, events, heads. Knows no client."""

from cafe.models.closings import Counted, Step, closed_before, last_closing, steps
from cafe.models.contribution import Contribution, ContributionQuerySet
from cafe.models.counting import SENT_LATE, heads_of, tablet_at
from cafe.models.event import BY_TIME, Event, EventQuerySet, EventSeries, EventSeriesQuerySet
from cafe.models.flyer import CalendarFeed, CalendarFeedQuerySet, Flyer
from cafe.models.guest import Visit, Visitor, VisitorQuerySet, VisitQuerySet
from cafe.models.idea import Expense, ExpenseQuerySet, Idea, IdeaQuerySet, IdeaVote
from cafe.models.introduction import Introduction
from cafe.models.openday import HEADS, AgeHeads, Attendance, OpenDay, OpenDayQuerySet, counted_heads
from cafe.models.proposal import (
    Proposal,
    late_days,
    late_in_words,
    late_taps,
    moved,
    proposed,
    taps_since,
)
from cafe.models.tally import ROLE_OF_KIND, PaperCount, Tablet, Tap

__all__ = [
    "BY_TIME",
    "HEADS",
    "ROLE_OF_KIND",
    "SENT_LATE",
    "AgeHeads",
    "Attendance",
    "CalendarFeed",
    "CalendarFeedQuerySet",
    "Contribution",
    "ContributionQuerySet",
    "Counted",
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
    "Proposal",
    "Step",
    "Tablet",
    "Tap",
    "Visit",
    "VisitQuerySet",
    "Visitor",
    "VisitorQuerySet",
    "closed_before",
    "counted_heads",
    "heads_of",
    "last_closing",
    "late_days",
    "late_in_words",
    "late_taps",
    "moved",
    "proposed",
    "steps",
    "tablet_at",
    "taps_since",
]

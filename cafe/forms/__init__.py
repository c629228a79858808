"""Forms of the café: days, their closing, events, series."""

from cafe.forms.closing import (
    OpenDayCancelForm,
    OpenDayCloseForm,
    OpenDayRecancelForm,
    OpenDayRecloseForm,
)
from cafe.forms.event import EventForm, EventSeriesForm, EventStart
from cafe.forms.expense import ExpenseForm, ExpenseStart
from cafe.forms.idea import IdeaDeclineForm, IdeaForm, IdeaTallyForm, VoteForm
from cafe.forms.openday import OpenDayEditForm, OpenDayForm

__all__ = [
    "EventForm",
    "EventSeriesForm",
    "EventStart",
    "ExpenseForm",
    "ExpenseStart",
    "IdeaDeclineForm",
    "IdeaForm",
    "IdeaTallyForm",
    "OpenDayCancelForm",
    "OpenDayCloseForm",
    "OpenDayEditForm",
    "OpenDayForm",
    "OpenDayRecancelForm",
    "OpenDayRecloseForm",
    "VoteForm",
]

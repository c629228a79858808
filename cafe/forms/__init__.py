"""Forms of the café: days, their closing, events, series."""

from cafe.forms.closing import OpenDayCloseForm, OpenDayRecloseForm, first_boxes
from cafe.forms.contribution import ContributionForm, NamedEventForm, NewContributionForm
from cafe.forms.daystate import OpenDayCancelForm, OpenDayRecancelForm, OpenDayReopenForm
from cafe.forms.event import EventForm, EventQuickForm, EventSeriesForm, EventStart
from cafe.forms.expense import ExpenseForm, ExpenseStart
from cafe.forms.idea import IdeaDeclineForm, IdeaForm, IdeaTallyForm, VoteForm
from cafe.forms.openday import OpenDayEditForm, OpenDayForm, OpenDayQuickForm, OpenDayStart
from cafe.forms.visit import VisitForm, VisitsForm
from cafe.forms.visitor import NewVisitorForm, VisitorForm

__all__ = [
    "ContributionForm",
    "EventForm",
    "EventQuickForm",
    "EventSeriesForm",
    "EventStart",
    "ExpenseForm",
    "ExpenseStart",
    "IdeaDeclineForm",
    "IdeaForm",
    "IdeaTallyForm",
    "NamedEventForm",
    "NewContributionForm",
    "NewVisitorForm",
    "OpenDayCancelForm",
    "OpenDayCloseForm",
    "OpenDayEditForm",
    "OpenDayForm",
    "OpenDayQuickForm",
    "OpenDayRecancelForm",
    "OpenDayRecloseForm",
    "OpenDayReopenForm",
    "OpenDayStart",
    "VisitForm",
    "VisitorForm",
    "VisitsForm",
    "VoteForm",
    "first_boxes",
]

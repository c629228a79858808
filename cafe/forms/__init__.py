"""Forms of the café: days, their closing, events, series."""

from cafe.forms.closing import (
    OpenDayCancelForm,
    OpenDayCloseForm,
    OpenDayRecancelForm,
    OpenDayRecloseForm,
)
from cafe.forms.contribution import ContributionForm, NamedEventForm, NewContributionForm
from cafe.forms.event import EventForm, EventSeriesForm, EventStart
from cafe.forms.openday import OpenDayEditForm, OpenDayForm
from cafe.forms.visit import VisitForm, VisitsForm
from cafe.forms.visitor import NewVisitorForm, VisitorForm

__all__ = [
    "ContributionForm",
    "EventForm",
    "EventSeriesForm",
    "EventStart",
    "NamedEventForm",
    "NewContributionForm",
    "NewVisitorForm",
    "OpenDayCancelForm",
    "OpenDayCloseForm",
    "OpenDayEditForm",
    "OpenDayForm",
    "OpenDayRecancelForm",
    "OpenDayRecloseForm",
    "VisitForm",
    "VisitorForm",
    "VisitsForm",
]

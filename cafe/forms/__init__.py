"""Forms of the café: days, their closing, events, series."""

from cafe.forms.closing import (
    OpenDayCancelForm,
    OpenDayCloseForm,
    OpenDayRecancelForm,
    OpenDayRecloseForm,
    counted_since,
)
from cafe.forms.event import EventForm, EventSeriesForm, EventStart
from cafe.forms.openday import OpenDayEditForm, OpenDayForm

__all__ = [
    "EventForm",
    "EventSeriesForm",
    "EventStart",
    "OpenDayCancelForm",
    "OpenDayCloseForm",
    "OpenDayEditForm",
    "OpenDayForm",
    "OpenDayRecancelForm",
    "OpenDayRecloseForm",
    "counted_since",
]

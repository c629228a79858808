"""Pages of the café: days and their closing, events, series."""

from cafe.views.closing import openday_cancel, openday_close, openday_reopen
from cafe.views.event import (
    event_create,
    event_detail,
    event_edit,
    event_export,
    event_list,
    event_void,
)
from cafe.views.eventseries import (
    eventseries_create,
    eventseries_detail,
    eventseries_edit,
    eventseries_export,
    eventseries_list,
    eventseries_void,
)
from cafe.views.openday import (
    openday_create,
    openday_detail,
    openday_edit,
    openday_export,
    openday_list,
    openday_void,
)

__all__ = [
    "event_create",
    "event_detail",
    "event_edit",
    "event_export",
    "event_list",
    "event_void",
    "eventseries_create",
    "eventseries_detail",
    "eventseries_edit",
    "eventseries_export",
    "eventseries_list",
    "eventseries_void",
    "openday_cancel",
    "openday_close",
    "openday_create",
    "openday_detail",
    "openday_edit",
    "openday_export",
    "openday_list",
    "openday_reopen",
    "openday_void",
]

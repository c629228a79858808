"""Where the pages of the café are."""

from django.urls import path

from cafe import views
from cafe.views import tally

app_name = "cafe"
urlpatterns = [
    path("days/", views.openday_list, name="openday_list"),
    path("days/new/", views.openday_create, name="openday_create"),
    path("days/export/", views.openday_export, name="openday_export"),
    path("days/<int:pk>/", views.openday_detail, name="openday_detail"),
    path("days/<int:pk>/edit/", views.openday_edit, name="openday_edit"),
    path("days/<int:pk>/close/", views.openday_close, name="openday_close"),
    path("days/<int:pk>/cancel/", views.openday_cancel, name="openday_cancel"),
    path("days/<int:pk>/void/", views.openday_void, name="openday_void"),
    path("days/<int:day>/tablets/", tally.tablet_create, name="tablet_create"),
    path("days/<int:pk>/tally/", tally.openday_tally, name="openday_tally"),
    path("days/<int:pk>/tally/taps/", tally.openday_taps, name="openday_taps"),
    path("tablets/<int:pk>/void/", tally.tablet_void, name="tablet_void"),
    path("tally-worker.js", tally.tally_worker, name="tally_worker"),
    path("events/", views.event_list, name="event_list"),
    path("events/new/", views.event_create, name="event_create"),
    path("events/export/", views.event_export, name="event_export"),
    path("events/<int:pk>/", views.event_detail, name="event_detail"),
    path("events/<int:pk>/edit/", views.event_edit, name="event_edit"),
    path("events/<int:pk>/void/", views.event_void, name="event_void"),
    path("series/", views.eventseries_list, name="eventseries_list"),
    path("series/new/", views.eventseries_create, name="eventseries_create"),
    path("series/export/", views.eventseries_export, name="eventseries_export"),
    path("series/<int:pk>/", views.eventseries_detail, name="eventseries_detail"),
    path("series/<int:pk>/edit/", views.eventseries_edit, name="eventseries_edit"),
    path("series/<int:pk>/void/", views.eventseries_void, name="eventseries_void"),
]

"""Where the pages of the café are."""

from django.urls import path

from cafe import views
from cafe.views import contribution, visit, visitor

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
    path("days/<int:day>/visits/", visit.visit_create, name="visit_create"),
    path("visits/<int:pk>/edit/", visit.visit_edit, name="visit_edit"),
    path("visits/<int:pk>/void/", visit.visit_void, name="visit_void"),
    path("visitors/", visitor.visitor_list, name="visitor_list"),
    path("visitors/new/", visitor.visitor_create, name="visitor_create"),
    path("visitors/export/", visitor.visitor_export, name="visitor_export"),
    path("visitors/<int:pk>/", visitor.visitor_detail, name="visitor_detail"),
    path("visitors/<int:pk>/edit/", visitor.visitor_edit, name="visitor_edit"),
    path("visitors/<int:pk>/void/", visitor.visitor_void, name="visitor_void"),
    path("contributions/", contribution.contribution_list, name="contribution_list"),
    path("contributions/new/", contribution.contribution_create, name="contribution_create"),
    path("contributions/export/", contribution.contribution_export, name="contribution_export"),
    path("contributions/<int:pk>/edit/", contribution.contribution_edit, name="contribution_edit"),
    path("contributions/<int:pk>/void/", contribution.contribution_void, name="contribution_void"),
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

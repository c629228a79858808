"""Where the pages of the café are."""

from django.urls import path

from cafe import views
from cafe.views import calendarfeeds, flyers, introductions, month, panel, planning

app_name = "cafe"
urlpatterns = [
    path("months/", month.openday_month_now, name="openday_month_now"),
    path("months/<year_month:first>/", month.openday_month, name="openday_month"),
    path("months/<year_month:first>/plan/", planning.openday_plan, name="openday_plan"),
    path("months/<year_month:first>/clone/", planning.openday_clone, name="openday_clone"),
    path("days/", views.openday_list, name="openday_list"),
    path("days/new/", views.openday_create, name="openday_create"),
    path("days/export/", views.openday_export, name="openday_export"),
    path("days/<int:pk>/", views.openday_detail, name="openday_detail"),
    path("days/<int:pk>/edit/", views.openday_edit, name="openday_edit"),
    path("days/<int:pk>/close/", views.openday_close, name="openday_close"),
    path("days/<int:pk>/cancel/", views.openday_cancel, name="openday_cancel"),
    path("days/<int:pk>/reopen/", views.openday_reopen, name="openday_reopen"),
    path("days/<int:pk>/panel/", panel.openday_panel, name="openday_panel"),
    path("days/<int:pk>/void/", views.openday_void, name="openday_void"),
    path("days/<int:day>/introductions/new/", introductions.introduction_create, name="introduction_create"),
    path("events/", views.event_list, name="event_list"),
    path("events/new/", views.event_create, name="event_create"),
    path("events/export/", views.event_export, name="event_export"),
    path("events/<int:pk>/", views.event_detail, name="event_detail"),
    path("events/<int:pk>/edit/", views.event_edit, name="event_edit"),
    path("events/<int:pk>/repeat/", planning.event_repeat, name="event_repeat"),
    path("events/<int:pk>/void/", views.event_void, name="event_void"),
    path("flyers/", flyers.flyer_current, name="flyer_current"),
    path("flyers/new/", flyers.flyer_create, name="flyer_create"),
    path("flyers/<int:pk>/edit/", flyers.flyer_edit, name="flyer_edit"),
    path("flyers/<year_month:first>/print/", flyers.flyer_print, name="flyer_print"),
    path("flyers/<year_month:first>/export/", flyers.flyer_export, name="flyer_export"),
    path("flyers/<year_month:first>/calendar/", flyers.flyer_calendar, name="flyer_calendar"),
    path("flyers/feeds/", calendarfeeds.calendarfeed_list, name="calendarfeed_list"),
    path("flyers/feeds/new/", calendarfeeds.calendarfeed_create, name="calendarfeed_create"),
    path("flyers/feeds/<int:pk>/", calendarfeeds.calendarfeed_detail, name="calendarfeed_detail"),
    path("flyers/feeds/<int:pk>/edit/", calendarfeeds.calendarfeed_edit, name="calendarfeed_edit"),
    path("flyers/feeds/<int:pk>/void/", calendarfeeds.calendarfeed_void, name="calendarfeed_void"),
    path("feed/<str:token>.ics", calendarfeeds.feed_show, name="feed_show"),
    path("series/", views.eventseries_list, name="eventseries_list"),
    path("series/new/", views.eventseries_create, name="eventseries_create"),
    path("series/export/", views.eventseries_export, name="eventseries_export"),
    path("series/<int:pk>/", views.eventseries_detail, name="eventseries_detail"),
    path("series/<int:pk>/edit/", views.eventseries_edit, name="eventseries_edit"),
    path("series/<int:pk>/void/", views.eventseries_void, name="eventseries_void"),
]

"""Where the pages of the café are."""

from django.urls import path

from cafe import views
from cafe.views import expenses, ideas

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
    path("ideas/", ideas.idea_list, name="idea_list"),
    path("ideas/new/", ideas.idea_create, name="idea_create"),
    path("ideas/export/", ideas.idea_export, name="idea_export"),
    path("ideas/<int:pk>/", ideas.idea_detail, name="idea_detail"),
    path("ideas/<int:pk>/edit/", ideas.idea_edit, name="idea_edit"),
    path("ideas/<int:pk>/vote/", ideas.idea_vote, name="idea_vote"),
    path("ideas/<int:pk>/unvote/", ideas.idea_unvote, name="idea_unvote"),
    path("ideas/<int:pk>/tally/", ideas.idea_tally, name="idea_tally"),
    path("ideas/<int:pk>/decline/", ideas.idea_decline, name="idea_decline"),
    path("ideas/<int:pk>/resume/", ideas.idea_resume, name="idea_resume"),
    path("ideas/<int:pk>/void/", ideas.idea_void, name="idea_void"),
    path("expenses/", expenses.expense_list, name="expense_list"),
    path("expenses/new/", expenses.expense_create, name="expense_create"),
    path("expenses/export/", expenses.expense_export, name="expense_export"),
    path("expenses/<int:pk>/edit/", expenses.expense_edit, name="expense_edit"),
    path("expenses/<int:pk>/void/", expenses.expense_void, name="expense_void"),
]

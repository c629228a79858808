"""Where the pages of training are. Lecturers and surveys are shown on the page of their session."""

from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    path("sessions/", views.session_list, name="session_list"),
    path("sessions/new/", views.session_create, name="session_create"),
    path("sessions/export/", views.session_export, name="session_export"),
    path("sessions/<int:pk>/", views.session_detail, name="session_detail"),
    path("sessions/<int:pk>/edit/", views.session_edit, name="session_edit"),
    path("sessions/<int:pk>/void/", views.session_void, name="session_void"),
    path("series/", views.series_list, name="series_list"),
    path("series/new/", views.series_create, name="series_create"),
    path("series/export/", views.series_export, name="series_export"),
    path("series/<int:pk>/", views.series_detail, name="series_detail"),
    path("series/<int:pk>/edit/", views.series_edit, name="series_edit"),
    path("series/<int:pk>/void/", views.series_void, name="series_void"),
    path("lecturers/new/", views.lecturer_create, name="lecturer_create"),
    path("lecturers/<int:pk>/edit/", views.lecturer_edit, name="lecturer_edit"),
    path("lecturers/<int:pk>/void/", views.lecturer_void, name="lecturer_void"),
    path("surveys/new/", views.survey_create, name="survey_create"),
    path("surveys/<int:pk>/edit/", views.survey_edit, name="survey_edit"),
    path("surveys/<int:pk>/void/", views.survey_void, name="survey_void"),
]

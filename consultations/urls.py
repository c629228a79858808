"""相談: consultations, clients, cases."""

from django.urls import path

from consultations import views
from consultations.views import intake

app_name = "consultations"
urlpatterns = [
    path("", views.consultation_list, name="consultation_list"),
    path("new/", intake.consultation_create, name="consultation_create"),
    path("export/", views.consultation_export, name="consultation_export"),
    path("client/", intake.consultation_client, name="consultation_client"),
    path("<int:pk>/", views.consultation_detail, name="consultation_detail"),
    path("<int:pk>/edit/", views.consultation_edit, name="consultation_edit"),
    path("<int:pk>/void/", views.consultation_void, name="consultation_void"),
    path("<int:pk>/next/", intake.consultation_next, name="consultation_next"),
    path("clients/", views.client_list, name="client_list"),
    path("clients/new/", views.client_create, name="client_create"),
    path("clients/search/", views.client_search, name="client_search"),
    path("clients/pick/", intake.client_pick, name="client_pick"),
    path("clients/export/", views.client_export, name="client_export"),
    path("clients/<int:pk>/", views.client_detail, name="client_detail"),
    path("clients/<int:pk>/edit/", views.client_edit, name="client_edit"),
    path("clients/<int:pk>/contact/", views.client_contact, name="client_contact"),
    path("clients/<int:pk>/reveal/", views.client_reveal, name="client_reveal"),
    path("clients/<int:pk>/void/", views.client_void, name="client_void"),
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/", views.case_create, name="case_create"),
    path("cases/export/", views.case_export, name="case_export"),
    path("cases/<int:pk>/", views.case_detail, name="case_detail"),
    path("cases/<int:pk>/edit/", views.case_edit, name="case_edit"),
    path("cases/<int:pk>/void/", views.case_void, name="case_void"),
]

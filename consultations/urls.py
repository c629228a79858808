"""相談: consultations, clients, cases."""

from django.urls import path

from consultations import views
from consultations.views import imports

app_name = "consultations"
urlpatterns = [
    path("", views.consultation_list, name="consultation_list"),
    path("new/", views.consultation_create, name="consultation_create"),
    path("export/", views.consultation_export, name="consultation_export"),
    path("client/", views.consultation_client, name="consultation_client"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_create, name="import_create"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/check/", imports.import_check, name="import_check"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/corrected/", imports.import_corrected, name="import_corrected"),
    path("imports/<int:pk>/abandon/", imports.import_abandon, name="import_abandon"),
    path("<int:pk>/", views.consultation_detail, name="consultation_detail"),
    path("<int:pk>/edit/", views.consultation_edit, name="consultation_edit"),
    path("<int:pk>/void/", views.consultation_void, name="consultation_void"),
    path("clients/", views.client_list, name="client_list"),
    path("clients/new/", views.client_create, name="client_create"),
    path("clients/search/", views.client_search, name="client_search"),
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

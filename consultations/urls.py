"""相談: consultations, clients, cases."""

from django.urls import path

from consultations import views
from consultations.views import breakglass, documents, protection, trail

app_name = "consultations"
urlpatterns = [
    path("", views.consultation_list, name="consultation_list"),
    path("new/", views.consultation_create, name="consultation_create"),
    path("export/", views.consultation_export, name="consultation_export"),
    path("client/", views.consultation_client, name="consultation_client"),
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
    path("clients/<int:pk>/trail/", trail.client_trail, name="client_trail"),
    path("clients/<int:client>/emergency/", breakglass.breakglass_create, name="breakglass_create"),
    path("emergency/", breakglass.breakglass_list, name="breakglass_list"),
    path("emergency/<int:pk>/review/", breakglass.breakglass_review, name="breakglass_review"),
    path("emergency/<int:pk>/end/", breakglass.breakglass_end, name="breakglass_end"),
    path("protection/", protection.protection_list, name="protection_list"),
    path("protection/print/", protection.protection_print, name="protection_print"),
    path("protection/clients/<int:pk>/check/", protection.protection_check, name="protection_check"),
    path("protection/checks/<int:pk>/void/", protection.protectioncheck_void, name="protectioncheck_void"),
    path("documents/new/", documents.document_create, name="document_create"),
    path("documents/<int:pk>/", documents.document_detail, name="document_detail"),
    path("documents/<int:pk>/download/", documents.document_download, name="document_download"),
    path("documents/<int:pk>/void/", documents.document_void, name="document_void"),
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/", views.case_create, name="case_create"),
    path("cases/export/", views.case_export, name="case_export"),
    path("cases/<int:pk>/", views.case_detail, name="case_detail"),
    path("cases/<int:pk>/edit/", views.case_edit, name="case_edit"),
    path("cases/<int:pk>/void/", views.case_void, name="case_void"),
]

"""相談: consultations, clients, cases."""

from django.urls import path

from consultations import views
from consultations.views import duplicates, merges, search

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
    path("clients/search/", search.client_search, name="client_search"),
    path("clients/suggest/", search.client_suggest, name="client_suggest"),
    path("clients/alike/", duplicates.client_duplicates, name="client_duplicates"),
    path("clients/export/", views.client_export, name="client_export"),
    path("clients/<int:pk>/", views.client_detail, name="client_detail"),
    path("clients/<int:pk>/edit/", views.client_edit, name="client_edit"),
    path("clients/<int:pk>/contact/", views.client_contact, name="client_contact"),
    path("clients/<int:pk>/reveal/", views.client_reveal, name="client_reveal"),
    path("clients/<int:pk>/void/", views.client_void, name="client_void"),
    path("clients/duplicates/", duplicates.duplicate_list, name="duplicate_list"),
    path("clients/duplicates/dismiss/", duplicates.duplicate_dismiss, name="duplicate_dismiss"),
    path("clients/merges/new/", merges.merge_create, name="merge_create"),
    path("clients/merges/<int:pk>/undo/", merges.merge_undo, name="merge_undo"),
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/", views.case_create, name="case_create"),
    path("cases/export/", views.case_export, name="case_export"),
    path("cases/<int:pk>/", views.case_detail, name="case_detail"),
    path("cases/<int:pk>/edit/", views.case_edit, name="case_edit"),
    path("cases/<int:pk>/void/", views.case_void, name="case_void"),
]

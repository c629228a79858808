"""相談: consultations, clients, cases."""

from django.urls import path

from consultations import views
from consultations.views import attaching, endings, handovers, versions

app_name = "consultations"
urlpatterns = [
    path("", views.consultation_list, name="consultation_list"),
    path("new/", views.consultation_create, name="consultation_create"),
    path("export/", views.consultation_export, name="consultation_export"),
    path("client/", views.consultation_client, name="consultation_client"),
    path("<int:pk>/", views.consultation_detail, name="consultation_detail"),
    path("<int:pk>/edit/", views.consultation_edit, name="consultation_edit"),
    path("<int:pk>/void/", views.consultation_void, name="consultation_void"),
    path("<int:pk>/attach/", attaching.consultation_attach, name="consultation_attach"),
    path("<int:pk>/detach/", attaching.consultation_detach, name="consultation_detach"),
    path("<int:pk>/history/", versions.consultation_history, name="consultation_history"),
    path("clients/", views.client_list, name="client_list"),
    path("clients/new/", views.client_create, name="client_create"),
    path("clients/search/", views.client_search, name="client_search"),
    path("clients/export/", views.client_export, name="client_export"),
    path("clients/<int:pk>/", views.client_detail, name="client_detail"),
    path("clients/<int:pk>/edit/", views.client_edit, name="client_edit"),
    path("clients/<int:pk>/contact/", views.client_contact, name="client_contact"),
    path("clients/<int:pk>/reveal/", views.client_reveal, name="client_reveal"),
    path("clients/<int:pk>/void/", views.client_void, name="client_void"),
    path("clients/<int:pk>/history/", versions.client_history, name="client_history"),
    path("handovers/", handovers.handover_list, name="handover_list"),
    path("handovers/new/", handovers.handover_create, name="handover_create"),
    path("handovers/today/", handovers.handover_today, name="handover_today"),
    path("handovers/<int:pk>/", handovers.handover_detail, name="handover_detail"),
    path("handovers/<int:pk>/edit/", handovers.handover_edit, name="handover_edit"),
    path("handovers/<int:pk>/void/", handovers.handover_void, name="handover_void"),
    path("handovers/<int:pk>/receive/", handovers.handover_receive, name="handover_receive"),
    path("handovers/items/new/", handovers.handoveritem_create, name="handoveritem_create"),
    path("handovers/items/<int:pk>/edit/", handovers.handoveritem_edit, name="handoveritem_edit"),
    path("handovers/items/<int:pk>/void/", handovers.handoveritem_void, name="handoveritem_void"),
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/", views.case_create, name="case_create"),
    path("cases/export/", views.case_export, name="case_export"),
    path("cases/<int:pk>/", views.case_detail, name="case_detail"),
    path("cases/<int:pk>/edit/", views.case_edit, name="case_edit"),
    path("cases/<int:pk>/void/", views.case_void, name="case_void"),
    path("cases/<int:pk>/close/", endings.case_close, name="case_close"),
    path("cases/<int:pk>/reopen/", endings.case_reopen, name="case_reopen"),
    path("cases/<int:pk>/policies/", versions.case_policies, name="case_policies"),
    path("cases/<int:pk>/history/", versions.case_history, name="case_history"),
]

"""つなぎ: referrals, agencies, consents, conferences."""

from django.urls import path

from referrals import views

app_name = "referrals"
urlpatterns = [
    path("", views.referral_list, name="referral_list"),
    path("new/", views.referral_create, name="referral_create"),
    path("export/", views.referral_export, name="referral_export"),
    path("<int:pk>/", views.referral_detail, name="referral_detail"),
    path("<int:pk>/edit/", views.referral_edit, name="referral_edit"),
    path("<int:pk>/void/", views.referral_void, name="referral_void"),
    path("<int:pk>/approve/", views.referral_approve, name="referral_approve"),
    path("agencies/", views.agency_list, name="agency_list"),
    path("agencies/new/", views.agency_create, name="agency_create"),
    path("agencies/export/", views.agency_export, name="agency_export"),
    path("agencies/<int:pk>/", views.agency_detail, name="agency_detail"),
    path("agencies/<int:pk>/edit/", views.agency_edit, name="agency_edit"),
    path("agencies/<int:pk>/void/", views.agency_void, name="agency_void"),
    path("consents/", views.consent_list, name="consent_list"),
    path("consents/new/", views.consent_create, name="consent_create"),
    path("consents/export/", views.consent_export, name="consent_export"),
    path("consents/<int:pk>/", views.consent_detail, name="consent_detail"),
    path("consents/<int:pk>/edit/", views.consent_edit, name="consent_edit"),
    path("consents/<int:pk>/void/", views.consent_void, name="consent_void"),
    path("conferences/", views.conference_list, name="conference_list"),
    path("conferences/new/", views.conference_create, name="conference_create"),
    path("conferences/export/", views.conference_export, name="conference_export"),
    path("conferences/<int:pk>/", views.conference_detail, name="conference_detail"),
    path("conferences/<int:pk>/edit/", views.conference_edit, name="conference_edit"),
    path("conferences/<int:pk>/void/", views.conference_void, name="conference_void"),
]

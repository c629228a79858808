"""The site map."""

from django.urls import include, path, re_path, register_converter

from komatsu_support import home, views
from komatsu_support.converters import FiscalYear, Month, YearMonth
from komatsu_support.views.passkeys import RemovePasskey

register_converter(FiscalYear, "fiscal_year")
register_converter(Month, "month")
register_converter(YearMonth, "year_month")

handler500 = views.server_error
urlpatterns = [
    path("", home.home, name="home"),
    path("consultations/", include("consultations.urls")),
    path("cafe/", include("cafe.urls")),
    path("referrals/", include("referrals.urls")),
    path("training/", include("training.urls")),
    path("kpi/", include("kpi.urls")),
    path("calendar/", views.calendar_month, name="calendar_month"),
    path("calendar/generate/", views.calendar_generate, name="calendar_generate"),
    path("calendar/days/<int:pk>/edit/", views.officeday_edit, name="officeday_edit"),
    path("terms/", views.term_list, name="term_list"),
    path("terms/new/", views.term_create, name="term_create"),
    path("terms/<int:pk>/edit/", views.term_edit, name="term_edit"),
    path("users/", views.user_list, name="user_list"),
    path("users/new/", views.user_create, name="user_create"),
    path("users/<int:pk>/edit/", views.user_edit, name="user_edit"),
    path("users/<int:pk>/password/", views.user_password, name="user_password"),
    path("users/<int:pk>/unlock/", views.user_unlock, name="user_unlock"),
    path("trail/", views.trail_list, name="trail_list"),
    path("trail/status/", views.trail_status, name="trail_status"),
    path("drafts/", views.draft_save, name="draft_save"),
    path("drafts/<int:pk>/discard/", views.draft_discard, name="draft_discard"),
    path("screen/hide/", views.screen_hide, name="screen_hide"),
    path("screen/show/", views.screen_show, name="screen_show"),
    path("healthz/", views.healthz, name="healthz"),
    # Nobody signs up, confirms an address or resets a password by mail here.
    re_path(
        r"^accounts/(?:signup|email|confirm-email|password/set|password/reset|login/code)/", views.not_here
    ),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("accounts/", include("allauth.urls")),
]

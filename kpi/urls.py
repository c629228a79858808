"""指標: /kpi/<年度>/…"""

from django.urls import path

from kpi import views

app_name = "kpi"
urlpatterns = [
    path("", views.current, name="current"),
    path("<fiscal_year:year>/", views.indicator_list, name="indicator_list"),
    path("<fiscal_year:year>/export/", views.report_export, name="report_export"),
    path("<fiscal_year:year>/report/", views.report_edit, name="report_edit"),
    path("<fiscal_year:year>/cafe-funnel/", views.cafe_funnel, name="cafe_funnel"),
    path("<fiscal_year:year>/cafe-funnel/export/", views.cafe_funnel_export, name="cafe_funnel_export"),
    path("<fiscal_year:year>/targets/", views.target_list, name="target_list"),
    path("<fiscal_year:year>/targets/copy/", views.target_copy, name="target_copy"),
    path("<fiscal_year:year>/targets/new/", views.target_create, name="target_create"),
    path("<fiscal_year:year>/targets/<int:pk>/edit/", views.target_edit, name="target_edit"),
    path("<fiscal_year:year>/targets/<int:pk>/void/", views.target_void, name="target_void"),
    path("<fiscal_year:year>/overrides/new/", views.override_create, name="override_create"),
    path("<fiscal_year:year>/overrides/<int:pk>/edit/", views.override_edit, name="override_edit"),
    path("<fiscal_year:year>/overrides/<int:pk>/void/", views.override_void, name="override_void"),
    path("<fiscal_year:year>/<slug:code>/", views.indicator_detail, name="indicator_detail"),
    path("<fiscal_year:year>/<slug:code>/<month:month>/", views.indicator_month, name="indicator_month"),
]

"""The product's site map with Django's admin beside it, for the bench alone."""

from django.urls import include, path

from tests.bench.admin import site

urlpatterns = [
    path("admin/", site.urls),
    path("", include("komatsu_support.urls")),
]

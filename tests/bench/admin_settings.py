"""The product's settings with Django's admin beside it, for the bench alone."""

from komatsu_support.settings import *  # noqa: F403
from komatsu_support.settings import INSTALLED_APPS as OURS
from komatsu_support.settings import MIDDLEWARE as OURS_BETWEEN

INSTALLED_APPS = [*OURS, "django.contrib.admin"]
# Static files are not collected for the bench, and not served by it.
MIDDLEWARE = [each for each in OURS_BETWEEN if not each.startswith("whitenoise.")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ROOT_URLCONF = "tests.bench.admin_urls"

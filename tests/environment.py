"""Loaded by pytest before Django: an unconfigured checkout is a development checkout, as in manage.py.

pytest-django imports the settings before any conftest.py, so this cannot stand in one.
"""

import os

if "SECRET_KEY" not in os.environ:
    os.environ.setdefault("DEBUG", "true")
# Playwright keeps an event loop running beside the tests, which Django would take for an async view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

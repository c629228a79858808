"""Settings are safe when nothing is set, and refuse to start without their keys."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import override_settings

from komatsu_support import settings as real

KEYS = {
    name: f"{name.lower()}-for-this-test-only-0123456789"
    for name in ("SECRET_KEY", "TRAIL_KEY", "BACKUP_KEY")
}
SHOW = """
import json
from komatsu_support import settings
print(json.dumps({name: getattr(settings, name, None) for name in %r}))
"""


def start(tmp_path, code, **variables):
    """A process of its own with these variables and nothing else of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "DATA_DIR": str(tmp_path), "PYTHONIOENCODING": "utf-8", **variables},
        cwd=settings.BASE_DIR,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def started(tmp_path, *names, **variables):
    """The values of these settings in such a process."""
    done = start(tmp_path, SHOW % (names,), **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- refusing to start


@pytest.mark.parametrize("missing", KEYS)
def test_web_server_refuses_to_start_without_a_key(tmp_path, missing):
    done = start(tmp_path, "import komatsu_support.wsgi", **{**KEYS, missing: ""})

    assert done.returncode == 1
    assert f"ImproperlyConfigured: {missing} を環境変数に設定してください。" in done.stderr


def test_unconfigured_web_server_is_no_development_server(tmp_path):
    done = start(tmp_path, "import komatsu_support.wsgi")

    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr


def test_development_starts_without_keys(tmp_path):
    assert started(tmp_path, "DEBUG", "REQUIRE_MFA", DEBUG="true") == {"DEBUG": True, "REQUIRE_MFA": False}


# --- what a configured server has


def test_production_asks_for_a_second_factor_and_guards_its_cookies(tmp_path):
    names = [
        *("DEBUG", "REQUIRE_MFA", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME"),
        *("CSRF_COOKIE_NAME", "CSRF_COOKIE_HTTPONLY", "SESSION_EXPIRE_AT_BROWSER_CLOSE", "ALLOWED_HOSTS"),
    ]

    assert started(tmp_path, *names, **KEYS) == {
        "DEBUG": False,
        "REQUIRE_MFA": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
    }


def test_no_address_of_a_proxy_is_believed_unless_one_is_configured(tmp_path):
    names = ("SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT")

    without, behind_one = (
        started(tmp_path, *names, **KEYS),
        started(tmp_path, *names, **KEYS, TRUSTED_PROXIES="1"),
    )

    assert without == {"SECURE_PROXY_SSL_HEADER": None, "ALLAUTH_TRUSTED_PROXY_COUNT": 0}
    assert behind_one == {
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    }


def test_office_decides_how_it_counts(tmp_path):
    names = ("CAFE_COUNTED_ROLES", "CONNECTED_RUNG", "CLIENT_ACCESS", "RETENTION_YEARS")

    assert started(tmp_path, *names, **KEYS) == {
        "CAFE_COUNTED_ROLES": ["visitor", "child", "user_planner", "user_lecturer"],
        "CONNECTED_RUNG": "connected",
        "CLIENT_ACCESS": "team",
        "RETENTION_YEARS": 5,
    }
    assert started(tmp_path, *names, **KEYS, CAFE_COUNTED_ROLES="visitor", CONNECTED_RUNG="accepted") == {
        "CAFE_COUNTED_ROLES": ["visitor"],
        "CONNECTED_RUNG": "accepted",
        "CLIENT_ACCESS": "team",
        "RETENTION_YEARS": 5,
    }


def test_passwords_are_kept_as_argon2():
    with override_settings(PASSWORD_HASHERS=real.PASSWORD_HASHERS):
        stored = make_password("tonton-cafe-no-kagi-7")

    assert stored.startswith("argon2$argon2id$")


def test_password_has_12_characters_at_least():
    validator = {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }

    assert validator in real.AUTH_PASSWORD_VALIDATORS


def test_no_transaction_wraps_a_whole_request():
    assert not connection.settings_dict["ATOMIC_REQUESTS"]


def test_language_is_fixed():
    assert "django.middleware.locale.LocaleMiddleware" not in real.MIDDLEWARE
    assert (real.LANGUAGE_CODE, real.TIME_ZONE) == ("ja", "Asia/Tokyo")


def test_nothing_leaves_by_mail():
    assert [each["BACKEND"] for each in real.MAILERS.values()] == [
        "django.core.mail.backends.dummy.EmailBackend"
    ]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a setting of SQLite")
def test_sqlite_takes_the_write_lock_first_and_waits_for_it():
    options = connection.settings_dict["OPTIONS"]

    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)

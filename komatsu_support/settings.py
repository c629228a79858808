"""Every setting, read from the environment; safe when nothing is set.

README lists each variable. Without DEBUG the start is refused until SECRET_KEY and TRAIL_KEY are given.
"""

import sqlite3
from pathlib import Path

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from komatsu_support.logs import without_keys, without_values

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("DEBUG", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret(name: str) -> str:
    """A key from the environment; a well-known one in development only."""
    value: str = env.str(name, "")
    if value:
        return value
    if DEBUG:
        return f"development-only-{name.lower()}-never-in-production-0123456789"
    raise ImproperlyConfigured(f"{name} を環境変数に設定してください。({name} is not set.)")


SECRET_KEY = _secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# The trail's chain is signed with a key that a copy of the database does not hold.
TRAIL_KEY = _secret("TRAIL_KEY")
BACKUP_KEY = _secret("BACKUP_KEY")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# ---- What the office may set: how it counts ---------------------------------------------------------
CAFE_COUNTED_ROLES = env.list(
    "CAFE_COUNTED_ROLES", default=["visitor", "child", "user_planner", "user_lecturer"]
)
CONNECTED_RUNG = env.str("CONNECTED_RUNG", "connected")
CLIENT_ACCESS = env.str("CLIENT_ACCESS", "team")
RETENTION_YEARS = env.int("RETENTION_YEARS", 5)
DESK_HOURS = env.str("DESK_HOURS", "9:00-16:00")  # read by desk.py
DESK_LUNCH = env.str("DESK_LUNCH", "12:00-13:00")
DESK_STEP = env.int("DESK_STEP", 30)
OFFICE_NAME = env.str("OFFICE_NAME", "小松市 女性相談・とんとんカフェ")

# ---- Applications -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "komatsu_support",
    "cafe",
    "training",
    "consultations",
    "referrals",
    "kpi",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "simple_history",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "komatsu_support.middleware.PlainTextOnly",
    "komatsu_support.middleware.DatabaseBusy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "komatsu_support.middleware.NoStore",
    "komatsu_support.middleware.HiddenScreen",
    "komatsu_support.middleware.SessionLimits",
    "komatsu_support.middleware.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "komatsu_support.middleware.RequestLog",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "komatsu_support.middleware.SecondFactor",
]

ROOT_URLCONF = "komatsu_support.urls"
WSGI_APPLICATION = "komatsu_support.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [
    "mail.E001",  # the dummy mailer is meant: nothing leaves the closed network
    "security.W004",  # HSTS is the reverse proxy's affair in a closed network (HSTS_SECONDS turns it on)
    "security.W008",  # so is the redirect to HTTPS (SSL_REDIRECT turns it on)
    "security.W021",  # no HSTS preload for a host that is on no public network
    "security.W005",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "komatsu_support.menu.frame",
            ],
        },
    },
]
FILTERS_EMPTY_CHOICE_LABEL = "すべて"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = not DEBUG

# ---- Database ---------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'office.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # WAL before 3.51.3 can corrupt on reset, and with synchronous=NORMAL acknowledged text can vanish.
    _wal_is_safe = sqlite3.sqlite_version_info >= (3, 51, 3)
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": ";".join(
            [
                "PRAGMA foreign_keys=ON",
                "PRAGMA recursive_triggers=ON",
                "PRAGMA secure_delete=ON",
                f"PRAGMA journal_mode={'WAL' if _wal_is_safe else 'DELETE'}",
                f"PRAGMA synchronous={'FULL' if _wal_is_safe else 'EXTRA'}",
            ]
        ),
    }
    _database["CONN_MAX_AGE"] = None
else:
    _database["ENGINE"] = "django.db.backends.postgresql"
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 600)
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "options": "-c statement_timeout=15000 -c lock_timeout=5000",
    }

# Log-in limits must be shared by all processes of the server.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "office_cache",
        # Of 300, the default, whoever fails under many names could push out the limit of one.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# ---- Accounts ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "komatsu_support.User"
AUTHENTICATION_BACKENDS = ["komatsu_support.accounts.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
REQUIRE_MFA = env.bool("REQUIRE_MFA", not DEBUG)

ACCOUNT_ADAPTER = "komatsu_support.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# An office is one address: the limit per address is wide, so is the one per account from wherever, the one per
# account and address (key) is narrow.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "5/5m/key",
    "login_anywhere": "60/h/key",
    "change_password": "10/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "komatsu_support.accounts.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "komatsu_support.forms.passkey.PasskeyForm",
    "login_webauthn": "komatsu_support.forms.passkey.PasskeyLoginForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "とんとん業務"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

SESSION_ENGINE = "komatsu_support.sessions"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 20 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", 10 * 60 * 60)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "komatsu_support.views.csrf_failure"
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# ---- Headers ----------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # Bootstrap's icons and the TOTP code are data: images
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "display-capture": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}
SECURE_REFERRER_POLICY = (
    "same-origin"  # "no-referrer" makes browsers send Origin: null, which the CSRF check refuses
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", False)
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 0)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["komatsu_support.uploads.SmallFilesInMemory"]  # a list of persons never lies in /tmp

# ---- Language, time, files --------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "komatsu_support" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Nothing leaves the closed network.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}

# ---- Logs: who, which page, how long; never a name, a number or a text --------------------------------
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
            ],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_keys,
                *([] if DEBUG else [without_values]),
                structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
                if DEBUG
                else structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django_structlog": {"level": env.str("LOG_LEVEL", "WARNING" if DEBUG else "INFO")},
    },
}

"""What holds for every request: readable text, a session with an end, nothing left in a cache."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars

from komatsu_support.http import is_hidden
from komatsu_support.masking import masked
from komatsu_support.views.faults import database_away, give_back, is_database_away, typed_fields

type Next = Callable[[HttpRequest], HttpResponse]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SEEN_EVERY = 60  # seconds between two notes of "still here": a write on every GET would block writers


class PlainTextOnly:
    """Answers 400 to NUL and other control characters, wherever they stand."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at path, query and form fields before anybody else reads them."""
        if CONTROL.search(request.path) or self._dirty(request.GET) or self._dirty(request.POST):
            return render(request, "400.html", status=400)
        return self.get_response(request)

    @staticmethod
    def _dirty(fields: Any) -> bool:
        return any(
            CONTROL.search(name) or any(CONTROL.search(value) for value in values)
            for name, values in fields.lists()
        )


class DatabaseBusy:
    """Answers 503 with Retry-After, the typed text given back, while the database or the trail is away."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing here: what fails outside a view comes to `server_error`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What fails inside the view."""
        return database_away(request, error) if is_database_away(error) else None


class SessionLimits:
    """Ends a session after 20 idle minutes and after 10 hours."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out what is too old, note what is still here."""
        if request.user.is_authenticated:
            now = time.time()
            since = request.session.setdefault("signed_in_at", now)
            seen = request.session.get("seen_at", now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - since > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
            elif now - seen >= SEEN_EVERY or "seen_at" not in request.session:
                request.session["seen_at"] = now
        return self.get_response(request)


class SignedIn(LoginRequiredMiddleware):
    """Asks everybody to sign in; gives back what a session that ended meanwhile was sending."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        """To the log-in page; a form's fields are kept for a second try."""
        if request.headers.get("HX-Request"):
            return HttpResponse("ログインの有効時間が過ぎました。入力は画面に残っています。", status=401)
        if request.method == "POST" and request.POST:
            return give_back(request, kind="session", status=401)
        return super().handle_no_permission(request, view_func)


class RequestLog(RequestMiddleware):
    """Tells log and trail who asks for what from where."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """The address by which log-ins are limited; what a browser claims beside it is not believed."""
        with suppress(PermissionDenied, ImproperlyConfigured):
            bind_contextvars(ip=get_adapter().get_client_ip(request))


class SecondFactor:
    """Sends whoever has no second factor to its set-up, where one is required."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Where one is required, not on the pages that set it up."""
        wanted = settings.REQUIRE_MFA and request.user.is_authenticated and not self._is_exempt(request.path)
        if wanted and not self._has_one(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def _has_one(request: HttpRequest) -> bool:
        """Whether there is a second factor; the session remembers a yes."""
        if not request.session.get("has_second_factor") and is_mfa_enabled(request.user):
            request.session["has_second_factor"] = True
        return bool(request.session.get("has_second_factor"))

    @staticmethod
    def _is_exempt(path: str) -> bool:
        return path.startswith(("/accounts/", "/healthz/", settings.STATIC_URL))


class NoStore:
    """Keeps every page out of every cache, given-back text too; clears the browser's on log-out."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Also the page of the log-out itself. Storage stays: unsent café taps live there."""
        was_in = request.user.is_authenticated
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        if was_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache"'
        return response


class HiddenScreen:
    """While the screen is hidden: pages go out masked, nothing is changed, no file leaves."""

    STILL_WORKS = ("screen_hide", "screen_show", "draft_save", "account_logout", "healthz")
    TAKES_OUT = ("_export", "_download", "_template", "_corrected", "_calendar")
    HARMLESS = ("text/javascript", "application/javascript", "application/manifest+json")

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing, unless the session says so. What was typed elsewhere and refused is held for later."""
        response = self.get_response(request)
        match = request.resolver_match
        if not is_hidden(request) or (match and match.url_name in self.STILL_WORKS):
            return response
        is_page = "HX-Request" not in request.headers  # what a script asks still stands in its page
        if response.status_code >= 400 and is_page and (fields := typed_fields(request)):
            request.session["held"] = {"fields": fields, "action_url": request.get_full_path()}
        return self._covered(request, response)

    def process_view(
        self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Refuse what would change something or take it out, before it is done and noted as done."""
        name = str(request.resolver_match and request.resolver_match.url_name)
        if not is_hidden(request) or name in self.STILL_WORKS:
            return None
        changes = request.method not in ("GET", "HEAD", "OPTIONS")
        return _refused(request) if changes or name.endswith(self.TAKES_OUT) else None

    def _covered(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or (response.content and kind not in ("text/html", *self.HARMLESS)):
            if response.streaming:  # any other holds nothing open, and closing it would end the request
                response.close()
            response, kind = _refused(request), "text/html"
        if kind == "text/html":
            response.content = masked(response.content.decode(response.charset)).encode(response.charset)
        return response


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "409.html", status=409)

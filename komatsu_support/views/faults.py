"""What is shown when something went wrong, with the typed text given back."""

import sys
from collections.abc import Sequence

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.http import require_safe

from komatsu_support.audit import TrailUnavailable
from komatsu_support.models import TrailHead

log = structlog.get_logger(__name__)

SECRET_FIELDS = {"csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2"}


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field that was sent, except tokens and passwords; nothing of the log-in's own pages or of another
    site's, which would only lack a press of our button."""
    if request.method != "POST" or request.path.startswith("/accounts/") or _is_foreign(request):
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in SECRET_FIELDS
    ]


def _is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that a page of another site sent this."""
    return request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def give_back(request: HttpRequest, *, kind: str, status: int) -> HttpResponse:
    """The typed text, ready to be sent again with a fresh token. `kind` is csrf or session."""
    if request.path.startswith("/accounts/"):
        return redirect("account_login")
    if _is_foreign(request):
        return render(request, "403.html", status=403)
    return resend_page(request, typed_fields(request), request.get_full_path(), kind=kind, status=status)


def resend_page(
    request: HttpRequest, fields: Sequence[tuple[str, str]], action_url: str, *, kind: str, status: int
) -> HttpResponse:
    """A page that holds fields and sends them once more."""
    context = {
        "fields": fields,
        "action_url": action_url,
        "kind": kind,
        "characters": sum(len(value) for name, value in fields if name not in ("submission", "version")),
    }
    return render(request, "resubmit.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form left open over a log-in: its token is old, its text is not lost."""
    return give_back(request, kind="csrf", status=403)


@login_not_required
def not_here(request: HttpRequest) -> HttpResponse:
    """A page of the accounts library that this office does not use."""
    raise Http404


def is_database_away(error: BaseException | None) -> bool:
    """Whether the database or the trail cannot be reached."""
    return isinstance(error, OperationalError | TrailUnavailable)


def database_away(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """503 with Retry-After, and what was typed for another press."""
    log.exception("database_unavailable", exc_info=error)
    context = {
        "fields": typed_fields(request),
        "action_url": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    # Without the request: the frame would ask the database who is signed in.
    return HttpResponse(render_to_string("503.html", context), status=503, headers={"Retry-After": "5"})


def server_error(request: HttpRequest) -> HttpResponse:
    """What failed outside a view, such as reading the session: 503 where the database is away, else 500."""
    error = sys.exception()
    return database_away(request, error) if is_database_away(error) else defaults.server_error(request)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the database answers and the trail has its head."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    ready = TrailHead.objects.filter(pk=1).exists()
    return JsonResponse({"ok": ready}, status=200 if ready else 503)

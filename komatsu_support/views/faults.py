"""What is shown when something went wrong, with the typed text given back."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views import defaults
from django.views.decorators.http import require_safe

from komatsu_support.models import TrailHead

SECRET_FIELDS = {"csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2"}


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field that was sent, except tokens and passwords; nothing of the log-in's own pages."""
    if request.method != "POST" or request.path.startswith("/accounts/"):
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in SECRET_FIELDS
    ]


def give_back(request: HttpRequest, *, kind: str, status: int) -> HttpResponse:
    """The typed text, ready to be sent again with a fresh token. `kind` is csrf or session."""
    if request.path.startswith("/accounts/"):
        return redirect("account_login")
    fields = typed_fields(request)
    context = {
        "fields": fields,
        "action_url": request.get_full_path(),
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


def server_error(request: HttpRequest) -> HttpResponse:
    """What failed outside a view, such as reading the session: 503 where the database is away, else 500."""
    from komatsu_support.middleware import DatabaseBusy

    error = sys.exception()
    answer = DatabaseBusy.process_exception(request, error) if isinstance(error, Exception) else None
    return answer or defaults.server_error(request)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the database answers and the trail has its head."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    ready = TrailHead.objects.filter(pk=1).exists()
    return JsonResponse({"ok": ready}, status=200 if ready else 503)

"""片手カウンタ: a day's tablets, the page they count on, and what they send.

The page and what it sends need no log-in: whoever holds a tablet's token may tap and read that day's total, and
nothing else. The token comes in a header that no page of another origin can set, and no cookie is read: there is
no authority a forged form could borrow, hence csrf_exempt.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cafe.forms.tally import TabletForm, Unreadable, read_sending
from cafe.models import OpenDay, Tablet, Tap, heads_of, late_in_words, late_taps, proposed, tablet_at
from komatsu_support.http import Request
from komatsu_support.models import AgeBand
from komatsu_support.pages import allowed, find, void_page

FILES = (
    "vendor/bootstrap/bootstrap.min.css",
    "vendor/design-tokens/tokens.css",
    "office.css",
    "favicon.svg",
    "tally-book.js",
    "tally-band.js",
    "tally-day.js",
    "tally.js",
)
"""What the counter needs besides its page; the worker keeps these and nothing else."""

SHELL = "cafe/openday_tally.html"
WORKER = "cafe/tally_worker.js"


@allowed("cafe.add_tablet", methods=["POST"])
def tablet_create(request: Request, day: int) -> HttpResponse:
    """Open a tablet and go on to the counter. The token stands in the fragment, which nobody is sent."""
    open_day = find(OpenDay.objects.standing(), request, day)
    form = TabletForm(request.POST, by=request.user, instance=Tablet(open_day=open_day))
    if tablet := form.saved():
        return redirect(f"{reverse('cafe:openday_tally', args=[day])}#{tablet.token}")
    for sentence in dict.fromkeys(text for texts in form.errors.values() for text in texts):
        messages.error(request, f"端末を開けませんでした。{sentence}")
    return redirect(open_day)


@allowed("cafe.void_tablet")
def tablet_void(request: Request, pk: int) -> HttpResponse:
    """Take a tablet's permission back; what it has counted stays."""
    return void_page(request, find(Tablet.objects.select_related("open_day"), request, pk))


def tally_of_day(request: Request, day: OpenDay) -> dict[str, Any]:
    """What the page of a day says of its tablets."""
    may = request.user.has_perm("cafe.add_tablet")
    tablets = Tablet.objects.visible_to(request.user).filter(open_day=day).with_last_arrival()
    heads = Tap.objects.of_day(day).by_tablet()
    return {
        "proposal": proposed(day),
        "late": late_in_words(late_taps(day)),
        "tablets": [
            (each, heads.get(each.pk, 0)) for each in tablets.select_related("created_by").order_by("pk")
        ],
        "tablet_form": TabletForm(by=request.user) if may and not day.is_voided else None,
    }


@login_not_required
@require_safe
def openday_tally(request: HttpRequest, pk: int) -> HttpResponse:
    """The counter: a page with nothing on it but the day's date, the same for everybody."""
    day = get_object_or_404(OpenDay.objects.standing(), pk=pk)
    kinds = [(kind.value, kind.label) for kind in Tap.Kind if kind != Tap.Kind.UNDO]
    bands = [(band.value, band.label) for band in AgeBand if band != AgeBand.UNKNOWN]
    context = {"day": day, "kinds": kinds, "bands": bands, "zone": settings.TIME_ZONE}
    # Without the request: neither who is signed in nor a CSRF token belongs on a page that is kept for later.
    text = render_to_string(SHELL, context)
    return HttpResponse(text, headers={"X-Tally-Version": _version()})


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def openday_taps(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what a tablet sends, once however often it comes, and answer the totals of all tablets."""
    at = tablet_at(_token(request), pk)
    if at is None:
        return _refused(
            403, "この端末では、この日を数えられなくなりました。開催日の画面から端末を開き直してください。"
        )
    tablet, state = at
    keys: list[str] = []
    if request.method == "POST":
        try:
            keys = _keep(tablet, request)
        except Unreadable as error:
            return _refused(error.status, str(error))
    kinds = heads_of(pk)
    return JsonResponse(
        {"accepted": keys, "total": sum(kinds.values()), "kinds": kinds, "state": state.label}
    )


def _keep(tablet: int, request: HttpRequest) -> list[str]:
    """Keep the events of a request. The keys that are kept now, or were before: not a 橋 too many for one day,
    which waits on the tablet and holds nobody else up."""
    sending = read_sending(request.content_type, request.body, tablet)
    alone = len(sending.keys) == 1  # one tap is one statement, whole by itself
    with nullcontext() if alone else transaction.atomic():
        Tap.objects.receive(sending.taps)
        waiting = _waiting(tablet, sending.bridges) if sending.bridges else set()
    return [key for key in sending.keys if key not in waiting]


def _waiting(tablet: int, bridges: list[uuid.UUID]) -> set[str]:
    """The keys of those 橋 that the day has no more room for; the others are kept."""
    by = Tablet.objects.select_related("open_day", "created_by").get(pk=tablet)
    return {str(key) for key in bridges if not by.bridge(key)}


def _token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Tablet" else ""


def _refused(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


@login_not_required
@require_safe
def tally_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the counter, at an address that stays: /cafe/ is then within its reach."""
    context = {"version": json.dumps(_version()), "files": json.dumps([static(name) for name in FILES])}
    return HttpResponse(render_to_string(WORKER, context), content_type="text/javascript")


def _version() -> str:
    """Changes with everything the counter is made of."""
    return _read_version() if settings.DEBUG else _version_of_this_release()


def _read_version() -> str:
    files = [Path(str(finders.find(name))) for name in FILES]
    pages = [settings.BASE_DIR / "templates" / name for name in (SHELL, WORKER)]
    digest = hashlib.sha256()
    for path in [*files, *pages]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _version_of_this_release() -> str:
    return _read_version()

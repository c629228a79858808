"""見られてもよい画面: hides what can be read on this person's screen until it is asked for again."""

import re
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpResponse
from django.shortcuts import redirect

from komatsu_support.http import Request, is_hidden, page_of_ours, screen_turn
from komatsu_support.pages import allowed
from komatsu_support.views.faults import resend_page

TURN = re.compile(r"[0-9]{1,15}")  # what a script can count exactly


@allowed("komatsu_support.view_home", methods=["POST"])
def screen_hide(request: Request) -> HttpResponse:
    """From now on every page of this session is sent masked."""
    _press(request, hidden=True)
    return _back(request)


@allowed("komatsu_support.view_home", methods=["POST"])
def screen_show(request: Request) -> HttpResponse:
    """Readable again; what was sent meanwhile and refused is given back first."""
    _press(request, hidden=False)
    held = _held(request) if "next" in request.POST and not is_hidden(request) else None
    if held:
        return resend_page(request, held["fields"], held["action_url"], kind="hidden", status=200)
    return _back(request)


def _press(request: Request, *, hidden: bool) -> None:
    """Note one press. Presses overtake each other on their way: the one with the highest turn holds."""
    try:
        with request.session.locked():
            known, given = screen_turn(request), request.POST.get("turn", "")
            turn = int(given) if TURN.fullmatch(given) else known + 1
            if turn <= known:
                return
            request.session["screen"] = {"turn": turn, "hidden": hidden}
            if hidden and "given_to" in request.session.get("held", {}):
                del request.session["held"]
    except UpdateError as ended:
        raise SessionInterrupted from ended


def _held(request: Request) -> dict[str, Any] | None:
    """What is held, for the page that asked first: again, for with a second press its first answer is lost."""
    held: dict[str, Any] | None = request.session.get("held")
    if not held or held.setdefault("given_to", request.POST["next"]) != request.POST["next"]:
        return None
    request.session.modified = True
    return held


def _back(request: Request) -> HttpResponse:
    """To the page it was pressed on; a script that stays there needs no page."""
    if "next" not in request.POST:
        return HttpResponse(status=204)
    return redirect(page_of_ours(request.POST["next"]) or "home")

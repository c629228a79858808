"""The request as the views here know it."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from komatsu_support.models import User
from komatsu_support.sessions import SessionStore


class Request(HttpRequest):
    """A request by somebody who is signed in."""

    user: User
    htmx: HtmxDetails
    session: SessionStore


def page_of_ours(address: str) -> str:
    """The address, if it is a path and leads nowhere else; else nothing."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else ""


def is_hidden(request: HttpRequest) -> bool:
    """Whether this person has hidden the screen (見られてもよい画面)."""
    return bool(request.session.get("screen", {}).get("hidden"))


def screen_turn(request: HttpRequest) -> int:
    """How often the screen was hidden and shown, reckoned from the log-in in ms: more than any session before."""
    begun = int(request.session.get("signed_in_at", 0) * 1000)
    return int(request.session.get("screen", {}).get("turn", begun))

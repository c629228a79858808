"""The request as the views here know it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from komatsu_support.models import User


class Request(HttpRequest):
    """A request by somebody who is signed in."""

    user: User
    htmx: HtmxDetails

"""A browser for each size, in which somebody is signed in as in production."""

from django.test import Client as Browser

from komatsu_support.models import Role, User
from tests.bench.databases import Databases, Size


def signed_in(offices: Databases, size: Size, role: str = Role.COUNSELOR) -> Browser:
    """A person of the role, her second factor seen. Use it while the databases are at that size."""
    with offices.at(size):
        browser = Browser()
        browser.force_login(User.objects.filter(role=role).order_by("pk")[0])
        session = browser.session
        session["has_second_factor"] = True
        session.save()
    return browser


def got(browser: Browser, url: str) -> bytes:
    """The page, which must be there."""
    response = browser.get(url)
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
    return bytes(response.content)

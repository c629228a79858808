"""Every page of the site, walked from the resolver."""

from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access import NOT_OURS


@dataclass(frozen=True)
class Page:
    """One URL name with its pattern."""

    name: str
    pattern: URLPattern
    parameters: tuple[str, ...]

    @property
    def view(self) -> Any:
        """The function behind it."""
        return self.pattern.callback

    @property
    def url_name(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition(":")[2]

    @property
    def folder(self) -> str:
        """The namespace, which is the template's folder too."""
        return self.name.rpartition(":")[0]


def _walk(patterns: Any, namespace: str = "", parameters: tuple[str, ...] = ()) -> Any:
    for each in patterns:
        here = (*parameters, *each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, f"{each.namespace}:" if each.namespace else namespace, here)
        else:
            yield Page(f"{namespace}{each.name}", each, here)


EVERY_PAGE: list[Page] = list(_walk(get_resolver().url_patterns))
OURS = [page for page in EVERY_PAGE if page.pattern.name and not page.name.startswith(NOT_OURS)]

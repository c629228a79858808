"""What usually comes next, as the buttons of a record's page."""

from django.urls import reverse

from komatsu_support.http import Request
from komatsu_support.models import Record
from komatsu_support.pages import record_actions

Steps = list[dict[str, str]]


def next_steps(request: Request, record: Record, *steps: tuple[str, str, str]) -> Steps:
    """Steps of (label, URL name, query), the first of which stands out, then change and void."""
    changes = record_actions(request, record)
    if not changes:  # taken back, or open to read alone
        return []
    ahead = [{"label": label, "url": f"{reverse(name)}?{query}"} for label, name, query in steps]
    after = [
        {**action, "kind": "secondary"} if action.get("kind") == "primary" else action for action in changes
    ]
    return ahead + after

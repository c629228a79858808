"""What usually comes next, as the buttons of a record's page."""

from django.urls import reverse

from komatsu_support.http import Request
from komatsu_support.models import Record
from komatsu_support.pages import record_actions

Steps = list[dict[str, str]]
EVERYDAY = 3  # steps in sight; where there are more, they and 取り消す wait under ほかの操作


def next_steps(request: Request, record: Record, *steps: tuple[str, str, str]) -> Steps:
    """Steps of (label, URL name, query), the first of which stands out, then change and void.

    Where they are many, the everyday ones and the change come first and the rest is folded away.
    """
    after = mends(request, record)
    if not after:  # taken back, or open to read alone
        return []
    ahead = [{"label": label, "url": f"{reverse(name)}?{query}"} for label, name, query in steps]
    if len(ahead) <= EVERYDAY:
        return ahead + after
    voids = [action for action in after if action["kind"] == "danger"]
    changes = [action for action in after if action not in voids]
    return [*ahead[:EVERYDAY], *changes, *folded(*ahead[EVERYDAY:], *voids)]


def mends(request: Request, record: Record) -> Steps:
    """Change and void beside other steps: the change does not stand out."""
    return [
        {**action, "kind": "secondary"} if action["kind"] == "primary" else action
        for action in record_actions(request, record)
    ]


def before_void(steps: Steps, *more: dict[str, str]) -> Steps:
    """The steps with more of them put in before 取り消す, which stands last."""
    voids = [step for step in steps if step.get("kind") == "danger"]
    return [*(step for step in steps if step not in voids), *more, *voids]


def folded(*steps: dict[str, str]) -> Steps:
    """Steps that wait under ほかの操作."""
    return [{"kind": "secondary", **step, "row": "more"} for step in steps]

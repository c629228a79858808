"""What two files of one person say together: who may see her, whose values stand, what is kept of both."""

from __future__ import annotations

from collections.abc import Collection

from consultations.models.client import Client
from komatsu_support.models import User

STRICTNESS: list[str] = [Client.Protection.NORMAL, Client.Protection.RESTRICTED, Client.Protection.SEALED]
BOTH = "\n\n"  # between two texts that are both kept


def strictness(client: Client) -> tuple[int, bool]:
    """How closed a file is: by who may open it, then by 支援措置."""
    return STRICTNESS.index(client.protection), client.address_protected


def are_alike(kept: Client, merged: Client) -> bool:
    """Whether two files are equally closed: then the people of both may go on, and 担当 is a choice."""
    return strictness(kept) == strictness(merged)


def guard(kept: Client, merged: Client) -> list[User]:
    """Give the kept file the stricter protection of both. Answers who is named in it.

    Of two alike, everybody named in either; else those of the stricter file alone, its 担当 too: whoever was
    named in an open file was not chosen for a closed one.
    """
    strict = max(kept, merged, key=strictness)
    files = (kept, merged) if are_alike(kept, merged) else (strict,)
    named = {user for each in files for user in each.assigned.all()}
    if strict.protection != Client.Protection.SEALED:
        named |= {each.staff for each in files if each.staff is not None}
    if len(files) == 1:
        kept.staff = strict.staff
    ends = [c.protected_until for c in (kept, merged) if c.address_protected and c.protected_until]
    kept.protection = strict.protection
    kept.address_protected = kept.address_protected or merged.address_protected
    kept.protected_until = max(ends, default=kept.protected_until)
    return sorted(named, key=lambda user: user.pk)


def take_over(kept: Client, merged: Client, take: Collection[str], join: Collection[str]) -> None:
    """The chosen values; the first contact of all, and of two ways to be careful the more careful one."""
    for name in take:
        setattr(kept, name, getattr(merged, name))
    for name in join:
        setattr(kept, name, BOTH.join(filter(None, (getattr(kept, name), getattr(merged, name)))))
    kept.first_contact_on = min(kept.first_contact_on, merged.first_contact_on)
    kept.voicemail = kept.voicemail and merged.voicemail
    kept.needs_interpreter = kept.needs_interpreter or merged.needs_interpreter

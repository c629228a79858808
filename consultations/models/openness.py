"""Whom a client's file is open to, and with it everything that hangs on her."""

from __future__ import annotations

from typing import ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from komatsu_support.models import OpenByPermission, User
from komatsu_support.roles import Role


class Protection(models.TextChoices):
    """閲覧の範囲: who may open the file."""

    NORMAL = "normal", "通常"
    RESTRICTED = "restricted", "閲覧制限"
    SEALED = "sealed", "封印（職員・親族など）"


GUARDED = ("protection", "address_protected", "protected_until")
"""What decides who sees her: of two files of one person the stricter one's always, never a choice."""


def open_to(user: User, prefix: str = "", *, to_change: bool = False) -> Q:
    """The clients a counselor may open, as a condition on any model that leads to a client by `prefix`.

    Restricted ones open to their assigned staff and to lead, sealed ones to the persons named alone.
    With CLIENT_ACCESS=assigned a normal one opens to its assigned staff and to lead. To read, and not
    to change, a broken glass opens for an hour what is not sealed.
    """
    lead = f"{prefix}__" if prefix else ""
    opened = _of_staff(user, lead)
    if to_change:
        return opened & Q(**{f"{lead}disposed_on": None})
    glasses = apps.get_model("consultations", "BreakGlass").objects.live(user)
    sealed = Q(**{f"{lead}protection": Protection.SEALED})
    return opened | (Q(**{f"{lead}pk__in": glasses.values("client")}) & ~sealed)


def _of_staff(user: User, lead: str) -> Q:
    """Those open to a person by her role and by being named."""
    mine = Q(**{f"{lead}pk__in": user.assigned_clients.values("pk")}) | Q(
        Q(**{f"{lead}staff": user}) & ~Q(**{f"{lead}protection": Protection.SEALED})
    )
    normal = Q(**{f"{lead}protection": Protection.NORMAL})
    if user.role == Role.LEAD:
        return mine | ~Q(**{f"{lead}protection": Protection.SEALED})
    return mine | normal if settings.CLIENT_ACCESS == "team" else mine


class OfClient(OpenByPermission):
    """Records that hang on a client: open to whoever may view them, as her file is open to that person."""

    client_at: ClassVar[str] = "client"
    """The way from the record to its client; "" for the file itself."""
    may_be_of_nobody: ClassVar[bool] = False
    """Whether a record may hang on no client. Such a one is every counselor's."""

    def visible_to(self, user: User) -> Self:
        """What she may read, a broken glass included."""
        return super().visible_to(user).opened(user)

    def changeable_by(self, user: User) -> Self:
        """As seen, without what a broken glass shows: that is to read."""
        return super().visible_to(user).opened(user, to_change=True)

    def opened(self, user: User, *, to_change: bool = False) -> Self:
        """Those whose client's file is open."""
        return self.filter(self.open_to(user, to_change=to_change))

    def open_to(self, user: User, *, to_change: bool = False) -> Q:
        """The same as a condition."""
        opened = open_to(user, self.client_at, to_change=to_change)
        return Q(**{self.client_at: None}) | opened if self.may_be_of_nobody else opened

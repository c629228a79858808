"""統合: two files of one person become one, and two again if that was wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from consultations.models.break_glass import BreakGlass
from consultations.models.case import Case
from consultations.models.client import Client
from consultations.models.distinct import DistinctPair, OfTwoQuerySet
from consultations.models.joining import are_alike, guard, strictness, take_over
from consultations.models.openness import GUARDED
from consultations.models.protection import ProtectionCheck
from consultations.models.visits import settle_visits
from komatsu_support import audit
from komatsu_support.models import Record, User


class Refused(Exception):
    """The two cannot be merged, or not be parted, for the reason it says."""


class MergeQuerySet(OfTwoQuerySet):
    """Questions about merges."""

    ends = ("kept", "merged")

    def standing(self) -> Self:
        """Neither voided nor undone."""
        return super().standing().filter(undone_at=None)


class Merge(Record):
    """統合: which file went into which, what moved, what was taken over. No value of any field stands here."""

    kept = models.ForeignKey(Client, models.PROTECT, related_name="merges", verbose_name="残す相談者")
    merged = models.ForeignKey(Client, models.PROTECT, related_name="mergings", verbose_name="統合する相談者")
    reason = models.CharField("統合の理由", max_length=200)
    kept_version = models.PositiveIntegerField("残す方の版", editable=False)
    merged_version = models.PositiveIntegerField("統合する方の版", editable=False)
    moved = models.JSONField(
        "移した記録", default=dict, editable=False, help_text="model.field: [pk, version]"
    )
    taken = models.JSONField("引き継いだ項目", default=list, editable=False)
    undone_at = models.DateTimeField("元に戻した日時", null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="元に戻した人",
    )
    undo_reason = models.CharField("元に戻した理由", max_length=200, blank=True)

    objects = MergeQuerySet.as_manager()

    identifying = ("reason", "undo_reason")

    class Meta:
        verbose_name = "統合"
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("merged")),
                name="merge_joins_two",
                violation_error_message="同じ相談者どうしは統合できません。",
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at=None, voided_at=None),
                name="merge_of_a_client_once",
                violation_error_message="この相談者は統合されています。",
            ),
        ]

    def get_absolute_url(self) -> str:
        """It is told on the file that was kept."""
        return self.kept.get_absolute_url()

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.kept_id

    @classmethod
    def of(
        cls,
        kept: Client,
        merged: Client,
        *,
        take: Collection[str] = (),
        join: Collection[str] = (),
        reason: str,
        by: User,
    ) -> Merge:
        """Merge the second file into the first. `take`: fields whose value is the second's; `join`: texts kept both.

        Raises Refused, and StaleVersion where either file was saved since it was read.
        """
        with transaction.atomic():
            audit.wait_for_my_turn()
            if sentence := refusal(kept, merged):
                raise Refused(sentence)
            merge = cls(kept=kept, merged=merged, reason=reason)
            merge.kept_version, merge.merged_version = kept.version, merged.version
            before = _values(kept)
            free = set(take) if are_alike(kept, merged) else set(take) - {"staff"}
            named = guard(kept, merged)
            take_over(kept, merged, free, join)
            merge.taken = sorted(name for name, value in _values(kept).items() if value != before[name])
            about = f"統合: {reason}"
            merge._close(merged, named, by=by, basis=about)
            merge.moved = {
                link.key: [link.move(record, kept, by=by, basis=about) for record in records]
                for link, records in hanging(merged)
                if records
            }
            kept.save(by=by, changed=_spoken(merge.taken), ticked={"assigned": named}, basis=about)
            settle_visits(kept, by=by)
            merge.save(by=by)
        return merge

    def _close(self, merged: Client, named: list[User], *, by: User, basis: str) -> None:
        """The merged file leads to the kept one and is open to nobody to whom that is closed."""
        merged.merged_into = self.kept
        for name in (*GUARDED, "staff_id"):
            setattr(merged, name, getattr(self.kept, name))
        merged.save(by=by, changed=["merged_into"], ticked={"assigned": named}, basis=basis)

    def undo(self, reason: str, *, by: User) -> None:
        """Two files again: what moved and still stands there goes back, what was taken over and is unchanged too.

        What was added to the kept file since then stays with it. Raises Refused, StaleVersion.
        """
        with transaction.atomic():
            kept, merged = self.kept, self.merged
            audit.wait_for_my_turn()
            if sentence := self.undo_refusal():
                raise Refused(sentence)
            about = f"統合の取りやめ: {reason}"
            was, named = self._was(merged, self.merged_version)
            merged.merged_into = None
            if self._is_closed_further():
                named = list(merged.assigned.all())
            else:
                for name in (*GUARDED, "staff_id"):
                    setattr(merged, name, getattr(was, name))
            merged.save(by=by, changed=["merged_into"], ticked={"assigned": named}, basis=about)
            for link, records in self.returning():
                for record in records:
                    link.move(record, merged, by=by, basis=about)
            self._give_back(kept, by=by, basis=about)
            settle_visits(kept, by=by)
            settle_visits(merged, by=by)
            self.undone_at, self.undone_by, self.undo_reason = timezone.now(), by, reason
            self.save(by=by, changed=["undone_at"], basis=about)

    def _is_closed_further(self) -> bool:
        """Whether she was closed further since: nobody knows which of the two that was for, so it holds for both."""
        left, _ = self._was(self.kept, self.kept_version + 1)
        return strictness(self.kept) > strictness(left)

    def _give_back(self, kept: Client, *, by: User, basis: str) -> None:
        """The kept file's own values, where nobody has changed them since; from its history."""
        was, named_before = self._was(kept, self.kept_version)
        then, named_then = self._was(kept, self.kept_version + 1)
        unchanged = [name for name in self.taken if getattr(kept, name) == getattr(then, name)]
        for name in unchanged:
            setattr(kept, name, getattr(was, name))
        is_named_alike = set(kept.assigned.all()) == set(named_then)
        ticked = {"assigned": named_before} if is_named_alike else {}
        kept.save(by=by, changed=_spoken(unchanged), ticked=ticked, basis=basis)

    @staticmethod
    def _was(client: Client, version: int) -> tuple[Any, list[User]]:
        """A file as its history has it: its columns, and who was named in it."""
        row = client.history.filter(version=version).latest()
        return row, list(User.objects.filter(pk__in=row.ticked.get("assigned", [])))

    def undo_refusal(self) -> str:
        """Why it cannot be undone now; "" if it can."""
        if self.undone_at is not None:
            return "この統合は元に戻してあります。"
        if self.merged.merged_into_id != self.kept_id or self.kept.merged_into_id is not None:
            return "残した方がほかの方に統合されています。先にその統合を元に戻してください。"
        later = Merge.objects.standing().filter(kept=self.kept, pk__gt=self.pk).order_by("-pk").first()
        if later is not None:
            return f"あとから統合した {later.merged.number} を、先に元に戻してください。"
        return ""

    def returning(self) -> Iterator[tuple[Link, list[Any]]]:
        """Records that moved and still stand where they were moved. What hangs on a case goes where that goes."""
        for link in links():
            yield link, list(self._going_back(link).order_by("pk"))

    def staying(self) -> Iterator[tuple[Link, int]]:
        """How many records of each kind were added to the kept file since: an undo leaves them there."""
        for link in links():
            since = link.of(self.kept).filter(created_at__gt=self.created_at)
            yield link, since.exclude(pk__in=self._going_back(link).values("pk")).count()

    def _going_back(self, link: Link) -> Any:
        moved = Q(pk__in=self._keys(link))
        if any(field.name == "case" for field in link.model._meta.fields):
            moved = Q(case=None) & moved | Q(case__in=self._keys(Link(Case, "client")))
        return link.of(self.kept).filter(moved)

    def _keys(self, link: Link) -> list[int]:
        return [pk for pk, _version in self.moved.get(link.key, [])]


STAY = (Client, Merge, DistinctPair, BreakGlass, ProtectionCheck)
"""What is about a file itself, as it was, and not about the person."""


@dataclass(frozen=True)
class Link:
    """One way in which records belong to a client: a model of this app or of one above, and its key."""

    model: Any
    name: str

    @property
    def key(self) -> str:
        """How a merge remembers it."""
        return f"{self.model._meta.label_lower}.{self.name}"

    @property
    def label(self) -> str:
        """What such a record is called."""
        return str(self.model._meta.verbose_name)

    def of(self, client: Client) -> Any:
        """The client's records, voided ones too."""
        return self.model._base_manager.filter(**{self.name: client.pk})

    def move(self, record: Any, client: Client, *, by: User, basis: str) -> list[int]:
        """Hang a record on another file, by the door. Its key, and its version after that."""
        setattr(record, self.name, client)
        record.save(by=by, changed=[self.name], basis=basis)
        return [record.pk, record.version]


def links() -> Iterator[Link]:
    """Every way in which records belong to a client."""
    relations: list[Any] = list(Client._meta.get_fields(include_hidden=True))
    for each in relations:
        model = each.related_model if each.auto_created and each.one_to_many else None
        if model is not None and issubclass(model, Record) and model not in STAY:
            yield Link(model, each.field.name)


def hanging(client: Client) -> Iterator[tuple[Link, list[Any]]]:
    """What moves with a file."""
    for link in links():
        yield link, list(link.of(client).order_by("pk"))


def refusal(kept: Client, merged: Client) -> str:
    """Why the second cannot go into the first; "" if it can."""
    if kept.pk == merged.pk:
        return "同じ相談者どうしは統合できません。別の方を選んでください。"
    for client in (kept, merged):
        if client.is_voided:
            return f"{client.number} は取り消されています。統合できません。"
        if client.merged_into_id is not None:
            return f"{client.number} は既に統合されています。統合先の番号で選んでください。"
    if Merge.objects.standing().filter(kept=merged).exists():
        return f"{merged.number} には統合した方がいます。{merged.number} のほうを残してください。"
    return ""


def _spoken(columns: Collection[str]) -> list[str]:
    """Names of fields, as the trail has them."""
    return [name.removesuffix("_id") for name in columns]


def _values(client: Client) -> dict[str, Any]:
    ours = ("version", "updated_at", "updated_by")
    return {f.attname: getattr(client, f.attname) for f in Client._meta.concrete_fields if f.name not in ours}

"""Record: what every row of every app is, and the QuerySet through which it is reached."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from komatsu_support import audit
from komatsu_support.fiscal import Period
from komatsu_support.models.trail import AuditEvent
from komatsu_support.models.user import User

MANY = 200  # rows of one statement, where many are written at once


class AgeBand(models.TextChoices):
    """年代, to the decade; 不明 is always an answer."""

    U20 = "u20", "20歳未満"
    D20 = "20s", "20代"
    D30 = "30s", "30代"
    D40 = "40s", "40代"
    D50 = "50s", "50代"
    D60 = "60s", "60代"
    D70 = "70s", "70代"
    P80 = "80p", "80歳以上"
    UNKNOWN = "unknown", "不明"

    @classmethod
    def of(cls, age: int | None) -> AgeBand:
        """The band of an age in full years; 不明 of None."""
        if age is None:
            return cls.UNKNOWN
        if age < 20:
            return cls.U20
        return cls.P80 if age >= 80 else cls(f"{age // 10}0s")


DISPOSED = "廃棄済"  # stands where a text was emptied; a constraint that wants a reason still finds one


class StaleVersion(Exception):
    """Somebody else has saved the record since it was read."""


class Ticked(models.Model):
    """What a history row adds to the columns: the keys of every many-to-many choice, and values beside."""

    ticked = models.JSONField(default=dict)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class New[R: Record]:
    """A record to be made among many: itself, what is ticked with it, the names of what was filled in."""

    record: R
    ticked: Mapping[str, Sequence[models.Model]] = field(default_factory=dict)
    changed: Sequence[str] = ()


class ValueHistory(HistoricalRecords):
    """Value history whose one row per save is written by `Record.save`, after the ticked boxes."""

    def post_save(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: `Record.save` writes the row."""


class RecordQuerySet(models.QuerySet[Any]):
    """Questions every record answers. Closed until opened: a subclass says who may see what."""

    dated_by: str = ""

    def visible_to(self, user: User) -> Self:
        """What this person may see: nothing, until the app says otherwise."""
        return self.none()

    def changeable_by(self, user: User) -> Self:
        """What this person may change: all she may see, unless the app says otherwise."""
        return self.visible_to(user)

    def in_period(self, period: Period) -> Self:
        """Dated within the period, both ends included."""
        return self.filter(**{f"{self.dated_by}__range": (period.start, period.end)})

    def dated(self, by: str) -> Self:
        """The same records, dated by another of their days: by the day of connection, say."""
        dated: Self = self._chain()  # type: ignore[attr-defined]
        dated.dated_by = by
        return dated

    def delete(self) -> Any:
        """Refused: records are voided, never deleted."""
        raise TypeError("記録は削除できません。取消にしてください。(a Record is voided, never deleted)")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def standing(self) -> Self:
        """Not voided."""
        return self.filter(voided_at=None)

    def first_or_saved(self, new: Any, *, by: User) -> Any:
        """The one of these that a first press made, else the new one; of two presses at once, the first's."""
        if (made := self.first()) is not None:
            return made
        try:
            with transaction.atomic():
                new.save(by=by)
        except IntegrityError:
            return self.get()
        return new

    def add_all(self, new: Sequence[New[Any]], *, by: User, basis: str = "") -> None:
        """The door for many new records of one model, as `Record.save` is for one: all or nothing.

        The same rows come about (ticked boxes, history, one event each in the trail) with a few statements.
        """
        with transaction.atomic():
            head = audit.wait_for_my_turn()
            for each in new:
                each.record._stamp(by, adding=True)
            self.bulk_create([each.record for each in new], batch_size=MANY)
            self._tick_all(new)
            memories = [each.record._memory(by, "+", each.ticked, {}) for each in new]
            self.model.history.model.objects.bulk_create(memories, batch_size=MANY)
            created = [(each.record, each.changed) for each in new]
            audit.record_all(AuditEvent.Action.CREATE, created, by=by, basis=basis, head=head)

    def _tick_all(self, new: Sequence[New[Any]]) -> None:
        for name in sorted({name for each in new for name in each.ticked}):
            rows = [row for each in new for row in each.record._through_rows(name, each.ticked.get(name, ()))]
            getattr(self.model, name).through._base_manager.bulk_create(rows, batch_size=MANY)

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.dated_by = self.dated_by
        return clone


class OpenByPermission(RecordQuerySet):
    """Records about nobody in particular: open to whoever holds `<app>.view_<model>`."""

    asks_for: ClassVar[str] = ""
    """Another permission, for what belongs to something else."""

    def visible_to(self, user: User) -> Self:
        """All of them, or none."""
        meta = self.model._meta
        asked = self.asks_for or f"{meta.app_label}.view_{meta.model_name}"
        return self if user.has_perm(asked) else self.none()


class Record(models.Model):
    """記録: a row somebody answers for. Made, changed and voided by a person, never deleted.

    `version` refuses a stale save; `submission` makes a second press of 登録 harmless; `history` keeps the
    values; the trail keeps who did it.
    """

    created_at = models.DateTimeField("登録日時", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", editable=False, verbose_name="登録者"
    )
    updated_at = models.DateTimeField("更新日時", default=timezone.now, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", editable=False, verbose_name="更新者"
    )
    version = models.PositiveIntegerField("版", default=1, editable=False)
    submission = models.UUIDField("送信番号", default=uuid.uuid4, unique=True, editable=False)
    voided_at = models.DateTimeField("取消日時", null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="取消者"
    )
    void_reason = models.CharField("取消の理由", max_length=200, blank=True, editable=False)

    history = ValueHistory(inherit=True, bases=[Ticked])

    identifying: ClassVar[tuple[str, ...]] = ()
    """Fields by which somebody is known or that tell about her: emptied, with their history, by a disposal."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def save(
        self,
        *args: Any,
        by: User | None = None,
        action: str = "",
        changed: Iterable[str] = (),
        ticked: Mapping[str, Iterable[models.Model]] | None = None,
        beside: Mapping[str, Any] | None = None,
        basis: str = "",
        **kwargs: Any,
    ) -> None:
        """Write the record, its ticked boxes, its history row and the trail, or nothing.

        `by` answers for it (a new record's `created_by` will do); `beside` are values that belong to the
        record but stand in rows of their own, for the history. Raises StaleVersion when somebody else saved
        first.
        """
        adding = self._state.adding
        person = by or (self.created_by if adding and self.created_by_id else None)
        if person is None:
            raise TypeError(f"{type(self).__name__}.save() needs to know by whom")
        with transaction.atomic():
            head = audit.wait_for_my_turn()
            self._stamp(person, adding=adding)
            super().save(*args, **kwargs)
            for name, chosen in (ticked or {}).items():
                self._tick(name, list(chosen), adding=adding)
            self._remember(person, "+" if adding else "~", ticked, beside or {})
            default = AuditEvent.Action.CREATE if adding else AuditEvent.Action.CHANGE
            audit.record(action or default, by=person, on=self, fields=changed, basis=basis, head=head)

    def get_absolute_url(self) -> str:
        """The record's own page, by the naming rule."""
        return reverse(f"{self._meta.app_label}:{self._meta.model_name}_detail", args=[self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: a record is voided, never deleted."""
        raise TypeError("記録は削除できません。取消にしてください。(a Record is voided, never deleted)")

    def basis_for(self, user: User) -> str:
        """Why this person may look at it, for the trail; blank where it is about nobody who must be protected."""
        return ""

    @property
    def is_voided(self) -> bool:
        """Whether the record was taken back."""
        return self.voided_at is not None

    def emptied(self) -> dict[str, Any]:
        """Every column that a disposal empties, with what it leaves there; a subclass may add others."""
        columns = [self._meta.get_field(name) for name in (*self.identifying, "void_reason")]
        return {
            each.name: _emptied(each, getattr(self, each.name)) for each in columns if not each.many_to_many
        }

    def empty_beside(self) -> None:
        """For a subclass: remove what belongs to the record but stands in rows of its own."""

    def void(self, reason: str, by: User) -> None:
        """取消: take the record out of every figure; it stays in the history."""
        if not reason.strip():
            raise ValueError("取消の理由を入力してください。")
        self.voided_at, self.voided_by, self.void_reason = timezone.now(), by, reason.strip()
        self.save(by=by, action=AuditEvent.Action.VOID, changed=["voided_at"])

    def _stamp(self, by: User, *, adding: bool) -> None:
        """Who and when; and claim the next version, which also locks the row."""
        self.updated_at, self.updated_by = timezone.now(), by
        if adding:
            self.created_by = by
            return
        claimed = (
            type(self)._base_manager.filter(pk=self.pk, version=self.version).update(version=self.version + 1)
        )
        if not claimed:
            raise StaleVersion
        self.version += 1

    def _tick(self, name: str, chosen: list[models.Model], *, adding: bool) -> None:
        """Set one many-to-many field; a new record's rows go in with one statement."""
        relation = getattr(self, name)
        if not adding:
            relation.set(chosen)
        elif chosen:
            relation.through._base_manager.bulk_create(self._through_rows(name, chosen))

    def _through_rows(self, name: str, chosen: Iterable[models.Model]) -> list[models.Model]:
        """The rows of one many-to-many field, not yet stored."""
        field = self._meta.get_field(name)
        mine, theirs = field.m2m_column_name(), field.m2m_reverse_name()  # type: ignore[union-attr]
        through = getattr(type(self), name).through
        return [through(**{mine: self.pk, theirs: each.pk}) for each in chosen]

    def _remember(
        self,
        by: User,
        kind: str,
        ticked: Mapping[str, Iterable[models.Model]] | None,
        beside: Mapping[str, Any],
    ) -> None:
        """Write the history row."""
        self._memory(by, kind, ticked, beside).save(force_insert=True)

    def _memory(
        self,
        by: User,
        kind: str,
        ticked: Mapping[str, Iterable[models.Model]] | None,
        beside: Mapping[str, Any],
    ) -> models.Model:
        """The history row, not yet stored: every column, what is ticked, what stands beside."""
        history: Any = type(self).history.model
        boxes: dict[str, Any] = {
            name: sorted(each.pk for each in chosen) for name, chosen in (ticked or {}).items()
        }
        if kind == "~":
            boxes |= self._ticked_now(besides=boxes)
        boxes.update(beside)
        memory: models.Model = history(
            history_date=self.updated_at,
            history_type=kind,
            history_user=by,
            ticked=boxes,
            **{field.attname: getattr(self, field.attname) for field in history.tracked_fields},
        )
        return memory

    def _ticked_now(self, besides: Collection[str]) -> dict[str, list[int]]:
        """The keys, as stored, of every many-to-many choice besides those just ticked."""
        return {
            field.name: sorted(getattr(self, field.name).values_list("pk", flat=True))
            for field in self._meta.many_to_many
            if field.name not in besides
        }


def _emptied(field: Any, value: Any) -> Any:
    """What a disposal puts in the place of a value."""
    if isinstance(field, models.CharField | models.TextField):
        return DISPOSED if value else ""
    if isinstance(field, models.BinaryField):
        return b""
    return None if field.null else field.get_default()

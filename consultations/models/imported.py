"""取込: an Excel list on its way to becoming consultations, and what is kept of it afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from komatsu_support.models import AuditEvent, Record, RecordQuerySet, Role, StaleVersion, User

KEPT_FOR = timedelta(days=1)  # what was read from a file nobody confirmed


class ImportQuerySet(RecordQuerySet):
    """Questions about imports."""

    dated_by = "created_at"

    def visible_to(self, user: User) -> Self:
        """One's own for a counselor, all for lead. The rows read open to who chose the file alone."""
        if not user.has_perm("consultations.view_import"):
            return self.none()
        return self if user.role == Role.LEAD else self.filter(created_by=user)

    def forget_old(self) -> None:
        """Empty what lay unconfirmed for a day."""
        old = self.filter(state=Import.State.CHECKING, created_at__lt=timezone.now() - KEPT_FOR)
        for imported in old:
            imported.end(Import.State.EXPIRED, by=User.objects.system())


class Import(Record):
    """取込: one file of an existing 相談一覧. Keeps counts and the file's hash, never its name or its rows."""

    class State(models.TextChoices):
        """状態."""

        CHECKING = "checking", "確認中"
        DONE = "done", "取込済"
        ABANDONED = "abandoned", "中止"
        EXPIRED = "expired", "期限切れ"

    sha256 = models.CharField("ファイルの指紋", max_length=64, editable=False)
    reason = models.CharField("理由", max_length=200)
    state = models.CharField("状態", max_length=12, choices=State, default=State.CHECKING, editable=False)
    row_count = models.PositiveIntegerField("行数", default=0, editable=False)
    added = models.PositiveIntegerField("登録した相談", default=0, editable=False)
    added_clients = models.PositiveIntegerField("新しい相談者", default=0, editable=False)
    known = models.PositiveIntegerField("取込済みの行", default=0, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "取込"
        indexes = [models.Index(fields=["state", "created_at"], name="import_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(state="done"),
                name="import_of_a_file_is_done_once",
                violation_error_message="このファイルは既に取り込まれています。",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody's word."""
        return self.state == self.State.CHECKING

    @property
    def is_done(self) -> bool:
        """Whether its rows are consultations now."""
        return self.state == self.State.DONE

    @property
    def head(self) -> ImportRow:
        """What is read as what. Raises StaleVersion where the import has ended and its rows are gone."""
        row = self.rows.filter(state=ImportRow.State.HEAD).first()
        if row is None:
            raise StaleVersion
        return row

    def start(self, rows: list[ImportRow], *, by: User) -> None:
        """Store it with the rows read; the reason is the trail's basis."""
        with transaction.atomic():
            self.row_count = sum(row.state != ImportRow.State.HEAD for row in rows)
            self.save(by=by, action=AuditEvent.Action.IMPORT, basis=self.reason, changed=["row_count"])
            for row in rows:
                row.imported = self
            ImportRow.objects.bulk_create(rows, batch_size=200)

    def end(self, state: str, *, by: User) -> None:
        """Leave the state of checking for good, and forget every row."""
        with transaction.atomic():
            self.state = state
            is_done = state == self.State.DONE
            action = AuditEvent.Action.IMPORT if is_done else AuditEvent.Action.CHANGE
            self.save(
                by=by,
                action=action,
                basis=self.reason if is_done else "",
                changed=["state", "added", "added_clients", "known"] if is_done else ["state"],
            )
            self.rows.all().delete()


class ImportRow(models.Model):
    """取込の行: the cells of one row as read, until the import is confirmed, abandoned or a day old."""

    class State(models.TextChoices):
        """確認の結果."""

        HEAD = "head", "見出し"
        WAITING = "waiting", "未確認"
        FINE = "fine", "取込可"
        NOTED = "noted", "注意"
        WRONG = "wrong", "誤り"
        KNOWN = "known", "取込済み"

    imported = models.ForeignKey(Import, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField("行", help_text="in the worksheet, from 1")
    cells = models.JSONField(
        default=dict, help_text="text by the name of the column; of the head, the labels"
    )
    person = models.CharField(max_length=64, blank=True, help_text="whose row: alike for alike")
    is_twin = models.BooleanField(default=False, help_text="the same row stands further up in the file")
    whose = models.CharField(max_length=30, blank=True, help_text="what the check says of the client")
    key = models.CharField(max_length=64, blank=True, help_text="what Consultation.import_key will be")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    remarks = models.JSONField(default=list, help_text="pairs of column and sentence")

    class Meta:
        verbose_name = "取込の行"
        constraints = [
            models.UniqueConstraint(fields=["imported", "number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}行目"

    @property
    def shown(self) -> list[tuple[str, str, bool]]:
        """Its cells as the preview lists them: label, text, whether something is to be done there."""
        marked = {label for label, _ in self.remarks}
        return [(label, text, label in marked) for label, text in self.cells.items()]

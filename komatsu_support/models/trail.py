"""The trail: who did what to which record, append-only and chained."""

import hashlib
import hmac
import json

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models


class AuditEvent(models.Model):
    """証跡: one deed or one look. Names of fields, never their values.

    Appended by `audit.record` alone. Triggers on both engines refuse UPDATE, DELETE and TRUNCATE; each
    row's `mac` covers the row and the mac before it, under a key that is not in the database.
    """

    class Action(models.TextChoices):
        """操作."""

        LOGIN = "login", "ログイン"
        LOGOUT = "logout", "ログアウト"
        LOGIN_FAILED = "login_failed", "ログイン失敗"
        LIST = "list", "一覧閲覧"
        VIEW = "view", "閲覧"
        REVEAL = "reveal", "連絡先の表示"
        EMERGENCY = "emergency", "緊急閲覧"
        PRINT = "print", "印刷"
        EXPORT = "export", "出力"
        IMPORT = "import", "取込"
        CREATE = "create", "登録"
        CHANGE = "change", "更新"
        VOID = "void", "取消"
        GENERATE = "generate", "一括作成"
        DISPOSE = "dispose", "廃棄"
        ACCOUNT = "account", "アカウント管理"
        BACKUP = "backup", "バックアップ"

    number = models.BigIntegerField("通番", primary_key=True)
    at = models.DateTimeField("日時")
    user = models.ForeignKey(
        "komatsu_support.User", models.PROTECT, null=True, related_name="+", verbose_name="操作者"
    )
    role = models.CharField("役割", max_length=20, blank=True)
    action = models.CharField("操作", max_length=20, choices=Action)
    object_type = models.CharField("対象", max_length=60, blank=True)
    object_id = models.BigIntegerField("対象番号", null=True)
    subject_id = models.BigIntegerField("相談者番号", null=True, help_text="誰の記録か")
    fields = models.JSONField("項目", default=list)
    basis = models.CharField("根拠", max_length=300, blank=True)
    count = models.PositiveIntegerField("件数", null=True)
    address = models.CharField("接続元", max_length=45, blank=True)
    request_id = models.CharField("要求番号", max_length=40, blank=True)
    mac = models.CharField("連鎖署名", max_length=64)

    class Meta:
        verbose_name = "証跡"
        indexes = [
            models.Index(fields=["subject_id", "number"], name="trail_by_subject"),
            models.Index(fields=["object_type", "object_id"], name="trail_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_action_display()}"

    @property
    def what(self) -> str:
        """The kind of record in words, with its key."""
        if not self.object_type:
            return ""
        return f"{apps.get_model(self.object_type)._meta.verbose_name} {self.object_id or ''}".strip()

    @property
    def changed(self) -> str:
        """The fields in words. One that the record no longer has stands under the name it had."""
        return "、".join(self._label(name) for name in self.fields)

    def _label(self, name: str) -> str:
        try:
            field = apps.get_model(self.object_type)._meta.get_field(name)
        except (FieldDoesNotExist, LookupError, ValueError):
            return name
        return str(getattr(field, "verbose_name", name))

    def chained_to(self, previous_mac: str) -> str:
        """The mac this row must carry after the row with `previous_mac`. 64 hexadecimal digits."""
        row = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        del row["mac"]
        text = json.dumps(row, sort_keys=True, default=str, ensure_ascii=False)
        message = f"{previous_mac}\n{text}".encode()
        return hmac.new(settings.TRAIL_KEY.encode(), message, hashlib.sha256).hexdigest()


class TrailHead(models.Model):
    """The last row of the trail, so that a tail cut off is found. One row, locked while appending."""

    number = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "証跡の末尾"

    def __str__(self) -> str:
        return f"証跡の末尾 {self.number}"

    def sealed(self) -> str:
        """The signature that number and mac must carry. 64 hexadecimal digits."""
        message = f"{self.number}\n{self.mac}".encode()
        return hmac.new(settings.TRAIL_KEY.encode(), message, hashlib.sha256).hexdigest()

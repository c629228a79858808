"""書類: papers of a client's file, kept in the database so that every back-up holds them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models, transaction
from django.utils import timezone

from consultations.models.case import Case
from consultations.models.client import Client
from consultations.models.openness import OfClient
from komatsu_support.models import OfficeDateField, Record, User

MAX_BYTES = 5 * 1024 * 1024

BEGINNINGS: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
"""How each kind of file that is taken begins. Its name proves nothing."""

ENDINGS: Mapping[str, str] = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def kind_of_file(data: bytes) -> str:
    """The media type by the first bytes; blank for anything but PDF, JPEG and PNG."""
    return next((kind for kind, beginning in BEGINNINGS.items() if data.startswith(beginning)), "")


class DocumentQuerySet(OfClient):
    """Questions about documents."""

    dated_by = "received_on"


class Document(Record):
    """書類: one paper or picture as it came. Not changed, only voided; the file's own name is not kept."""

    class Kind(models.TextChoices):
        """種類."""

        CONSENT = "consent", "同意書"
        MEDICAL = "medical", "診断書など"
        NOTICE = "notice", "届出"
        OTHER = "other", "その他"

    client = models.ForeignKey(Client, models.PROTECT, related_name="documents", verbose_name="相談者")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="支援ケース"
    )
    title = models.CharField("書類の名前", max_length=80)
    kind = models.CharField("種類", max_length=10, choices=Kind)
    received_on = OfficeDateField("受け取った日", default=timezone.localdate)
    media_type = models.CharField("ファイルの形式", max_length=20, editable=False)
    size = models.PositiveIntegerField("大きさ", editable=False, help_text="バイト")

    objects = DocumentQuerySet.as_manager()

    identifying = ("title",)

    class Meta:
        verbose_name = "書類"
        indexes = [models.Index(fields=["client", "received_on"], name="document_of_client")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size__gt=0, size__lte=MAX_BYTES),
                name="document_has_a_bearable_size",
                violation_error_code="file",
                violation_error_message="5MB以下のファイルを選んでください。",
            ),
            models.CheckConstraint(
                condition=models.Q(media_type__in=tuple(BEGINNINGS)),
                name="document_is_of_a_known_kind",
                violation_error_code="file",
                violation_error_message="PDF、JPEG、PNGのファイルを選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}　{self.title}"

    def basis_for(self, user: User) -> str:
        """Why this person may look, for the trail: as at the client."""
        return self.client.basis_for(user)

    @property
    def subject_id(self) -> int:
        """Whose record this is, for the trail."""
        return self.client_id

    @property
    def file_name(self) -> str:
        """The name under which it is taken out: ours, so that nobody else's text stands in a header."""
        return f"書類-{self.pk}.{ENDINGS[self.media_type]}"

    def keep(self, data: bytes, by: User) -> None:
        """登録: the document and its bytes, together or not at all."""
        self.media_type, self.size = kind_of_file(data), len(data)
        with transaction.atomic():
            self.save(by=by)
            DocumentFile(document=self, data=data).save(force_insert=True)

    def empty_beside(self) -> None:
        """The paper itself goes."""
        DocumentFile.objects.filter(document=self).delete()

    def may_be_taken_by(self, user: User) -> bool:
        """Whether the paper itself may be opened: a protected person's may show where she lives."""
        return not self.client.address_protected or self.client.is_assigned_to(user)


class DocumentFile(models.Model):
    """The bytes of a document, apart from it, so that no list and no history carries them along."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="file")
    data = models.BinaryField("ファイル")

    class Meta:
        verbose_name = "書類のファイル"

    def __str__(self) -> str:
        return f"書類のファイル {self.document_id}"

"""支援機関: whom we connect people to."""

from __future__ import annotations

from typing import Self

from django.db import models

from komatsu_support import text
from komatsu_support.models import OfficeDateField, OpenByPermission, Record, TermKey
from komatsu_support.models.fields import LONG_TEXT


class AgencyQuerySet(OpenByPermission):
    """Questions about the directory."""

    def in_report(self) -> Self:
        """連携団体 as the annual report names them, in the directory's order."""
        return (
            self.standing()
            .filter(show_in_report=True, active=True)
            .order_by("report_order", "kana_key", "pk")
        )


class Agency(Record):
    """支援機関: an entry of the directory."""

    name = models.CharField("機関名", max_length=80)
    name_kana = models.CharField("機関名カナ", max_length=120, blank=True)
    kana_key = models.CharField(max_length=250, blank=True, editable=False)
    kind = TermKey(kind="agency_kind", null=True, blank=True, verbose_name="機関の種類")
    section = models.CharField("部署", max_length=60, blank=True)
    contact = models.CharField("窓口", max_length=60, blank=True)
    phone = models.CharField("電話", max_length=20, blank=True)
    fax = models.CharField("FAX", max_length=20, blank=True)
    address = models.CharField("住所", max_length=150, blank=True)
    hours = models.CharField("受付時間", max_length=80, blank=True)
    languages = models.CharField("対応言語", max_length=80, blank=True)
    cost = models.CharField("費用", max_length=80, blank=True)
    eligibility = models.CharField("対象", max_length=150, blank=True)
    papers = models.CharField("必要書類", max_length=150, blank=True)
    has_agreement = models.BooleanField("協定あり", default=False)
    show_in_report = models.BooleanField("報告書の連携団体に載せる", default=False)
    report_label = models.CharField("報告書での呼び方", max_length=80, blank=True)
    report_order = models.PositiveSmallIntegerField("報告書での順", default=100)
    confirmed_on = OfficeDateField("最終確認日", null=True, blank=True)
    active = models.BooleanField("使う", default=True)
    note = models.TextField("メモ", max_length=LONG_TEXT, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "支援機関"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "section"],
                condition=models.Q(voided_at=None),
                name="agency_once_per_name_and_section",
                violation_error_code="name",
                violation_error_message="同じ機関名・部署が登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.section}".strip()

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Keep the 五十音 key."""
        self.kana_key = text.kana_sort_key(self.name_kana)[:250] if self.name_kana else ""
        super().save(*args, **kwargs)

"""Master lists: the office's own words for topics, routes, methods … editable, with fixed codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from komatsu_support.models.fields import OfficeDateField
from komatsu_support.models.record import Record, RecordQuerySet
from komatsu_support.models.user import User


class TermQuerySet(RecordQuerySet):
    """Questions about master lists."""

    def visible_to(self, user: User) -> Self:
        """Words are for everyone who works here."""
        return self if user.role else self.none()

    def in_order(self) -> Self:
        """As the lists print."""
        return self.order_by("kind", "order", "pk")

    def offered(self, kinds: Iterable[str], on: date) -> Self:
        """What a form offers on a day: active, in force, in order."""
        return self.standing().filter(kind__in=kinds, active=True, valid_from__lte=on).in_order()


class Term(Record):
    """選択肢: one word of one master list. The code never changes; the label may, from a day on."""

    class Kind(models.TextChoices):
        """一覧の種類."""

        METHOD = "method", "相談方法"
        PLACE = "place", "相談場所"
        CALLER = "caller", "相談者区分"
        TOPIC = "topic", "相談内容"
        SOURCE = "source", "相談経路"
        AWARENESS = "awareness", "相談のきっかけ"
        RESPONSE = "response", "対応内容"
        HOUSEHOLD = "household", "世帯構成"
        MARITAL = "marital", "配偶関係"
        EMPLOYMENT = "employment", "就労状況"
        NATIONALITY = "nationality", "国籍"
        LANGUAGE = "language", "言語"
        AGENCY_KIND = "agency_kind", "機関の種類"
        SESSION_FORM = "session_form", "研修の形式"

    kind = models.CharField("一覧", max_length=20, choices=Kind)
    code = models.SlugField("コード", max_length=30, help_text="半角英数字。登録後は変わりません")
    label = models.CharField("表示名", max_length=60)
    order = models.PositiveSmallIntegerField("並び順", default=100)
    active = models.BooleanField("使う", default=True, help_text="外すと新しい記録では選べません")
    valid_from = OfficeDateField("使い始める日", default=date(2000, 4, 1))
    cabinet_code = models.CharField("内閣府分類", max_length=30, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "選択肢"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="term_code_once_per_list",
                violation_error_code="code",
                violation_error_message="このコードは一覧にあります。別のコードを入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """A word is changed where it is looked at."""
        return reverse("term_edit", args=[self.pk])

    def label_on(self, day: date) -> str:
        """The label in force on the day. Uses prefetched `labels` where there are any."""
        former = [each for each in self.labels.all() if each.valid_until > day]
        return min(former, key=lambda each: each.valid_until).label if former else self.label

    def rename(self, label: str, *, since: date, by: User, changed: Iterable[str] = ("label",)) -> None:
        """Give the term a new label from a day on; reports of earlier days keep what they had.

        Renames that began on that day or later give way to this one.
        """
        with transaction.atomic():
            before = type(self).objects.get(pk=self.pk).label_on(since - timedelta(days=1))
            self.labels.filter(valid_until__gte=since).delete()
            TermLabel.objects.create(term=self, valid_until=since, label=before)
            self.label = label
            self.save(by=by, changed=changed)


class TermLabel(models.Model):
    """以前の表示名: what a term was called before a day."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="labels")
    label = models.CharField("表示名", max_length=60)
    valid_until = OfficeDateField("この日より前", default=timezone.localdate)

    class Meta:
        verbose_name = "以前の表示名"
        constraints = [
            models.UniqueConstraint(fields=["term", "valid_until"], name="term_label_one_per_day"),
        ]

    def __str__(self) -> str:
        return self.label

"""保存した条件: a way of looking at 相談一覧 that somebody comes back to."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from komatsu_support.models import Record, RecordQuerySet, User


class SavedFilterQuerySet(RecordQuerySet):
    """Questions about saved filters."""

    def visible_to(self, user: User) -> Self:
        """One's own."""
        if not user.has_perm("consultations.view_savedfilter"):
            return self.none()
        return self.filter(owner=user)


class SavedFilter(Record):
    """保存した条件: a name and the answers of the filter bar. No question of the bar asks for a client."""

    owner = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, verbose_name="持ち主")
    name = models.CharField(
        "名前", max_length=40, help_text="例「担当・高い緊急度」。相談者の名前や番号は書かないでください"
    )
    query = models.CharField("条件", max_length=500)
    is_default = models.BooleanField(
        "一覧を開いたときに使う", default=False, help_text="条件なしで相談一覧を開くと、この条件になります"
    )

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = "保存した条件"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(voided_at=None),
                name="saved_filter_of_this_name_once",
                violation_error_code="name",
                violation_error_message="同じ名前の条件があります。別の名前を入力してください。",
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(voided_at=None, is_default=True),
                name="saved_filter_one_opens_the_list",
                violation_error_code="is_default",
                violation_error_message="一覧を開いたときの条件が同時に変わりました。もう一度登録してください。",
            ),
            models.CheckConstraint(
                condition=~Q(query=""),
                name="saved_filter_asks_something",
                violation_error_code="query",
                violation_error_message="相談一覧で絞り込んでから、条件を保存してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list as it is looked at with these answers."""
        return f"{reverse('consultations:consultation_list')}?{self.query}"

"""Drafts: what is being typed, kept on the server and nowhere else."""

from typing import Self

from django.db import models

from komatsu_support.models.user import User


class DraftQuerySet(models.QuerySet["Draft"]):
    """Questions about drafts; nobody reads another's."""

    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(user=user)


class Draft(models.Model):
    """下書き: the fields of one form as typed, bound to person, form and record. Gone on submit."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    form = models.CharField(max_length=100)
    key = models.CharField(max_length=60, help_text="new:<submission> or the record's number")
    page = models.CharField(max_length=200, help_text="path of the page it was typed on")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = "下書き"
        constraints = [
            models.UniqueConstraint(fields=["user", "form", "key"], name="draft_one_per_form_and_record"),
        ]

    def __str__(self) -> str:
        return f"下書き {self.form} {self.key}"

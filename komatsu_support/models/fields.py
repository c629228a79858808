"""Model fields that hold what every table here must hold."""

from datetime import date
from typing import Any

from django import forms
from django.db import models

from komatsu_support.fiscal import EARLIEST, latest_date

LONG_TEXT = 50_000  # characters of free text; DATA_UPLOAD_MAX_MEMORY_SIZE would let 280,000 kanji pass


def _not_out_of_reach(day: date) -> None:
    from django.core.exceptions import ValidationError

    if not EARLIEST <= day <= latest_date():
        raise ValidationError("日付は1900年から2年後までの範囲で入力してください。", code="out_of_reach")


class OfficeDateField(models.DateField):
    """A day between 1900 and two years from now.

    The database holds 1900 to 2199 (a CHECK cannot know today), the validator the two years. A year 0001
    would be a 500 on SQLite and poison pages on PostgreSQL.
    """

    default_validators = [_not_out_of_reach]

    def db_check(self, connection: Any) -> str:
        """The column's own CHECK, the same on both engines."""
        column = connection.ops.quote_name(self.column)
        return f"{column} BETWEEN '1900-01-01' AND '2199-12-31'"

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """A text field that reads 和暦 and 西暦."""
        from komatsu_support.fields import WarekiField

        return super().formfield(**{"form_class": WarekiField, **kwargs})


class TermKey(models.ForeignKey):
    """A choice from one master list: a foreign key to the Term rows of one kind.

    Without an index of its own: a list has few words, and SQLite would rather read every record of one of
    them than those of a few days.
    """

    def __init__(self, kind: str = "", *args: Any, **kwargs: Any) -> None:
        self.kind = kind
        kwargs.setdefault("to", "komatsu_support.Term")
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("db_index", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations: the kind too."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["kind"] = self.kind
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> forms.Field:
        """A select whose terms the form loads in one query for all its lists."""
        from komatsu_support.fields import TermField

        return TermField(
            kind=self.kind,
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name),
            help_text=self.help_text,
        )

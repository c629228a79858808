"""Form fields that read what people here write: 和暦 days, kana, phones, words of a master list."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from komatsu_support import text
from komatsu_support.fiscal import parse_date, parse_day_near
from komatsu_support.models.term import Term


def _in_words(read: Any, value: str) -> Any:
    """Call a reader of `text` or `fiscal`; its ValueError is already a sentence."""
    try:
        return read(value)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error


class WarekiField(forms.DateField):
    """日付: reads 2024-11-05, R6.11.5, 令和6年11月5日, full-width digits too; shows 2024-11-05.

    On a page about a month, `near` is a day of it: then 11/5 and 11月5日 are read too.
    """

    def __init__(self, *, near: date | None = None, **kwargs: Any) -> None:
        self.near = near
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "text", "maxlength": 20}))
        super().__init__(**kwargs)
        example = "例 R6.11.5、2024-11-05" if near is None else f"例 {near.month}/5、R6.11.5"
        self.widget.attrs.setdefault("placeholder", example)

    def to_python(self, value: Any) -> date | None:
        """A day; ValidationError in words."""
        if value in self.empty_values:
            return None
        if isinstance(value, str):
            day: date = _in_words(self._read, value)
            return day
        return super().to_python(value)

    def _read(self, typed: str) -> date:
        return parse_date(typed) if self.near is None else parse_day_near(typed, self.near)

    def prepare_value(self, value: Any) -> Any:
        """ISO in the box: it reads back the same."""
        return value.isoformat() if isinstance(value, date) else value


class CountField(forms.IntegerField):
    """A count, 0 to 9,999: the keypad on a tablet, any width of digits on a keyboard."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", 9999)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 6}))
        super().__init__(**kwargs)


class KanaField(forms.CharField):
    """カナ: hiragana and half-width become full-width katakana."""

    def to_python(self, value: Any) -> str:
        """Katakana; ValidationError for anything that is no kana."""
        kana = text.fold_kana(super().to_python(value) or "")
        if kana and not text.is_kana(kana):
            raise ValidationError("カナで入力してください。", code="invalid")
        return kana


class PhoneField(forms.CharField):
    """電話番号: any width, any hyphen; stored 0761-00-0000."""

    def to_python(self, value: Any) -> str:
        """The normal form; ValidationError for what cannot be a number."""
        return str(_in_words(text.normal_phone, super().to_python(value) or ""))


class PostcodeField(forms.CharField):
    """郵便番号: stored 923-8650."""

    def to_python(self, value: Any) -> str:
        """The normal form; ValidationError for what cannot be a postcode."""
        return str(_in_words(text.normal_postcode, super().to_python(value) or ""))


class _Terms:
    """What the two fields of master lists share: the words on offer, loaded once by the form."""

    kind: str
    choices: Any
    offered: Mapping[str, Term]

    def offer(self, terms: Iterable[Term]) -> None:
        """Take the words this form may choose from."""
        self.offered = {str(term.pk): term for term in terms if term.kind == self.kind}
        self.choices = [(key, term.label) for key, term in self.offered.items()]

    def code(self, code: str) -> Term | None:
        """The offered word with this code."""
        return next((term for term in self.offered.values() if term.code == code), None)


class TermField(_Terms, forms.ChoiceField):
    """One word of one master list. Cleans to the Term, or None."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        self.kind, self.offered = kind, {}
        super().__init__(**kwargs)

    def offer(self, terms: Iterable[Term]) -> None:
        """The words, after an empty line."""
        super().offer(terms)
        self.choices = [("", "選んでください" if self.required else "－"), *self.choices]

    def prepare_value(self, value: Any) -> Any:
        """The key in the box."""
        return value.pk if isinstance(value, Term) else value

    def to_python(self, value: Any) -> Any:
        """The Term of a key; None of nothing."""
        key = str(self.prepare_value(value) or "")
        if not key:
            return None
        if key not in self.offered:
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "？"}
            )
        return self.offered[key]

    def validate(self, value: Any) -> None:
        """Only whether one is there."""
        forms.Field.validate(self, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another word is chosen."""
        return str(self.prepare_value(initial) or "") != str(self.prepare_value(data) or "")


class TermsField(_Terms, forms.MultipleChoiceField):
    """Any number of words of one master list, as boxes to tick. Cleans to a list of Terms."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        self.kind, self.offered = kind, {}
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", Term.Kind(kind).label)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The keys in the boxes."""
        return [str(each.pk if isinstance(each, Term) else each) for each in value or []]

    def to_python(self, value: Any) -> Any:
        """The Terms of the keys."""
        keys = self.prepare_value(value)
        if not set(keys) <= set(self.offered):
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "？"}
            )
        return [self.offered[key] for key in dict.fromkeys(keys)]

    def validate(self, value: Any) -> None:
        """Only whether one is there, where one must be."""
        forms.Field.validate(self, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other boxes are ticked."""
        return set(self.prepare_value(initial)) != set(self.prepare_value(data))


class NumberField(forms.ModelChoiceField):
    """A record chosen by typing its number (R6-0012), where a list of all would be endless."""

    def __init__(
        self, queryset: models.QuerySet[Any], *, to_field_name: str = "number", **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"maxlength": 20}))
        super().__init__(queryset, to_field_name=to_field_name, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The number in the box, also where the record's key is given."""
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first() or ""  # type: ignore[union-attr]
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        """The record of a number typed in any width."""
        if isinstance(value, str):
            value = text.normal_number(value)
        return super().to_python(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another record is named."""
        return str(self.prepare_value(initial) or "") != text.normal_number(str(data or ""))

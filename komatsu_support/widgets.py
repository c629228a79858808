"""Boxes of forms that are written without a template."""

from collections.abc import Mapping
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe


class QuickSelect(forms.Select):
    """A list to choose from, as Django's own but without groups.

    A filter bar has a dozen of them: through Django's templates they took a third of the time of a page.
    """

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The element with its options."""
        chosen = set(self.format_value(value))
        options = "".join(
            f'<option value="{escape(str(key))}"{" selected" if str(key) in chosen else ""}>{escape(str(label))}</option>'
            for key, label in self.choices
        )
        box = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return mark_safe(f"<select{flatatt(box)}>{options}</select>")  # noqa: S308 - escaped above

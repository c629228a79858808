"""Forms in our frame that are no record."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


class OfficeForm(forms.Form):
    """A form in our frame that is no record: a reason, a search, a choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = office_helper()

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        return 422 if self.is_bound and self.errors else 200


def office_helper(layout: Any = None) -> FormHelper:
    """Crispy settings of every form here: the page owns the form tag and the token."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.include_media = False
    if layout is not None:
        helper.layout = layout
    return helper


class ReasonForm(OfficeForm):
    """A reason in words, asked before a step that cannot be taken lightly."""

    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "理由を入力してください。"},
    )

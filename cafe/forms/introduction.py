"""「相談員につなぐ」: one press. There is nothing to fill in, so that nothing can be written about anybody."""

from __future__ import annotations

import uuid

from django import forms


class IntroductionForm(forms.Form):
    """The key of one press: the same page pressed twice is one person, another load another."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

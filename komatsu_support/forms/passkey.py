"""The accounts library's forms of passkeys, in this office's words; settings name them in MFA_FORMS."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django.core.exceptions import ValidationError


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; unless said otherwise it opens the account by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label, name.help_text = "名前", "どの端末やキーのものか、自分で分かる名前にします。"
        name.widget.attrs["maxlength"] = 50
        alone.label, alone.initial = "パスワードなしでログインできるようにする", True
        alone.help_text = "外すと、パスワードを入れたあとの確認だけに使います。"


class PasskeyLoginForm(LoginWebAuthnForm):
    """Log-in by passkey alone. What is refused stands in the trail."""

    def clean_credential(self) -> Authenticator:
        """The passkey, if it is one of ours; whose it claims to be is anybody's word."""
        try:
            return super().clean_credential()
        except (ValidationError, KeyError) as error:  # the library stumbles over a part that is missing
            get_adapter().authentication_failed(context.request)
            raise get_mfa_adapter().validation_error("incorrect_code") from error

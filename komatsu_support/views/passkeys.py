"""What the accounts library leaves open about passkeys."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect


class RemovePasskey(RemoveWebAuthnView):
    """Gives a passkey up, but not the last second factor where one is required (the library asks for TOTP only)."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why it stays."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(
                self.request, "最後の二段階認証は外せません。先に別のパスキーか認証アプリを登録してください。"
            )
            return redirect("mfa_list_webauthn")
        removed: HttpResponse = super().form_valid(form)
        return removed

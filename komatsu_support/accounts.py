"""Log-in as this office needs it: nobody signs up, every attempt is in the trail, secrets are sealed."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from komatsu_support import audit
from komatsu_support.models import AuditEvent, User


class RoleBackend(AuthenticationBackend):
    """Signs people in as allauth does, but answers has_perm from the table in `roles.py`."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Every permission of the person's role; the table knows no single objects."""
        return set() if user_obj.is_anonymous or obj is not None else user_obj.get_all_permissions()


class AccountAdapter(DefaultAccountAdapter):
    """Who comes in, and who tried to."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An administrator makes accounts; nobody makes his own."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse one who keeps guessing: narrowly by account and address, widely by account alone.

        An office is one address, so A's mistakes must not lock out B, nor a stranger's elsewhere lock out A.
        """
        super().pre_authenticate(request, **credentials)
        name = _as_counted(credentials)
        if not ratelimit.consume(request, action="login_anywhere", key=name, dry_run=True):
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failures are counted by: account and address."""
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{self.get_client_ip(request)}"

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in and say so in the trail. The limits of the new session start here."""
        super().login(request, user)
        for mark in ("signed_in_at", "seen_at", "has_second_factor"):
            request.session.pop(mark, None)
        with transaction.atomic():
            audit.record(AuditEvent.Action.LOGIN, by=user)

    def logout(self, request: HttpRequest) -> None:
        """Sign out and say so in the trail."""
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            with transaction.atomic():
                audit.record(AuditEvent.Action.LOGOUT, by=user)

    def set_password(self, user: Any, password: str) -> None:
        """Change one's own password and nothing else of the account, and say so in the trail."""
        user.set_password(password)
        with transaction.atomic():
            audit.wait_for_my_turn()
            user.save(update_fields=["password"])
            audit.record(AuditEvent.Action.ACCOUNT, by=user, on=user, fields=["password"])

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """No mail leaves this network: a second factor set up or given up is a line of the trail instead."""
        if template_prefix.startswith("mfa/"):
            deed = template_prefix.rpartition("/")[2]
            with transaction.atomic():
                audit.record(
                    AuditEvent.Action.ACCOUNT, by=user, on=user, fields=["second_factor"], basis=deed
                )

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A failed log-in, against the account if there is one. The typed name is not kept:
        people type their password there. Only failures count towards the wide limit."""
        ratelimit.consume(request, action="login_anywhere", key=_as_counted(credentials))
        user = User.objects.filter(username=_as_counted(credentials)).first()
        with transaction.atomic():
            audit.record(AuditEvent.Action.LOGIN_FAILED, by=None, on=user)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Somebody whose account has ended, with the right password or passkey."""
        with transaction.atomic():
            audit.record(AuditEvent.Action.LOGIN_FAILED, by=None, on=user)
        refused: HttpResponse = super().respond_user_inactive(request, user)
        return refused

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for a first enrolment: the password was asked a moment ago."""
        if app == "allauth.mfa" and not is_mfa_enabled(self.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


def _sealer() -> MultiFernet:
    """The key of stored secrets, from SECRET_KEY; older keys still read."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"mfa-secret|{key}".encode()).digest()))
        for key in keys
    )


def _as_counted(credentials: dict[str, Any]) -> str:
    """The account whose guesses are counted, however its name is typed."""
    return str(credentials.get("username", "")).lower()


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets are sealed, the last one is not given up where one is required."""

    def encrypt(self, text: str) -> str:
        """Seal a TOTP secret before it is stored."""
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored TOTP secret."""
        return _sealer().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a new passkey is called until its owner says otherwise."""
        return f"パスキー{user.authenticator_set.filter(type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a device shows beside the passkey: this system, not its address alone."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """The last second factor stays where one is required; an administrator resets a lost one."""
        if not settings.REQUIRE_MFA:
            return True
        others = authenticator.user.authenticator_set.exclude(pk=authenticator.pk)
        return bool(others.exclude(type="recovery_codes").exists())

"""The people who work here, each with one role and no superuser among them."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from komatsu_support.roles import PERMISSIONS, Role


class Profession(models.TextChoices):
    """職種: the qualification a person works with."""

    PHN = "phn", "保健師"
    MIDWIFE = "midwife", "助産師"
    NURSE = "nurse", "看護師"
    CLERK = "clerk", "事務"
    SUPPORTER = "supporter", "支援員"
    VOLUNTEER = "volunteer", "ボランティア"


class UserManager(BaseUserManager["User"]):
    """Makes accounts; there is no superuser to make."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        """An account with a hashed password, or with an unusable one."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save()
        return user

    def system(self) -> User:
        """The account that answers for what the system made by itself. Nobody can sign in with it."""
        return self.get_or_create(
            username="system", defaults={"display_name": "システム", "is_active": False, "password": "!"}
        )[0]

    def people(self) -> models.QuerySet[User]:
        """Everybody but the system itself, which nobody manages."""
        return self.exclude(username="system")

    def active(self) -> models.QuerySet[User]:
        """People who may sign in, in 五十音 order of their kana."""
        return self.filter(is_active=True).order_by("kana", "pk")

    def staff_of_desk(self) -> models.QuerySet[User]:
        """People who may hold a consultation."""
        return self.active().filter(role__in=[Role.COUNSELOR, Role.LEAD])

    def ever_of_desk(self) -> models.QuerySet[User]:
        """Those, and whoever left or does another job now: her profession tells that she held consultations."""
        nurses = (Profession.PHN, Profession.MIDWIFE, Profession.NURSE)
        return self.filter(Q(role__in=[Role.COUNSELOR, Role.LEAD]) | Q(profession__in=nurses))


class User(AbstractBaseUser):
    """利用者アカウント: one person, one role. Deactivated, never deleted."""

    username = models.CharField(
        "ログインID",
        max_length=50,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "このログインIDは使われています。別のIDを入力してください。"},
    )
    display_name = models.CharField("氏名", max_length=50)
    kana = models.CharField("氏名カナ", max_length=50, blank=True)
    role = models.CharField("役割", max_length=20, choices=Role, blank=True)
    profession = models.CharField("職種", max_length=20, choices=Profession, blank=True)
    is_active = models.BooleanField("有効", default=True)
    session_epoch = models.PositiveIntegerField("セッション世代", default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "アカウント"

    def __str__(self) -> str:
        return self.display_name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """In small letters: so the log-in looks for it, however it is typed."""
        return super().normalize_username(username).lower()

    def get_absolute_url(self) -> str:
        """An account is changed where it is looked at."""
        return reverse("user_edit", args=[self.pk])

    def get_all_permissions(self) -> set[str]:
        """Every permission of this person, from the one table; none when deactivated or without a role."""
        return PERMISSIONS.get(self.role, set()) if self.is_active else set()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the role grants the permission. There is no superuser to ask first."""
        return perm in self.get_all_permissions()

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the role grants anything in the app."""
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions())

    def end_sessions(self) -> None:
        """Sign this person out everywhere, for good: the epoch never comes back. Not saved yet."""
        self.session_epoch += 1

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end when the password, the role or the epoch changes."""
        value = f"{self.password}|{self.role}|{self.session_epoch}"
        return salted_hmac(
            "komatsu_support.models.User.session", value, secret=secret, algorithm="sha256"
        ).hexdigest()

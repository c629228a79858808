"""manage.py create_admin: the first account of a new office; all others are made in the office's pages."""

import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.crypto import get_random_string

from komatsu_support import audit
from komatsu_support.management.database import require_migrated
from komatsu_support.models import AuditEvent, Role, User

# Letters and digits that nobody mistakes for one another on paper.
READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Command(BaseCommand):
    """Makes an administrator where there is none."""

    help = "最初のシステム管理者のアカウントを作ります。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and where the password comes from."""
        parser.add_argument("username", help="ログインID")
        parser.add_argument("--name", required=True, help="氏名")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="パスワードを標準入力の1行目から読む（既定は自動で作る）",
        )

    def handle(self, *args: Any, username: str, name: str, password_stdin: bool, **options: Any) -> None:
        """Exit 0, or 2 with a sentence on stderr and no account made."""
        require_migrated()
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else get_random_string(20, READABLE)
        user = User(username=User.normalize_username(username), display_name=name.strip(), role=Role.ADMIN)
        with transaction.atomic():
            audit.wait_for_my_turn()  # two at once: one waits and finds the other's
            _refuse_second_admin()
            _refuse_unless_valid(user, password)
            user.set_password(password)
            user.save()
            made = ["username", "display_name", "role", "password"]
            audit.record(AuditEvent.Action.ACCOUNT, by=User.objects.system(), on=user, fields=made)
        self.stdout.write(f"システム管理者 {user.username}（{user.display_name}）を作りました。")
        if not password_stdin:
            self.stdout.write(f"最初のパスワード（この1回だけ表示します）: {password}")
        self.stdout.write("ログインしたら、パスワードの変更と二段階認証の登録をしてください。")


def _refuse_second_admin() -> None:
    if User.objects.active().filter(role=Role.ADMIN).exists():
        raise CommandError(
            "有効なシステム管理者がいます。アカウントの画面で追加してください。(an active admin exists)",
            returncode=2,
        )


def _refuse_unless_valid(user: User, password: str) -> None:
    try:
        user.full_clean(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError("\n".join(error.messages), returncode=2) from None

"""manage.py up: from an empty checkout to an office that answers, in one command and again at any time."""

import argparse
import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from komatsu_support.fiscal import current_fiscal_year, nendo
from komatsu_support.management import sample
from komatsu_support.management.sample.people import ACCOUNTS, PASSWORD
from komatsu_support.models import User
from komatsu_support.models.calendar import generate_calendar

ADDRESS = "127.0.0.1"


def port(text: str) -> int:
    """A port to listen on."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("1から65535までの数字で指定してください。(1 to 65535)")
    return int(text)


class Command(BaseCommand):
    """Prepares the database and, in development, loads the sample and serves."""

    help = "準備（検査・移行・カレンダー・見本）をして、http://localhost:8000 で動かします。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether and where to serve."""
        parser.add_argument("--no-serve", action="store_true", help="準備だけをする")
        parser.add_argument("--port", type=port, default=8000, help="待ち受けるポート。既定 8000")

    def handle(self, *args: Any, no_serve: bool, port: int, **options: Any) -> None:
        """Prepare, then serve until Ctrl-C. Exit 0, or 2 with a sentence on stderr."""
        serve = not no_serve
        if serve:
            _refuse_unless_served_here(port)
        try:
            self._prepare()
        except DatabaseError as error:
            sentence = f"データベースを準備できません（{type(error).__name__}）。(the database is not usable)"
            raise CommandError(sentence, returncode=2) from error
        except CommandError as error:
            raise CommandError(str(error), returncode=2) from error
        self._show_accounts()
        if serve:
            self.stdout.write(f"\nhttp://localhost:{port} を開いてください。終わるときは Ctrl-C です。\n")
            self.stdout.flush()
            call_command("runserver", f"{ADDRESS}:{port}", use_reloader=False, skip_checks=True)

    def _prepare(self) -> None:
        """Everything that a repetition leaves as it is."""
        self.check()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.check(databases=["default"])  # what only a migrated database can be asked
        for year in (current_fiscal_year(), current_fiscal_year() + 1):
            if made := generate_calendar(year, by=User.objects.system()):
                self.stdout.write(f"{nendo(year)}のカレンダーを{made}日分作りました。")
        if settings.DEBUG and not sample.what_is_there():
            year = current_fiscal_year() - 1
            sample.load(year, seed=1, today=timezone.localdate())
            self.stdout.write(f"{nendo(year)}を中心に見本の記録を入れました。")

    def _show_accounts(self) -> None:
        """The sample accounts, where they are in use. Their password is no secret: development only."""
        if not settings.DEBUG:
            return
        present = set(User.objects.active().values_list("username", "display_name"))
        shown = [each for each in ACCOUNTS if (each.username, each.display_name) in present]
        if not shown:
            return
        self.stdout.write(f"\n見本のアカウント（開発用。パスワードはすべて {PASSWORD}）")
        for each in shown:
            self.stdout.write(f"  {each.username:<12} {each.role.label}（{each.display_name}）")


def _refuse_unless_served_here(port: int) -> None:
    """This server is for development, and the port must be free."""
    if not settings.DEBUG:
        raise CommandError(
            "本番では --no-serve で準備だけを行い、gunicorn で動かしてください。"
            "(without DEBUG, prepare with --no-serve and serve with gunicorn)",
            returncode=2,
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            raise CommandError(
                f"ポート{port}は使われています。--port で別の番号を指定してください。(port {port} is in use)",
                returncode=2,
            ) from None

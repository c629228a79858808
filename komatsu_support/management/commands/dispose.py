"""manage.py dispose: put the files past their years on a list, which lead approves in the office's pages."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from consultations.models import Disposal
from consultations.models.disposal import due_clients, due_texts, list_day
from komatsu_support import audit
from komatsu_support.fiscal import wareki
from komatsu_support.management.database import require_migrated
from komatsu_support.models import User


class Command(BaseCommand):
    """Proposes the disposal of the latest 1 April. Empties nothing: that takes a person's word."""

    help = "保存年限を過ぎた相談者と古い記録の廃棄を起案します。廃棄は、主任相談員が画面で承認したときに行われます。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 and say how many; a list that waits already is not made twice."""
        require_migrated()
        as_of = list_day(timezone.localdate())
        with transaction.atomic():
            audit.wait_for_my_turn()  # two at once: the second finds the first's list
            due, texts = due_clients(as_of), sum(1 for _ in due_texts(as_of))
            if Disposal.objects.proposed().filter(as_of=as_of).exists():
                self.stdout.write(f"{wareki(as_of)}現在の廃棄は、既に承認を待っています。")
            elif due.exists() or texts:
                disposal = Disposal.propose(as_of, due, by=User.objects.system())
                others = f"と古い記録{texts}件" if texts else ""
                count = disposal.clients.count()
                self.stdout.write(f"{wareki(as_of)}現在の{count}人{others}の廃棄を起案しました。")
            else:
                self.stdout.write(f"{wareki(as_of)}現在、保存年限を過ぎた相談者も古い記録もありません。")

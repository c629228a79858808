"""manage.py rebuild_search: compare the index of the search box with the files, and write what differs anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from consultations.models import Client, SearchTail
from komatsu_support.management.database import require_migrated


class Command(BaseCommand):
    """Wanted after an upgrade that reads names in another way, such as a longer list of 異体字."""

    help = "相談者の検索語を作り直します（異体字の表が変わった版に上げたあとなど）。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many files were looked at and how many had been found by other words."""
        require_migrated()
        seen = renewed = 0
        for pk in Client._base_manager.order_by("pk").values_list("pk", flat=True):
            with transaction.atomic():
                client = Client._base_manager.select_for_update().get(pk=pk)
                renewed += SearchTail.objects.follow(client, client.found_by_now())
            seen += 1
        self.stdout.write(f"相談者 {seen}人を調べ、{renewed}人の検索語を作り直しました。")

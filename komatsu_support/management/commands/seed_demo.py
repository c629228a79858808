"""manage.py seed_demo: four invented years, the published figures among them, for an empty database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from komatsu_support.fiscal import current_fiscal_year, nendo
from komatsu_support.management import sample
from komatsu_support.management.database import require_migrated
from komatsu_support.management.sample.years import FIRST_YEAR


class Command(BaseCommand):
    """Fills an empty database with people who do not exist, all or nothing; in development only.

    Y-2 and Y-1 are whole years with lower figures, Y has exactly the published ones, Y+1 is filled up to
    yesterday. While Y itself is running its figures are exact too, spread over the days gone by.
    """

    help = "空のデータベースに見本の記録を入れます（DEBUGのときだけ）。実在の人の記録は含みません。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The year that carries the published figures, and the dice."""
        parser.add_argument(
            "--year", type=int, default=2025, help="公表された実績になる年度（西暦）。既定 2025"
        )
        parser.add_argument("--seed", type=int, default=1, help="乱数の種。既定 1")

    def handle(self, *args: Any, year: int, seed: int, **options: Any) -> None:
        """Exit 0, or 2 with a sentence on stderr and nothing written."""
        self._refuse_unless_sensible(year)
        require_migrated()
        try:
            counts = sample.load(year, seed=seed, today=timezone.localdate())
        except sample.NotEmpty as found:
            raise CommandError(
                f"空のデータベースにだけ入れられます。{found}があります。(the database is not empty)",
                returncode=2,
            ) from None
        except sample.NoOpenDay:
            raise CommandError(
                f"{nendo(year)}はまだ開所日がありません。(no open day yet in {year})", returncode=2
            ) from None
        if options["verbosity"]:
            self.stdout.write(f"{nendo(year)}を中心に見本の記録を入れました。")
            self.stdout.write("、".join(sample.totals(counts)))

    def _refuse_unless_sensible(self, year: int) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "見本の記録は DEBUG=true のときだけ入れられます。(sample data needs DEBUG)", returncode=2
            )
        current = current_fiscal_year()
        if not FIRST_YEAR <= year <= current:
            raise CommandError(
                f"--year は{FIRST_YEAR}から{current}までの西暦で指定してください。"
                f"(--year must be between {FIRST_YEAR} and {current})",
                returncode=2,
            )

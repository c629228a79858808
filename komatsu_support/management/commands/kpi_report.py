"""manage.py kpi_report YEAR: the annual figures as JSON or as the workbook."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from komatsu_support.fiscal import fiscal_year
from kpi.figures import Figure, figures
from kpi.sheets import annual_workbook


class Command(BaseCommand):
    """Prints the figures of a 年度, or writes the workbook atomically."""

    help = "年度の指標をJSONで出すか、年次のExcelを書き出します。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The year, and what is wanted of it."""
        parser.add_argument("year", type=int, help="年度（西暦）。例 2025")
        wanted = parser.add_mutually_exclusive_group(required=True)
        wanted.add_argument("--json", action="store_true", help="JSONを標準出力へ")
        wanted.add_argument("--xlsx", type=Path, metavar="PATH", help="Excelの書き出し先")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0, or 2 with a sentence on stderr."""
        year = options["year"]
        lines = figures(year) if 1990 <= year <= 2099 else []
        if not lines:
            raise CommandError(f"{year}年度の指標がありません。(no indicators for {year})", returncode=2)
        if options["json"]:
            report = {"fiscal_year": year, "indicators": [as_json(each, year) for each in lines]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        path: Path = options["xlsx"]
        try:
            annual_workbook(year, timezone.localdate()).save(path)
        except OSError as error:
            raise CommandError(
                f"{path} に書けません。(cannot write: {error.strerror})", returncode=2
            ) from error
        self.stdout.write(f"{path} に書き出しました。")


def as_json(line: Figure, year: int) -> dict[str, Any]:
    """One indicator as the stable interface promises it."""
    return {
        "code": line.target.code,
        "group": line.target.group,
        "measure_type": line.target.measure_type,
        "label": line.target.label,
        "unit": line.target.unit,
        "target": line.target.target,
        "actual": line.actual,
        "achievement_percent": line.achievement,
        "raw_percent": None if line.raw is None else float(line.raw),
        "months": line.months,
        "records": line.indicator.in_period(fiscal_year(year)).count(),
    }

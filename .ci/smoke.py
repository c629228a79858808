"""From an empty database to the annual workbook, by the commands alone, on the database of DATABASE_URL.

Migrations from nothing, the sample year, the report as JSON and as .xlsx; the workbook is read back by
another library than wrote it and laid out by LibreOffice. Four lines must come out as the programme's page
printed them.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import python_calamine

YEAR = "2025"
PUBLISHED = {  # code: target, actual, 達成率, 実達成率, what the records say
    "connected": (15, 11, 73, 73.3, 11),
    "case_conferences": (6, 10, 100, 166.7, 10),
    "consultations": (180, 185, 100, 102.8, 185),
    "cafe_attendance": (850, 919, 100, 108.1, 919),
}
LABELS = ["支援機関につながった件数", "個別ケース会議の実施回数", "相談件数", "カフェ延参加者数"]
PRINTED = dict(zip(LABELS, [(15, 11, 0.73), (6, 10, 1), (180, 185, 1), (850, 919, 1)], strict=True))
SHEETS = ["事業報告", "KPI実績", "月別実績"]


def manage(*arguments: str) -> str:
    """What one command prints, in a development checkout."""
    command = [sys.executable, "manage.py", *arguments]
    print("  $", *command[1:], flush=True)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def expect(seen: object, wanted: object, what: str) -> None:
    if seen != wanted:
        raise SystemExit(f"{what}\n  wanted: {wanted}\n  seen:   {seen}")


def lines_of_json(text: str) -> dict[str, tuple[float, ...]]:
    """The report's lines in its order, the months added up last."""
    report = json.loads(text)
    return {
        line["code"]: (
            line["target"],
            line["actual"],
            line["achievement_percent"],
            line["raw_percent"],
            sum(line["months"]),
        )
        for line in report["indicators"]
    }


def lines_of_workbook(path: Path) -> dict[str, tuple[float, ...]]:
    """目標, 実績 and 達成率 on the sheet 事業報告, numbers as they stand in the cells."""
    workbook = python_calamine.CalamineWorkbook.from_path(path)
    expect(workbook.sheet_names, SHEETS, "the workbook's sheets")
    rows = workbook.get_sheet_by_name("事業報告").to_python()
    return {row[1]: tuple(row[3:6]) for row in rows if row[1] in LABELS}


def text_laid_out_by_libreoffice(path: Path) -> str:
    """The workbook as it would be printed, without the spaces and line ends of the layout."""
    soffice = [
        *("soffice", f"-env:UserInstallation=file://{path.parent}/profile", "--headless"),
        *("--convert-to", "pdf", "--outdir", path.parent, path),
    ]
    subprocess.run(soffice, check=True, stdout=subprocess.DEVNULL, timeout=180)
    pdftotext = ["pdftotext", "-raw", path.with_suffix(".pdf"), "-"]
    printed = subprocess.run(pdftotext, check=True, stdout=subprocess.PIPE, text=True).stdout
    return "".join(printed.split())


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        os.environ["DATA_DIR"] = place
        workbook = Path(place) / "report.xlsx"

        manage("migrate", "--verbosity", "0")
        manage("createcachetable")
        manage("seed_demo", "--year", YEAR)
        expect(lines_of_json(manage("kpi_report", YEAR, "--json")), PUBLISHED, "the report as JSON")
        manage("kpi_report", YEAR, "--xlsx", str(workbook))
        expect(lines_of_workbook(workbook), PRINTED, "the workbook read back")
        printed = text_laid_out_by_libreoffice(workbook)
        expect([label for label in LABELS if label not in printed], [], "labels missing from the print")
        manage("verify_trail")
    print("  15/11/73% 6/10/100% 180/185/100% 850/919/100%")


if __name__ == "__main__":
    main()

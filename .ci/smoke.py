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
PUBLISHED = {  # label: target, actual, rate in percent
    "支援機関につながった件数": (15, 11, 73),
    "個別ケース会議の実施回数": (6, 10, 100),
    "相談件数": (180, 185, 100),
    "カフェ延参加者数": (850, 919, 100),
}
SHEETS = ["事業報告", "KPI実績", "月別実績", "相談統計", "カフェ統計", "連携", "研修", "データ"]


def manage(*arguments: str) -> str:
    """What one command prints, in a development checkout."""
    command = [sys.executable, "manage.py", *arguments]
    print("  $", *command[1:], flush=True)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def expect(seen: object, wanted: object, what: str) -> None:
    if seen != wanted:
        raise SystemExit(f"{what}\n  wanted: {wanted}\n  seen:   {seen}")


def percent(value: object) -> int:
    """73 from 73, "73%" or 0.73: a workbook keeps a percentage as a fraction."""
    number = float(str(value).rstrip("%"))
    return round(number * 100) if number <= 1 else round(number)


def lines_of_json(text: str) -> dict[str, tuple[int, int, int]]:
    lines = {line["label"]: line for line in json.loads(text)}
    return {
        label: (line["target"], line["actual"], percent(line["rate"]))
        for label, line in lines.items()
        if label in PUBLISHED
    }


def lines_of_workbook(path: Path) -> dict[str, tuple[int, int, int]]:
    """The published lines of the sheet KPI実績: the label, then target, actual and rate to its right."""
    workbook = python_calamine.CalamineWorkbook.from_path(path)
    expect(workbook.sheet_names, SHEETS, "the workbook's sheets")
    found = {}
    for row in workbook.get_sheet_by_name("KPI実績").to_python():
        for column, cell in enumerate(row):
            if cell in PUBLISHED:
                target, actual, rate = [value for value in row[column + 1 :] if _is_figure(value)][:3]
                found[str(cell)] = (int(target), int(actual), percent(rate))
    return found


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value.endswith("%"))


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
        expect(lines_of_workbook(workbook), PUBLISHED, "the workbook read back")
        printed = text_laid_out_by_libreoffice(workbook)
        expect([label for label in PUBLISHED if label not in printed], [], "labels missing from the print")
        manage("verify_trail")
    print("  15/11/73% 6/10/100% 180/185/100% 850/919/100%")


if __name__ == "__main__":
    main()

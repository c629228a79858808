import io
import re
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils.functional import lazystr
from python_calamine import load_workbook

from komatsu_support.excel import (
    Book,
    Chart,
    Format,
    Row,
    Sheet,
    Table,
    safe,
    shown,
    workbook_response,
    write_list,
)
from komatsu_support.excel.printing import sheet_name

FORMULAS = [
    "1+1",
    "A1",
    "SUM(A1:A9)",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://a.example","押す")',
    "IMPORTXML(A1)",
]
LEADS = [
    "\t",
    "\r",
    "\n",
    "\r\n",
    " ",
    "　",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\0",
    "\x0b",
    "\x1f",
    "\x7f",
    "\x85",
]
PAYLOADS = [
    *[sign + formula for sign in "=+-@＝＋－＠" for formula in FORMULAS],
    *[lead + formula for lead in LEADS for formula in ("=1+1", "@SUM(1)")],
    *["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "＃N/A"],
    *["_x0000_", "_x003D_1+1", "_x000D_=1+1", "_x005F_x0041_", "_x0041__x0042_", "a_x0041_b", "_xD800_", "_X0041_"],
    *["http://a.example/", "https://a.example", "mailto:a@a.example", "file:///etc/passwd"],
    *["\\\\server\\share", "ftp://a.example", "javascript:alert(1)", "www.a.example"],
    *["<f>1+1</f>", "<![CDATA[=1]]>", "]]>", "&lt;f&gt;", "&#61;1+1", '"><c t="f">', "<hyperlink/>", "</t></is><f>1</f>"],
    *["=" * 40_000, "あ" * 50_000, "😀" * 20_000, "行\n" * 300, "\ud800", "a\udc00b", "\ufffe\uffff"],
    *["'=1+1", "'", "\x01\x02", "岡　康子", "=\x00\ud800_x003D_"],
]  # fmt: skip


def listed(values, **options):
    file = io.BytesIO()
    sheet = Sheet(title="相談記録", columns={"番号": lambda row: row[0], "値": lambda row: row[1]},
                  rows=list(enumerate(values)), **options)  # fmt: skip
    write_list(sheet, file)
    return file


def papered(values):
    book = Book()
    paper = book.paper("様式")
    paper.widths([8, 60])
    for number, value in enumerate(values, 1):
        paper.write(number, 1, number)
        paper.write(number, 2, value)
    file = io.BytesIO()
    book.save(file)
    return file


def read(file, sheet=0):
    file.seek(0)
    return load_workbook(file).get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def opened(file):
    return openpyxl.load_workbook(file).worksheets[0]


def markup(file):
    """Everything of the file in which a formula or a link could stand: all but charts, which point at cells."""
    with zipfile.ZipFile(file) as parts:
        return b"".join(parts.read(name) for name in parts.namelist() if "/charts/" not in name)


@pytest.mark.parametrize("write", [listed, papered])
def test_payloads_stay_text(write):
    assert len(set(PAYLOADS)) == 120

    file = write(PAYLOADS)

    assert [row[1] for row in read(file)][-len(PAYLOADS) :] == [safe(payload) for payload in PAYLOADS]
    assert re.findall(rb"<(?:\w+:)?f[\s/>]|<(?:\w+:)?hyperlink|TargetMode|t=\"e\"", markup(file)) == []


def test_dangerous_text_stays_text_when_somebody_edits_it():
    cells = opened(listed(["=1+1", "＝1+1", "  @SUM(1)", "\t=1", "#N/A", "面談", "岡　康子"]))["B"][1:]

    assert [cell.quotePrefix for cell in cells] == [True, True, True, True, True, False, False]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        ("", ""),
        (True, "はい"),
        (False, "いいえ"),
        (Decimal("0.73"), Decimal("0.73")),
        (float("nan"), None),
        (Decimal("Infinity"), None),
        (10**15 - 1, 10**15 - 1),
        (10**15, "1000000000000000"),
        ("a\0\x1f\x85\ud800\uffffb", "ab"),
        ("一行目\r\n二行目\r三行目", "一行目\n二行目\n三行目"),
        ("神\u3000髙﨑①", "神\u3000髙﨑①"),
        (lazystr("相談"), "相談"),
        (date(1899, 12, 31), "1899-12-31"),
        (date(1900, 1, 1), date(1900, 1, 1)),
        (time(9, 0, tzinfo=UTC), time(9, 0)),
        (datetime(2024, 3, 31, 15, 30, tzinfo=UTC), datetime(2024, 4, 1, 0, 30)),
    ],
)
def test_safe_value_is_what_excel_can_hold(value, plain):
    assert safe(value) == plain
    assert type(safe(value)) is type(plain)


def test_long_text_is_cut_where_excel_ends_a_cell_and_says_so():
    kanji, pairs = safe("あ" * 32_768), safe("😀" * 20_000)

    assert safe("あ" * 32_767) == "あ" * 32_767
    assert len(kanji) == 32_767
    assert len(pairs.encode("utf-16-le")) // 2 <= 32_767
    assert {text[-6:] for text in (kanji, pairs)} == {"…（以下略）"}


def test_record_instead_of_a_value_is_refused():
    record: Any = object()

    with pytest.raises(TypeError, match="not object"):
        safe(record)


def test_list_keeps_numbers_numeric_and_days_days():
    values = [3, Decimal("1.5"), 0.25, True, None, "", date(2024, 11, 5), datetime(2024, 11, 5, 9, 30)]

    file = listed(values)

    assert [row[1] for row in read(file)] == [
        "値", 3, 1.5, 0.25, "はい", "", "", date(2024, 11, 5), datetime(2024, 11, 5, 9, 30),
    ]  # fmt: skip
    assert [opened(file)[f"B{row}"].number_format for row in (2, 8, 9)] == [
        "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip


def test_list_is_set_up_for_paper():
    file = listed(["電話", "面談"], wide=True, personal=True, note="匿名を除く。")

    sheet = opened(file)
    margins = sheet.page_margins
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert min(margins.left, margins.right, margins.top, margins.bottom) * 25.4 >= 15
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:B3", "$1:$1")
    assert (sheet.oddFooter.center.text, sheet.oddHeader.right.text) == ("&P / &N", "取扱注意")
    assert sheet["A1"].font.b
    assert read(file)[3:] == [["", ""], ["匿名を除く。", ""]]


def test_single_paper_is_one_page_however_much_is_on_it_and_has_no_number():
    book = Book()
    paper = book.paper("予定表", single=True)
    for _ in range(100):
        paper.text("予定")

    sheet = opened(io.BytesIO(book.to_bytes()))
    margins = sheet.page_margins
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert (sheet.oddFooter.center.text, sheet.oddFooter.left.text) == (None, None)
    assert min(margins.left, margins.right, margins.top, margins.bottom) * 25.4 >= 15


def test_list_without_rows_has_its_head():
    assert read(listed([])) == [["番号", "値"]]


def test_list_longer_than_a_sheet_goes_on_in_the_next():
    file = io.BytesIO()

    count = write_list(Sheet("一覧", {"番号": lambda row: row}, range(5)), file, rows_per_sheet=2)

    assert count == 5
    file.seek(0)
    assert load_workbook(file).sheet_names == ["一覧", "一覧（2）", "一覧（3）"]
    assert read(file, 2) == [["番号"], [4]]


def test_list_is_read_row_by_row():
    read_rows = []

    def rows():
        for number in range(5_000):
            read_rows.append(number)
            yield number

    def value(row):
        assert len(read_rows) <= row + 201
        return row

    assert write_list(Sheet("一覧", {"番号": value}, rows()), io.BytesIO()) == 5_000


@pytest.mark.parametrize("existing", [b"", b"last year"])
def test_list_that_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, existing):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    target = tmp_path / "一覧.xlsx"
    if existing:
        target.write_bytes(existing)

    with pytest.raises(ZeroDivisionError):
        write_list(Sheet("一覧", {"番号": lambda row: 1 / (1_000 - row)}, range(2_000)), target)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == (
        {"一覧.xlsx": existing} if existing else {}
    )


def test_book_is_saved_whole_or_not_at_all(tmp_path):
    book = Book()
    target = tmp_path / "実績.xlsx"

    with pytest.raises(IndexError):
        book.save(target)

    assert list(tmp_path.iterdir()) == []
    book.paper("様式").title("実績")
    book.save(target)
    assert [path.name for path in tmp_path.iterdir()] == ["実績.xlsx"]
    assert read(io.BytesIO(target.read_bytes())) == [["実績"]]


def test_file_names_its_project_and_no_machine():
    properties = openpyxl.load_workbook(listed([])).properties

    assert {properties.creator, properties.lastModifiedBy} == {"小松市地域女性活躍推進事業"}


KPI = Table(
    title="目標・KPI",
    head=["区分", "目標・KPI", "種別", "目標", "実績", "達成率"],
    rows=[
        Row(["事業目標", "支援機関につながった件数", "アウトカム"], [15, 11, Decimal("0.73")], unit="件"),
        Row(["事業目標", "個別ケース会議の実施回数", "アウトカム"], [6, 10, 1], unit="回"),
        Row(["事業KPI", "相談件数", "アウトプット"], [180, 1185, 1], unit="件", urls=["", "/actual/", ""]),
        Row(["事業KPI", "カフェ延参加者数", "アウトプット"], [None, 919, None], unit="人"),
    ],
    formats=[Format.COUNT, Format.COUNT, Format.PERCENT],
    merged=[0, 2],
    note="達成率は100%を上限とする。",
)


def test_table_on_paper_is_the_seed_with_numbers_numeric():
    book = Book()
    paper = book.paper("事業報告")
    paper.widths([11, 32, 11, 9, 9, 9])

    placed = paper.table(KPI)

    file = io.BytesIO(book.to_bytes())
    sheet = opened(file)
    looks = dict(re.findall(r'<c r="(\w+)" s="(\d+)"', markup(file).decode()))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(3, 4)] == [
        ["事業目標", "支援機関につながった件数", "アウトカム", 15, 11, 0.73],
        [None, "個別ケース会議の実施回数", None, 6, 10, 1],
    ]
    assert [sheet.cell(3, column).number_format for column in (4, 6)] == ['#,##0"件"', "0%"]
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        "A1:F1", "A3:A4", "A5:A6", "C3:C4", "C5:C6", "A7:F7",
    }  # fmt: skip
    assert [sheet.cell(6, column).value for column in (4, 6)] == ["－", "－"]
    assert looks["A3"] == looks["A4"]  # or the border of the tall cell would have a gap
    assert (placed.next_row, paper.row) == (7, 8)


def test_table_on_screen_reads_as_on_paper():
    lines = list(KPI.lines())

    assert [[cell.text for cell in line.cells] for line in lines] == [
        ["事業目標", "支援機関につながった件数", "アウトカム", "15件", "11件", "73%"],
        ["個別ケース会議の実施回数", "6回", "10回", "100%"],
        ["事業KPI", "相談件数", "アウトプット", "180件", "1,185件", "100%"],
        ["カフェ延参加者数", "－", "919人", "－"],
    ]
    assert [cell.rowspan for cell in lines[0].cells] == [2, 1, 2, 1, 1, 1]
    assert [cell.url for cell in lines[2].cells] == ["", "", "", "", "/actual/", ""]
    assert [cell.is_number for cell in lines[0].cells] == [False, False, False, True, True, True]


def test_row_that_does_not_fit_the_head_is_refused():
    with pytest.raises(ValueError, match="does not fit 2 columns"):
        Table("年代別", ["年代", "件数"], [Row(["20代"], [1, 2])])


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (None, Format.COUNT, "－"),
        (0, Format.COUNT, "0"),
        (1234567, Format.COUNT, "1,234,567"),
        (Decimal("1.25"), Format.DECIMAL, "1.3"),
        (1234.5, Format.DECIMAL, "1234.5"),
        (0.73, Format.PERCENT, "73%"),
        (Decimal("0.625"), Format.PERCENT, "63%"),
        (0.0125, Format.PERCENT1, "1.3%"),
        (-3, Format.CHANGE, "△3"),
        (Decimal("-0.028"), Format.CHANGE_PERCENT1, "△2.8%"),
        (-3, Format.COUNT, "-3"),
        (2024, Format.PLAIN, "2024"),
        ("＊", Format.COUNT, "＊"),
        (date(2024, 11, 5), Format.DATE, "2024-11-05"),
        (date(2024, 11, 5), Format.ERA, "令和6年11月5日（火）"),
        (date(2024, 11, 5), None, "令和6年11月5日（火）"),
        (datetime(2024, 11, 5, 9, 5), None, "令和6年11月5日（火） 09:05"),
        (time(9, 5), None, "09:05"),
        (1234, None, "1,234"),
        (True, None, "はい"),
    ],
)
def test_value_reads_on_screen_as_excel_prints_it(value, form, text):
    assert shown(value, form) == text


def test_long_text_gets_rows_high_enough_for_all_of_it():
    book = Book()
    paper = book.paper("事業報告")
    paper.widths([40, 40])

    paper.text("短い。\n\n" + "長い文が続く。" * 200)

    sheet = opened(io.BytesIO(book.to_bytes()))
    texts = {row: sheet.cell(row, 1).value for row in range(1, paper.row)}
    heights = [sheet.row_dimensions[row].height for row in texts]
    assert "".join(text or "" for text in texts.values()) == "短い。" + "長い文が続く。" * 200
    assert heights[:2] == [18, 9]
    assert max(heights) <= 409
    assert sum(heights[2:]) >= 1400 / 46 * 10.5 * 1.2  # at most 46 letters fit into a line of that width
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        f"A{row}:B{row}" for row in texts if row != 2
    }


def test_number_on_paper_has_commas_and_its_unit():
    book = Book()

    book.paper("事業報告").write(1, 1, 5000, unit="千円")

    cell = opened(io.BytesIO(book.to_bytes()))["A1"]
    assert (cell.value, cell.number_format) == (5000, '#,##0"千円"')


def test_merged_cell_cannot_be_written_over():
    paper = Book().paper("様式")
    paper.write(1, 1, "個別事業費", across=3, down=2)

    with pytest.raises(ValueError, match="covered by a merged cell"):
        paper.write(2, 3, 5000)


def test_chart_points_at_its_table_and_prints_its_axes():
    book = Book()
    paper = book.paper("月別実績", landscape=True)
    paper.widths([16, 8, 8, 8, 8])
    months = Table("方法別", ["方法", "4月", "5月", "6月", "計"], missing="",
                   rows=[Row(["面談"], [3, None, 5, 8]), Row(["計"], [3, 0, 5, 8], total=True)])  # fmt: skip

    paper.line_chart(paper.table(months), Chart("月別の相談件数（件）", by_rows=True, columns=range(3)))

    with zipfile.ZipFile(io.BytesIO(book.to_bytes())) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    assert re.findall(r"<f>(.*?)</f>", chart) == [
        "'月別実績'!$A$3", "'月別実績'!$B$2:$D$2", "'月別実績'!$B$3:$D$3",
    ]  # fmt: skip
    assert re.findall(r'<delete val="(.)"', chart) == ["0", "0"]
    assert re.findall(r'<smooth val="(.)"', chart) == ["0"]


def test_chart_of_scattered_rows_is_refused():
    paper = Book().paper("相談統計")
    placed = paper.table(
        Table("年代別", ["年代", "件数"], [Row([f"{age}代"], [1]) for age in range(20, 60, 10)])
    )

    with pytest.raises(ValueError, match="side by side"):
        paper.bar_chart(placed, Chart("年代別", rows=[0, 2]))


def test_chart_that_would_be_cut_begins_a_new_page():
    book = Book()
    paper = book.paper("相談統計")
    paper.widths([30, 20])
    placed = paper.table(
        Table("年代別", ["年代", "件数"], [Row([f"{age}代"], [1]) for age in range(20, 50, 10)])
    )

    for _ in range(4):
        paper.bar_chart(placed, Chart("年代別"))

    sheet = opened(io.BytesIO(book.to_bytes()))
    assert len(sheet.row_breaks.brk) == 1
    assert (sheet.page_setup.scale, sheet.sheet_properties.pageSetUpPr.fitToPage) == (100, False)
    assert sheet.print_area == f"'相談統計'!$A$1:$B${paper.row - 1}"


def test_data_sheet_of_a_book_has_one_head_and_plain_values():
    book = Book()
    book.paper("様式").title("実績")

    count = book.list(
        Sheet("データ", {"年度": lambda row: 2024, "値": lambda row: row}, ["=1+1", 5, None, "長い" * 40])
    )

    file = io.BytesIO(book.to_bytes())
    assert count == 4
    assert read(file, 1) == [["年度", "値"], [2024, "=1+1"], [2024, 5], [2024, ""], [2024, "長い" * 40]]


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("相談/記録[1]:*?\\", (), "相談／記録［1］：＊？＼"),
        ("あ" * 40, (), "あ" * 31),
        ("😀" * 20, (), "😀" * 15),
        ("", (), "一覧"),
        ("History", (), "History_"),
        ("'一覧'", (), "’一覧’"),
        ("KPI", ("kpi",), "KPI（2）"),
        ("あ" * 31, ("あ" * 31,), "あ" * 28 + "（2）"),
    ],
)
def test_sheet_name_is_one_excel_accepts(title, taken, name):
    assert sheet_name(title, taken) == name


@pytest.mark.django_db  # closing a response lets Django look at its connections
def test_response_is_a_download_with_a_japanese_name_that_nobody_keeps():
    response = workbook_response("実績\r\n_令和6年度.xlsx", lambda file: file.write(b"PK"))

    assert response.getvalue() == b"PK"
    assert response.headers == {
        "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Content-Length": "2",
        "Content-Disposition": "attachment; filename*=utf-8''"
        "%E5%AE%9F%E7%B8%BE___%E4%BB%A4%E5%92%8C6%E5%B9%B4%E5%BA%A6.xlsx",
        "Cache-Control": "no-store",
    }
    response.close()


def test_response_is_not_begun_when_writing_fails():
    with pytest.raises(ZeroDivisionError):
        workbook_response("一覧.xlsx", lambda file: 1 / 0)

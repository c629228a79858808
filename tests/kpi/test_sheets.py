"""The annual workbook read back by another library than the one that wrote it."""

import io
import json
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from python_calamine import CalamineWorkbook

from komatsu_support.models import AuditEvent
from kpi.sheets import annual_workbook
from kpi.sheets.report import partners, training_lines
from tests.factories import (
    AgencyFactory,
    ClientFactory,
    ConferenceFactory,
    ConsultationFactory,
    LecturerFactory,
    OpenDayFactory,
    OverrideFactory,
    ReferralFactory,
    SeriesFactory,
    SessionFactory,
    TargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 1)


@pytest.fixture
def year():
    """FY2025: 11 of 15 connections, 2 consultations of one person, 3 heads on one of two days."""
    TargetFactory("connected", fiscal_year=2025, target=15, label="つながった件数", order=10)
    TargetFactory(
        "cafe_attendance",
        fiscal_year=2025,
        target=2,
        label="延参加者数",
        unit="人",
        order=20,
        group="project_kpi",
        measure_type="output",
    )
    for _ in range(11):
        ReferralFactory(sent_on=date(2025, 5, 1), connected_on=date(2025, 5, 2))
    client = ClientFactory(name="架空 いろは", phone="0761-00-0001")
    ConsultationFactory(consulted_on=date(2025, 5, 1), client=client, content="聞かれては困ること")
    ConsultationFactory(consulted_on=date(2025, 6, 1), client=client)
    ConferenceFactory(held_on=date(2025, 6, 1), kind="liaison")
    OpenDayFactory(held_on=date(2025, 5, 7), heads={"visitor": 2, "child": 1, "staff": 4}, first_heads=1)
    OpenDayFactory(held_on=date(2025, 5, 8), heads={})
    return 2025


def sheets(content):
    """{sheet: rows of values} as calamine reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def row_of(rows, label):
    """The row that begins with the label, blanks taken off."""
    return next(row for row in rows if str(row[0]).strip() == label)


def test_workbook_has_the_sheets_in_order(year):
    found = sheets(annual_workbook(year, TODAY).to_bytes())

    assert list(found) == ["事業報告", "KPI実績", "月別実績"]


def test_report_sheet_prints_the_table_with_numbers_and_a_numeric_rate(year):
    rows = sheets(annual_workbook(year, TODAY).to_bytes())["事業報告"]

    head = next(index for index, row in enumerate(rows) if row[:3] == ["区分", "目標・KPI", "種別"])
    assert rows[head + 1][:6] == ["事業目標", "つながった件数", "アウトカム", 15, 11, 0.73]
    assert rows[head + 2][:6] == ["事業KPI", "延参加者数", "アウトプット", 2, 3, 1]


def test_report_sheet_merges_group_and_type_as_printed():
    for order, code in enumerate(("connected", "case_conferences")):
        TargetFactory(code, fiscal_year=2025, order=order)

    book = openpyxl.load_workbook(io.BytesIO(annual_workbook(2025, TODAY).to_bytes()))
    sheet = book["事業報告"]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "区分")

    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {f"A{head + 1}:A{head + 2}", f"C{head + 1}:C{head + 2}"} <= merged
    assert sheet.cell(head + 1, 6).number_format == "0%"


def test_monthly_sheet_recomputes_persons_and_averages_for_the_year(year):
    rows = sheets(annual_workbook(year, TODAY).to_bytes())["月別実績"]

    persons, heads, average = (
        row_of(rows, label) for label in ("相談の実人数", "カフェ延参加者数", "1日平均")
    )
    assert persons[2:5] + persons[14:15] == [0, 1, 1, 1]
    assert [heads[3], heads[14]] == [3, 3]
    assert [average[3], average[14]] == [1.5, 1.5]


def test_monthly_sheet_has_the_rows_of_the_cafe_and_the_meetings(year):
    rows = sheets(annual_workbook(year, TODAY).to_bytes())["月別実績"]

    found = {str(row[0]).strip(): row[14] for row in rows if len(row) > 14}
    wanted = {"カフェ開催日数": 2, "うち子ども": 1, "うち初めて": 1, "関係者連絡会": 1, "個別ケース会議": 0}
    assert {label: found[label] for label in wanted} == wanted


def test_workbook_names_nobody_and_holds_no_formula_and_no_link(year):
    content = annual_workbook(year, TODAY).to_bytes()

    text = str(sheets(content))
    assert [secret for secret in ("架空", "いろは", "0761-00", "聞かれては") if secret in text] == []
    book = openpyxl.load_workbook(io.BytesIO(content))
    formulas = [
        c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f" or c.hyperlink
    ]
    assert formulas == []


def test_sheets_are_set_up_for_a4(year):
    book = openpyxl.load_workbook(io.BytesIO(annual_workbook(year, TODAY).to_bytes()))

    assert {sheet.page_setup.paperSize for sheet in book} == {9}
    assert [sheet.page_setup.orientation for sheet in book] == ["portrait", "landscape", "landscape"]


def test_override_is_explained_on_the_results_sheet(year):
    OverrideFactory("connected", fiscal_year=year, actual=14, reason="紙の台帳による")

    rows = sheets(annual_workbook(year, TODAY).to_bytes())["KPI実績"]

    assert "理由：紙の台帳による" in str(rows)
    assert "記録からの集計は11" in str(rows)


def test_partners_are_named_once_in_the_reports_order():
    AgencyFactory(name="ハローワーク", show_in_report=True, report_order=20)
    AgencyFactory(name="架空食堂", report_label="子ども食堂", show_in_report=True, report_order=10)
    AgencyFactory(name="別の食堂", report_label="子ども食堂", show_in_report=True, report_order=11)
    AgencyFactory(name="載せない機関")

    assert partners() == "子ども食堂、ハローワーク 等"


def test_training_is_listed_as_the_published_page_does():
    series = SeriesFactory(title="生活支援を考える会", nickname="プラサポ35")
    first = SessionFactory(
        series, number=1, theme="現状", held_on=date(2025, 6, 1), forms=["report", "workshop"]
    )
    LecturerFactory(first, name="長寿介護課")
    LecturerFactory(first, name="社会福祉協議会")
    SessionFactory(series, number=2, theme="課題", held_on=date(2025, 7, 1), forms=["workshop"])
    SessionFactory(series, number=3, theme="未実施", held_on=date(2025, 8, 1), state="planned")

    assert training_lines(2025) == [
        "○生活支援を考える会〈プラサポ35〉",
        "　第1回「現状」報告・ワークショップ",
        "　　講師：長寿介護課、社会福祉協議会",
        "　第2回「課題」ワークショップ",
    ]


def test_renamed_method_keeps_its_old_label_in_last_years_report(year):
    from tests.factories import term

    term("method", "in_person").rename("対面", since=date(2026, 4, 1), by=UserFactory("admin"))

    rows = sheets(annual_workbook(year, TODAY).to_bytes())["月別実績"]

    assert row_of(rows, "うち面談（来所）")[14] == 2


def test_download_is_the_file_and_is_recorded(login, year):
    manager = login("manager")

    response = manager.get(reverse("kpi:report_export", args=[year]))
    content = b"".join(response.streaming_content) if response.streaming else response.content

    assert "utf-8''%E5%B0%8F%E6%9D%BE" in response["Content-Disposition"]
    assert list(sheets(content)) == ["事業報告", "KPI実績", "月別実績"]
    assert AuditEvent.objects.filter(user=manager.user, action="export").count() == 1


def test_command_prints_the_stable_json(year, capsys):
    call_command("kpi_report", "2025", "--json")

    report = json.loads(capsys.readouterr().out)
    assert report["fiscal_year"] == 2025
    assert report["indicators"][0] == {
        "code": "connected",
        "group": "project_goal",
        "measure_type": "outcome",
        "label": "つながった件数",
        "unit": "件",
        "target": 15,
        "actual": 11,
        "achievement_percent": 73,
        "raw_percent": 73.3,
        "months": [0, 11] + [0] * 10,
        "records": 11,
    }


def test_command_writes_the_workbook(year, tmp_path):
    path = tmp_path / "報告.xlsx"

    call_command("kpi_report", "2025", "--xlsx", str(path))

    assert list(sheets(path.read_bytes())) == ["事業報告", "KPI実績", "月別実績"]


@pytest.mark.parametrize("wrong", ["1900", "2031", "0", "-1", "99999999999"])
def test_command_refuses_a_year_without_indicators(year, wrong):
    with pytest.raises(CommandError) as refusal:
        call_command("kpi_report", "--json", "--", wrong)

    assert refusal.value.returncode == 2


def test_command_leaves_nothing_where_it_cannot_write(year, tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("kpi_report", "2025", "--xlsx", str(tmp_path / "nowhere" / "a.xlsx"))

    assert refusal.value.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_year_without_a_year_before_has_neither_persons_nor_consultations_to_compare_with(year):
    rows = sheets(annual_workbook(year, TODAY).to_bytes())["月別実績"]

    assert [row_of(rows, label)[14:17] for label in ("相談件数", "相談の実人数")] == [
        [2, "－", "－"],
        [1, "－", "－"],
    ]


def test_changes_of_the_methods_add_up_to_the_change_of_all(year):
    ConsultationFactory.create_batch(3, consulted_on=date(2024, 5, 1), method="phone")

    rows = sheets(annual_workbook(year, TODAY).to_bytes())["月別実績"]

    assert [row_of(rows, label)[14:17] for label in ("相談件数", "うち面談（来所）", "うち電話")] == [
        [2, 3, -1],
        [2, 0, 2],
        [0, 3, -3],
    ]


def test_progress_tells_no_full_target_while_it_is_missed():
    TargetFactory("cafe_attendance", fiscal_year=2025, target=850, label="延参加者数")
    OpenDayFactory(held_on=date(2025, 5, 7), heads={"visitor": 846})

    book = openpyxl.load_workbook(io.BytesIO(annual_workbook(2025, TODAY).to_bytes()))
    [row] = [row for row in book["月別実績"].iter_rows() if row[1].value == "進捗率"]

    assert (row[13].value, row[13].number_format) == (0.995, "0.0%")


def test_monthly_sheet_says_that_a_figure_written_by_hand_is_another(year):
    plain = str(sheets(annual_workbook(year, TODAY).to_bytes())["月別実績"])
    OverrideFactory("connected", fiscal_year=year - 1, actual=14)

    told = str(sheets(annual_workbook(year, TODAY).to_bytes())["月別実績"])

    assert ["手入力" in plain, "手入力" in told] == [False, True]


def test_training_without_a_number_stands_below_the_numbered_of_its_series():
    series = SeriesFactory(title="考える会", nickname="")
    SessionFactory(series, theme="番外", held_on=date(2025, 5, 1))
    SessionFactory(series, number=1, theme="現状", held_on=date(2025, 6, 1))

    assert training_lines(2025) == ["○考える会", "　第1回「現状」", "　「番外」"]


def test_training_has_its_forms_in_the_order_and_the_words_of_its_day():
    from tests.factories import term

    SessionFactory(
        SeriesFactory(title="考える会", nickname=""),
        theme="現状",
        held_on=date(2025, 6, 1),
        forms=["report", "workshop"],
    )
    by, workshop = UserFactory("admin"), term("session_form", "workshop")
    workshop.order = 1
    workshop.save(by=by)
    workshop.rename("話し合い", since=date(2026, 4, 1), by=by)

    assert training_lines(2025) == ["○考える会", "　「現状」ワークショップ・報告"]

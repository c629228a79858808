"""事業報告: the case sheet of two pages, its table merged as printed."""

from collections.abc import Sequence

from django.db.models import Prefetch

from komatsu_support.excel import Book, Paper, Style
from komatsu_support.fiscal import fiscal_year, nendo
from kpi.figures import Figure
from kpi.models import Report
from kpi.tables import annual_table
from referrals.models import Agency
from training.models import Lecturer, Session
from training.sheets import FORMS, NUMBERED


def report_sheet(book: Book, year: int, lines: Sequence[Figure]) -> None:
    """Write the sheet in the order of the programme's published page."""
    report = Report.objects.standing().filter(fiscal_year=year).first() or Report(fiscal_year=year)
    paper = book.paper("事業報告")
    paper.widths([13, 33, 13, 10, 10, 10])
    _head(paper, year, report)
    _paragraphs(paper, "地域の実情と課題", report.local_situation)
    _bullets(paper, "事業の特徴", report.features)
    _bullets(paper, "事業の効果", report.effects)
    _results(paper, lines)
    _bullets(paper, "目的・目標", report.purposes)
    paper.skip()
    paper.table(annual_table(lines))
    _paragraphs(paper, "連携団体", report.partners or partners())
    _paragraphs(paper, "今後の課題", report.future_issues)
    _overview(paper, year, report)


def partners() -> str:
    """連携団体: the agencies marked for the report, in its order, ending in 等; "" without any."""
    names = list(dict.fromkeys(each.report_label or each.name for each in Agency.objects.in_report()))
    return f"{'、'.join(names)} 等" if names else ""


def _head(paper: Paper, year: int, report: Report) -> None:
    paper.title(f"{report.project_name}【{report.municipality}】")
    paper.text(nendo(year))
    for label, amount in (("個別事業費", report.project_cost_kyen), ("交付金額", report.grant_amount_kyen)):
        row = paper.row
        paper.write(row, 3, label, Style.HEAD, boxed=True)
        paper.write(row, 4, "－" if amount is None else amount, unit="千円", boxed=True, across=3)


def _paragraphs(paper: Paper, heading: str, text: str) -> None:
    paper.skip()
    paper.heading(heading)
    paper.text(text or "－")


def _bullets(paper: Paper, heading: str, text: str) -> None:
    items = [line.strip() for line in text.splitlines() if line.strip()]
    _paragraphs(paper, heading, "\n".join(f"・{item}" for item in items))


def _results(paper: Paper, lines: Sequence[Figure]) -> None:
    """【実績】: the two figures the published page repeats in words."""
    actual = {each.target.code: each.actual for each in lines}
    if "consultations" in actual:
        paper.text(f"【実績】 年間相談件数：{actual['consultations']:,}件")
    if "cafe_attendance" in actual:
        paper.text(f"　　　　 カフェ延べ参加者数：{actual['cafe_attendance']:,}人")


def _overview(paper: Paper, year: int, report: Report) -> None:
    """Page 2: 事業の概要."""
    paper.page_break()
    paper.title("事業の概要")
    _paragraphs(paper, "相談窓口", report.desk)
    _paragraphs(paper, "相談、支援を行う人材育成のための研修会実施", "\n".join(training_lines(year)))
    _bullets(paper, "関係者連絡会の開催", report.liaison)
    _paragraphs(paper, "居場所づくり", report.cafe)


def training_lines(year: int) -> list[str]:
    """○series, 第n回「theme」forms, 講師：… as the published page lists them."""
    lecturers = Prefetch("lecturers", Lecturer.objects.standing().order_by("pk"))
    sessions = (
        Session.objects.held()
        .in_period(fiscal_year(year))
        .select_related("series")
        .prefetch_related(FORMS, "terms__labels", lecturers)
        .order_by("series", NUMBERED, "held_on", "pk")
    )
    lines: list[str] = []
    series = None
    for session in sessions:
        if session.series != series:
            series = session.series
            lines.append(f"○{series}")
        number = f"第{session.number}回" if session.number else ""
        forms = "・".join(term.label_on(session.held_on) for term in session.terms.all())
        lines.append(f"　{number}「{session.theme}」{forms}")
        if session.lecturers.all():
            lines.append(f"　　講師：{'、'.join(str(each) for each in session.lecturers.all())}")
    return lines

"""指標: the table of a 年度, the records behind each number, targets, texts, and the workbook."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from cafe.models import Introduction
from komatsu_support import audit
from komatsu_support.converters import years_around
from komatsu_support.excel import workbook_response
from komatsu_support.fiscal import MONTHS, Period, current_fiscal_year, fiscal_year, month_of, nendo
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import ROWS, allowed, find, form_page, page, void_page
from kpi.figures import Figure, figure, figures
from kpi.forms import OverrideForm, ReportForm, TargetForm
from kpi.funnel import DEFINITIONS, Funnel
from kpi.indicators import INDICATORS
from kpi.models import Override, Report, Target, copy_targets
from kpi.sheets import annual_workbook, file_name
from kpi.sheets.funnel import funnel_workbook
from kpi.tables import annual_table, progress_table

Action = AuditEvent.Action
SEE_FIGURES = ("kpi.view_indicator", "kpi.view_cafe_indicator")


@allowed(SEE_FIGURES, methods=["GET", "HEAD"])
def current(request: Request) -> HttpResponse:
    """To the running 年度."""
    return redirect("kpi:indicator_list", year=current_fiscal_year())


@allowed(SEE_FIGURES, methods=["GET", "HEAD"])
def indicator_list(request: Request, year: int) -> HttpResponse:
    """The annual table, with twelve months beside it for those who may see them."""
    lines = figures(year, request.user)
    may_dig = request.user.has_perm("kpi.view_evidence")
    months = request.user.has_perm("kpi.view_months")
    return page(
        request,
        year=year,
        years=years_around(year),
        lines=lines,
        annual=annual_table(lines, year=year, evidence=may_dig),
        progress=progress_table(lines, year, timezone.localdate(), evidence=may_dig) if months else None,
        actions=_year_actions(request, year),
    )


def _year_actions(request: Request, year: int) -> list[dict[str, str]]:
    actions = []
    if request.user.has_perm("kpi.export_report"):
        actions.append({"label": "Excelに出力", "url": reverse("kpi:report_export", args=[year])})
    if request.user.has_perm("kpi.view_funnel"):
        actions.append({"label": "カフェからの流れ", "url": reverse("kpi:cafe_funnel", args=[year])})
    if request.user.has_perm("kpi.change_target"):
        actions.append({"label": "目標を直す", "url": reverse("kpi:target_list", args=[year])})
        actions.append({"label": "報告書の文章", "url": reverse("kpi:report_edit", args=[year])})
    return actions


@allowed("kpi.view_evidence", methods=["GET", "HEAD"])
def indicator_detail(request: Request, year: int, code: str) -> HttpResponse:
    """The records behind the figure of a 年度."""
    return _evidence(request, year, code, fiscal_year(year), lambda line: line.computed)


@allowed("kpi.view_evidence", methods=["GET", "HEAD"])
def indicator_month(request: Request, year: int, code: str, month: int) -> HttpResponse:
    """The records behind the figure of a month."""
    place = MONTHS.index(month)
    return _evidence(request, year, code, month_of(year, month), lambda line: line.months[place])


def _evidence(
    request: Request, year: int, code: str, period: Period, number: Callable[[Figure], int]
) -> HttpResponse:
    """Rows this reader may see, the rest as 「ほか n 件は閲覧制限」. A look at persons is recorded.

    `number` picks the period's own figure from the line.
    """
    line = figure(year, code, request.user)
    if line is None:
        raise Http404
    records = line.indicator.in_period(period)
    behind = records.count()
    seen = line.indicator.evidence(records, request.user)
    paginator = Paginator(seen.rows, ROWS)
    page_obj = paginator.get_page(request.GET.get("page"))
    rows = [(record, [ask(record) for ask in seen.columns.values()]) for record in page_obj]
    if seen.links and line.indicator.area in ("consultations", "referrals"):
        audit.looked(Action.LIST, by=request.user, kind=records.model, count=len(rows))
    return page(
        request,
        line=line,
        year=year,
        period=period,
        number=number(line),
        records=behind,
        rows=rows,
        head=list(seen.columns),
        unlinked=not seen.links,
        page_obj=page_obj,
        hidden_count=behind - paginator.count,
        months=[month_of(year, month) for month in MONTHS],
        back_url=reverse("kpi:indicator_list", args=[year]),
    )


@allowed("kpi.view_funnel", methods=["GET", "HEAD"])
def cafe_funnel(request: Request, year: int) -> HttpResponse:
    """カフェ→相談→つながり of a 年度, month by month. Figures alone: no record opens from here."""
    funnel = Funnel(year, timezone.localdate())
    return page(
        request,
        year=year,
        years=years_around(year),
        tables=funnel.tables(),
        definitions=DEFINITIONS,
        actions=[{"label": "Excelに出力", "url": reverse("kpi:cafe_funnel_export", args=[year])}],
        back_url=reverse("kpi:indicator_list", args=[year]),
        back_label="目標・KPI",
    )


@allowed("kpi.view_funnel", methods=["GET", "HEAD"])
def cafe_funnel_export(request: Request, year: int) -> HttpResponseBase:
    """The same tables as a file, recorded before the first byte."""
    audit.looked(Action.EXPORT, by=request.user, kind=Introduction, basis=nendo(year))
    book = funnel_workbook(year, timezone.localdate())
    return workbook_response(file_name(year, "カフェからの流れ"), book.save)


@allowed("kpi.export_report", methods=["GET", "HEAD"])
def report_export(request: Request, year: int) -> HttpResponseBase:
    """The annual workbook, recorded before the first byte."""
    audit.looked(Action.EXPORT, by=request.user, kind=Target, basis=nendo(year))
    book = annual_workbook(year, timezone.localdate())
    return workbook_response(file_name(year), book.save)


@allowed("kpi.change_target", methods=["GET", "HEAD"])
def target_list(request: Request, year: int) -> HttpResponse:
    """The indicators of a 年度 to change, with overrides, and last year's to take over.

    An override without a line in this 年度 stands apart: next year compares itself with it.
    """
    lines = figures(year)
    apart = Override.objects.standing().filter(fiscal_year=year)
    apart = apart.exclude(code__in=[each.target.code for each in lines]).order_by("code")
    return page(
        request,
        year=year,
        lines=lines,
        overrides=[(INDICATORS[each.code], each) for each in apart if each.code in INDICATORS],
        may_copy=Target.objects.of(year - 1).exists(),
        back_url=reverse("kpi:indicator_list", args=[year]),
    )


@allowed("kpi.change_target", methods=["POST"])
def target_copy(request: Request, year: int) -> HttpResponse:
    """Take over last year's indicators with one press."""
    copied = copy_targets(year, by=request.user)
    messages.success(request, f"前年度の指標を{copied}件写しました。")
    return redirect("kpi:target_list", year=year)


@allowed("kpi.change_target")
def target_create(request: Request, year: int) -> HttpResponse:
    """A new line of the annual table."""
    return _year_form(request, TargetForm, year, heading="指標の追加")


@allowed("kpi.change_target")
def target_edit(request: Request, year: int, pk: int) -> HttpResponse:
    """Change a line."""
    return _year_form(request, TargetForm, year, instance=_of(request, Target, year, pk))


@allowed("kpi.change_target")
def target_void(request: Request, year: int, pk: int) -> HttpResponse:
    """Take a line out of the annual table."""
    return void_page(request, _of(request, Target, year, pk))


@allowed("kpi.change_target")
def override_create(request: Request, year: int) -> HttpResponse:
    """Write the actual of a paper year by hand."""
    return _year_form(request, OverrideForm, year, heading="実績の手入力")


@allowed("kpi.change_target")
def override_edit(request: Request, year: int, pk: int) -> HttpResponse:
    """Change an actual written by hand."""
    return _year_form(request, OverrideForm, year, instance=_of(request, Override, year, pk))


@allowed("kpi.change_target")
def override_void(request: Request, year: int, pk: int) -> HttpResponse:
    """Let the records speak again."""
    return void_page(request, _of(request, Override, year, pk))


@allowed("kpi.change_target")
def report_edit(request: Request, year: int) -> HttpResponse:
    """The texts of the case sheet."""
    report = Report.objects.filter(fiscal_year=year).first()
    return _year_form(request, ReportForm, year, instance=report, heading=f"報告書の文章 {nendo(year)}")


def _of(request: Request, model: Any, year: int, pk: int) -> Any:
    """A standing record of the 年度, or 404."""
    return find(model.objects.standing().filter(fiscal_year=year), request, pk)


def _year_form(
    request: Request, form_class: Any, year: int, *, instance: Any = None, **context: Any
) -> HttpResponse:
    """A form whose record belongs to the 年度 in the path."""
    context["back_url"] = reverse("kpi:target_list", args=[year])
    return form_page(request, form_class, instance=instance, initial={"fiscal_year": year}, **context)

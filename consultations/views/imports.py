"""取込: choose a file, look at every row, take it in or leave it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from consultations.filters import ImportFilter
from consultations.forms import UploadForm
from consultations.imports.beginning import AlreadyDone, begin
from consultations.imports.checking import check_portion
from consultations.imports.columns import COLUMNS
from consultations.imports.entering import ChangedMeanwhile, enter
from consultations.imports.papers import corrected, template
from consultations.models import Import, ImportRow
from consultations.sheets import import_sheet
from komatsu_support import audit
from komatsu_support.excel import workbook_response, write_entry_sheet
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, StaleVersion
from komatsu_support.pages import allowed, detail_page, find, list_page, page
from komatsu_support.reading import Unreadable

ROWS = 50
State = ImportRow.State
NOT_MINE = "行の中身を開けるのは、ファイルを選んだ人だけです。"
CHANGED = "確かめたあとで、相談者か同じ行の記録が変わりました。何も登録していません。もう一度取り込むを押してください。"
NOW_WRONG = "直すところが見つかったので、何も登録していません。"


class ShowForm(forms.Form):
    """Which rows the preview shows."""

    show = forms.ChoiceField(choices=State.choices[2:], required=False)

    @property
    def state(self) -> str:
        """The state asked for; "" for every row."""
        return str(self.cleaned_data["show"]) if self.is_valid() else ""


def _find(request: Request, pk: int) -> Import:
    imported: Import = find(Import.objects.select_related("created_by", "updated_by"), request, pk)
    return imported


def _is_mine(request: Request, imported: Import) -> bool:
    """Whether this person may see the rows and decide; says so where not."""
    if imported.is_open and imported.created_by_id == request.user.pk:
        return True
    messages.warning(request, NOT_MINE if imported.is_open else "この取込は終わっています。")
    return False


@allowed("consultations.view_import", methods=["GET", "HEAD"])
def import_list(request: Request) -> HttpResponse:
    """What was taken in, by whom, why."""
    Import.objects.forget_old()
    return list_page(
        request,
        ImportFilter(request.GET, Import.objects.visible_to(request.user)),
        import_sheet,
        actions=[
            {"label": "Excelを取り込む", "url": reverse("consultations:import_create")},
            {"label": "ひな形をダウンロード", "url": reverse("consultations:import_template")},
        ],
        empty_text="まだ取り込んでいません。",
        back_url=reverse("consultations:consultation_list"),
        back_label="相談一覧",
    )


@allowed("consultations.add_import")
def import_create(request: Request) -> HttpResponse:
    """Choose a file and say why."""
    Import.objects.forget_old()
    sent = request.method == "POST"
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None)
    earlier = None
    if form.is_valid():
        try:
            return redirect(
                begin(form.cleaned_data["file"].read(), form.cleaned_data["reason"], by=request.user)
            )
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        except AlreadyDone as refusal:
            form.add_error("file", str(refusal))
            earlier = Import.objects.visible_to(request.user).filter(pk=refusal.earlier.pk).first()
    return page(
        request,
        status=form.status,
        form=form,
        earlier=earlier,
        columns=COLUMNS,
        title="取込",
        back_url=reverse("consultations:import_list"),
        back_label="取込一覧",
    )


@allowed("consultations.add_import", methods=["GET", "HEAD"])
def import_template(request: Request) -> HttpResponseBase:
    """ひな形. Nothing of anybody stands in it."""
    sheet = template()
    return workbook_response("相談一覧_ひな形.xlsx", lambda target: write_entry_sheet(sheet, target))


@allowed("consultations.view_import", methods=["GET", "HEAD"])
def import_detail(request: Request, pk: int) -> HttpResponse:
    """How far it is, every row with what was found, and the decision."""
    imported = _find(request, pk)
    mine = imported.is_open and imported.created_by_id == request.user.pk
    return detail_page(
        request,
        imported,
        _facts(imported),
        personal=mine,
        heading="取込の確認" if mine else "取込",
        confidential=mine,
        actions=[],
        back_url=reverse("consultations:import_list"),
        back_label="取込一覧",
        **(_preview(request, imported) if mine else {}),
    )


def _facts(imported: Import) -> list[tuple[str, Any]]:
    done = [
        ("登録した相談", f"{imported.added:,}件"),
        ("新しい相談者", f"{imported.added_clients:,}人"),
        ("取込済みだった行", f"{imported.known:,}行"),
    ]
    return [
        ("状態", imported.get_state_display()),
        ("行数", f"{imported.row_count:,}行"),
        *(done if imported.is_done else []),
        ("取り込む人" if imported.is_open else "取り込んだ人", imported.created_by),
        ("理由", imported.reason),
    ]


def _preview(request: Request, imported: Import) -> dict[str, Any]:
    """What the owner sees of the rows, a page at a time."""
    show = ShowForm(request.GET)
    rows = imported.rows.exclude(state=State.HEAD).order_by("number")
    page_obj = Paginator(rows.filter(state=show.state) if show.state else rows, ROWS).get_page(
        request.GET.get("page")
    )
    return {
        **_progress(imported),
        "mine": True,
        "head": imported.rows.filter(state=State.HEAD).first(),
        "show": show.state,
        "page_obj": page_obj,
    }


def _progress(imported: Import) -> dict[str, Any]:
    """Rows by what was found, and how many still wait."""
    found = dict(
        imported.rows.order_by().values("state").annotate(rows=Count("pk")).values_list("state", "rows")
    )
    counts = {str(state): found.get(state, 0) for state in State.values}
    return {
        "counts": counts,
        "waiting": counts[State.WAITING],
        "checked": imported.row_count - counts[State.WAITING],
        "to_add": counts[State.FINE] + counts[State.NOTED],
    }


@allowed("consultations.add_import", methods=["POST"])
def import_check(request: Request, pk: int) -> HttpResponse:
    """Check the next rows: a fragment for the page that asks again by itself, else the page anew."""
    imported = _find(request, pk)
    if not _is_mine(request, imported):
        return redirect(imported)
    try:
        check_portion(imported, request.user)
    except StaleVersion:
        return redirect(imported)
    progress = _progress(imported)
    if not request.htmx:
        return redirect(imported)
    if not progress["waiting"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "consultations/import_detail.html#progress", {"record": imported, **progress})


@allowed("consultations.add_import", methods=["POST"])
def import_confirm(request: Request, pk: int) -> HttpResponse:
    """Take every row in, or none. A second press finds it done."""
    imported = _find(request, pk)
    if imported.is_done:
        return redirect(imported)
    if not _is_mine(request, imported):
        return redirect(imported)
    try:
        if enter(imported, by=request.user):
            messages.success(request, "取り込みました。")
        else:
            messages.warning(request, NOW_WRONG)
    except ChangedMeanwhile:
        messages.warning(request, CHANGED)
    except StaleVersion:
        pass  # the first press was faster; its page is the answer
    return redirect(imported)


@allowed("consultations.add_import", methods=["GET", "HEAD"])
def import_corrected(request: Request, pk: int) -> HttpResponseBase:
    """The rows with what is to be put right. It holds persons: the trail has it before the first byte."""
    imported = _find(request, pk)
    if not _is_mine(request, imported):
        return redirect(imported)
    try:
        sheet = corrected(imported)
    except StaleVersion:
        return redirect(imported)
    audit.looked(AuditEvent.Action.EXPORT, by=request.user, on=imported, count=imported.row_count)
    return workbook_response("相談一覧_直すところ.xlsx", lambda target: write_entry_sheet(sheet, target))


@allowed("consultations.add_import", methods=["POST"])
def import_abandon(request: Request, pk: int) -> HttpResponse:
    """Leave it: what was read is forgotten, nothing was taken in."""
    imported = _find(request, pk)
    if _is_mine(request, imported):
        try:
            imported.end(Import.State.ABANDONED, by=request.user)
        except StaleVersion:
            pass  # it has just ended otherwise: its page says how
        else:
            messages.success(request, "取込を中止しました。読み取った内容は消しました。")
    return redirect(imported)

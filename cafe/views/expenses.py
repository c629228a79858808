"""費用 of the events: the list of a year with its sums, and each line."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from cafe.filters import ExpenseFilter
from cafe.forms import ExpenseForm, ExpenseStart
from cafe.models import Expense
from cafe.sheets_expense import NOTE, costs, expense_sheet, kinds_table, months_table
from komatsu_support import audit
from komatsu_support.excel import Book, workbook_response
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import allowed, find, form_page, list_page, void_page


@allowed("cafe.view_expense", methods=["GET", "HEAD"])
def expense_list(request: Request) -> HttpResponse:
    """Expenses of a 年度, added up by month and by kind of event."""
    filterset = ExpenseFilter(request.GET, Expense.objects.visible_to(request.user))
    of_events = costs(filterset.qs)
    return list_page(
        request,
        filterset,
        expense_sheet,
        heading="企画の費用",
        tables=[months_table(of_events), kinds_table(of_events)] if of_events else [],
        yen=sum(cost.yen for cost in of_events),
        events=len(of_events),
        notes=[NOTE],
        empty_text="この年度の費用はまだありません。企画の画面からも登録できます。",
        back_url=reverse("cafe:event_list"),
        back_label="企画の一覧",
    )


@allowed("cafe.add_expense")
def expense_create(request: Request) -> HttpResponse:
    """A line of what an event cost (?event=)."""
    event = ExpenseStart(request.GET, by=request.user).given
    back_url = event.get_absolute_url() if event else reverse("cafe:expense_list")
    return form_page(request, ExpenseForm, initial={"event": event} if event else None, back_url=back_url)


@allowed("cafe.change_expense")
def expense_edit(request: Request, pk: int) -> HttpResponse:
    """Put a line right."""
    return form_page(request, ExpenseForm, instance=find(Expense.objects.counted(), request, pk))


@allowed("cafe.void_expense")
def expense_void(request: Request, pk: int) -> HttpResponse:
    """Take a line back."""
    return void_page(request, find(Expense.objects.all(), request, pk))


@allowed("cafe.export_expense", methods=["GET", "HEAD"])
def expense_export(request: Request) -> HttpResponseBase:
    """The list as a file, its sums on a sheet of their own."""
    expenses = ExpenseFilter(request.GET, Expense.objects.visible_to(request.user)).qs
    audit.looked(AuditEvent.Action.EXPORT, by=request.user, kind=Expense, count=expenses.count())
    of_events = costs(expenses)
    book = Book()
    book.list(expense_sheet(expenses))
    paper = book.paper("集計")
    paper.widths([24, 14, 16])
    for each in (months_table(of_events), kinds_table(of_events)):
        paper.table(each)
        paper.skip()
    paper.text(NOTE)
    return workbook_response(f"費用_{timezone.localdate():%Y%m%d}.xlsx", book.save)

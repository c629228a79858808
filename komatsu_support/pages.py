"""What every page of records does alike: list, show, make, change, void, export.

A page has one name: the template is found by the name of the view. Where an app has no template of its
own, the kernel's `record_list.html`, `record_detail.html`, `record_form.html` or `record_void.html` serves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.template.loader import select_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from komatsu_support import audit
from komatsu_support.excel import Sheet, shown, workbook_response, write_list
from komatsu_support.filters import OfficeFilter
from komatsu_support.forms import ReasonForm, RecordForm
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, Draft, Record, RecordQuerySet, StaleVersion, User

ROWS = 25
Action = AuditEvent.Action
type View = Callable[..., HttpResponseBase]


def allowed(
    permission: str | tuple[str, ...], *, methods: Sequence[str] = ("GET", "HEAD", "POST")
) -> Callable[[View], View]:
    """Open a page to those whose role grants the permission, or one of several, by these methods only."""
    wanted = {permission} if isinstance(permission, str) else set(permission)

    def open_to(view: View) -> View:
        by_method = require_http_methods(list(methods))(view)

        @wraps(view)
        def page_view(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not wanted & request.user.get_all_permissions():
                raise PermissionDenied
            return by_method(request, *args, **kwargs)

        page_view.permissions = wanted  # type: ignore[attr-defined]
        return page_view

    return open_to


def page(request: Request, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render the template that bears the view's name."""
    match = request.resolver_match
    if match is None or match.url_name is None:
        raise Http404
    folder = f"{match.app_name}/" if match.app_name else ""
    verb = match.url_name.rpartition("_")[2]
    kernel = {"create": "record_form", "edit": "record_form"}.get(verb, f"record_{verb}")
    template = select_template([f"{folder}{match.url_name}.html", f"{kernel}.html"])
    return HttpResponse(template.render(context, request), status=status)


def find(queryset: RecordQuerySet, request: Request, pk: int) -> Any:
    """The record, if this person may see it; else 404, as if it did not exist."""
    record = queryset.visible_to(request.user).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def find_to_change(queryset: RecordQuerySet, request: Request, pk: int) -> Any:
    """The record, if this person may change it; 403 where she may only read it, else 404."""
    record = find(queryset, request, pk)
    if not type(record).objects.changeable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return record


# -- forms -----------------------------------------------------------------------------------------------


def form_page(
    request: Request,
    form_class: type[RecordForm],
    *,
    instance: Any = None,
    initial: Mapping[str, Any] | None = None,
    onward: Callable[[Any], str] | None = None,
    told: Callable[[Any], str] | None = None,
    is_logged: bool = False,
    about: Record | None = None,
    **context: Any,
) -> HttpResponse:
    """Make or change a record: after a good save its page, or where it leads `onward`, with what is `told` of it.

    Else the form with 200, 409 or 422. A form that shows what is stored of a person is a look, unless the
    view has logged it itself: at the record that is changed or that a second press of a new one shows, and at
    whom the form or the page is `about`.
    """
    data = request.POST if request.method == "POST" else None
    draft = _draft(request, form_class, instance) if data is None else None
    form = form_class(
        data, request.FILES or None, by=request.user, instance=instance, initial=initial, draft=draft
    )
    if record := form.saved():
        messages.success(request, told(record) if told else f"{record._meta.verbose_name}を保存しました。")
        return redirect(onward(record) if onward else record)
    if not is_logged:
        shown_record = form.instance if instance is None and form.conflict else instance
        _look_at_both(request, shown_record, form.about or about)
    subject = str(form_class._meta.model._meta.verbose_name)
    context.setdefault("title", subject)
    context.setdefault("heading", f"{subject}の{'登録' if instance is None else '修正'}")
    context.setdefault("back_url", _back_url(form_class, instance))
    return page(
        request,
        status=form.status,
        form=form,
        drafts=[] if draft or form.is_bound else form.drafts().order_by("-saved_at")[:5],
        record=instance,
        **context,
    )


def _look(request: Request, record: Record) -> None:
    """Record that a page beside the record's own shows a person's data."""
    if record.basis_for(request.user):
        audit.looked(Action.VIEW, by=request.user, on=record)


def _look_at_both(request: Request, changed: Record | None, about: Record | None) -> None:
    """A look at the record that is changed, and at somebody else who stands on the page."""
    if changed is not None:
        _look(request, changed)
    if about is not None and _subject(about) != _subject(changed):
        _look(request, about)


def _subject(record: Record | None) -> int | None:
    return getattr(record, "subject_id", None)


def _draft(request: Request, form_class: type[RecordForm], instance: Any) -> Draft | None:
    """The draft named in ?draft=, if it is this person's and of this form and record."""
    named = request.GET.get("draft", "")
    if not named.isdecimal() or len(named) > 18:
        return None
    form = form_class(by=request.user, instance=instance)
    return form.drafts().filter(pk=int(named)).first()


def _back_url(form_class: type[RecordForm], instance: Any) -> str:
    if instance is not None:
        return str(instance.get_absolute_url())
    return _url_of(form_class._meta.model, "list")


def _url_of(model: Any, verb: str, *args: Any) -> str:
    """The page of a model by the naming rule; "" where there is none."""
    try:
        return reverse(f"{model._meta.app_label}:{model._meta.model_name}_{verb}", args=args)
    except NoReverseMatch:
        return ""


def void_page(
    request: Request,
    record: Record,
    *,
    back_to: str = "",
    hanging: Sequence[RecordQuerySet] = (),
    refusal: str = "",
) -> HttpResponse:
    """Take a record back, with a reason, after naming the consequences.

    While any of the `hanging` records stands, it is refused with a sentence that says what to do.
    """
    if _is_held(hanging):
        messages.warning(request, refusal)
        return redirect(record)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if record.is_voided:
        messages.warning(request, "この記録は既に取り消されています。")
        return redirect(record)
    if form.is_valid():
        try:
            if not _voided(record, form.cleaned_data["reason"], by=request.user, hanging=hanging):
                messages.warning(request, refusal)
                return redirect(record)
        except StaleVersion:
            form.add_error(None, "他の人が先に更新しました。内容を確かめてから、もう一度取り消してください。")
        else:
            messages.success(request, f"{record._meta.verbose_name}を取り消しました。")
            return redirect(back_to or record)
    _look(request, record)
    title = f"{record._meta.verbose_name}の取消"
    back_url = record.get_absolute_url()
    return page(request, status=form.status, form=form, record=record, title=title, back_url=back_url)


def _is_held(hanging: Sequence[RecordQuerySet]) -> bool:
    """Whether any of what hangs on a record stands."""
    return any(records.standing().exists() for records in hanging)


def _voided(record: Record, reason: str, *, by: User, hanging: Sequence[RecordQuerySet]) -> bool:
    """Whether it is taken back: not where something came to hang on it since the page was asked for."""
    with transaction.atomic():
        audit.wait_for_my_turn()
        if _is_held(hanging):
            return False
        record.void(reason, by=by)
    return True


# -- lists -----------------------------------------------------------------------------------------------


def list_page(
    request: Request,
    filterset: OfficeFilter,
    sheet: Callable[[Any], Sheet[Any]],
    *,
    personal: bool = False,
    total: int | None = None,
    **context: Any,
) -> HttpResponse:
    """One page of a list. The same sheet is its Excel file. A personal list is a look: it is recorded.

    `total` is how many there are, where the page has counted them already.
    """
    records = filterset.qs
    shown_sheet = sheet(records)
    paginator: Paginator[Any] = Paginator(shown_sheet.rows, ROWS)  # type: ignore[arg-type]
    if total is not None:
        paginator.count = total
    page_obj = paginator.get_page(request.GET.get("page"))
    model = records.model
    if personal:
        audit.looked(Action.LIST, by=request.user, kind=model, count=len(page_obj.object_list))
    if file := export_url(request, model):
        context.setdefault("export_url", file + _query_without(request.GET, "page"))
    context.setdefault("actions", add_action(request, model))
    return page(
        request,
        sheet=shown_sheet,
        rows=rows_shown(shown_sheet, page_obj),
        page_obj=page_obj,
        total=paginator.count,
        filterset=filterset,
        **context,
    )


def rows_shown(sheet: Sheet[Any], records: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Each record with its cells as a list shows them."""
    return [(record, [_cell(value) for value in sheet.cells(record)]) for record in records]


def _cell(value: Any) -> Any:
    """A number stays one, so that the list sets it to the right; the rest reads as on paper."""
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else shown(value)


def export_url(request: Request, model: Any) -> str:
    """Where the list's Excel file is, for those who may take it out."""
    may = request.user.has_perm(f"{model._meta.app_label}.export_{model._meta.model_name}")
    return _url_of(model, "export") if may else ""


def add_action(request: Request, model: Any) -> list[dict[str, str]]:
    """The button that makes a new one, for those who may."""
    url = _url_of(model, "create")
    if not url or not request.user.has_perm(f"{model._meta.app_label}.add_{model._meta.model_name}"):
        return []
    return [{"label": f"{model._meta.verbose_name}を登録", "url": url}]


def _query_without(query: QueryDict, name: str) -> str:
    rest = query.copy()
    rest.pop(name, None)
    return f"?{rest.urlencode()}" if rest else ""


def export_response(
    request: Request, sheet: Sheet[Any], *, model: Any, count: int, basis: str = ""
) -> HttpResponseBase:
    """The list as an Excel file, recorded before the first byte, with the reason where one was asked."""
    audit.looked(Action.EXPORT, by=request.user, kind=model, count=count, basis=basis)
    name = f"{sheet.title}_{timezone.localdate():%Y%m%d}.xlsx"
    return workbook_response(name, lambda target: write_list(sheet, target))


# -- one record ------------------------------------------------------------------------------------------


def detail_page(
    request: Request,
    record: Record,
    facts: Iterable[tuple[str, Any]],
    *,
    personal: bool = False,
    **context: Any,
) -> HttpResponse:
    """One record. A person's is a look: it is recorded."""
    if personal:
        audit.looked(Action.VIEW, by=request.user, on=record)
    context.setdefault("title", str(record._meta.verbose_name))
    context.setdefault("heading", str(record._meta.verbose_name))
    context.setdefault("actions", record_actions(request, record))
    context.setdefault("history_url", _url_of(record, "history", record.pk))
    return page(request, record=record, facts=list(facts), **context)


def record_actions(request: Request, record: Record) -> list[dict[str, str]]:
    """Change and void, for those who may, while the record stands. What is open to read alone has none."""
    kind: Any = type(record)
    if record.is_voided or not kind.objects.changeable_by(request.user).filter(pk=record.pk).exists():
        return []
    label, name = record._meta.app_label, record._meta.model_name
    verbs = [("edit", "change", "修正する", "primary"), ("void", "void", "取り消す", "danger")]
    return [
        {"label": text, "url": _url_of(record, verb, record.pk), "kind": kind}
        for verb, permission, text, kind in verbs
        if request.user.has_perm(f"{label}.{permission}_{name}") and _url_of(record, verb, record.pk)
    ]


__all__ = [
    "add_action",
    "allowed",
    "detail_page",
    "export_response",
    "find",
    "find_to_change",
    "form_page",
    "list_page",
    "page",
    "record_actions",
    "rows_shown",
    "void_page",
]

"""Lists of clients, cases and consultations, on the screen and as files.

A file leaves the office: it has client numbers where the screen has names, and no phone, address or text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Max, OuterRef, Prefetch, Subquery
from django.utils import timezone

from consultations.models import Case, Client, Consultation, Import
from komatsu_support.excel import Sheet
from komatsu_support.models import AgeBand
from komatsu_support.templatetags.office import person

type Columns[T] = Mapping[str, Callable[[T], Any]]

WHO_CALLED: Columns[Consultation] = {"相談者": lambda c: person(c.client)}
WHO_NUMBERED: Columns[Consultation] = {"相談者番号": lambda c: c.client.number if c.client else "匿名"}


def consultation_sheet(consultations: Any) -> Sheet[Consultation]:
    """相談記録一覧 as the screen shows it."""
    return _consultations(consultations, WHO_CALLED)


def consultation_file(consultations: Any) -> Sheet[Consultation]:
    """相談記録一覧 as a file."""
    return _consultations(consultations, WHO_NUMBERED)


def _consultations(consultations: Any, who: Columns[Consultation]) -> Sheet[Consultation]:
    texts = ("content", "response", "assessment")
    joined = consultations.select_related("client", "method", "main_topic", "staff").defer(*texts)
    return Sheet(
        title="相談記録",
        columns={
            "相談日": lambda c: c.consulted_on,
            **who,
            "方法": lambda c: str(c.method),
            "主訴": lambda c: str(c.main_topic or ""),
            "年代": lambda c: c.get_age_band_display(),
            "新規・継続": lambda c: c.get_visit_type_display(),
            "相談員": lambda c: str(c.staff),
            "分": lambda c: c.minutes,
            "件数": lambda c: int(c.is_countable and not c.is_voided),
        },
        rows=joined.order_by("-consulted_on", "-pk"),
        personal=True,
        wide=True,
    )


def client_sheet(clients: Any) -> Sheet[Client]:
    """相談者一覧 as the screen shows it."""
    return _clients(clients, {"相談者": lambda c: c.called, "保護": _marks})


def client_file(clients: Any) -> Sheet[Client]:
    """相談者一覧 as a file."""
    return _clients(clients, {})


def _marks(client: Client) -> str:
    """What to know before her number is dialled."""
    marks = ["▲支援措置"] if client.address_protected else []
    if client.protection != Client.Protection.NORMAL:
        marks.append("◆閲覧制限" if client.protection == Client.Protection.RESTRICTED else "◆封印")
    return " ".join(marks)


def _clients(clients: Any, who: Columns[Client]) -> Sheet[Client]:
    today = timezone.localdate()
    talks = Consultation.objects.standing().filter(client=OuterRef("pk")).order_by().values("client")
    latest = Case.objects.standing().order_by("-opened_on", "-pk")
    joined = (
        clients.select_related("staff")
        .annotate(last_on=Subquery(talks.annotate(last=Max("consulted_on")).values("last")))
        .prefetch_related(Prefetch("cases", latest, to_attr="cases_newest_first"))
    )
    return Sheet(
        title="相談者",
        columns={
            "番号": lambda c: c.number,
            **who,
            "担当": lambda c: str(c.staff or ""),
            "年代": lambda c: AgeBand(c.age_band_on(today)).label,
            "支援ケース": _state_of_cases,
            "最後の相談日": lambda c: c.last_on,
        },
        rows=joined.order_by("-pk"),
        personal=True,
    )


def _state_of_cases(client: Any) -> str:
    """処遇 of the case that goes on, else of the latest."""
    cases = client.cases_newest_first
    going_on = [case for case in cases if case.status in Case.OPEN]
    newest = next(iter(going_on or cases), None)
    return newest.get_status_display() if newest else ""


def case_sheet(cases: Any) -> Sheet[Case]:
    """支援ケース一覧 as the screen shows it."""
    return _cases(cases, {"相談者": lambda c: person(c.client)})


def case_file(cases: Any) -> Sheet[Case]:
    """支援ケース一覧 as a file."""
    return _cases(cases, {"相談者番号": lambda c: c.client.number})


def _cases(cases: Any, who: Columns[Case]) -> Sheet[Case]:
    return Sheet(
        title="支援ケース",
        columns={
            "開始日": lambda c: c.opened_on,
            **who,
            "処遇": lambda c: c.get_status_display(),
            "担当": lambda c: str(c.staff or ""),
            "終了日": lambda c: c.closed_on,
            "終結理由": lambda c: c.get_close_reason_display(),
        },
        rows=cases.select_related("client", "staff").defer("policy").order_by("-opened_on", "-pk"),
        personal=True,
    )


def import_sheet(imports: Any) -> Sheet[Import]:
    """取込一覧."""
    return Sheet(
        title="取込",
        columns={
            "日時": lambda i: i.created_at,
            "状態": lambda i: i.get_state_display(),
            "行数": lambda i: i.row_count,
            "登録した相談": lambda i: i.added if i.is_done else None,
            "新しい相談者": lambda i: i.added_clients if i.is_done else None,
            "取込済みの行": lambda i: i.known if i.is_done else None,
            "取り込んだ人": lambda i: str(i.created_by),
            "理由": lambda i: i.reason,
        },
        rows=imports.select_related("created_by").order_by("-pk"),
    )

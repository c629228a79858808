"""Lists of clients, cases and consultations, on the screen and as files.

A file leaves the office: it has client numbers where the screen has names, and no phone, address or text.
One file has names and texts, `consultation_named_file`, and is given out for a stated reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Max, OuterRef, Prefetch, Subquery
from django.utils import timezone

from consultations.models import Case, Client, Consultation, Handover, Import, Match, Receipt
from komatsu_support.excel import Sheet
from komatsu_support.models import AgeBand, Term
from komatsu_support.templatetags.office import person

type Columns[T] = Mapping[str, Callable[[T], Any]]

SHOWN = [
    *("consulted_on", "age_band", "visit_type", "minutes", "is_countable", "voided_at"),
    *("client__number", "client__name", "client__alias", "method__label", "main_topic__label"),
    "staff__display_name",
]
WHO_CALLED: Columns[Consultation] = {"相談者": lambda c: person(c.client)}
WHO_NUMBERED: Columns[Consultation] = {"相談者番号": lambda c: c.client.number if c.client else "匿名"}


def consultation_sheet(consultations: Any) -> Sheet[Consultation]:
    """相談記録一覧 as the screen shows it."""
    return _consultations(consultations, WHO_CALLED)


def consultation_file(consultations: Any) -> Sheet[Consultation]:
    """相談記録一覧 as a file."""
    return _consultations(consultations, WHO_NUMBERED)


def _consultations(consultations: Any, who: Columns[Consultation]) -> Sheet[Consultation]:
    joined = consultations.select_related("client", "method", "main_topic", "staff").only(*SHOWN)
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


def consultation_named_file(consultations: Any) -> Sheet[Consultation]:
    """相談記録一覧 with persons and what was said, for a stated reason; nobody's phone or address.

    Of a client under 支援措置 the texts stay out as well: they tell where she is.
    """
    joined = consultations.select_related("client", "method", "main_topic", "source", "staff")
    return Sheet(
        title="取扱注意 相談記録（氏名入り）",
        columns={
            "相談日": lambda c: c.consulted_on,
            **WHO_NUMBERED,
            "氏名": lambda c: c.client.name if c.client else "",
            "氏名カナ": lambda c: c.client.name_kana if c.client else "",
            "呼び名": lambda c: c.client.alias if c.client else "",
            "年代": lambda c: c.get_age_band_display(),
            "方法": lambda c: str(c.method),
            "主訴": lambda c: str(c.main_topic or ""),
            "内容": lambda c: _ticked(c, Term.Kind.TOPIC),
            "新規・継続": lambda c: c.get_visit_type_display(),
            "経路": lambda c: str(c.source or ""),
            "緊急度": lambda c: c.get_urgency_display(),
            "相談員": lambda c: str(c.staff),
            "分": lambda c: c.minutes,
            "相談内容": lambda c: _said(c, c.content),
            "対応": lambda c: _said(c, c.response),
            "所見": lambda c: _said(c, c.assessment),
            "対応内容": lambda c: _ticked(c, Term.Kind.RESPONSE),
            "次回予定日": lambda c: c.next_on,
            "件数": lambda c: int(c.is_countable and not c.is_voided),
        },
        rows=joined.prefetch_related("terms").order_by("-consulted_on", "-pk"),
        note="取扱注意。電話・住所は入れていません。使い終わったら消してください。",
        personal=True,
        wide=True,
    )


def _ticked(talk: Consultation, kind: str) -> str:
    """The ticked words of a list, in its order."""
    words = sorted((each for each in talk.terms.all() if each.kind == kind), key=lambda t: (t.order, t.pk))
    return "、".join(each.label for each in words)


def _said(talk: Consultation, text: str) -> str:
    """A text as it may leave the office."""
    return (
        "（支援措置のため出力しません）" if text and talk.client and talk.client.address_protected else text
    )


def client_sheet(clients: Any) -> Sheet[Client]:
    """相談者一覧 as the screen shows it."""
    return _clients(clients, {"相談者": lambda c: c.called, "保護": _marks})


def found_sheet(clients: Any) -> Sheet[Client]:
    """相談者 as a search finds them, with what was found; a phone is not written out."""
    return _clients(clients, {"相談者": lambda c: c.called, "保護": _marks, "一致": _match})


def _match(client: Any) -> str:
    return Match(client.match).label


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
        rows=joined if clients.ordered else joined.order_by("-pk"),
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


def handover_sheet(handovers: Any) -> Sheet[Handover]:
    """申し送り一覧, for the screen: who wrote it, who took it over. It names nobody else."""
    receipts = Receipt.objects.standing().select_related("created_by").order_by("created_at", "pk")
    joined = handovers.select_related("created_by").prefetch_related(
        Prefetch("receipts", receipts, to_attr="taken")
    )
    return Sheet(
        title="申し送り",
        columns={
            "日付": lambda h: h.day,
            "書いた人": lambda h: str(h.created_by),
            "受領": lambda h: "● 受領済み" if h.taken else "○ まだ",
            "受け取った人": lambda h: "、".join(str(each.created_by) for each in h.taken),
        },
        rows=joined.order_by("-day", "-pk"),
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

"""Everything about a client or a case on one page, newest first.

Each kind of event is one Source in SOURCES: which records, dated by what, in which words. Days and keys of
all kinds come with one query; only the records of the page that is shown are read. What the apps above know
(referrals, conferences) is reached through the reverse relations of a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import F, IntegerField, Value
from django.urls import reverse

from consultations.models import Appointment, CallAttempt, Case, Client, Consultation, Document, Reopening
from komatsu_support.models import User

ENTRIES = 30  # on a page


@dataclass(frozen=True)
class About:
    """Whose timeline, or of which of her cases alone, and who reads it."""

    user: User
    client: Client
    case: Case | None = None

    def of(self, records: Any, *, client: str = "client", case: str = "case") -> Any:
        """Those of the records that are hers, or the case's, stand, and are open to the reader."""
        hers = {case: self.case} if self.case else {client: self.client}
        return records.visible_to(self.user).standing().filter(**hers)

    def above(self, relation: str) -> Any:
        """What hangs on cases in an app above."""
        model: Any = Case._meta.get_field(relation).related_model
        return model.objects

    @property
    def cases(self) -> Any:
        """Her cases, or the one whose page it is."""
        return self.of(Case.objects, case="pk") if self.case is None else Case.objects.filter(pk=self.case.pk)


@dataclass(frozen=True)
class Entry:
    """One event: the day, what it was, in a few words, who, and where it is written."""

    on: date
    kind: str
    title: str
    url: str
    text: str = ""
    who: str = ""
    again_url: str = ""
    """Where the next one begins from this one."""


@dataclass(frozen=True)
class Source:
    """One kind of event. `dated` is a column of dates, or an expression that gives one."""

    kind: str
    label: str
    records: Callable[[About], Any]
    dated: Any
    entry: Callable[[Any, Source], Entry]


def _words(*words: Any) -> str:
    return "　".join(str(word) for word in words if word)


def _talk(talk: Any, source: Source) -> Entry:
    title = _words(talk.method, talk.main_topic, f"{talk.minutes}分" if talk.minutes else "")
    again = f"{reverse('consultations:consultation_create')}?copy={talk.pk}"
    here, who = talk.get_absolute_url(), str(talk.staff)
    return Entry(talk.consulted_on, source.label, title, here, talk.content, who, again)


def _opening(case: Any, source: Source) -> Entry:
    who = str(case.staff or "")
    return Entry(case.opened_on, source.label, "支援を始めました", case.get_absolute_url(), case.policy, who)


def _end(case: Any, source: Source) -> Entry:
    title = f"{case.get_status_display()}（{case.get_close_reason_display()}）"
    return Entry(case.closed_on, source.label, title, case.get_absolute_url(), who=str(case.staff or ""))


def _undone_end(each: Any, source: Source) -> Entry:
    title = f"{each.get_status_display()}（{each.get_close_reason_display()}）"
    return Entry(each.closed_on, source.label, title, each.case.get_absolute_url())


def _reopening(each: Any, source: Source) -> Entry:
    here, who = each.case.get_absolute_url(), str(each.created_by)
    return Entry(each.reopened_on, source.label, "支援を再開しました", here, each.reason, who)


def _referral(each: Any, source: Source) -> Entry:
    title = _words(each.agency, each.rung)
    who = str(each.staff or "")
    return Entry(each.started_on, source.label, title, each.get_absolute_url(), each.request, who)


def _conference(each: Any, source: Source) -> Entry:
    title = f"{each.get_kind_display()}（{each.get_state_display()}）"
    return Entry(each.held_on, source.label, title, each.get_absolute_url(), each.policy)


def _call(call: Any, source: Source) -> Entry:
    title = _words(f"{call.called_at:%H:%M}", call.get_result_display())
    return Entry(call.called_on, source.label, title, call.get_absolute_url(), call.note, str(call.staff))


def _appointment(each: Any, source: Source) -> Entry:
    title = _words(each.span, each.get_state_display())
    text = each.reason or each.purpose
    return Entry(each.day, source.label, title, each.get_absolute_url(), text, str(each.staff))


def _document(each: Any, source: Source) -> Entry:
    who = str(each.created_by)
    return Entry(each.received_on, source.label, str(each), each.get_absolute_url(), who=who)


def _reopenings(about: About) -> Any:
    return about.of(Reopening.objects.select_related("case", "created_by"), client="case__client")


SOURCES: list[Source] = [
    Source(
        "talk",
        "相談",
        lambda about: about.of(Consultation.objects.select_related("method", "main_topic", "staff")),
        "consulted_on",
        _talk,
    ),
    Source("case", "支援ケース", lambda about: about.cases.select_related("staff"), "opened_on", _opening),
    Source(
        "case",
        "支援ケース",
        lambda about: about.cases.filter(closed_on__isnull=False).select_related("staff"),
        "closed_on",
        _end,
    ),
    Source("case", "支援ケース", lambda about: _reopenings(about), "reopened_on", _reopening),
    Source("case", "支援ケース", lambda about: _reopenings(about), "closed_on", _undone_end),
    Source(
        "call",
        "架電",
        lambda about: about.of(CallAttempt.objects.select_related("staff")),
        "called_on",
        _call,
    ),
    Source(
        "appointment",
        "予約",  # one that was kept stands as the talk it became
        lambda about: about.of(
            Appointment.objects.exclude(state=Appointment.State.KEPT).select_related("staff")
        ),
        "day",
        _appointment,
    ),
    Source(
        "referral",
        "つなぎ",
        lambda about: about.of(
            about.above("referrals").select_related("agency", "staff"), client="case__client"
        ),
        "started_on",
        _referral,
    ),
    Source(
        "conference",
        "会議",
        lambda about: about.of(about.above("conferences"), client="cases__client", case="cases"),
        "held_on",
        _conference,
    ),
    Source(
        "document",
        "書類",
        lambda about: about.of(Document.objects.select_related("created_by")),
        "received_on",
        _document,
    ),
]
LABELS = {source.kind: source.label for source in SOURCES}
type Key = tuple[date, int, int]  # the day, the source's place in SOURCES, the record's key


class KindForm(forms.Form):
    """?kind= of a timeline; what is no kind shows every kind."""

    kind = forms.ChoiceField(choices=list(LABELS.items()), required=False)


@dataclass(frozen=True)
class Timeline:
    """One page of entries, and how many of each kind there are in all."""

    entries: list[Entry]
    page_obj: Page[Key]
    kinds: list[tuple[str, str, int]]
    total: int
    kind: str


def timeline(about: About, query: Any) -> Timeline:
    """The page that ?kind= and ?page= ask for."""
    form = KindForm(query)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    keys = _keys(about)
    found = Counter(SOURCES[place].kind for _, place, _ in keys)
    chosen = [key for key in keys if not kind or SOURCES[key[1]].kind == kind]
    page_obj = Paginator(chosen, ENTRIES).get_page(query.get("page"))
    kinds = [(code, label, found[code]) for code, label in LABELS.items() if found[code]]
    return Timeline(_entries(about, page_obj), page_obj, kinds, len(keys), kind)


def _keys(about: About) -> list[Key]:
    """Day, source and key of everything there is, newest first; of one day in the order of SOURCES."""
    parts = [
        source.records(about)
        .order_by()
        .annotate(entry_on=F(source.dated) if isinstance(source.dated, str) else source.dated)
        .annotate(entry_of=Value(place, IntegerField()))
        .values_list("entry_on", "entry_of", "pk")
        for place, source in enumerate(SOURCES)
    ]
    return sorted(parts[0].union(*parts[1:]), key=lambda key: (key[0], -key[1], key[2]), reverse=True)


def _entries(about: About, keys: Iterable[Key]) -> list[Entry]:
    """The entries of these keys, each kind read with one query."""
    keys = list(keys)
    read: dict[tuple[int, int], Any] = {}
    for place in {place for _, place, _ in keys}:
        wanted = [pk for _, at, pk in keys if at == place]
        for record in SOURCES[place].records(about).filter(pk__in=wanted):
            read[place, record.pk] = record
    return [
        SOURCES[place].entry(read[place, pk], SOURCES[place]) for _, place, pk in keys if (place, pk) in read
    ]

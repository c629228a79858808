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

from consultations.models import Case, Client, Consultation, Document
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
        """Her cases; none on the page of one, which tells of itself."""
        return Case.objects.none() if self.case else self.of(Case.objects)


@dataclass(frozen=True)
class Entry:
    """One event: the day, what it was, in a few words, who, and where it is written."""

    on: date
    kind: str
    title: str
    url: str
    text: str = ""
    who: str = ""


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
    return Entry(
        talk.consulted_on, source.label, title, talk.get_absolute_url(), talk.content, str(talk.staff)
    )


def _opening(case: Any, source: Source) -> Entry:
    who = str(case.staff or "")
    return Entry(case.opened_on, source.label, "支援を始めました", case.get_absolute_url(), case.policy, who)


def _end(case: Any, source: Source) -> Entry:
    title = f"{case.get_status_display()}（{case.get_close_reason_display()}）"
    return Entry(case.closed_on, source.label, title, case.get_absolute_url(), who=str(case.staff or ""))


def _referral(each: Any, source: Source) -> Entry:
    title = _words(each.agency, each.rung)
    who = str(each.staff or "")
    return Entry(each.started_on, source.label, title, each.get_absolute_url(), each.request, who)


def _conference(each: Any, source: Source) -> Entry:
    title = f"{each.get_kind_display()}（{each.get_state_display()}）"
    return Entry(each.held_on, source.label, title, each.get_absolute_url(), each.policy)


def _document(each: Any, source: Source) -> Entry:
    who = str(each.created_by)
    return Entry(each.received_on, source.label, str(each), each.get_absolute_url(), who=who)


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

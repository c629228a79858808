"""Everything about a client or a case on one page, newest first.

What the apps above know (referrals, conferences) is reached through the reverse relations of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from consultations.models import Case, Client, Consultation, Reopening
from komatsu_support.models import User

LONGEST = 100  # entries of each kind; older ones stand in the lists


@dataclass(frozen=True)
class Entry:
    """One event: the day, what it was, in a few words, and where it is written."""

    on: date
    kind: str
    title: str
    url: str
    text: str = ""


def of_client(client: Client, user: User) -> list[Entry]:
    """Cases, consultations, referrals and conferences of one person."""
    talks = Consultation.objects.visible_to(user).standing().filter(client=client)
    return _newest_first(
        *_of_cases(Case.objects.visible_to(user).standing().filter(client=client)),
        *_of_talks(talks),
        *_of_referrals(above("referrals", user).filter(case__client=client)),
        *_of_conferences(above("conferences", user).filter(cases__client=client).distinct()),
    )


def of_case(case: Case, user: User) -> list[Entry]:
    """Its turns, consultations, referrals and conferences of one case."""
    return _newest_first(
        *_turns(case, case.reopenings.standing()),
        *_of_talks(Consultation.objects.visible_to(user).standing().filter(case=case)),
        *_of_referrals(above("referrals", user).filter(case=case)),
        *_of_conferences(above("conferences", user).filter(cases=case)),
    )


def _newest_first(*entries: Entry) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.on, reverse=True)


def above(relation: str, user: User) -> Any:
    """What hangs on cases in an app above, as far as this person may see it."""
    model: Any = Case._meta.get_field(relation).related_model
    return model.objects.visible_to(user).standing()


def _of_cases(cases: Any) -> Iterator[Entry]:
    for case in cases.order_by("-opened_on").prefetch_related("reopenings")[:LONGEST]:
        yield from _turns(case, case.reopenings.all())


def _turns(case: Case, reopenings: Iterable[Reopening]) -> Iterator[Entry]:
    """Each end, each time it went on, its opening: the newest first, also within a day."""
    url = case.get_absolute_url()
    if case.closed_on:
        yield Entry(case.closed_on, "支援ケース", _end(case), url)
    for each in sorted(reopenings, key=lambda each: (each.reopened_on, each.pk), reverse=True):
        yield Entry(each.reopened_on, "支援ケース", "支援を再開しました", url, each.reason)
        yield Entry(each.closed_on, "支援ケース", _end(each), url)
    yield Entry(case.opened_on, "支援ケース", "支援を始めました", url, case.policy)


def _end(ended: Case | Reopening) -> str:
    return f"{ended.get_status_display()}（{ended.get_close_reason_display()}）"


def _of_talks(talks: Any) -> Iterator[Entry]:
    joined = talks.select_related("method", "main_topic", "staff").order_by("-consulted_on", "-pk")
    for talk in joined[:LONGEST]:
        words = [str(talk.method), str(talk.main_topic or ""), f"{talk.minutes}分" if talk.minutes else ""]
        title = "　".join(filter(None, [*words, str(talk.staff)]))
        yield Entry(talk.consulted_on, "相談", title, talk.get_absolute_url(), talk.content)


def _of_referrals(referrals: Any) -> Iterator[Entry]:
    for each in referrals.select_related("agency").order_by("-started_on", "-pk")[:LONGEST]:
        title = f"{each.agency}　{each.rung}"
        yield Entry(each.started_on, "つなぎ", title, each.get_absolute_url(), each.request)


def _of_conferences(conferences: Any) -> Iterator[Entry]:
    for each in conferences.order_by("-held_on", "-pk")[:LONGEST]:
        title = f"{each.get_kind_display()}（{each.get_state_display()}）"
        yield Entry(each.held_on, "会議", title, each.get_absolute_url(), each.policy)

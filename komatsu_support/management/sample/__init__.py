"""The sample: four invented years of an office like this one, the published figures among them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.apps import apps
from django.db import transaction

from cafe.models import (
    CalendarFeed,
    Contribution,
    Event,
    EventSeries,
    Expense,
    Flyer,
    Idea,
    Introduction,
    OpenDay,
    PaperCount,
    Visit,
    Visitor,
)
from consultations.models import (
    Appointment,
    CallAttempt,
    Case,
    Client,
    Consultation,
    Handover,
    HandoverItem,
    Receipt,
    SearchTail,
)
from komatsu_support import audit
from komatsu_support.management.sample.agencies import make_agencies
from komatsu_support.management.sample.appointments import Book
from komatsu_support.management.sample.cafe import Cafe
from komatsu_support.management.sample.clients import Arrivals
from komatsu_support.management.sample.conferences import Meetings
from komatsu_support.management.sample.consultations import Desk
from komatsu_support.management.sample.dice import Dice
from komatsu_support.management.sample.expenses import settle
from komatsu_support.management.sample.flyers import write_flyers
from komatsu_support.management.sample.guests import name_guests
from komatsu_support.management.sample.handovers import hand_over
from komatsu_support.management.sample.ideas import sow
from komatsu_support.management.sample.introductions import leave_introductions
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.papercounts import keep_papers
from komatsu_support.management.sample.people import Names, make_accounts
from komatsu_support.management.sample.referrals import Ladders
from komatsu_support.management.sample.talks import Talks
from komatsu_support.management.sample.targets import set_targets, write_report
from komatsu_support.management.sample.training import Classes
from komatsu_support.management.sample.years import ACTUALS, SampleYear, sample_years
from komatsu_support.models import OfficeDay, Record, Term, User
from komatsu_support.models.calendar import generate_calendar
from kpi.models import Report, Target
from referrals.models import Agency, Conference, Consent, Referral
from training.models import Lecturer, Series, Session, Survey

WRITTEN: list[type[Record]] = [
    *(Target, Report, Series, Session, Lecturer, Survey),
    *(EventSeries, OpenDay, PaperCount, Idea, Event, Expense, Introduction, Flyer, CalendarFeed),
    *(Client, Case, Consultation, Appointment, CallAttempt, Agency, Consent, Referral, Conference),
    *(Handover, HandoverItem, Receipt),
    *(Visitor, Visit, Contribution),
]
"""The models in an order in which each finds the rows it points at."""

OLDER = {-2: 0.6, -1: 1.0, 0: 1.7, 1: 1.9}  # how much more often than at first somebody of 60 or more comes
FROM_THE_START = (Term, OfficeDay)  # an empty database may have its master lists and its calendar


class NotEmpty(Exception):
    """The database has records already."""


class NoOpenDay(Exception):
    """The year has begun, but the office has not opened yet."""


def what_is_there() -> str:
    """What makes a database not empty, in words; "" when it is empty."""
    if accounts := User.objects.exclude(username="system").count():
        return f"アカウント{accounts}件"
    for model in apps.get_models():
        if issubclass(model, Record) and model not in FROM_THE_START and model._base_manager.exists():
            return f"{model._meta.verbose_name}の記録"
    return ""


def load(year: int, *, seed: int, today: date) -> dict[type[Record], int]:
    """Fill an empty database, or leave it as it was. {model: how many records}, in the order written.

    The same year, seed and day give the same rows. Raises NotEmpty, NoOpenDay.
    """
    with transaction.atomic():
        audit.wait_for_my_turn()  # two at once: the second finds the first's records
        if found := what_is_there():
            raise NotEmpty(found)
        system = User.objects.system()
        for offset in ACTUALS:
            generate_calendar(year + offset, by=system)
        years = sample_years(year, today)
        if any(not each.days for each in years if each.is_published):
            raise NoOpenDay
        basis = f"seed_demo {year}"
        ledger = _invent([each for each in years if each.days], seed, today, basis)
        ledger.write(WRITTEN, by=system, basis=basis)
        SearchTail.objects.fill(Client._base_manager.prefetch_related("absorbed").order_by("pk"))
    return {model: len(ledger.entries.get(model, [])) for model in WRITTEN}


def _invent(years: list[SampleYear], seed: int, today: date, basis: str) -> Ledger:
    """Tell the years from the first day to the last, each area with dice of its own.

    The dice do not know today, so that the years gone by are the same tomorrow.
    """

    def dice(area: str) -> Dice:
        return Dice(area, seed, years[0].year)

    first, days = years[0].days[0], [day for year in years for day in year.days]
    words = {(term.kind, term.code): term for term in Term.objects.all()}
    ledger = Ledger(dice("submissions"))
    staff = make_accounts(User.objects.system(), basis)
    cafe = Cafe(ledger, dice("cafe"), staff)
    cafe.found_series(first)
    talks = Talks(ledger, dice("talks"), staff, words)
    arrivals = Arrivals(dice("arrivals"), Names(dice("names")), staff, words)
    desk = Desk(ledger, dice("desk"), arrivals, talks, cafe.held)
    directory = make_agencies(ledger, dice("agencies"), words, staff.lead, first, days[-1])
    classes = Classes(ledger, dice("training"), staff, words)
    classes.found_series(first)
    for offset, year in zip(ACTUALS, years, strict=False):
        set_targets(ledger, staff, year)
        cafe.open(year, today)
        arrivals.older = OLDER[offset]
        desk.work_through(year)
        classes.teach(year, offset)
    desk.leave(years)
    book = Book(ledger, dice("appointments"), staff, words, desk.relations)
    book.fill(days, years[-1].coming)
    hand_over(ledger, staff, desk.relations, days)
    ladders = Ladders(ledger, dice("referrals"), staff, words, directory, desk.relations, days)
    meetings = Meetings(ledger, dice("conferences"), staff, directory, desk.relations, ladders.made, days)
    for year in years:
        ladders.climb(year)
    ladders.leave(is_running=years[-1].is_running)
    for year in years:
        meetings.gather(year)
    leave_introductions(ledger, dice("introductions"), staff, cafe.held, [year.days for year in years])
    sow(ledger, dice("ideas"), staff, days)
    settle(ledger, dice("expenses"), staff)
    keep_papers(ledger, staff, cafe.held.values())
    write_report(ledger, staff, next(year for year in years if year.is_published))
    write_flyers(ledger, staff, today)
    name_guests(ledger, dice("guests"), staff)
    return ledger


def totals(counts: dict[type[Record], int]) -> Iterable[str]:
    """How many of what, a line each."""
    return (f"{model._meta.verbose_name} {count}件" for model, count in counts.items() if count)

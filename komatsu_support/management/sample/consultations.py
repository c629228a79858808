"""相談: the talks of the sample, told day by day so that every later one knows the earlier ones."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta

from cafe.models import OpenDay
from consultations.models import Case, Consultation
from consultations.models.visits import visit_type
from komatsu_support.management.sample.clients import Arrivals, Relation
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.talks import Talks, ended
from komatsu_support.management.sample.words import NEXT_PLANS, POLICIES
from komatsu_support.management.sample.years import SampleYear

COUNTED, VOIDED, AGENCY, WRONG_NUMBER, HOURS = "counted", "voided", "agency", "wrong_number", "hours"
REASONS = {AGENCY: "機関との連絡のみ", WRONG_NUMBER: "間違い電話", HOURS: "開所時間の問合せ"}
LEFT_OUT = {VOIDED: 3, AGENCY: 9, WRONG_NUMBER: 4, HOURS: 6}  # a year, beside what counts
VOID_REASONS = ["二重に登録したため", "相談者を取り違えて登録したため"]
ENDINGS = {
    Case.CloseReason.RESOLVED: 10,
    Case.CloseReason.WISH: 3,
    Case.CloseReason.NO_CONTACT: 2,
    Case.CloseReason.MOVED: 2,
}
SERIOUS = ("mental", "dv", "economic", "elder_life", "family", "housing")


@dataclass
class Desk:
    """The consultation desk over the sample's years."""

    ledger: Ledger
    dice: Dice
    arrivals: Arrivals
    talks: Talks
    cafe: dict[date, OpenDay]  # the days held
    relations: list[Relation] = field(default_factory=list)
    latest: Consultation | None = None

    def work_through(self, year: SampleYear) -> None:
        """Every contact of one year, in order."""
        for day, kind in self._slots(year):
            if kind == COUNTED:
                self.latest = self._talk(year, day)
            elif kind == VOIDED:
                self._mistake(day)
            else:
                about = self._with_open_case() if kind == AGENCY else None
                self.talks.left_out(day, REASONS[kind], about)

    def _slots(self, year: SampleYear) -> list[tuple[date, str]]:
        """What happens on which day: exactly as many that count as the year has."""
        kinds = [COUNTED] * year.actual.consultations
        for kind, number in LEFT_OUT.items():
            kinds += [kind] * math.ceil(number * year.share)
        return sorted((self.dice.choice(year.days), kind) for kind in kinds)

    # -- a talk that counts -----------------------------------------------------------------------------

    def _talk(self, year: SampleYear, day: date) -> Consultation:
        if self.dice.chance(0.1):
            return self.talks.anonymous(day)
        relation = self._who(year, day)
        talk = self.talks.with_client(relation, day, self._cafe_day(relation, day))
        talk.visit_type = self._visit_type(relation, day)
        if not relation.talks:
            assigned = {"assigned": relation.assigned}
            self.ledger.add(
                relation.client, by=talk.staff, at=ended(talk) - timedelta(minutes=2), ticked=assigned
            )
        relation.talks.append(talk)
        self._follow_case(year, relation, talk)
        talk.case = relation.case if relation.has_case_on(day) else None
        return talk

    def _who(self, year: SampleYear, day: date) -> Relation:
        """Somebody who came before, or somebody new."""
        known = {n: self._pull(each, day) for n, each in enumerate(self.relations) if each.may_come(day)}
        if sum(known.values()) < 0.5 or self.dice.chance(0.33):
            self.relations.append(self.arrivals.newcomer(day, year.year))
            return self.relations[-1]
        return self.relations[self.dice.weighted(known)]

    def _pull(self, relation: Relation, day: date) -> float:
        """How much she is drawn to come again. An open case holds on, a closed one rarely brings her back."""
        silent = (day - relation.last).days if relation.last else 0
        if relation.open_case:
            return relation.habit * max(0.12, math.pow(0.5, silent / 80))
        return relation.habit * (0.04 if relation.case else math.pow(0.5, silent / 45) + 0.01)

    def _cafe_day(self, relation: Relation, day: date) -> OpenDay | None:
        """The café day out of which the talk grew, if it did."""
        if relation.source != "cafe" or not self.dice.chance(0.3 if relation.talks else 0.95):
            return None
        return self.cafe.get(day)

    def _visit_type(self, relation: Relation, day: date) -> str:
        """新規・継続・再来 by the rule."""
        return visit_type(day, relation.last, [relation.case.episode] if relation.case else [])

    # -- cases ------------------------------------------------------------------------------------------

    def _follow_case(self, year: SampleYear, relation: Relation, talk: Consultation) -> None:
        """Open a case with the second talk or for something serious; close one when it has run its course."""
        if not relation.open_case:
            is_serious = talk.main_topic is not None and talk.main_topic.code in SERIOUS
            if len(relation.talks) > 1 or (is_serious and self.dice.chance(0.4)):
                self._open_case(year, relation, talk)
        elif len(relation.talks) > 2 and self.dice.chance(0.14):
            first, last = talk.consulted_on + timedelta(days=1), talk.consulted_on + timedelta(days=35)
            if day := self.dice.day_within(year.days, first, last):
                self._close_case(relation, day, self.dice.weighted(ENDINGS))

    def _open_case(self, year: SampleYear, relation: Relation, talk: Consultation) -> None:
        """A first case opens on the day of the talk; a new one after 終結 on the next, when it is agreed on."""
        day: date | None = talk.consulted_on
        if relation.case:
            day = next((each for each in year.days if each > talk.consulted_on), None)
        if day is None:
            return
        case = Case(client=relation.client, opened_on=day, staff=relation.staff)
        case.policy = self.dice.choice(POLICIES)
        relation.case = self.ledger.add(case, by=talk.staff, at=moment(day, 16, 0))

    def _close_case(self, relation: Relation, day: date, reason: str) -> None:
        if relation.case:
            self.ledger.change(
                relation.case,
                by=relation.staff,
                at=moment(day, 16, 10),
                status=Case.Status.CLOSED,
                closed_on=day,
                close_reason=reason,
            )

    # -- what does not count ----------------------------------------------------------------------------

    def _mistake(self, day: date) -> None:
        """A talk taken back: the latest one entered twice."""
        talk = self.talks.again(self.latest) if self.latest else self.talks.anonymous(day)
        at = talk.created_at + timedelta(minutes=20)
        self.ledger.void(talk, reason=self.dice.choice(VOID_REASONS), by=talk.staff, at=at)

    def _with_open_case(self) -> Relation | None:
        open_ones = [each for each in self.relations if each.open_case]
        return self.dice.choice(open_ones) if open_ones else None

    # -- the state in which the last day leaves the office ----------------------------------------------

    def leave(self, years: list[SampleYear]) -> None:
        """End what has grown cold, promise what comes next, and date the protections."""
        days = [day for year in years for day in year.days]
        coming = years[-1].coming
        for relation in self.relations:
            self._end_cold_case(relation, days)
            self._keep_promises(relation)
        self._promise(days, coming)
        protected = [each.client for each in self.relations if each.client.address_protected]
        for order, client in enumerate(protected):
            client.protected_until = days[-1] + timedelta(days=(40, 150)[order % 2])

    def _end_cold_case(self, relation: Relation, days: list[date]) -> None:
        case = relation.open_case
        if case is None or relation.last is None:
            return
        last = max(relation.last, relation.discussed_on or relation.last)
        silent = (days[-1] - last).days
        if silent > 160 and self.dice.chance(0.75):
            if day := self.dice.day_within(days, last + timedelta(days=60), last + timedelta(days=150)):
                self._close_case(relation, day, self.dice.choice(["no_contact", "resolved"]))
        elif silent > 60 and self.dice.chance(0.6):
            status = self.dice.weighted({Case.Status.WATCH: 7, Case.Status.INTERRUPTED: 3})
            day = self.dice.day_within(days, last + timedelta(days=45), last + timedelta(days=60)) or days[-1]
            self.ledger.change(case, by=relation.staff, at=moment(day, 15, 30), status=status)

    def _keep_promises(self, relation: Relation) -> None:
        """次回予定 of talks that were followed by another soon."""
        for talk, following in zip(relation.talks, relation.talks[1:], strict=False):
            soon = (following.consulted_on - talk.consulted_on).days <= 45
            if soon and self.dice.chance(0.6):
                talk.next_on, talk.next_plan = following.consulted_on, self.dice.choice(NEXT_PLANS)

    def _promise(self, days: list[date], coming: list[date]) -> None:
        """次回予定 that nobody has kept yet: one overdue, the others today or soon."""
        since = days[-1] - timedelta(days=30)
        waiting = [each for each in self.relations if each.open_case and each.last and each.last >= since]
        ahead = [days[-1], *coming[:1], *coming[:10]]
        for relation, order in zip(waiting[:9], range(9), strict=False):
            talk = relation.talks[-1]
            talk.next_on = max(ahead[min(order, len(ahead) - 1)], talk.consulted_on)
            talk.next_plan = self.dice.choice(NEXT_PLANS)

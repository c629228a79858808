"""つなぎ: the ladders of the sample. As many are connected in a year as the year has, the others are not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from komatsu_support.fiscal import fiscal_year, fiscal_year_of
from komatsu_support.management.sample.agencies import Directory
from komatsu_support.management.sample.clients import OpenCase, Relation, Words, cases_open
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.management.sample.years import SampleYear
from referrals.models import Agency, Consent, LegalBasis, Referral

ITEMS = ["氏名・連絡先・相談の内容", "相談の内容と希望", "生活の状況と健康の状況"]
REQUESTS = [
    "継続した相談と支援をお願いしたい。",
    "制度の利用について説明をお願いしたい。",
    "面談の機会を設けてほしい。",
]
NOT_CONNECTED = {  # a year
    Referral.Outcome.DECLINED: (2, "対象の要件に合わなかった"),
    Referral.Outcome.WITHDRAWN: (1, "本人が利用を見合わせた"),
    Referral.Outcome.NO_REPLY: (1, "2回問い合わせたが返答がなかった"),
}
ONLY_TOLD = 3  # a year: 情報提供 that went no further
PURPOSES = {
    Referral.Purpose.INTRODUCE: 5,
    Referral.Purpose.REQUEST: 4,
    Referral.Purpose.SHARE: 1,
    Referral.Purpose.HANDOVER: 1,
}
MEANS = {
    Referral.Means.PHONE: 5,
    Referral.Means.FAX: 3,
    Referral.Means.ACCOMPANY: 2,
    Referral.Means.LETTER: 2,
    Referral.Means.VISIT: 1,
}


@dataclass
class Ladders:
    """Makes consents and referrals out of the cases there are."""

    ledger: Ledger
    dice: Dice
    staff: Staff
    words: Words
    directory: Directory
    relations: list[Relation]
    days: list[date]  # every day of which there are records
    tried: set[tuple[int, int]] = field(default_factory=set)
    made: list[Referral] = field(default_factory=list)

    def climb(self, year: SampleYear) -> None:
        """The referrals of one year."""
        # In the sample's first spring nobody is known yet.
        grown = year.days[len(year.days) // 5 :] if year.days[0] == self.days[0] else year.days
        for order, day in enumerate(self.dice.spread(grown, year.actual.connected)):
            self._connected(day, grown, by_law=order == 2)
        for outcome, (number, reason) in NOT_CONNECTED.items():
            for _ in range(math.floor(number * year.share + 0.3)):
                self._ended(self.dice.choice(grown), outcome, reason)
        for _ in range(math.floor(ONLY_TOLD * year.share + 0.3)):
            self._start(self.dice.choice(grown))

    def leave(self, *, is_running: bool) -> None:
        """What still waits on the last day: three for a word from the agency, one for lead's approval."""
        if not is_running:
            return
        for ago in (24, 16, 8):
            if referral := self._start(self._day(self.days[-1] - timedelta(days=ago)), self.days[-1]):
                sent = self._send(referral)
                if ago == 16 and (day := self._later(sent, 2, 9)):
                    self._step(referral, day, accepted_on=day)
        if referral := self._start(self._day(self.days[-1] - timedelta(days=2)), self.days[-1]):
            referral.legal_basis = LegalBasis.COORDINATION_15
            referral.legal_reason = "本人と連絡がとりにくく、支援調整会議で情報を共有する必要がある"

    # -- one ladder -------------------------------------------------------------------------------------

    def _connected(self, day: date, others: Sequence[date], *, by_law: bool) -> None:
        """Up to 利用開始 on the day; on another day of the year where nobody could be connected on this."""
        for connected_on in [day, *self.dice.sample(others, len(others))]:
            started = self._day(connected_on - timedelta(days=self.dice.randint(5, 45)))
            referral = self._start(min(started, connected_on), until=connected_on)
            if referral is None:
                continue
            sent = self._send(referral, until=connected_on, by_law=by_law)
            if accepted := self.dice.day_within(self.days, sent, connected_on):
                self._step(referral, accepted, accepted_on=accepted)
            self._step(referral, connected_on, hour=16, connected_on=connected_on, follow_up_on=None)
            referral.result_note = "利用が始まったことを機関から確かめた。"
            continued = self._later(connected_on, 30, 40)
            if continued and self.dice.chance(0.7):
                self._step(referral, continued, continued_on=continued)
            return
        raise RuntimeError("the sample has no case that could be connected")

    def _ended(self, day: date, outcome: str, reason: str) -> None:
        """Sent, and come to nothing."""
        referral = self._start(day)
        if referral is None:
            return
        sent = self._send(referral)
        ended = self._later(sent, 7, 30) or self.days[-1]
        if outcome == Referral.Outcome.WITHDRAWN and referral.consent:
            at = moment(ended, 14)
            self.ledger.change(referral.consent, by=referral.created_by, at=at, withdrawn_on=ended)
        self._step(referral, ended, hour=15, outcome=outcome, outcome_reason=reason, follow_up_on=None)

    def _start(self, day: date, until: date | None = None) -> Referral | None:
        """情報提供: the first step, with the last talk of a case that stayed open until then."""
        found = self._case(day, until or day)
        agency = self._agency(found) if found else None
        if found is None or agency is None:
            return None
        self.tried.add((id(found.case), id(agency)))
        talk, staff = found.talks[-1], found.relation.staff
        self.ledger.tick(talk, "terms", self.words["response", "introduce"])
        referral = Referral(
            case=found.case,
            agency=agency,
            started_on=talk.consulted_on,
            purpose=self.dice.weighted(PURPOSES),
            staff=staff,
            request=self.dice.choice(REQUESTS),
        )
        self.made.append(referral)
        return self.ledger.add(referral, by=staff, at=moment(talk.consulted_on, 15, 50))

    def _send(self, referral: Referral, until: date | None = None, *, by_law: bool = False) -> date:
        """依頼, with a consent or with a basis that lead has approved. The day it was sent."""
        first = referral.started_on
        last = min(first + timedelta(days=7), until or self.days[-1])
        sent = self.dice.day_within(self.days, first, last) or first
        approver = self.staff.lead
        if by_law and referral.staff != approver:
            referral.legal_basis = LegalBasis.SUPPORT_MEETING_106_6
            referral.legal_reason = "支援会議で情報を共有し、生活の困窮に早く対応する必要があった"
            at = moment(first, 16, 5)
            self.ledger.change(referral, by=approver, at=at, approved_by=approver, approved_on=first)
        else:
            referral.consent = self._consent(referral)
        follow_up = sent + timedelta(days=14)
        means = self.dice.weighted(MEANS)
        self._step(referral, sent, hour=16, sent_on=sent, means=means, follow_up_on=follow_up)
        return sent

    def _consent(self, referral: Referral) -> Consent:
        """What she allowed to be told, on the day of 情報提供, until the end of the next 年度."""
        day = referral.started_on
        method = self.dice.weighted({Consent.Method.WRITTEN: 6, Consent.Method.VERBAL: 4})
        consent = Consent(
            client=referral.case.client,
            obtained_on=day,
            method=method,
            items=self.dice.choice(ITEMS),
            purpose="支援機関の利用につなぐため",
            valid_until=fiscal_year(fiscal_year_of(day) + 1).end,
            text_version="第1版",
        )
        beside = self.dice.sample(self.directory.agencies, 1) if self.dice.chance(0.3) else []
        agencies = [referral.agency, *(each for each in beside if each is not referral.agency)]
        return self.ledger.add(
            consent, by=referral.created_by, at=moment(day, 15, 45), ticked={"agencies": agencies}
        )

    def _step(self, referral: Referral, day: date, *, hour: int = 11, **values: Any) -> None:
        self.ledger.change(referral, by=referral.created_by, at=moment(day, hour, 20), **values)

    # -- who and when -----------------------------------------------------------------------------------

    def _case(self, first: date, last: date) -> OpenCase | None:
        """A case that was open from first to last: one with a talk shortly before, and rarely referred so far."""
        found = cases_open(self.relations, first, last)
        since = first - timedelta(days=30)
        found = [each for each in found if each.talks[-1].consulted_on >= since] or found
        used = {id(each.case): sum(made.case is each.case for made in self.made) for each in found}
        rare = [each for each in found if used[id(each.case)] == min(used.values())]
        return self.dice.choice(rare) if rare else None

    def _agency(self, found: OpenCase) -> Agency | None:
        """Whom to call about it, nobody twice in one case."""
        topic = found.talks[-1].main_topic
        fitting = self.directory.for_topic(topic.code if topic else "")
        for some in (fitting, self.directory.agencies):
            if new := [each for each in some if (id(found.case), id(each)) not in self.tried]:
                return self.dice.choice(new)
        return None

    def _day(self, day: date) -> date:
        """The last day of records up to this one; the first where there is none before."""
        before = [each for each in self.days if each <= day]
        return before[-1] if before else self.days[0]

    def _later(self, day: date, least: int, most: int) -> date | None:
        """A day some days later, if it has come."""
        return self.dice.day_within(self.days, day + timedelta(days=least), day + timedelta(days=most))

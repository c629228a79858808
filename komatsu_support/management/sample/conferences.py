"""会議: individual case conferences, exactly as many held as the year has, and the meetings that never count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Model

from komatsu_support.management.sample.agencies import Directory
from komatsu_support.management.sample.clients import OpenCase, Relation, cases_open
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.management.sample.years import SampleYear
from referrals.models import Agency, Conference, Referral

KIND, STATE = Conference.Kind, Conference.State
INTERNAL = 6  # a year
AGENDAS = [
    "生活の立て直しと支援の分担",
    "健康面の心配と受診の支援",
    "家族関係の調整と見守り",
    "住まいと生活支援の検討",
]
DISCUSSIONS = [
    "各機関から現在の関わりを報告し、生活状況と健康状況を共有した。",
    "本人の希望を確かめ、今後の支援の優先順位を話し合った。",
    "連絡の取り方と緊急時の対応を確認した。",
]
POLICIES = [
    "本人の意向を尊重し、関係機関が役割を分けて支える。",
    "月1回の面談を続け、変化があれば早めに集まる。",
]


@dataclass
class Meetings:
    """Makes the meetings."""

    ledger: Ledger
    dice: Dice
    staff: Staff
    directory: Directory
    relations: list[Relation]
    referrals: list[Referral]
    days: list[date]  # every day of which there are records

    def gather(self, year: SampleYear) -> None:
        """The meetings of one year."""
        for day in self.dice.spread(year.days, year.actual.conferences):
            self._individual(day, STATE.HELD)
        for day in self.dice.spread(year.days, math.floor(1.3 * year.share)):
            self._individual(day, STATE.CANCELLED)
        for day in self.dice.spread(year.days, math.floor(INTERNAL * year.share)):
            self._internal(day)
        if year.share > 0.6:
            self._liaison(year.days[int(len(year.days) * 0.6 / year.share) - 1])
        for day in year.coming[6:7]:
            self._individual(day, STATE.PLANNED, planned_on=year.days[-1])

    def _individual(self, day: date, state: str, planned_on: date | None = None) -> None:
        """About one case, with the agencies around it; without a case only where none was open."""
        found = self._case(day)
        agencies = self._agencies(found)
        beside = found.relation.staff if found else self.staff.counselors[0]
        staff = [self.staff.lead, *([beside] if beside != self.staff.lead else [])]
        cases = [found.case] if found else []
        planned_at = moment(planned_on or day - timedelta(days=10), 11)
        meeting = self._meeting(KIND.INDIVIDUAL, day)
        meeting.agenda = self.dice.choice(AGENDAS)
        self.ledger.add(
            meeting,
            by=self.staff.lead,
            at=max([planned_at, *(case.created_at for case in cases)]),
            ticked={"cases": cases, "agencies": agencies, "staff": staff},
        )
        if state == STATE.HELD:
            self._close(meeting, **self._minutes(day, agencies))
        elif state == STATE.CANCELLED:
            self._close(meeting, state=STATE.CANCELLED)

    def _minutes(self, day: date, agencies: list[Agency]) -> dict[str, Any]:
        due = (day + timedelta(days=30)).month
        return {
            "state": STATE.HELD,
            "discussion": "".join(self.dice.sample(DISCUSSIONS, 2)),
            "policy": self.dice.choice(POLICIES),
            "attendees": "\n".join(f"{each} 相談担当" for each in agencies),
            "roles": "\n".join(f"{each}：状況の確認と報告（{due}月末まで）" for each in agencies),
            "lead_agency": next(iter(agencies), None),
            "next_on": self.dice.day_within(self.days, day + timedelta(days=60), day + timedelta(days=90)),
        }

    def _close(self, meeting: Conference, **values: Any) -> None:
        """What became of it, written on the day."""
        self.ledger.change(meeting, by=self.staff.lead, at=moment(meeting.held_on, 16, 20), **values)

    def _internal(self, day: date) -> None:
        meeting = self._meeting(KIND.INTERNAL, day)
        meeting.agenda = "相談の状況の共有と記録の書き方の確認"
        at = moment(day - timedelta(days=7), 10)
        self.ledger.add(meeting, by=self.staff.lead, at=at, ticked={"staff": self.staff.everyone})
        self._close(meeting, state=STATE.HELD)

    def _liaison(self, day: date) -> None:
        meeting = self._meeting(KIND.LIAISON, day)
        meeting.place = "市役所会議室"
        meeting.agenda = "市等の関係部署による現状と課題の共有、今後の連携の確認"
        partners = [each for each in self.directory.agencies if each.show_in_report]
        staff = [*self.staff.everyone, self.staff.manager]
        ticked: dict[str, Sequence[Model]] = {"staff": staff, "agencies": partners}
        self.ledger.add(meeting, by=self.staff.lead, at=moment(day - timedelta(days=30), 10), ticked=ticked)
        self._close(meeting, state=STATE.HELD, discussion="相談件数の増加と内容の多様化について共有した。")

    def _meeting(self, kind: str, day: date) -> Conference:
        hour = self.dice.choice((9, 10, 13, 14))
        starts_at, ends_at = time(hour, 30), time(hour + 1, 30)
        return Conference(kind=kind, held_on=day, starts_at=starts_at, ends_at=ends_at, place="相談室")

    def _case(self, day: date) -> OpenCase | None:
        """One of the cases open on the day that had had the most talks."""
        most = sorted(cases_open(self.relations, day, day), key=lambda each: -len(each.talks))[:6]
        return self.dice.choice(most) if most else None

    def _agencies(self, found: OpenCase | None) -> list[Agency]:
        """Those the case was referred to, and one or two more."""
        agencies = [each.agency for each in self.referrals if found and each.case is found.case]
        for each in self.dice.sample(self.directory.agencies, self.dice.choice((2, 2, 3))):
            if each not in agencies:
                agencies.append(each)
        return agencies[:4]

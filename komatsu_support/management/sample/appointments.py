"""予約と架電: the book of the sample's last weeks and of the days to come, and calls that were made in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from consultations.models import Appointment, CallAttempt, Client, Consultation
from komatsu_support.desk import GRID, desk_hours, minutes_of, time_of
from komatsu_support.management.sample.clients import Relation, Words
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.models import User

BACK = timedelta(days=28)  # how far back the book goes
AHEAD = 8  # days to come that have appointments
PURPOSES = ("経過の確認", "手続きの相談", "書類を一緒に書く", "初めての面談", "からだのこと")
CALLED = ("青いかばんの方", "電話の方", "ひまわりさん")
RESULTS = {"absent": 6, "message": 2, "talked": 2, "wrong_number": 0.5}
NOTES = {
    "absent": "夕方にかけ直す。",
    "message": "折り返しをお願いした。",
    "talked": "来月の予定を確かめた。",
}


@dataclass
class Book:
    """Makes appointments that never meet, and calls, and enters them in the ledger."""

    ledger: Ledger
    dice: Dice
    staff: Staff
    words: Words
    relations: list[Relation]

    def fill(self, days: list[date], coming: list[date]) -> None:
        """What was booked in the last weeks and how it went, what is booked for the next."""
        recent = [day for day in days if day > days[-1] - BACK]
        for talk in self._talks_since(recent[0]):
            if talk.method.code in ("in_person", "home_visit", "online") and self.dice.chance(0.7):
                self._became(talk)
        for state, day in zip(("no_show", "cancelled"), recent[2::5], strict=False):
            self._went_otherwise(day, state)
        for day in coming[:AHEAD]:
            for _ in range(self.dice.randint(1, 4)):
                self._booked(day, recent[-1])
        for day in recent[::2]:
            self._call(day)

    def _talks_since(self, first: date) -> list[Consultation]:
        talks = [talk for relation in self.relations for talk in relation.talks]
        return [each for each in talks if each.consulted_on >= first and each.is_countable]

    def _became(self, talk: Consultation) -> None:
        """The appointment of a talk that was held."""
        begun = minutes_of(talk.started_at or time(9)) // GRID * GRID
        made = self._appointment(talk.consulted_on, time_of(begun), talk.staff, talk.client)
        made.case, made.method, made.place = talk.case, talk.method, talk.place
        made.minutes = min(60, max(GRID, (talk.minutes or 30) // GRID * GRID))
        made.close_its_end()
        if made.outside_hours() and not made.is_away:
            return
        if self._enter(made, talk.consulted_on - timedelta(days=self.dice.randint(3, 10))):
            at = talk.created_at
            self.ledger.change(made, by=talk.staff, at=at, state="kept", consultation=talk)

    def _went_otherwise(self, day: date, state: str) -> None:
        """Somebody who did not come, or called it off."""
        made = self._free(day)
        if made and self._enter(made, day - timedelta(days=7)):
            reason = "体調がすぐれないとの電話" if state == "cancelled" else ""
            self.ledger.change(made, by=made.staff, at=moment(day, 11), state=state, reason=reason)

    def _booked(self, day: date, last: date) -> None:
        if made := self._free(day):
            if self.dice.chance(0.2):
                made.client, made.case, made.called = None, None, self.dice.choice(CALLED)
            self._enter(made, last - timedelta(days=self.dice.randint(0, 5)))

    def _free(self, day: date) -> Appointment | None:
        """A time of the desk for somebody with an open case."""
        open_ones = [each for each in self.relations if each.open_case and each.talks]
        if not open_ones:
            return None
        relation = self.dice.choice(open_ones)
        hours = desk_hours()
        start = time_of(self.dice.choice([9 * 60, 10 * 60, 10 * 60 + 30, 13 * 60, 14 * 60, 15 * 60]))
        made = self._appointment(day, start, relation.staff, relation.client)
        made.case, made.minutes = relation.open_case, self.dice.choice((30, 30, 45, 60))
        made.close_its_end()
        return made if not hours.outside(made.starts_at, made.ends_at) else None

    def _appointment(self, day: date, start: time, staff: User, client: Client | None) -> Appointment:
        return Appointment(
            client=client,
            day=day,
            starts_at=start,
            staff=staff,
            method=self.words["method", "in_person"],
            place=self.words["place", "office"],
            purpose=self.dice.choice(PURPOSES),
        )

    def _enter(self, made: Appointment, asked_on: date) -> bool:
        """Into the book, unless the counselor is taken then."""
        made.close_its_end()
        book = [entry.record for entry in self.ledger.entries.get(Appointment, [])]
        taken = any(
            isinstance(each, Appointment)
            and each.staff == made.staff
            and each.day == made.day
            and each.span.meets(made.starts_at, made.ends_at)
            for each in book
        )
        since = made.client.first_contact_on if made.client else asked_on
        if not taken:
            self.ledger.add(made, by=made.staff, at=moment(max(asked_on, since), 15, 45))
        return not taken

    def _call(self, day: date) -> None:
        """A call to somebody whose file was there by then."""
        known = [each for each in self.relations if each.talks and each.client.first_contact_on < day]
        relation = self.dice.choice([each for each in known if each.open_case] or known)
        result = self.dice.weighted(RESULTS)
        if result == "message" and not relation.client.voicemail:
            result = "absent"
        call = CallAttempt(client=relation.client, staff=relation.staff, called_on=day, result=result)
        call.called_at, call.note = (
            time(self.dice.randint(9, 15), self.dice.choice((5, 20, 40))),
            NOTES.get(result, ""),
        )
        at = moment(day, call.called_at.hour, call.called_at.minute) + timedelta(minutes=2)
        self.ledger.add(call, by=relation.staff, at=at)

"""費用 of the events, and whether those in a photo agreed."""

from __future__ import annotations

from cafe.models import Event, Expense, OpenDay
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff

CONSENT = Event.PhotoConsent
COSTS = {
    "月いち おにぎりとカレーの日": [("米・カレーの材料", 3000, 5200), ("紙皿・紙コップ", 300, 700)],
    "小松市国際交流員とクッキング": [("食材", 4200, 7600)],
    "染め紙": [("和紙・染料", 1800, 2900)],
    "手しごとの会": [("布・糸", 500, 1500)],
}
"""{title of an event: its lines, with the least and the most of each in 円}."""
CONSENTS = {CONSENT.ALL: 6, CONSENT.SOME: 2, CONSENT.NONE: 3, CONSENT.UNASKED: 1}
NOTES = {CONSENT.ALL: "館内の掲示に使います", CONSENT.SOME: "顔が写らないように、手元を写します"}


def settle(ledger: Ledger, dice: Dice, staff: Staff) -> None:
    """What the events of the days held cost, and what was agreed about photos."""
    for entry in list(ledger.entries.get(Event, [])):
        event = entry.record
        if isinstance(event, Event) and event.open_day.state == OpenDay.State.HELD:
            _pay(ledger, dice, staff, event)
            _agree(ledger, dice, staff, event)


def _pay(ledger: Ledger, dice: Dice, staff: Staff, event: Event) -> None:
    day = event.open_day.held_on
    for item, least, most in COSTS.get(event.title, []):
        amount = dice.randint(least // 10, most // 10) * 10
        expense = Expense(event=event, item=item, amount_yen=amount, paid_on=day)
        ledger.add(expense, by=staff.coordinator, at=moment(day, 16, 5))


def _agree(ledger: Ledger, dice: Dice, staff: Staff, event: Event) -> None:
    consent = dice.weighted(CONSENTS)
    if consent != CONSENT.UNASKED:
        by, at, note = staff.coordinator, event.updated_at, NOTES.get(consent, "")
        ledger.change(event, by=by, at=at, photo_consent=consent, photo_note=note)

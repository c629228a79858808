"""申し送り: the sheets of the last two days, one taken over and one that waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from consultations.models import Client, Handover, HandoverItem, Receipt
from komatsu_support.management.sample.clients import Relation
from komatsu_support.management.sample.dice import moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.models import User

NOTE = "面談室の空調の調子が悪いため、明日の午前に点検が入ります。"
MATTERS = ["朝一番に折り返しの電話を待っておられます。", "手続きの書類がそろったか、次に確かめます。"]
OF_THE_HOUSE = "チラシの残りが少なくなっています。"


def hand_over(ledger: Ledger, staff: Staff, relations: Sequence[Relation], days: Sequence[date]) -> None:
    """Yesterday's sheet waits for whoever opens the desk; that of the day before was taken over in the morning."""
    known = [each.client for each in relations if each.open_case and each.client.protection == "normal"]
    author = staff.counselors[1]
    sheets = [_sheet(ledger, author, day, known[-2:]) for day in days[-2:]]
    ledger.add(Receipt(handover=sheets[0]), by=staff.lead, at=moment(days[-1], 9, 5))


def _sheet(ledger: Ledger, author: User, day: date, clients: Sequence[Client]) -> Handover:
    at = moment(day, 16, 40)
    sheet = ledger.add(Handover(day=day, note=NOTE), by=author, at=at)
    for client, text in zip(clients, MATTERS, strict=False):
        ledger.add(HandoverItem(handover=sheet, client=client, text=text), by=author, at=at)
    ledger.add(HandoverItem(handover=sheet, text=OF_THE_HOUSE), by=author, at=at)
    return sheet

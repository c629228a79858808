"""予定表の文言 of the running months, and one address of the plan that was given away."""

from __future__ import annotations

from datetime import date, timedelta

from cafe.models import CalendarFeed, Flyer
from komatsu_support.management.sample.dice import moment, month_before
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff

WORDS = {
    "lead": "お茶を飲みに、話をしに、どうぞお気軽に",
    "place": "カフェスペース（市役所となり・1階）",
    "hours": "10:00～15:00（出入り自由）",
    "audience": "女性ならどなたでも。お子さんも一緒に",
    "fee": "無料（食の日は100円）",
    "belongings": "なし。企画によってタオルなど",
    "booking": "いりません。◆要予約の企画は前日までに",
    "contact": "とんとんカフェ 電話 0761-00-0000（平日9時～16時）",
}
RECIPIENT = "館内の掲示モニター"


def write_flyers(ledger: Ledger, staff: Staff, today: date) -> None:
    """Last month's words and this month's, written the month before as the plan is."""
    this = today.replace(day=1)
    for month in ((this - timedelta(days=1)).replace(day=1), this):
        words = Flyer(month=month, heading=f"{month.month}月のとんとんカフェ", **WORDS)
        ledger.add(words, by=staff.coordinator, at=moment(month_before(month), 14, 40))
    ledger.add(CalendarFeed(label=RECIPIENT), by=staff.coordinator, at=moment(month_before(this), 15, 0))

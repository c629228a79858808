"""Every figure that can be a KPI. A changed indicator is one entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cafe.models import HEADS, OpenDay, counted_heads
from consultations.models import Consultation
from komatsu_support.fiscal import Period
from komatsu_support.models import RecordQuerySet, User
from kpi.evidence import (
    Evidence,
    conference_evidence,
    consultation_evidence,
    openday_evidence,
    referral_evidence,
    session_evidence,
)
from kpi.measures import Measure, Months, count, total
from referrals.models import Conference, Referral
from training.models import Session


@dataclass(frozen=True)
class Indicator:
    """指標: which records, how measured, how explained.

    `records` is everything the figure ever counts, dated by its own day. The figure counts them unscoped;
    the evidence shows the reader what she may see.
    """

    code: str
    label: str
    unit: str
    definition: str
    area: str
    records: Callable[[], RecordQuerySet]
    measure: Measure
    evidence: Callable[[RecordQuerySet, User], Evidence]

    def in_period(self, period: Period) -> RecordQuerySet:
        """The records behind the figure of a period."""
        return self.records().in_period(period)

    def months(self, period: Period) -> dict[int, Months]:
        """{年度: twelve months} for every 年度 of the period, with one query."""
        return self.measure.months(self.in_period(period))


def _indicator(**fields: Any) -> tuple[str, Indicator]:
    return fields["code"], Indicator(**fields)


INDICATORS: dict[str, Indicator] = dict(
    [
        _indicator(
            code="connected",
            label="支援機関につながった件数",
            unit="件",
            definition="つなぎ記録のうち、つながった日（利用開始日）が期間内のもの。支援ケース1つ×機関1か所で1件。",
            area="referrals",
            records=lambda: Referral.objects.connected(),
            measure=count,
            evidence=referral_evidence,
        ),
        _indicator(
            code="case_conferences",
            label="個別ケース会議の実施回数",
            unit="回",
            definition="個別ケース会議のうち、期間内に開催したもの。1回の会議を1回と数え、関係者連絡会・相談員連絡会は含まない。",
            area="referrals",
            records=lambda: Conference.objects.individual(),
            measure=count,
            evidence=conference_evidence,
        ),
        _indicator(
            code="consultations",
            label="相談件数",
            unit="件",
            definition="相談日が期間内の相談記録（延べ）。1人1回の相談を1件とし、機関との連絡のみ・間違い電話・開所時間の問合せは含まない。",
            area="consultations",
            records=lambda: Consultation.objects.counted(),
            measure=count,
            evidence=consultation_evidence,
        ),
        _indicator(
            code="cafe_attendance",
            label="カフェ延参加者数",
            unit="人",
            definition="開催として締めた日の来場者（利用者・子ども・利用者企画者・利用者講師）の延べ人数。職員・ボランティア・外部講師・見学は含まない。",
            area="cafe",
            records=lambda: OpenDay.objects.held(),
            measure=total(HEADS, counted_heads),
            evidence=openday_evidence,
        ),
        _indicator(
            code="cafe_days",
            label="カフェ開催日数",
            unit="日",
            definition="開催として締めた日の数。来場者0人の日も含み、休止・未入力の日は含まない。",
            area="cafe",
            records=lambda: OpenDay.objects.held(),
            measure=count,
            evidence=openday_evidence,
        ),
        _indicator(
            code="referrals_sent",
            label="支援機関への依頼件数",
            unit="件",
            definition="つなぎ記録のうち、依頼日が期間内のもの。",
            area="referrals",
            records=lambda: Referral.objects.sent().dated("sent_on"),
            measure=count,
            evidence=referral_evidence,
        ),
        _indicator(
            code="training_sessions",
            label="研修の実施回数",
            unit="回",
            definition="期間内に実施した研修の回数。",
            area="training",
            records=lambda: Session.objects.held(),
            measure=count,
            evidence=session_evidence,
        ),
    ]
)

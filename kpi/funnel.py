"""カフェ→相談→つながり: how many came, how many were introduced, what became of it. Nobody is named.

Each stage is dated by its own day, as the definitions say. Four queries for a 年度 with its months.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from cafe.models import HEADS, Introduction, OpenDay, counted_heads
from cafe.models.introduction import TALK, WAITING
from consultations.models import Consultation
from komatsu_support.excel import Format, Row, Table
from komatsu_support.fiscal import MONTHS, fiscal_year, month_of
from komatsu_support.models import RecordQuerySet
from komatsu_support.rates import hundredth, share
from kpi.figures import has_come
from kpi.measures import Months, apart, distinct, total
from kpi.tables import HEAD_MONTHS
from referrals.models import Referral

REASONS = [each for each in Introduction.DropReason if each != Introduction.DropReason.MISTAKE]
DEFINITIONS = [
    ("来場", "開催として締めた日の延参加者数（人）。開催日で数えます。"),
    (
        "橋",
        "「相談員につなぐ」を押した数（件）。おひとりにつき1件で、カフェの開催日で数えます。まちがって押したものは含みません。",
    ),
    ("橋からの相談", "橋から始まった相談記録（件）。相談日で数えます。"),
    (
        "橋のない相談",
        "橋はないものの、カフェの日が入っているか、きっかけに「カフェ利用」が付いた相談記録（件）。相談日で数えます。",
    ),
    ("カフェからの相談", "上の2つの合計（件）。件数に数える相談だけで、取り消した記録は含みません。"),
    (
        "つながった",
        "カフェからの相談がある支援ケースのうち、その相談の日以後に支援機関につながったもの（ケース）。相談日の月に1ケースを1回だけ数えます。年度は月の合計とは一致しないことがあります。",
    ),
    (
        "橋のゆくえ",
        "橋がその後どうなったか（件）。どの月も、橋＝相談になった＋待っている＋相談にならなかった、です。件数に数えない相談になった橋も「相談になった」に入ります。",
    ),
    ("割合", "小数第1位まで（四捨五入）。もとになる数が0のときは「－」です。"),
]
"""What each figure counts, in words."""


class Funnel:
    """The figures of one 年度: twelve months, then the year."""

    def __init__(self, year: int, today: date) -> None:
        self.year = year
        self.come = [has_come(year, month, today) for month in MONTHS]

    def tables(self) -> list[Table]:
        """As the page and the file show them."""
        return [self.stages(), self.outcomes()]

    def stages(self) -> Table:
        """来場 → 橋 → 相談 → つながった."""
        bridged, others = self._talks(bridged=True), self._talks(bridged=False)
        talks = _sum([bridged, others])
        return self._table(
            "来場から、つながるまで",
            [
                self._row("来場（人）", self.heads),
                self._row("橋（件）", self.bridges),
                self._rate("　橋 ÷ 来場", self.bridges, self.heads),
                self._row("橋からの相談（件）", bridged),
                self._row("橋のない相談（件）", others),
                self._row("カフェからの相談（件）", talks, is_total=True),
                self._row("つながった（ケース）", self.connected),
                self._rate("　つながった ÷ 相談", self.connected, talks),
            ],
        )

    def outcomes(self) -> Table:
        """What became of the introductions: the lines add up to them."""
        became, waiting = self._outcome(TALK), self._outcome(WAITING)
        dropped = {reason: self._outcome(reason) for reason in REASONS}
        return self._table(
            "橋のゆくえ",
            [
                self._row("橋（件）", self.bridges, is_total=True),
                self._row("相談になった", became),
                self._row("待っている", waiting),
                self._row("相談にならなかった", _sum([*dropped.values()])),
                *(self._row(f"　{reason.label}", number) for reason, number in dropped.items()),
                self._rate("　相談になった ÷ 橋", became, self.bridges),
            ],
        )

    # -- figures: twelve months, then the year -------------------------------------------------------------

    @cached_property
    def heads(self) -> Months:
        """来場, 延べ. Unit: 人."""
        years = total(HEADS, counted_heads).months(self._within(OpenDay.objects.held()))
        return self._with_year(years)

    @cached_property
    def bridges(self) -> Months:
        """橋. Unit: 件."""
        return _sum([self._outcome(each) for each in self._outcomes])

    @cached_property
    def connected(self) -> Months:
        """つながった: distinct cases, asked of each month and of the year. Unit: ケース."""
        reached = Referral.objects.connected()
        after = Q(**{f"{reached.dated_by}__gte": OuterRef("consulted_on")})
        talks = self._from_cafe.filter(Exists(reached.filter(after, case=OuterRef("case"))))
        periods = [month_of(self.year, month) for month in MONTHS]
        return distinct(talks, "case", [*periods, fiscal_year(self.year)])

    def _talks(self, *, bridged: bool) -> Months:
        return self._with_year(self._talks_by_bridge.get(bridged, {}))

    def _outcome(self, outcome: str) -> Months:
        return self._with_year(self._outcomes.get(outcome, {}))

    @cached_property
    def _talks_by_bridge(self) -> dict[bool, dict[int, Months]]:
        records = self._from_cafe.annotate(bridged=Q(introduction__isnull=False))
        return apart(self._within(records), "bridged")

    @cached_property
    def _outcomes(self) -> dict[str, dict[int, Months]]:
        return apart(self._within(Introduction.objects.counted().with_outcome()), "outcome")

    @property
    def _from_cafe(self) -> RecordQuerySet:
        return Consultation.objects.counted().from_cafe()

    def _within(self, records: RecordQuerySet) -> RecordQuerySet:
        return records.in_period(fiscal_year(self.year))

    def _with_year(self, years: dict[int, Months]) -> Months:
        months = years.get(self.year, [0] * 12)
        return [*months, sum(months)]

    # -- rows ----------------------------------------------------------------------------------------------

    def _table(self, title: str, rows: Sequence[Row]) -> Table:
        return Table(title=title, head=["項目", *HEAD_MONTHS, "年度"], rows=rows)

    def _row(self, label: str, numbers: Months, *, is_total: bool = False) -> Row:
        return Row(labels=[label], cells=self._so_far(numbers), total=is_total)

    def _rate(self, label: str, parts: Months, wholes: Months) -> Row:
        rates = [hundredth(share(part, whole)) for part, whole in zip(parts, wholes, strict=True)]
        return Row(labels=[label], cells=self._so_far(rates), format=Format.PERCENT1)

    def _so_far[N: (int, Decimal | None)](self, numbers: Sequence[N]) -> list[N | None]:
        """Months to come are empty; the year is as far as it goes."""
        return [each if here else None for each, here in zip(numbers, [*self.come, True], strict=True)]


def _sum(lines: Sequence[Months]) -> Months:
    return [sum(column) for column in zip(*lines, strict=True)] if lines else [0] * 13

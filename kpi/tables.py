"""Tables of figures: the same on the screen and in the workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from cafe.models import OpenDay
from cafe.statistics import Totals, held_days
from cafe.statistics import months as cafe_months
from consultations.models import Consultation
from komatsu_support.excel import Format, Row, Table
from komatsu_support.fiscal import MONTHS, Period, fiscal_year, month_of
from komatsu_support.models import RecordQuerySet, Term
from komatsu_support.rates import hundredth
from kpi.figures import Figure, has_come
from kpi.measures import Months, apart, count, distinct, raw_achievement, total
from kpi.models import Override
from referrals.models import Conference, Referral
from training.models import Session

HEAD_MONTHS = [f"{month}月" for month in MONTHS]
PERSONS = (
    "実人数は相談者が特定できる相談だけを数える（匿名を除く）。計は年度の実人数で、月の合計とは一致しない。"
)
BY_HAND = "どの数も記録から数えたもの。実績を手入力した年度は、計・前年度・累計がKPI実績と違うことがある。"


def annual_table(lines: Sequence[Figure], *, year: int = 0, evidence: bool = False) -> Table:
    """目標・KPI as the case sheet prints it; 区分 and 種別 merged. With `evidence` each actual opens its records."""
    return Table(
        title="",
        head=["区分", "目標・KPI", "種別", "目標", "実績", "達成率"],
        rows=[
            Row(
                labels=[
                    each.target.get_group_display(),
                    each.target.label,
                    each.target.get_measure_type_display(),
                ],
                cells=[each.target.target, each.actual, hundredth(each.achievement)],
                unit=each.target.unit,
                urls=["", reverse("kpi:indicator_detail", args=[year, each.target.code])] if evidence else (),
            )
            for each in lines
        ],
        formats=[Format.COUNT, Format.COUNT, Format.PERCENT],
        merged=[0, 2],
    )


def results_table(lines: Sequence[Figure]) -> Table:
    """KPI実績: target, actual, both rates, last year and the difference."""
    return Table(
        title="",
        head=["区分", "目標・KPI", "種別", "単位", "目標", "実績", "達成率", "実達成率", "前年度", "増減"],
        rows=[
            Row(
                labels=[
                    each.target.get_group_display(),
                    each.target.label,
                    each.target.get_measure_type_display(),
                    each.target.unit,
                ],
                cells=[
                    each.target.target,
                    each.actual,
                    hundredth(each.achievement),
                    hundredth(each.raw),
                    each.last_year,
                    each.difference,
                ],
            )
            for each in lines
        ],
        formats=[
            Format.COUNT,
            Format.COUNT,
            Format.PERCENT,
            Format.PERCENT1,
            Format.COUNT,
            Format.CHANGE,
        ],
        merged=[0, 2],
        note="達成率は四捨五入、100％を上限とし、目標に届かないときは99％までとする。実達成率は上限なし。",
    )


def progress_table(lines: Sequence[Figure], year: int, today: date, *, evidence: bool = False) -> Table:
    """月別の実績: twelve months of each indicator, the year, and each month's records one click away."""
    come = [has_come(year, month, today) for month in MONTHS]
    return Table(
        title="月別の実績",
        head=["目標・KPI", *HEAD_MONTHS, "計"],
        rows=[
            Row(
                labels=[f"{each.target.label}（{each.target.unit}）"],
                cells=[
                    *(number if here else None for number, here in zip(each.months, come, strict=True)),
                    each.computed,
                ],
                urls=[
                    reverse("kpi:indicator_month", args=[year, each.target.code, month]) if here else ""
                    for month, here in zip(MONTHS, come, strict=True)
                ]
                if evidence
                else (),
            )
            for each in lines
        ],
        note="計は記録から数えた件数。実績を手入力した年度は、実績と計が違うことがある。"
        if any(each.override for each in lines)
        else "",
    )


def cumulative_table(lines: Sequence[Figure], year: int, today: date) -> Table:
    """累計と進捗率: where the year stood at the end of each month."""
    come = [has_come(year, month, today) for month in MONTHS]
    rows = []
    for each in lines:
        running = [number if here else None for number, here in zip(each.running, come, strict=True)]
        rows.append(Row(labels=[each.target.label, "累計"], cells=running))
        if each.target.target:
            shares = [
                None if number is None else hundredth(raw_achievement(number, each.target.target))
                for number in running
            ]
            rows.append(Row(labels=[each.target.label, "進捗率"], cells=shares, format=Format.PERCENT1))
    return Table(title="累計と進捗率", head=["目標・KPI", "", *HEAD_MONTHS], rows=rows, merged=[0])


def labels(kind: str, *, on: date) -> dict[int, str]:
    """The words of a master list as they were called on a day, in the list's order."""
    terms = Term.objects.filter(kind=kind).in_order().prefetch_related("labels")
    return {term.pk: term.label_on(on) for term in terms}


class MonthlyRows:
    """月別実績: every line of the monthly sheet, with 計, 前年度 and 増減.

    Figures that add up are folded from one GROUP BY day over two years; 実人数 is asked of each period.
    """

    def __init__(self, year: int) -> None:
        self.year = year
        self.both = fiscal_year(year - 1).start, fiscal_year(year).end

    def table(self) -> Table:
        """The whole sheet."""
        return Table(
            title="",
            head=["項目", "単位", *HEAD_MONTHS, "計", "前年度", "増減"],
            rows=[
                *self.consultation_rows(),
                *self.cafe_rows(),
                *self.connection_rows(),
                *self.training_rows(),
            ],
            formats=[Format.COUNT] * 14 + [Format.CHANGE],
            note=PERSONS + (BY_HAND if self._has_overrides() else ""),
        )

    def _has_overrides(self) -> bool:
        """Whether another sheet tells a figure of either year as it was written by hand."""
        written = Override.objects.standing().filter(fiscal_year__in=(self.year - 1, self.year))
        return written.exists()

    def consultation_rows(self) -> list[Row]:
        """相談件数, うち方法別, 新規・継続・再来, 実人数."""
        records = self._within(Consultation.objects.counted())
        years = count.months(records)
        rows = [self._row("相談件数", "件", years, total_row=True)]
        rows += self._by(records, "method_id", labels(Term.Kind.METHOD, on=self.both[1]), years)
        rows += self._by(records, "visit_type", dict(Consultation.VisitType.choices), years)
        return [*rows, self._persons(years)]

    def cafe_rows(self) -> list[Row]:
        """開催日数, 延参加者数, うち子ども, うち初めて, 1日平均: the café's own figures."""
        years = cafe_months(held_days(OpenDay.objects.in_period(Period(*self.both))))

        def row(label: str, unit: str, number: Callable[[Totals], int], **looks: bool) -> Row:
            counted = {year: [number(month) for month in months] for year, months in years.items()}
            return self._row(label, unit, counted, **looks)

        return [
            row("カフェ開催日数", "日", lambda month: month.days),
            row("カフェ延参加者数", "人", lambda month: month.heads, total_row=True),
            row("　うち子ども", "人", lambda month: month.children),
            row("　うち初めて", "人", lambda month: month.first_heads),
            self._average("　1日平均", years),
        ]

    def connection_rows(self) -> list[Row]:
        """依頼, つながった, 会議."""
        held = self._within(Conference.objects.held())
        kinds = {kind: held.filter(kind=kind) for kind in Conference.Kind.values}
        return [
            self._row(
                "支援機関への依頼件数",
                "件",
                count.months(self._within(Referral.objects.sent().dated("sent_on"))),
            ),
            self._row(
                "支援機関につながった件数",
                "件",
                count.months(self._within(Referral.objects.connected())),
                total_row=True,
            ),
            self._row(
                "個別ケース会議", "回", count.months(kinds[Conference.Kind.INDIVIDUAL]), total_row=True
            ),
            self._row("関係者連絡会", "回", count.months(kinds[Conference.Kind.LIAISON])),
            self._row("相談員連絡会", "回", count.months(kinds[Conference.Kind.INTERNAL])),
        ]

    def training_rows(self) -> list[Row]:
        """研修の回数と参加者数."""
        held = self._within(Session.objects.held())
        heads = F("staff_heads") + F("agency_heads") + F("citizen_heads")
        return [
            self._row("研修の実施回数", "回", count.months(held)),
            self._row("研修の参加者数", "人", total(heads, Q).months(held)),
        ]

    def _within(self, records: RecordQuerySet) -> RecordQuerySet:
        """Two years of records, this one and the last."""
        return records.filter(**{f"{records.dated_by}__range": self.both})

    def _row(self, label: str, unit: str, years: dict[int, Months], *, total_row: bool = False) -> Row:
        months = years.get(self.year, [0] * 12)
        last = sum(years[self.year - 1]) if self.year - 1 in years else None
        difference = None if last is None else sum(months) - last
        return Row(labels=[label, unit], cells=[*months, sum(months), last, difference], total=total_row)

    def _by(
        self, records: RecordQuerySet, column: str, names: Mapping[Any, str], whole: dict[int, Months]
    ) -> list[Row]:
        """うち…: one row for each value of a column, in the order of the names, from one query.

        In a year of the whole, a value that nobody had is 0: the rows add up to it, last year's too.
        """
        none = {year: [0] * 12 for year in whole}
        values = apart(records, column)
        order = [
            *(value for value in names if value in values),
            *(value for value in values if value not in names),
        ]
        return [self._row(f"　うち{names.get(value, '不明')}", "件", none | values[value]) for value in order]

    def _persons(self, talks: dict[int, Months]) -> Row:
        """実人数 of each month, of the year and of the last one, if it had talks: asked, never added."""
        periods = [month_of(self.year, month) for month in MONTHS]
        periods += [fiscal_year(self.year), fiscal_year(self.year - 1)]
        *months, whole, last = distinct(Consultation.objects.counted(), "client", periods)
        compared = [last, whole - last] if self.year - 1 in talks else [None, None]
        return Row(labels=["相談の実人数", "人"], cells=[*months, whole, *compared])

    def _average(self, label: str, years: dict[int, list[Totals]]) -> Row:
        months = years.get(self.year, [Totals()] * len(MONTHS))
        this, last = (sum(years.get(year, []), Totals()).average for year in (self.year, self.year - 1))
        difference = None if this is None or last is None else this - last
        return Row(
            labels=[label, "人"],
            cells=[*(month.average for month in months), this, last, difference],
            format=Format.DECIMAL,
        )

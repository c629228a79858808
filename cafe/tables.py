"""統計表: the café's figures as tables, on the page and in the file alike, and which of them are drawn.

What was never observed together (年代 × 参加形態, 天気 × 年代) is not crossed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cafe.models import Attendance, Event, OpenDay
from cafe.statistics import Statistics, Totals, counted_roles, grouped, months, with_unknown
from komatsu_support.charts import BarChart, Chart, ColumnChart
from komatsu_support.excel import Format, Row, Table
from komatsu_support.fiscal import MONTHS, WEEKDAYS, nendo
from komatsu_support.rates import average, hundredth, share

SHARES = "割合は四捨五入のため、合計が100%にならない場合があります。"
OF_DAYS = ["開催日数", "延参加者数", "1日平均"]
AVERAGE = 2  # the figure of OF_DAYS that is drawn
NARROW = 4  # columns of a table that leaves room for another beside it


@dataclass(frozen=True)
class Exhibit:
    """A table, and the columns of it that are drawn beside it: heads, or heads a day. Unit: 人."""

    table: Table
    key: str = ""
    drawn: Sequence[int] = ()
    names: Sequence[str] = ()
    title: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether the table needs the width of the page."""
        return len(self.table.head) > NARROW

    @property
    def chart(self) -> Chart | None:
        """The drawing, where there is something to draw."""
        if not self.drawn or not self.table.rows:
            return None
        kind = ColumnChart if len(self.drawn) > 1 else BarChart
        return kind.of(self.table, self.drawn, key=self.key, title=self.title, names=self.names, unit="人")


@dataclass(frozen=True)
class Section:
    """Exhibits under one heading."""

    heading: str
    exhibits: Sequence[Exhibit]


def sections(told: Statistics) -> list[Section]:
    """Every table of the page and of the file, in their order."""
    years = [nendo(year).partition("（")[0] for year in (told.year, told.year - 1)]
    by_month = Exhibit(months_table(told), "months", [1, 4], years, "月別の延参加者数")
    if not told.is_whole_year:
        by_month = Exhibit(by_month.table)
    return [
        Section("月ごと", [by_month]),
        Section(
            "どんな日に来たか",
            [
                Exhibit(weekday_table(told), "weekdays", [AVERAGE], title="曜日別の1日平均"),
                Exhibit(weather_table(told), "weathers", [AVERAGE], title="天気別の1日平均"),
                Exhibit(occasion_table(told), "occasions", [AVERAGE], title="企画のある日とない日の1日平均"),
            ],
        ),
        Section("だれが来たか", [Exhibit(role_table(told)), Exhibit(age_table(told))]),
        Section("企画", [Exhibit(event_table(told))]),
    ]


# -- days ------------------------------------------------------------------------------------------------


def months_table(told: Statistics) -> Table:
    """月別, beside the year before. A month to come is empty, and a difference waits for the month's end."""
    years = months(told.both)
    now, then = (years.get(year, [Totals()] * 12) for year in (told.year, told.year - 1))
    is_known = told.year - 1 in years
    rows = []
    for month in told.period.months():
        place = MONTHS.index(month.start.month)
        before = then[place].heads if is_known else None
        here = now[place] if month.start <= told.today else None
        rows.append(_month_row(f"{month.start.month}月", here, before, is_over=month.end < told.today))
    if told.is_whole_year:
        before = sum(then, Totals()).heads if is_known else None
        is_over = told.period.end < told.today
        rows.append(_month_row("計", told.totals, before, is_over=is_over, total=True))
    return Table(
        title="月別",
        head=["月", *OF_DAYS[:2], "うち子ども", "1日平均", "前年度", "増減"],
        rows=rows,
        formats=[Format.COUNT, Format.COUNT, Format.COUNT, Format.DECIMAL, Format.COUNT, Format.CHANGE],
        note="前年度と増減は延参加者数。増減は、終わった月・年度だけに出します。",
    )


def _month_row(
    label: str, here: Totals | None, before: int | None, *, is_over: bool, total: bool = False
) -> Row:
    figures = [here.days, here.heads, here.children, here.average] if here else [None] * 4
    change = here.heads - before if here and is_over and before is not None else None
    return Row([label], [*figures, before, change], total=total)


def weekday_table(told: Statistics) -> Table:
    """曜日別, Monday first."""
    groups = grouped(told.days, lambda day: day.held_on.weekday())
    return _days_table("曜日別", "曜日", {f"{WEEKDAYS[each]}曜日": groups[each] for each in sorted(groups)})


def weather_table(told: Statistics) -> Table:
    """天気別; days on which nobody noted it stand last."""
    groups = grouped(told.days, lambda day: day.weather)
    words = {**dict(OpenDay.Weather.choices), "": "記録なし"}
    return _days_table(
        "天気別", "天気", {label: groups[key] for key, label in words.items() if key in groups}
    )


def occasion_table(told: Statistics) -> Table:
    """企画のある日 and ない日: 通常開放 alone makes no event of a day."""
    with_event = {each.held_on for each in told.happenings if each.kind != Event.Kind.REGULAR}
    groups = grouped(told.days, lambda day: day.held_on in with_event)
    named = {"企画のある日": groups.get(True), "企画のない日": groups.get(False)}
    note = "企画のある日は、通常開放のほかの企画（イベント・ピアサポート・利用者企画・講座・食の日）があった開催日。"
    return _days_table("企画の有無", "日", {label: each for label, each in named.items() if each}, note)


def _days_table(title: str, head: str, groups: Mapping[str, Totals], note: str = "") -> Table:
    def row(label: str, group: Totals, *, total: bool = False) -> Row:
        return Row([label], [group.days, group.heads, group.average], total=total)

    rows = [row(label, group) for label, group in groups.items()]
    if rows:
        rows.append(row("計", sum(groups.values(), Totals()), total=True))
    formats = [Format.COUNT, Format.COUNT, Format.DECIMAL]
    return Table(title=title, head=[head, *OF_DAYS], rows=rows, formats=formats, note=note)


# -- people ----------------------------------------------------------------------------------------------


def role_table(told: Statistics) -> Table:
    """参加形態別: those who count, their sum, then those who do not."""
    heads = told.totals.heads
    counted = counted_roles()
    others = [role for role in Attendance.Role if role not in counted]
    return _heads_table(
        "参加形態別",
        "参加形態",
        {role.label: told.roles.get(role, 0) for role in counted},
        heads,
        [Row([f"{role.label}（数えない）"], [told.roles.get(role, 0), None]) for role in others],
    )


def age_table(told: Statistics) -> Table:
    """年代別 of those who count. What nobody noted is 不明."""
    heads = told.totals.heads
    ages = with_unknown(told.ages, heads)
    return _heads_table("年代別", "年代", {band.label: number for band, number in ages.items()}, heads)


def _heads_table(
    title: str, head: str, groups: Mapping[str, int], heads: int, others: Sequence[Row] = ()
) -> Table:
    return Table(
        title=title,
        head=[head, "延べ人数", "割合"],
        rows=[
            *(Row([label], [number, hundredth(share(number, heads))]) for label, number in groups.items()),
            Row(["延参加者数"], [heads, hundredth(share(heads, heads))], total=True),
            *others,
        ],
        formats=[Format.COUNT, Format.PERCENT1],
        note=SHARES,
    )


# -- events ----------------------------------------------------------------------------------------------


def event_table(told: Statistics) -> Table:
    """企画別: a series is one line, a single event its own. Never added to the days."""
    by_name: dict[str, list[int | None]] = {}
    for each in told.happenings:
        by_name.setdefault(each.name, []).append(each.heads)
    rows = [_event_row(name, heads) for name, heads in by_name.items()]
    return Table(
        title="企画・シリーズ別",
        head=["名称", "回数", "数えた回数", "参加者数の計", "1回平均"],
        rows=sorted(rows, key=lambda row: (-int(str(row.cells[0])), str(row.labels[0]))),
        formats=[Format.COUNT, Format.COUNT, Format.COUNT, Format.DECIMAL],
        note="開催日の企画だけ。参加者数は企画ごとに数えた人数で、延参加者数には加わりません。平均は、人数を数えた回だけで計算します。",
    )


def _event_row(name: str, heads: Sequence[int | None]) -> Row:
    told = [each for each in heads if each is not None]
    return Row([name], [len(heads), len(told), sum(told) if told else None, average(sum(told), len(told))])

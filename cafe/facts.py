"""統計の数: the café's figures of a period, each with its definition in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cafe.statistics import Statistics, Totals, counted_roles
from komatsu_support.excel import Format, Row, Table
from komatsu_support.rates import hundredth


@dataclass(frozen=True)
class Fact:
    """One figure of the period, with its definition in words. Shares are in percent."""

    label: str
    value: int | Decimal | None
    unit: str
    words: str

    def row(self) -> Row:
        """The same as a line of the file."""
        if self.unit == "%":
            return Row(
                [self.label],
                [hundredth(Decimal(self.value) if self.value is not None else None)],
                format=Format.PERCENT1,
            )
        return Row(
            [self.label],
            [self.value],
            format=Format.DECIMAL if isinstance(self.value, Decimal) else None,
            unit=self.unit,
        )


def facts(told: Statistics) -> list[Fact]:
    """The figures at the head of the page, in its order."""
    all_of, counted = told.totals, "・".join(role.label for role in counted_roles())
    return [
        Fact(
            "開催日数",
            all_of.days,
            "日",
            "開催として締めた日の数。来場者0人の日を含み、休止と未入力の日は含みません。",
        ),
        Fact(
            "延参加者数",
            all_of.heads,
            "人",
            f"開催日に来た{counted}の延べ人数。締めた人数だけを数え、企画の参加者数は加えません。",
        ),
        Fact("1日平均", all_of.average, "人", "延参加者数 ÷ 開催日数。小数第2位を四捨五入。"),
        Fact(
            "実人数（札名）",
            told.named,
            "人",
            "札名のある方だけ。開催日に来た方を、何回来ても1人と数えます。",
        ),
        Fact("うち子ども", all_of.children, "人", "延参加者数のうち子どもの人数。"),
        Fact("子どもの割合", all_of.children_share, "%", "うち子ども ÷ 延参加者数。"),
        Fact("初回率", all_of.first_share, "%", _first_words(all_of)),
        Fact("休止日数", told.cancelled, "日", "予定していて開かず、休止にした日の数。"),
        Fact(
            "未入力日数",
            told.unclosed,
            "日",
            "過ぎた予定のうち、締めても休止にしてもいない日の数。どの数にも入っていません。",
        ),
    ]


def _first_words(all_of: Totals) -> str:
    return (
        f"初めて{all_of.first_heads}人 ÷ 利用者{all_of.looked_visitors}人。"
        f"初めてかどうかを見た{all_of.looked_days}日（開催{all_of.days}日のうち）だけで計算します。"
    )


def summary_table(told: Statistics) -> Table:
    """The figures at the head of the page, in the file."""
    return Table(title="", head=["項目", "値"], rows=[fact.row() for fact in facts(told)])

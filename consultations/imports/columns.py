"""The columns of 相談一覧 that are read, and the labels by which offices call them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from komatsu_support.text import search_key

_ORNAMENT = re.compile(r"[\s*＊※★●■□◆:：_]+")


@dataclass(frozen=True)
class Column:
    """列: its label in the template, the field it fills, other labels, and how to fill it in."""

    label: str
    field: str
    also: tuple[str, ...] = ()
    how: str = ""
    kind: str = ""
    """The master list its words come from."""
    is_needed: bool = False
    width: int = 14

    @property
    def told(self) -> str:
        """What to write in it, for people."""
        told = self.how or ("選択肢から1つ" if self.kind else "文字")
        return f"必ず書きます。{told}" if self.is_needed else told

    @property
    def known_as(self) -> set[str]:
        """Every label it is known by, folded."""
        return {folded(label) for label in (self.label, *self.also)}


def folded(label: str) -> str:
    """A label or a word for comparing: any width, no spaces, no ornament."""
    return search_key(_ORNAMENT.sub("", label))


DAY = "令和6年11月5日、R6.11.5、2024/11/5 のどれでも"
SEVERAL = "いくつもあるときは「、」で区切る"

COLUMNS: tuple[Column, ...] = (
    Column(
        "相談日", "consulted_on", ("日付", "相談年月日", "年月日", "受付日", "相談日時"), DAY, is_needed=True
    ),
    Column("開始時刻", "started_at", ("時刻", "相談時刻", "開始時間", "受付時刻"), "13:30 のように"),
    Column(
        "所要時間（分）",
        "minutes",
        ("所要時間", "相談時間", "時間（分）", "分"),
        "45、45分、1時間15分 のように",
    ),
    Column(
        "相談者番号",
        "client",
        ("ケース番号", "利用者番号"),
        "このシステムの番号（R6-0012）がわかる方だけ。書くと氏名などは使いません",
    ),
    Column("氏名", "name", ("相談者", "相談者氏名", "相談者名", "名前", "お名前"), "匿名の方は空欄"),
    Column("氏名カナ", "name_kana", ("カナ", "ふりがな", "フリガナ", "氏名ふりがな", "相談者カナ"), width=16),
    Column("呼び名", "alias", ("仮名", "通称", "ニックネーム"), "氏名がわからない方"),
    Column("生年月日", "birth_date", ("誕生日",), f"{DAY}。氏名とともに、登録済みの方を見つけるのに使います"),
    Column("年代", "age_band", ("年齢", "年齢層", "相談者年代"), "60代。年齢（63）でもよい"),
    Column("世帯構成", "household", ("世帯", "家族構成"), kind="household"),
    Column("配偶関係", "marital", ("婚姻", "婚姻状況"), kind="marital"),
    Column("就労状況", "employment", ("就労", "職業", "仕事の状況"), kind="employment"),
    Column("国籍", "nationality", (), kind="nationality"),
    Column("言語", "language", ("使用言語",), kind="language"),
    Column("相談方法", "method", ("方法", "形態", "相談形態", "手段"), kind="method", is_needed=True),
    Column("相談場所", "place", ("場所",), kind="place"),
    Column("相談者区分", "caller", ("続柄", "本人との関係", "区分"), kind="caller"),
    Column(
        "相談員",
        "staff",
        ("担当", "担当者", "対応者", "相談担当", "担当相談員", "受付者"),
        "アカウントの氏名。列がなければ取り込む人",
    ),
    Column("職種", "profession", ("相談員職種",), "空欄なら相談員のアカウントの職種"),
    Column("同席した職員", "co_staff", ("同席者", "同席職員", "同席"), SEVERAL),
    Column("相談経路", "source", ("経路", "紹介元"), kind="source"),
    Column("相談のきっかけ", "awareness", ("きっかけ", "来所のきっかけ"), SEVERAL, kind="awareness"),
    Column("主訴（◎）", "main_topic", ("主訴", "主な相談", "主な相談内容"), "1つだけ", kind="topic"),
    Column(
        "内容（○）",
        "topics",
        ("内容", "相談種別", "内容区分", "相談内容区分", "相談分類", "分類"),
        f"{SEVERAL}。主訴に◎を付けて「◎DV、住まい」とも。内容ごとの列に ◎・○ を付けてもよい",
        kind="topic",
        width=24,
    ),
    Column(
        "相談内容",
        "content",
        ("相談の内容", "相談概要", "概要", "詳細", "内容詳細", "経過"),
        "文章",
        width=40,
    ),
    Column("対応", "response", ("対応詳細", "対応・助言", "助言", "処理"), "文章", width=30),
    Column("所見", "assessment", ("アセスメント", "判断"), "文章", width=20),
    Column("対応内容", "responses", ("対応区分", "対応種別"), SEVERAL, kind="response", width=20),
    Column("緊急度", "urgency", (), "空欄なら低"),
    Column("DV", "dv", ("DVの有無",), "空欄なら不明"),
    Column("希死念慮", "suicide_risk", ("自殺念慮",), "空欄なら不明"),
    Column("児童虐待の疑い", "abuse_suspected", ("虐待の疑い", "児童虐待"), "あり・なし"),
    Column("次回予定日", "next_on", ("次回", "次回日", "次回相談日"), DAY),
    Column("次回予定", "next_plan", ("次回の予定", "次回内容"), "文章", width=20),
    Column("新規・継続", "visit_type", ("新規継続", "新規・継続の別", "新継"), "空欄なら記録から決めます"),
    Column(
        "件数に数える",
        "is_countable",
        ("件数", "計上"),
        "はい・いいえ。空欄なら数える（理由があれば数えない）",
    ),
    Column(
        "数えない理由",
        "not_countable_reason",
        ("件数外理由", "計上しない理由"),
        "機関との連絡だけ、など",
        width=20,
    ),
    Column("カフェの日", "open_day", ("カフェ開催日",), "とんとんカフェから始まった相談のとき"),
)

BY_LABEL = {column.label: column for column in COLUMNS}
BY_FIELD = {column.field: column for column in COLUMNS}
REMARKS = "直すところ"  # the column the corrected file adds; silently passed over

MARKED_KINDS = {"topic": "topics", "awareness": "awareness", "response": "responses"}
"""Master lists whose words may stand as columns of their own, ticked with ○; the field each fills."""


def column_of(label: str) -> Column | None:
    """The column a label of the file means."""
    return _KNOWN.get(folded(label))


def labels_of(fields: Iterable[str]) -> list[str]:
    """The labels under which errors at these fields of a form are shown."""
    return [BY_FIELD[name].label if name in BY_FIELD else "" for name in fields]


_KNOWN = {name: column for column in COLUMNS for name in column.known_as}

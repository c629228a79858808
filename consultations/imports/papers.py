"""The template an office fills in, and its own list given back with what is to be put right."""

from __future__ import annotations

from collections.abc import Sequence

from consultations.imports.columns import BY_LABEL, COLUMNS, REMARKS, Column
from consultations.imports.words import CHOICES, Words
from consultations.models import Import, ImportRow
from komatsu_support.excel import EntryColumn, EntrySheet
from komatsu_support.models import AgeBand

GUIDE = (
    "相談一覧を取り込むためのひな形です。1行が1件の相談です。",
    "列の順序は自由で、使わない列は消せます。見出しの言葉は全角・半角や空白が違っていても読みます。",
    "要るのは「相談日」「相談方法」と、件数に数える相談の「主訴（◎）」です。ほかは空欄でもかまいません。",
    "電話番号と住所は読みません。取り込んだあと、相談者の画面で登録してください。",
    "セルの結合、色、計算式は使いません。計算式のセルは結果の値だけを読みます。合計の行は読みとばします。",
)
_ONE_WORD = (
    "household",
    "marital",
    "employment",
    "nationality",
    "language",
    "method",
    "place",
    "caller",
    "source",
)
_MAIN = "main_topic"


def template() -> EntrySheet:
    """ひな形: every column, the words of the master lists to choose from, an explanation."""
    words = Words.load()
    return EntrySheet("相談一覧", [_column(column, words) for column in COLUMNS], guide=GUIDE)


def corrected(imported: Import) -> EntrySheet:
    """The rows as read, with the cells to be put right marked and a column that says what to do."""
    rows = list(imported.rows.exclude(state=ImportRow.State.HEAD).order_by("number"))
    words = Words.load()
    wrong = {label for row in rows if row.state == ImportRow.State.WRONG for label, _ in row.remarks}
    labels = [column.label for column in COLUMNS if column.label in imported.head.cells.keys() | wrong]
    columns = [EntryColumn(REMARKS, 44), *(_column(BY_LABEL[label], words) for label in labels)]
    return EntrySheet(
        "相談一覧",
        columns,
        [[_to_do(row), *(row.cells.get(label, "") for label in labels)] for row in rows],
        {
            (down, 1 + labels.index(label)): True
            for down, row in enumerate(rows)
            if row.state == ImportRow.State.WRONG
            for label, _ in row.remarks
            if label in labels
        },
    )


def _to_do(row: ImportRow) -> str:
    """What is to be put right in a row; blank where nothing is."""
    if row.state != ImportRow.State.WRONG:
        return ""
    return "\n".join(f"{label}: {sentence}" for label, sentence in row.remarks if label)


def _column(column: Column, words: Words) -> EntryColumn:
    return EntryColumn(column.label, column.width, _offered(column, words), column.told)


def _offered(column: Column, words: Words) -> Sequence[str]:
    """The words of a column that holds one of them."""
    if column.field in (*_ONE_WORD, _MAIN):
        return [term.label for term in words.terms if term.kind == column.kind]
    if column.field in CHOICES:
        return [str(label) for label in CHOICES[column.field].labels]
    return {
        "age_band": [str(label) for label in AgeBand.labels],
        "staff": [user.display_name for user in words.staff if user.is_active],
        "is_countable": ["はい", "いいえ"],
        "abuse_suspected": ["あり", "なし"],
    }.get(column.field, [])

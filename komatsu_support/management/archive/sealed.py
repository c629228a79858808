"""A sealed file: chunks of AES-256-GCM, so that nobody reads it and no change, cut or swap goes unseen.

Layout: MAGIC, salt (16 bytes), mark of the key (16 bytes); then frames of one byte "last or not", the length
of the sealed chunk (4 bytes), the chunk. Every chunk is bound to the header, its number and whether it is the
last. The salt is new for every file, hence the key too, and the chunk's number can serve as nonce.
"""

import hashlib
import hmac
import io
import os
import struct
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MAGIC = b"komatsu-support backup 1\n"
SALT = MARK = TAG = 16  # bytes each
CHUNK = 64 * 1024  # bytes before sealing; only the last chunk may be shorter
FRAME = struct.Struct(">BI")


class Refused(Exception):
    """Why a back-up or a restore is not done: a sentence for the person at the terminal."""


def _keys(passphrase: str, salt: bytes) -> tuple[AESGCM, bytes]:
    """The file's cipher, and a mark by which a wrong key is told from a damaged file.

    scrypt with 32 MiB makes guessing slow where BACKUP_KEY is a phrase that a person chose.
    """
    derived = hashlib.scrypt(
        passphrase.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=64 * 1024 * 1024, dklen=32 + MARK
    )
    return AESGCM(derived[:32]), derived[32:]


def _bound(number: int, *, last: bool) -> tuple[bytes, bytes]:
    """Nonce and associated data of a chunk, without the header."""
    return number.to_bytes(12), struct.pack(">QB", number, last)


class SealedWriter(io.RawIOBase):
    """Seals what is written to it. Without `seal()` at the end the file cannot be read."""

    def __init__(self, sink: BinaryIO, passphrase: str) -> None:
        super().__init__()
        salt = os.urandom(SALT)
        self._cipher, mark = _keys(passphrase, salt)
        self._header = MAGIC + salt + mark
        self._sink = sink
        self._waiting = bytearray()
        self._number = 0
        sink.write(self._header)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        """Take bytes; every full chunk goes out sealed."""
        given = memoryview(data).cast("B")
        self._waiting += given
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(given)

    def seal(self) -> None:
        """Put the last chunk, which says that it is the last."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        nonce, place = _bound(self._number, last=last)
        sealed = self._cipher.encrypt(nonce, chunk, self._header + place)
        self._sink.write(FRAME.pack(last, len(sealed)) + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """Reads a sealed file back, every byte checked before it is given out. Raises Refused."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        super().__init__()
        self._source = source
        self._header = source.read(len(MAGIC) + SALT + MARK)
        if not self._header.startswith(MAGIC) or len(self._header) < len(MAGIC) + SALT + MARK:
            raise Refused("このシステムのバックアップファイルではないか、先頭が壊れています。")
        self._cipher, mark = _keys(passphrase, self._header[len(MAGIC) : -MARK])
        if not hmac.compare_digest(mark, self._header[-MARK:]):
            raise Refused("BACKUP_KEY がこのバックアップの鍵と違うか、ファイルの先頭が壊れています。")
        self._plain = memoryview(b"")
        self._number = 0
        self._ended = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Give out the next bytes; 0 only after the chunk that was sealed as the last."""
        while not self._plain and not self._ended:
            self._open_next()
        target = memoryview(buffer).cast("B")
        given = min(len(target), len(self._plain))
        target[:given] = self._plain[:given]
        self._plain = self._plain[given:]
        return given

    def _open_next(self) -> None:
        frame = self._exactly(FRAME.size)
        last, length = FRAME.unpack(frame)
        if length > CHUNK + TAG or last not in (0, 1):
            raise Refused("バックアップファイルが壊れています。")
        nonce, place = _bound(self._number, last=bool(last))
        try:
            self._plain = memoryview(self._cipher.decrypt(nonce, self._exactly(length), self._header + place))
        except InvalidTag:
            raise Refused("バックアップファイルが壊れているか、書き換えられています。") from None
        self._number += 1
        self._ended = bool(last)
        if self._ended and self._source.read(1):
            raise Refused("バックアップファイルの後ろに余分なデータがあります。")

    def _exactly(self, length: int) -> bytes:
        data = self._source.read(length)
        if len(data) < length:
            raise Refused("バックアップファイルが途中で切れています。")
        return data

"""Back-ups: all records in one sealed file that either engine can read back.

`sealed` is the lock (chunks of AES-256-GCM under BACKUP_KEY), `file` the paper inside (compressed lines of
JSON), `tables` the rows as the applied migrations know them, `snapshot` a standstill to read from while
others write; `making` and `restoring` are the two deeds.
"""

from komatsu_support.management.archive.file import Contents, Manifest, inspect
from komatsu_support.management.archive.making import make
from komatsu_support.management.archive.restoring import restore
from komatsu_support.management.archive.sealed import Refused

__all__ = ["Contents", "Manifest", "Refused", "inspect", "make", "restore"]

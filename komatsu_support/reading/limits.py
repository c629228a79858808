"""How much of a file from outside is read. A sheet of the office is far below each of these."""

BYTES = 5 * 1024**2
"""Of the file itself."""

UNPACKED = 48 * 1024**2
"""Bytes of all parts of an .xlsx together, once unpacked. Counted while unpacking: a header may lie."""

PARTS = 300
"""Parts in an .xlsx: sheets, styles, pictures."""

ROWS = 5_000
"""Rows with something in them."""

LAST_ROW = ROWS + 100
"""The lowest row of a sheet with something in it: room for titles, heads, totals, gaps."""

COLUMNS = 60

TEXT = 8_000_000
"""Characters of all cells together."""

SHEETS = 30

SECONDS = 5
"""From start to end of the child, its own start included."""

CPU_SECONDS = 4

MEMORY = 150 * 1024**2
"""Bytes of address space of the child. Not on Windows, which has no such limit."""

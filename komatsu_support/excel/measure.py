"""How much room text takes up, reckoned without the font: nobody knows which one the printing machine has.

The unit is the half-width letter of body size; a full-width letter takes 2.
"""

import math
from collections.abc import Iterator

SIZE = 10.5
"""Points of the body text."""
LEADING = 1.4
"""Height of a line, in letter heights. Our font needs 1.2, LibreOffice's substitute 1.3."""
LOWEST, HIGHEST = 18.0, 409.0
"""Points: a row with one line; the tallest row Excel has."""

_PADDING = 1.2  # what Excel keeps free within a cell, in units of column width
_LETTERS_PER_UNIT = 1.08  # a unit of column width is a digit, which is wider than half a full-width letter


def room(column_width: float, size: float = SIZE) -> float:
    """How many half-width letters of a size fit into a line of a cell."""
    return max((column_width - _PADDING) * _LETTERS_PER_UNIT * SIZE / size, 2)


def row_height(lines: int, size: float = SIZE) -> float:
    """Points that so many lines need."""
    return lines * size * LEADING + 3


def width(text: str) -> int:
    """Half-width letters the text takes up: in UTF-8 a half-width one has 1 byte, a full-width one 3.

    Quick, because a long list asks for each of its cells; half-width kana are taken for full-width ones.
    """
    return (len(text) + len(text.encode("utf-8", "surrogatepass"))) // 2


def wrapped(text: str, letters: float) -> Iterator[str]:
    """The lines into which the text falls."""
    for paragraph in text.split("\n"):
        line, taken = "", 0
        for letter in paragraph:
            taken += width(letter)
            if line and taken > letters:
                yield line
                line, taken = "", width(letter)
            line += letter
        yield line


def line_count(text: str, letters: float) -> int:
    """How many lines the text falls into."""
    if "\n" in text:
        return sum(line_count(paragraph, letters) for paragraph in text.split("\n"))
    return max(math.ceil(width(text) / letters), 1)

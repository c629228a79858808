"""Path parts that cannot be nonsense."""

import re
from datetime import date


class FiscalYear:
    """A 年度 as the year in which it began: 2025."""

    regex = "(?:19|20)[0-9]{2}"

    def to_python(self, value: str) -> int:
        """The year."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Four digits."""
        return f"{value:04d}"


def years_around(year: int) -> list[int]:
    """The 年度 before, this one and the next, as far as a path can name them."""
    return [each for each in (year - 1, year, year + 1) if re.fullmatch(FiscalYear.regex, str(each))]


class Month:
    """A month of a 年度: 1 to 12."""

    regex = "(?:1[0-2]|[1-9])"

    def to_python(self, value: str) -> int:
        """The month."""
        return int(value)

    def to_url(self, value: int) -> str:
        """One or two digits."""
        return str(value)


class YearMonth:
    """A calendar month: 2025-11, as the first of its days."""

    regex = "(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """The first day."""
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        """Year and month."""
        return f"{value:%Y-%m}"

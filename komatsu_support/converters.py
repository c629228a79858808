"""Path parts that cannot be nonsense."""

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
    """A month of the calendar as its first day: 2025-11."""

    regex = "(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        """Year and month."""
        return f"{value:%Y-%m}"

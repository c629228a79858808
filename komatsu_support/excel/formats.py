"""How a value reads, on the screen and in the cell alike."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from komatsu_support.excel.cells import Value, safe
from komatsu_support.fiscal import wareki

MISSING = "－"


class Format(Enum):
    """A number format of Excel, which `shown` reproduces on the screen."""

    COUNT = "#,##0"
    DECIMAL = "0.0"
    PERCENT = "0%"
    PERCENT1 = "0.0%"
    CHANGE = '#,##0;"△"#,##0'  # 増減: a decrease is △3, the cell still holds -3
    CHANGE_PERCENT1 = '0.0%;"△"0.0%'
    PLAIN = "0"  # a number that is a name, such as the year 2024: no comma
    TEXT = "General"
    DATE = "yyyy-mm-dd"
    ERA = '[$-411]ggge"年"m"月"d"日（"aaa"）"'  # not the x-gannen form, which LibreOffice prints as 45757
    MOMENT = "yyyy-mm-dd hh:mm"
    TIME = "hh:mm"

    @property
    def is_number(self) -> bool:
        return self in _PLACES

    def code(self, unit: str = "") -> str:
        """The number format with a unit behind it: 15件, while the cell holds 15."""
        if not unit or self not in _TAKE_A_UNIT:
            return self.value
        quoted = f'"{unit.replace(chr(34), "")}"'
        return ";".join(part + quoted for part in self.value.split(";"))


_PLACES = {
    Format.COUNT: 0,
    Format.DECIMAL: 1,
    Format.PERCENT: 0,
    Format.PERCENT1: 1,
    Format.CHANGE: 0,
    Format.CHANGE_PERCENT1: 1,
    Format.PLAIN: 0,
}
_TAKE_A_UNIT = {Format.COUNT, Format.DECIMAL, Format.CHANGE}
_WITH_COMMA = {Format.COUNT, Format.CHANGE}
_BY_HUNDRED = {Format.PERCENT, Format.PERCENT1, Format.CHANGE_PERCENT1}
_WITH_TRIANGLE = {Format.CHANGE, Format.CHANGE_PERCENT1}


def natural_format(value: Value) -> Format:
    """The format of a value for which nobody chose one."""
    match value:
        case datetime():
            return Format.MOMENT
        case date():
            return Format.DATE
        case time():
            return Format.TIME
        case int() if not isinstance(value, bool):
            return Format.COUNT
        case _:
            return Format.TEXT


def shown(value: Value, format: Format | None = None, unit: str = "") -> str:
    """The value as the screen prints it. Without a format: 1,234 and 令和6年11月5日（火）."""
    plain = safe(value)
    match plain:
        case None:
            return MISSING
        case str():
            return plain
        case datetime():
            return f"{wareki(plain.date())} {plain:%H:%M}" if format is None else f"{plain:%Y-%m-%d %H:%M}"
        case date():
            return wareki(plain) if format in (None, Format.ERA) else plain.isoformat()
        case time():
            return f"{plain:%H:%M}"
        case _:
            return _shown_number(Decimal(str(plain)), format, unit)


def _shown_number(number: Decimal, format: Format | None, unit: str) -> str:
    if format is None or format not in _PLACES:
        return f"{number:,f}"
    if format in _BY_HUNDRED:
        number *= 100
    number = number.quantize(Decimal(10) ** -_PLACES[format], ROUND_HALF_UP)
    minus = ("△" if format in _WITH_TRIANGLE else "-") if number < 0 else ""
    digits = f"{abs(number):,f}" if format in _WITH_COMMA else f"{abs(number):f}"
    percent = "%" if format in _BY_HUNDRED else ""
    return minus + digits + percent + (unit if format in _TAKE_A_UNIT else "")

"""What a browser would send and show: the fields of a form as served, the text of a page, a downloaded file."""

from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from crispy_forms.utils import render_crispy_form
from django.http import QueryDict
from python_calamine import CalamineWorkbook

Fields = dict[str, list[str]]


class _Form(HTMLParser):
    """The fields of every POST form in <main>, or of a fragment without one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str | None], Fields]] = [({}, {})]
        self.open: list[str] = []  # name and value so far of the <select> or <textarea> we are in
        self.is_shut = "<main" in html
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        match tag:
            case "main":
                self.is_shut = False
            case "form":
                self.forms.append((given, {}))
            case "input":
                self._input(given)
            case "select" | "textarea":
                self.open = [tag, given.get("name") or "", "", "first"]
            case "option" if self.open:
                if "selected" in given or self.open[3] == "first":
                    self.open[2] = given.get("value") or ""
                    self.open[3] = "chosen" if "selected" in given else "default"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[0] == "textarea":
            self.open[2] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.is_shut = True
        if tag == "form":
            self.forms.append(({}, {}))
        if self.open and tag == self.open[0]:
            self._add(self.open[1], self.open[2].removeprefix("\n"))
            self.open = []

    def _input(self, given: dict[str, str | None]) -> None:
        kind = given.get("type") or "text"
        if kind in ("submit", "button", "file", "image", "reset") or "disabled" in given:
            return
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self._add(given.get("name") or "", given.get("value") or "on")
            return
        self._add(given.get("name") or "", given.get("value") or "")

    def _add(self, name: str, value: str) -> None:
        if name and not self.is_shut:
            self.forms[-1][1].setdefault(name, []).append(value)


def typed(page: Any, *, to: str = "", **changes: Any) -> Fields:
    """The fields of a page's form with some of them typed over; None takes a field or a tick away.

    `page` is an answer or HTML. The form is the one sent `to` an address, else the one with `data-draft` or
    `data-resubmit`, else the first with fields in it. A select with `multiple` is not read.
    """
    served = page if isinstance(page, str) else html(page)
    forms = [(given, fields) for given, fields in _Form(served).forms if fields]
    if to:
        forms = [(given, fields) for given, fields in forms if given.get("action") == to]
    marked = [fields for given, fields in forms if {"data-draft", "data-resubmit"} & set(given)]
    fields = dict((marked or [fields for _, fields in forms])[0])
    for name, value in changes.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    return fields


def sent(fields: Fields) -> QueryDict:
    """The same as a form receives them."""
    query = QueryDict(mutable=True)
    for name, values in fields.items():
        query.setlist(name, values)
    return query


def typed_in(form: Any, **changes: Any) -> QueryDict:
    """What a form sends back after these changes."""
    return sent(typed(render_crispy_form(form), **changes))


def html(response: Any) -> str:
    """The text of a page."""
    return str(response.content.decode())


def table(response: Any) -> list[list[Any]]:
    """The rows of a downloaded workbook."""
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    rows: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    return rows


def labels(response: Any) -> list[str]:
    """The buttons at the head of a page."""
    return [action["label"] for action in response.context["actions"]]

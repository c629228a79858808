"""伏せ字: a page rewritten so that no name, number or text of it can be read, in the DOM either.

Everything is masked unless it is known to be the page's own wording: headings of fields and columns, buttons,
and what a template marks with `data-plain`. Attributes are kept by name; an unknown one is left out.
"""

from enum import Enum
from html import escape
from html.parser import HTMLParser

SHORT, LONG = "●●●●", "●●●●●●●●●●●●"
FEW = 20  # characters up to which a text counts as short: two lengths tell no name from another

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
WORDING = {"button", "caption", "dt", "label", "legend"}
INLINE = {"abbr", "b", "br", "em", "i", "kbd", "small", "span", "strong", "sub", "sup", "wbr"}
FIELDS = {"button", "fieldset", "input", "select", "textarea"}

ARIA = {"controls", "current", "describedby", "expanded", "hidden", "invalid", "labelledby"}
TABLES = {"colspan", "headers", "rowspan", "scope"}
FORMS = {
    "cols",
    "for",
    "max",
    "maxlength",
    "min",
    "multiple",
    "name",
    "placeholder",
    "rows",
    "size",
    "step",
    "type",
}
SHAPES = {"d", "fill", "height", "stroke", "viewbox", "width"}
EVERYWHERE = {"class", "defer", "hidden", "id", "lang", "open", "rel", "role", "tabindex", "target"}
KEPT = {f"aria-{name}" for name in ARIA} | TABLES | FORMS | SHAPES | EVERYWHERE
SAID = {"alt", "aria-label", "title"}

type Attributes = list[tuple[str, str | None]]


class State(Enum):
    """How an element's text is treated."""

    MASKED = "masked"
    WORDING = "wording"  # readable, and its inline parts; nothing else inside
    PLAIN = "plain"  # a subtree that a template vouches for


def masked(page: str) -> str:
    """A page or a fragment of one, with nothing readable in it but the page's own wording."""
    mask = _Mask()
    mask.feed(page)
    mask.close()
    return "".join(mask.out)


class _Mask(HTMLParser):
    """Copies the page, tag by tag, and leaves out what can be read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.open: list[tuple[str, State]] = []

    # -- tags --------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """An element begins."""
        self._start(tag, attrs)
        if tag not in VOID:
            self.open.append((tag, self._state(tag, attrs)))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """`<br/>`, or a shape of a drawing; HTML knows no other empty element."""
        if tag in VOID or not any(name == "svg" for name, _ in self.open):
            self.handle_starttag(tag, attrs)
        else:
            self._start(tag, attrs)
            self.out.append(f"</{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """An element ends, with what was left open inside it; an end without a beginning is dropped."""
        names = [name for name, _ in self.open]
        if tag not in names:
            return
        del self.open[len(names) - 1 - names[::-1].index(tag) :]
        self.out.append(f"</{tag}>")

    def _start(self, tag: str, attrs: Attributes) -> None:
        if tag in ("html", "body") or self._state(tag, attrs) is State.PLAIN:
            self.out.append(self.get_starttag_text() or "")
            return
        kept = [kept for name, value in attrs if (kept := _attribute(tag, name, value, dict(attrs)))]
        if tag in FIELDS:
            kept.append("disabled")
        self.out.append(f"<{' '.join([tag, *kept])}>")

    def _state(self, tag: str, attrs: Attributes) -> State:
        above = self.open[-1][1] if self.open else State.MASKED
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if above is State.PLAIN or tag == "head" or "data-plain" in given:
            return State.PLAIN
        if "visually-hidden" in classes or "form-check-label" in classes:  # there records are named
            return State.MASKED
        is_wording = tag in WORDING or (tag == "th" and given.get("scope") == "col")
        return State.WORDING if is_wording or (tag in INLINE and above is State.WORDING) else State.MASKED

    # -- text --------------------------------------------------------------------------------------------

    def handle_data(self, data: str) -> None:
        """Text between two tags; of scripts in the page nothing is kept."""
        tag, state = self.open[-1] if self.open else ("", State.MASKED)
        if tag in ("script", "style"):
            self.out.append(data if state is State.PLAIN else "")
        elif state is State.MASKED:
            self.out.append(_dots(data))
        else:
            self.out.append(escape(data, quote=False))

    def handle_decl(self, decl: str) -> None:
        """The document type. Comments and the like are left out."""
        self.out.append(f"<!{decl}>")


def _dots(text: str) -> str:
    """The text as dots, white space around it kept."""
    said = text.strip()
    return text.replace(said, SHORT if len(said) <= FEW else LONG) if said else text


def _attribute(tag: str, name: str, value: str | None, given: dict[str, str | None]) -> str:
    """One attribute as it may stand in the masked page, or nothing."""
    if name in ("href", "src"):
        value = _address(value or "")
    elif name in SAID and not _names_a_region(tag, given):
        value = value and SHORT
    elif name not in KEPT and name not in SAID:
        return ""
    return name if value is None else f'{name}="{escape(value)}"'


def _address(url: str) -> str:
    """A place of this site; no telephone number, no picture in the address, no words in the query."""
    if ":" in url.partition("/")[0] or url.startswith("//"):
        return ""
    return url.partition("?")[0] if "%" in url else url


def _names_a_region(tag: str, given: dict[str, str | None]) -> bool:
    """Whether the label is of a landmark, which is called after what stands there and not after whom."""
    region = "table-region" in (given.get("class") or "").split()
    return tag == "nav" or region or given.get("role") == "search"

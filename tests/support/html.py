"""Reads a Jinja template as the HTML it is made of, so that guards can judge it without rendering it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jinja2 import Environment

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
TOKENS = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


@dataclass
class Element:
    """A start tag: where it stands, and its attributes in lower case, in order."""

    line: int
    tag: str
    attributes: list[tuple[str, str]]


@dataclass
class Text:
    """Text written out between tags; `element` is the innermost one that holds it."""

    line: int
    text: str
    element: Element | None


@dataclass
class Outline(HTMLParser):
    """The start tags and texts of a piece of HTML."""

    elements: list[Element] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(self.getpos()[0], tag, [(name, value or "") for name, value in attrs])
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while any(element.tag == tag for element in self.open):
            if self.open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        self.texts.append(Text(line, data.strip(), self.open[-1] if self.open else None))


def skeleton(source: str) -> str:
    """The template's HTML alone, on the same lines: an expression becomes `0`; tags, comments and {% trans %} go."""
    return "".join(_pieces(source))


def outline(source: str) -> Outline:
    """The template's start tags and the texts that stand written out in it."""
    read = Outline()
    read.feed(skeleton(source))
    read.close()
    return read


def _pieces(source: str) -> Iterator[str]:
    line = 1
    for number, text in _shown(source):
        # The lexer swallows line breaks beside `{%-`; a fault must still be reported where it stands.
        yield "\n" * (number - line) + text
        line = max(line, number) + text.count("\n")


def _shown(source: str) -> Iterator[tuple[int, str]]:
    in_trans = False
    words: list[str] = []
    for number, kind, value in TOKENS.lex(source):
        if kind == "block_begin":
            words = []
        elif kind == "name":
            words.append(value)
        elif kind == "block_end":
            in_trans = words[0] == "trans" or (in_trans and words[0] != "endtrans")
        elif kind == "variable_begin" and not in_trans:
            yield number, "0"
        elif kind == "data" and not in_trans:
            yield number, value

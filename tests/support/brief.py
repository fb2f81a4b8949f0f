"""What a page says of a patient, part by part, however it is laid out: the brief, and "What my therapist sees"."""

import re
from collections import Counter
from dataclasses import dataclass

from justhtml import Node

from tests.support.client import Page, attributes

SAID = "td, dd, li, .own-words, .attention, .under"
"""What holds an answer, a count or a line of words."""
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Part:
    """What one part of the page says: each cell and line of words, and the numbers in running text, as often as said.

    Where a picture stands the shapes in it are compared by the table that it comes with.
    """

    rows: frozenset[str]
    """What its tables are about, in one table or in several."""
    said: Counter[str]
    numbers: Counter[str]
    is_asked: bool
    """Whether a question stands in it."""


def parts(page: Page) -> dict[str, Part]:
    """The parts of the page, by their class."""
    return {attributes(section)["class"]: _part(section) for section in page.document.query(".brief section")}


def _part(section: Node) -> Part:
    rows = frozenset(_own_text(each) for each in section.query("tbody th"))
    said = Counter(text for each in section.query(SAID) if (text := _text(each)))
    paragraphs = " ".join(_text(each) for each in section.query("p"))
    return Part(rows, said, Counter(NUMBER.findall(paragraphs)), "?" in paragraphs)


def _own_text(element: Node) -> str:
    """Without what stands under it in small letters."""
    return " ".join(_text(each) for each in element.children or () if each.name != "small").strip()


def _text(element: Node) -> str:
    return " ".join(element.to_text().split())

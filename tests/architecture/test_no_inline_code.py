"""The content security policy allows no inline script or style; one in a template fails here, before any browser."""

from collections.abc import Iterator

import pytest

from tests.support.html import Element, outline
from tests.support.source import offences, templates


def inline_code(template: str) -> Iterator[str]:
    for element in outline(template).elements:
        if fault := fault_of(element):
            yield f"line {element.line}: {fault}"


def fault_of(element: Element) -> str | None:
    names = {name for name, _ in element.attributes}
    if element.tag == "style":
        return "<style>: put it into static/css"
    if element.tag == "script" and "src" not in names:
        return "<script> without src: put it into static/js"
    if "style" in names:
        return f"style= on <{element.tag}>: give it a class"
    if handlers := sorted(name for name in names if name.startswith("on")):
        return f"{handlers[0]}= on <{element.tag}>: use data-module"
    return None


def test_no_template_has_inline_code() -> None:
    assert offences(templates(), inline_code) == []


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("<style>p { color: red }</style>", id="style element"),
        pytest.param('<p style="color: red">', id="style attribute"),
        pytest.param("<p {% if loud %}STYLE='color: red'{% endif %}>", id="style attribute inside a condition"),
        pytest.param('<button onclick="go({{ id }})">', id="handler"),
        pytest.param('<svg><g onload="go()"/></svg>', id="handler in a picture"),
    ],
)
def test_the_guard_sees(template: str) -> None:
    assert list(inline_code(template))


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(
            '<script src="{{ url_for("static", filename="js/app.js") }}" type="module"></script>', id="script"
        ),
        pytest.param("{# <p style='x'> #}<p class=\"on\" data-module='once'>", id="comment and class"),
    ],
)
def test_the_guard_lets_pass(template: str) -> None:
    assert not list(inline_code(template))

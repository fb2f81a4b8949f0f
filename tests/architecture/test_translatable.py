"""Every visible string goes through gettext. A heuristic: it reads the templates and the labels in Python."""

import ast
import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from companion.web.once import Once
from tests.support.html import Element, outline
from tests.support.source import modules, offences, templates

TRANSLATE = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
READ_ALOUD = {"alt", "aria-label", "aria-description", "aria-roledescription", "label", "placeholder", "title"}
# A sentence or a word at the start of one, as opposed to a class, an endpoint, a date format.
WORDS = re.compile(r"[A-Z][a-z]+\b(?!\.)|[a-z]{2,} [a-z]{2,}")
APPLICATION_NAME = "companion"  # the same in every language
# Arguments of macros and filters that hold no words for people.
MACHINE_READ = {"autocomplete", "class", "class_", "classes", "rel"}


def untranslated(template: str) -> Iterator[str]:
    """Words in a template that no translator would ever be shown."""
    yield from untranslated_text(template)
    yield from untranslated_attributes(template)
    yield from untranslated_literals(template)


def has_words(text: str) -> bool:
    return any(character.isalpha() for character in text.replace(APPLICATION_NAME, ""))


def may_stay(element: Element | None) -> bool:
    """HTML's own way to say that a word is the same in every language, such as a name."""
    return element is not None and (element.tag == "script" or ("translate", "no") in element.attributes)


def untranslated_text(template: str) -> Iterator[str]:
    for piece in outline(template).texts:
        if has_words(piece.text) and not may_stay(piece.element):
            yield f"line {piece.line}: {piece.text!r}"


def untranslated_attributes(template: str) -> Iterator[str]:
    for element in outline(template).elements:
        for name, value in element.attributes:
            if name in READ_ALOUD and has_words(value) and not may_stay(element):
                yield f"line {element.line}: {name}={value!r}"


def untranslated_literals(template: str) -> Iterator[str]:
    """String literals that look like words, in what is printed or handed to a macro."""
    tree = Environment(extensions=["jinja2.ext.i18n", Once], autoescape=True).parse(template)
    for holder in tree.find_all((nodes.Output, nodes.CallBlock, nodes.Assign)):
        for literal in words_in(holder):
            yield f"line {literal.lineno}: {literal.value!r}"


def words_in(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and WORDS.search(node.value):
        yield node
    if is_translation(node) or (isinstance(node, nodes.Keyword) and node.key in MACHINE_READ):
        return
    for child in node.iter_child_nodes():
        # Statements inside a {% call %} are visited in their own right.
        if not isinstance(child, nodes.Stmt):
            yield from words_in(child)


def is_translation(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATE


def untranslated_labels(module: str) -> Iterator[str]:
    """Labels of form fields, `message=` of validators, and flashed messages, written out in Python."""
    for call in ast.walk(ast.parse(module)):
        if isinstance(call, ast.Call):
            for argument in spoken_arguments(call):
                if isinstance(argument, ast.Constant | ast.JoinedStr):
                    yield f"line {argument.lineno}: {ast.unparse(argument)}"


def spoken_arguments(call: ast.Call) -> Iterator[ast.expr]:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name == "flash" or name.endswith("Field"):
        yield from call.args[:1]
    if name[:1].isupper():
        yield from (keyword.value for keyword in call.keywords if keyword.arg in {"message", "label", "description"})


def test_every_word_of_a_template_is_translatable() -> None:
    assert offences(templates(), untranslated) == []


def test_every_label_of_a_form_is_translatable() -> None:
    assert offences(modules(), untranslated_labels) == []


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("<p>Hello</p>", id="text"),
        pytest.param("<p>{% if a %}{{ _('One') }}{% else %}two{% endif %}</p>", id="text inside a condition"),
        pytest.param("{% trans %}Hello{% endtrans %} you", id="text after a translated one"),
        pytest.param('<img alt="A cat">', id="attribute"),
        pytest.param("<input placeholder='at {{ time }}'>", id="attribute with a value"),
        pytest.param("{{ button('Save') }}", id="argument of a macro"),
        pytest.param("{{ 'not yet' if a else _('done') }}", id="printed literal"),
        pytest.param("{% set title = 'Your week' %}", id="variable"),
        pytest.param("{% call card('Your week') %}{% endcall %}", id="argument of a call"),
        pytest.param("{% call card() %}{% if a %}{{ 'Your week' }}{% endif %}{% endcall %}", id="inside a call"),
    ],
)
def test_the_guard_sees_in_a_template(template: str) -> None:
    assert list(untranslated(template))


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("<p>{{ _('Hello %(name)s', name=name) }} · 7 – {{ rating }}/10&nbsp;</p>", id="gettext"),
        pytest.param("{% trans count=n %}one <b>thing</b>{% pluralize %}{{ count }} things{% endtrans %}", id="trans"),
        pytest.param("<b translate='no'>Companion</b>{# a note #}<i class='big' aria-hidden='true'>→</i>", id="marked"),
        pytest.param("<a href='{{ url_for('web.now', day=1) }}'>{{ icon('leaf', class='icon big') }}</a>", id="names"),
        pytest.param("<time>{{ day|date('EEEE d MMMM') }}</time>", id="date format"),
    ],
)
def test_the_guard_lets_a_template_pass(template: str) -> None:
    assert not list(untranslated(template))


@pytest.mark.parametrize(
    "module",
    [
        pytest.param("name = StringField('Your name')", id="label"),
        pytest.param("name = StringField(_l('Your name'), [Length(max=9, message='Too long')])", id="message"),
        pytest.param("flash(f'{name} saved')", id="flash"),
    ],
)
def test_the_guard_sees_in_python(module: str) -> None:
    assert list(untranslated_labels(module))


def test_the_guard_lets_a_translated_label_pass() -> None:
    assert not list(untranslated_labels("name = StringField(_l('Your name'), [Length(max=9, message=_l('No'))])"))

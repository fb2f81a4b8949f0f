"""`{% once %}`: what is the same on everybody's page is rendered once in each process, language and place.

    {% once place %}<nav>… the places, of which `place` is this page's …</nav>{% endonce %}

Between the two only what is named after `once` may differ. A template that names anything else there, a patient's words
above all, does not compile: what was rendered for one must never be shown to another.
"""

from collections.abc import Callable
from itertools import count
from typing import Final

from flask import Flask, request
from flask_babel import get_locale
from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.meta import find_undeclared_variables
from jinja2.parser import Parser
from markupsafe import Markup

SAME_FOR_ALL: Final = frozenset({"_", "url_for"})
"""Texts differ by language and addresses by where the application is mounted: both are part of the key."""
OF_THE_PAGE: Final = frozenset({"self", "super"})
"""What Jinja gives to each page itself; like the application's own globals it isn't counted among what is looked up."""
TAKEN_IN: Final = (nodes.Block, nodes.Include, nodes.Import, nodes.FromImport)


def init_app(app: Flask) -> None:
    app.jinja_env.add_extension(Once)


class Once(Extension):
    tags = {"once"}  # noqa: RUF012  # as Jinja declares it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._unnamed = count()
        self._kept: dict[tuple[object, ...], Markup] = {}

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        by = [] if parser.stream.current.test("block_end") else [parser.parse_assign_target(name_only=True).name]
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        if others := _from_elsewhere(body, self.environment) - SAME_FOR_ALL - set(by):
            parser.fail(f"perhaps not the same on everybody's page: {', '.join(sorted(others))}", line)
        where = nodes.Const(f"{parser.name or next(self._unnamed)}:{line}")
        differs = nodes.List([nodes.Name(name, "load") for name in by])
        return nodes.CallBlock(self.call_method("_once", [where, differs]), [], [], body).set_lineno(line)

    def _once(self, where: str, differs: list[object], caller: Callable[[], str]) -> Markup:
        key = (where, str(get_locale()), request.script_root, *differs)
        if key not in self._kept:
            self._kept[key] = Markup(caller())  # noqa: S704  # a template's own, escaped as it was rendered
        return self._kept[key]


def _from_elsewhere(body: list[nodes.Node], environment: Environment) -> set[str]:
    """What a piece of a template may read that it hasn't set itself by then; by their kind, the pieces it takes in."""
    piece = nodes.Template(body)
    piece.set_environment(environment)
    taken_in = {type(node).__name__ for node in piece.find_all(TAKEN_IN)}
    unasked = {name.name for name in piece.find_all(nodes.Name)} & (OF_THE_PAGE | environment.globals.keys())
    return taken_in | unasked | find_undeclared_variables(piece) | _relative(piece)


def _relative(piece: nodes.Template) -> set[str]:
    """Addresses that lead elsewhere from another room's pages, wherever they stand on their way to `url_for`."""
    options = (option for option in piece.find_all(nodes.Keyword) if option.key != "endpoint")
    harmless = {id(text) for option in options for text in option.find_all(nodes.Const)}
    texts = (text for text in piece.find_all(nodes.Const) if isinstance(text.value, str) and id(text) not in harmless)
    return {repr(text.value) for text in texts if text.value.startswith(".")}

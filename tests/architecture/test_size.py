"""Small enough to be read at one sitting: no module above 400 lines, no function above 50."""

import ast
from collections.abc import Iterator

from tests.support.source import modules, offences

LONGEST_MODULE = 400
LONGEST_FUNCTION = 50


def oversize(module: str) -> Iterator[str]:
    lines = len(module.splitlines())
    if lines > LONGEST_MODULE:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"line {node.lineno}: {node.name} has {length} lines"


def function_of(lines: int) -> str:
    return "def long():\n" + "    pass\n" * (lines - 1)


def test_modules_and_functions_stay_small() -> None:
    assert offences(modules(), oversize) == []


def test_the_guard_sees_the_first_line_too_many() -> None:
    assert not list(oversize("x = 1\n" * LONGEST_MODULE))
    assert list(oversize("x = 1\n" * (LONGEST_MODULE + 1)))
    assert not list(oversize(function_of(LONGEST_FUNCTION)))
    assert list(oversize(function_of(LONGEST_FUNCTION + 1)))
    assert list(oversize("class A:\n" + "".join("    " + line + "\n" for line in function_of(51).splitlines())))

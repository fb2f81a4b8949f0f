"""Each hazard names its control, and a test that is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<hazard>[^|]+) \| (?P<control>[^|]+) \| (?P<tests>[^|]+) \|$")


def rows(text: str) -> list[re.Match[str]]:
    """The hazards of the table, without its head."""
    found = [match for line in text.splitlines() if (match := ROW.match(line))]
    return found[1:]


def names_of_tests() -> set[str]:
    return {
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def unshown(text: str) -> list[str]:
    there = names_of_tests()
    return [
        row["hazard"]
        for row in rows(text)
        if not (named := re.findall(r"`(test_\w+)`", row["tests"])) or not set(named) <= there
    ]


def test_every_hazard_has_its_control_and_a_test() -> None:
    text = (ROOT / "docs" / "hazards.md").read_text()
    assert len(rows(text)) >= 10
    assert unshown(text) == []


def test_a_hazard_whose_test_is_gone_is_seen() -> None:
    head = "| hazard | control | shown by |\n|---|---|---|\n"
    assert unshown(f"{head}| fire | water | `test_that_never_was` |\n| flood | a wall | nobody |") == ["fire", "flood"]

"""What no file of the project may hold."""

import re
from collections.abc import Iterator

import pytest

from tests.support.source import ROOT, offences, project_files

# Put together here, or this file would be the first to offend.
LEFT_FOR_LATER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
# Where packages come from is the machine's business; the hashes make sure that they are the right ones.
REGISTRY = re.compile(
    r"//[\w.-]*(?:py"
    r"pi\.org|python"
    r"hosted\.org|registry\.npm"
    r"js\.org)|--(?:extra-)?index"
    r"-url|--find"
    r"-links"
)


def left_for_later(text: str) -> Iterator[str]:
    yield from matches(LEFT_FOR_LATER, text)


def registries(text: str) -> Iterator[str]:
    yield from matches(REGISTRY, text)


def matches(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := pattern.search(line):
            yield f"line {number}: {found[0]}"


def is_text(content: bytes) -> bool:
    return b"\0" not in content


def test_nothing_is_left_for_later() -> None:
    texts = [file for file in project_files() if is_text(file.read_bytes())]
    assert ROOT / "pyproject.toml" in texts
    assert offences(texts, left_for_later) == []


def test_no_file_says_where_packages_come_from() -> None:
    texts = [file for file in project_files() if is_text(file.read_bytes())]
    assert ROOT / "requirements.txt" in texts
    assert offences(texts, registries) == []


@pytest.mark.parametrize("text", ["# TO" + "DO: later", "x = 1  # FIX" + "ME"])
def test_the_guard_sees_what_is_left_for_later(text: str) -> None:
    assert list(left_for_later(text))


@pytest.mark.parametrize(
    "text",
    [
        "--index" + "-url https://example.org/simple",
        "pip install --extra-index" + "-url x",
        "https://py" + "pi.org/simple",
        "url = 'https://files.python" + "hosted.org/packages/a'",
    ],
)
def test_the_guard_sees_a_registry(text: str) -> None:
    assert list(registries(text))

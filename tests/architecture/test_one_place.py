"""Some things are done in one place only: reading the clock, and committing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import APPLICATION, modules, offences

CLOCK = APPLICATION / "kernel" / "clock.py"
TRANSACTION = APPLICATION / "transaction.py"

# By what stands before the last dot. `func` is SQLAlchemy's: the database has a clock too.
CLOCK_READS = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime"},
    "func": {"now", "current_date", "current_time", "current_timestamp", "localtimestamp"},
}


def all_but(owner: Path) -> Iterator[Path]:
    return (module for module in modules() if module != owner)


def clock_reads(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Attribute):
            holder = ast.unparse(node.value).rpartition(".")[2]
            if node.attr in CLOCK_READS.get(holder, ()):
                yield f"line {node.lineno}: {ast.unparse(node)}; the clock is handed in"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for name in node.names:
                if name.name in CLOCK_READS["time"]:
                    yield f"line {node.lineno}: from time import {name.name}; the clock is handed in"


def commits(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield f"line {node.lineno}: {ast.unparse(node.func)}(); open a transaction() at the edge"


def test_the_clock_is_read_in_one_place() -> None:
    assert CLOCK.exists()
    assert offences(all_but(CLOCK), clock_reads) == []


def test_commits_are_made_in_one_place() -> None:
    assert TRANSACTION.exists()
    assert offences(all_but(TRANSACTION), commits) == []


@pytest.mark.parametrize(
    "module",
    [
        "at = datetime.now(UTC)",
        "at = datetime.datetime.now(datetime.UTC)",
        "at = datetime.utcnow()",
        "day = dt.date.today()",
        "at = time.time()",
        "from time import time",
        "created = mapped_column(default=datetime.now)",
        "created = mapped_column(server_default=sa.func.now())",
    ],
)
def test_the_guard_sees_the_clock_read(module: str) -> None:
    assert list(clock_reads(module))


@pytest.mark.parametrize("module", ["at = clock.now()", "from datetime import time", "wait = time.monotonic()"])
def test_the_guard_lets_pass(module: str) -> None:
    assert not list(clock_reads(module))


@pytest.mark.parametrize("module", ["db.session.commit()", "session().commit()", "with a as c:\n    c.commit()"])
def test_the_guard_sees_a_commit(module: str) -> None:
    assert list(commits(module))

"""A dump of the database holds none of the words that people wrote: the whole demo practice is searched for."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.demo import PEOPLE, words
from companion.demo.calendar import case
from companion.demo.more_words import HARD_TIMES
from companion.demo.others import OTHERS
from companion.experiments.models import Activity
from companion.extensions import db

SHORTEST = 4
"""Letters of a word that is looked for within bytes: a shorter one could stand in a random text by chance."""

Dump = list[tuple[str, str]]
"""Each column by its name, with what stands in it in one row, as text."""


@pytest.fixture
def dump(demo_app: Flask) -> Dump:
    with demo_app.app_context(), db.engine.connect() as connection:
        return [cell for table in sa.inspect(connection).get_table_names() for cell in cells(connection, table)]


def cells(connection: sa.Connection, table: str) -> Iterator[tuple[str, str]]:
    """All that stands in a table as the driver gives it, past every type of ours."""
    for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).mappings():
        yield from ((f"{table}.{name}", as_text(value)) for name, value in row.items())


def as_text(value: object) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)


def found(wanted: set[str], dump: Dump) -> set[str]:
    """The columns in which one of these stands."""
    return {column for column, text in dump if any(stands(each, text) for each in wanted)}


def stands(wanted: str, text: str) -> bool:
    return wanted in text if len(wanted) >= SHORTEST else wanted == text


def texts_of(value: Any) -> set[str]:  # noqa: ANN401  # nested as deeply as it may be
    """The texts in a value; keys of ours are none."""
    if isinstance(value, str):
        return {value} - {""}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return {text for part in parts for text in texts_of(part)}


def written() -> set[str]:
    """What the people of the demo wrote: sentences, and the labels of what they do, whom they mean, what set it off."""
    sentences = texts_of([value for name, value in vars(words).items() if name.isupper()])
    sentences |= texts_of(HARD_TIMES)
    labels = {each.get(name, "") for each in case()["checkins"] for name in ("trigger", "who")}
    labels |= {each.get(name, "") for each in case()["occasions"] for name in ("activity", "about")}
    others = {text for each in OTHERS for text in (each.goal, each.task, each.reason, each.activity, each.flag or "")}
    return (sentences | labels | others) - {""}


def names() -> set[str]:
    begun = {each.name.lower() for each in OTHERS if each.has_begun}
    return {"Mark", "Elena Riva", "Front office", *PEOPLE.values(), *begun, *(each.name for each in OTHERS)}


def test_no_word_that_was_written_stands_in_a_dump(dump: Dump) -> None:
    assert found(written(), dump) == set()


def test_no_name_stands_in_a_dump(dump: Dump) -> None:
    assert found(names(), dump) == set()


def test_the_search_finds_what_lies_open(dump: Dump) -> None:
    assert found({"Studio Riva"}, dump) == {"clinic.name"}
    assert found({"IT"}, dump) == {"clinic.country"}
    assert found({"tennis"}, [("a.b", as_text(b"\x01\xfftennis"))]) == {"a.b"}


def test_the_words_are_in_there_all_the_same(demo_app: Flask, dump: Dump) -> None:
    """Otherwise there would be nothing to find."""
    assert {"tennis", "Mark", words.PROMISE, words.LEARNED["o060"], words.WHY[3]} <= written() | names()
    stored = {column for column, text in dump if text}
    assert {
        "goal.text",
        "task.smaller_version",
        "contract_version.why",
        "check_in_detail.wanted",
        "trigger.label",
    } <= stored
    with demo_app.app_context():
        assert "tennis" in db.session.scalars(sa.select(Activity.label)).all()
        db.session.remove()

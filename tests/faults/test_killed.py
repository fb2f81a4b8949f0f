"""Whoever is killed on the way leaves all of what they did, or nothing: in every table, in the audit, for every act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.audit.models import AuditEvent
from tests.faults.acts import ACTS
from tests.faults.stage import REFUSED, TWICE, Rows, Seen, Stage, stage_on
from tests.support.killing import COMMITTED

AROUND_THE_COMMIT = 6
"""The last steps, among which is the commit, come up as often as all others."""
KILLS = 2
"""Of each act, on each database, at each run."""


class Left(StrEnum):
    NOTHING = "nothing"
    WHOLE = "whole"
    TORN = "torn"


@dataclass(frozen=True)
class Difference:
    """How many rows of a table are new, other than they were, or gone."""

    inserted: int
    changed: int
    deleted: int


def differences(before: Rows, after: Rows) -> Mapping[str, Difference]:
    """The tables that aren't as they were."""
    return {table: _difference(before[table], after[table]) for table in before if before[table] != after[table]}


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    changed = sum(before[key] != after[key] for key in before.keys() & after.keys())
    return Difference(len(after.keys() - before.keys()), changed, len(before.keys() - after.keys()))


def left_of(stage: Stage, name: str, seen: Seen) -> Left:
    """What stands of an act: in each table as many rows as the whole of it writes, or as before, or something else."""
    found = differences(stage.before.rows, seen.rows)
    if not found:
        return Left.NOTHING
    return Left.WHOLE if found == differences(stage.before.rows, stage.whole(name)[0].rows) else Left.TORN


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    databases = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_databases")
    with stage_on(databases, tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.mark.parametrize("name", ACTS)
def test_whatever_is_killed_leaves_whole_rows_only(stage: Stage, name: str) -> None:
    whole, steps = stage.whole(name)
    assert differences(stage.before.rows, whole.rows), "an act writes"
    assert whole.faults == ()
    assert steps.count(COMMITTED) == 1

    @settings(max_examples=KILLS, derandomize=True, database=None, deadline=None)
    @given(st.sampled_from(chances(len(steps))))
    def at(step: int) -> None:
        seen = stage.killed(name, step)
        expected = Left.WHOLE if step >= steps.index(COMMITTED) else Left.NOTHING
        assert left_of(stage, name, seen) is expected, f"killed {steps[step]}"
        assert seen.faults == ()
        assert_can_be_done_again(stage, name, expected)

    at()


def chances(steps: int) -> list[int]:
    """The steps to choose from, the last ones first and as often as all others."""
    everywhere = list(range(steps))
    around = everywhere[-AROUND_THE_COMMIT:]
    return around * (1 + steps // len(around)) + everywhere


def assert_can_be_done_again(stage: Stage, name: str, left: Left) -> None:
    """Where nothing is left it is done as if for the first time; else it is done again, or refused as done."""
    answer, seen = stage.again(name)
    assert seen.faults == ()
    if left is Left.NOTHING:
        assert answer != REFUSED
        assert left_of(stage, name, seen) is Left.WHOLE


def test_an_act_that_commits_twice_is_found_to_be_torn(stage: Stage) -> None:
    _, steps = stage.whole(TWICE)
    first = steps.index(COMMITTED)
    second = steps.index(COMMITTED, first + 1)
    left = [left_of(stage, TWICE, stage.killed(TWICE, step)) for step in (first - 1, first, second - 1, second)]
    assert left == [Left.NOTHING, Left.TORN, Left.TORN, Left.WHOLE]


def test_a_row_that_is_missing_or_other_than_it_was_is_seen(stage: Stage) -> None:
    before = stage.before.rows
    events = before[AuditEvent.__tablename__]
    first, *others = events
    cut = {key: events[key] for key in others}
    assert differences(before, {**before, AuditEvent.__tablename__: cut}) == {
        AuditEvent.__tablename__: Difference(0, 0, 1)
    }
    assert differences(before, {**before, AuditEvent.__tablename__: {**events, first: "other"}}) == {
        AuditEvent.__tablename__: Difference(0, 1, 0)
    }

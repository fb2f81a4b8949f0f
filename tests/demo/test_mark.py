"""The demo practice says of Mark what his case says: every expected figure, as the pages would count it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.accounts.queries import safety_plans_of
from companion.accounts.rules import Actor
from companion.checkins import queries as checkins
from companion.checkins.rules import Visibility
from companion.contract import queries as contract
from companion.database import Instant
from companion.demo.calendar import LAST_WEEK, Calendar, calendar, case, last_closed_week
from companion.experiments import queries as experiments
from companion.experiments.adherence import Record, Tally, period_tally, period_tellings, response_count
from companion.experiments.rules import OnTop, Reaction, Telling, Verdict
from companion.extensions import db
from companion.formulation import queries as formulation
from companion.kernel.week import ZoneHistory, week_closes_at
from companion.review.queries.learned import learned_of
from tests.support.demo import NOW, signed_in

ALL = (7, 78)
BLOCKS = {"B": (7, 14), "C": (15, 20), "D": (21, 26), "E": (27, 38), "F": (39, 52), "G": (53, 64), "H": (65, 78)}


@dataclass(frozen=True)
class Demo:
    """The built practice, with Mark signed in and his weeks counted."""

    mark: Actor
    therapist: Actor
    record: Record
    weeks: Calendar

    def tally(self, block: tuple[int, int]) -> Tally:
        first, last = block
        return period_tally(self.record, self.weeks.monday(first), self.weeks.monday(last + 1))

    def openness(self, block: tuple[int, int]) -> tuple[int, int]:
        first, last = block
        told = period_tellings(self.record, self.weeks.monday(first), self.weeks.monday(last + 1)).while_in_force
        return told.told, told.said_something


@pytest.fixture(scope="module")
def built(demo_app: Flask) -> Iterator[Demo]:
    with demo_app.app_context():
        mark, therapist = signed_in("mark"), signed_in("elena")
        yield Demo(mark, therapist, experiments.record_of(mark, mark.id, NOW), calendar(NOW))
        db.session.remove()


@pytest.mark.parametrize(
    ("block", "done", "n", "percents"),
    [
        ("B", 1, 4, (25, 50)),
        ("C", 6, 18, (33, 50)),
        ("D", 9, 18, (50, 61)),
        ("E", 26, 36, (72, 78)),
        ("F", 24, 28, (86, 89)),
        ("G", 22, 24, (92, 92)),
        ("H", 18, 20, (90, 90)),
    ],
)
def test_did_in_each_block(built: Demo, block: str, done: int, n: int, percents: tuple[int, int]) -> None:
    tally = built.tally(BLOCKS[block])
    assert (tally.done, tally.n) == (done, n)
    assert tally.did
    assert tally.did.percents == percents


def test_did_in_all(built: Demo) -> None:
    tally = built.tally(ALL)
    assert (tally.done, tally.n, tally.gave_up, tally.not_attempted, tally.no_word) == (106, 148, 26, 7, 9)


@pytest.mark.parametrize(
    ("block", "told"),
    [("B", (0, 0)), ("C", (0, 0)), ("D", (0, 0)), ("E", (15, 23)), ("F", (13, 15)), ("G", (12, 12)), ("H", (10, 10))],
)
def test_openness_is_counted_while_a_telling_task_is_in_force(built: Demo, block: str, told: tuple[int, int]) -> None:
    assert built.openness(BLOCKS[block]) == told


@pytest.mark.parametrize(("block", "cover"), [("B", 0), ("C", 5), ("D", 6)])
def test_before_that_telling_is_counts_only(built: Demo, block: str, cover: int) -> None:
    first, last = BLOCKS[block]
    tellings = period_tellings(built.record, built.weeks.monday(first), built.weeks.monday(last + 1))
    assert tellings.openness is None
    assert tellings.counts.cover == cover


def test_every_week_sums_to_what_the_case_says(built: Demo) -> None:
    """Occasions of a week, from the case itself: each was done, given up, not attempted, or left without word."""
    for week in range(BLOCKS["C"][0], LAST_WEEK + 1):
        said = [occasion["result"] for occasion in case()["occasions"] if occasion["week"] == week]
        tally = built.tally((week, week))
        found = (tally.done, tally.gave_up, tally.not_attempted, tally.no_word)
        assert found == tuple(said.count(result) for result in ("done", "gave_up", "not_attempted", None)), week


def test_week_78_is_the_last_that_has_closed(built: Demo) -> None:
    monday = built.weeks.monday(LAST_WEEK)
    zones = built.record.zones
    assert week_closes_at(monday, zones) <= NOW < week_closes_at(monday + timedelta(weeks=1), zones)


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        (datetime(2026, 11, 25, 22, 59, tzinfo=UTC), date(2026, 11, 9)),
        (datetime(2026, 11, 25, 23, 0, tzinfo=UTC), date(2026, 11, 16)),  # Thursday 00:00 in Rome
        (datetime(2026, 10, 28, 22, 59, tzinfo=UTC), date(2026, 10, 12)),  # the clock changed on that Sunday
        (datetime(2026, 10, 28, 23, 0, tzinfo=UTC), date(2026, 10, 19)),
    ],
)
def test_a_week_closes_on_thursday_at_midnight(now: datetime, monday: date) -> None:
    assert last_closed_week(now, ZoneHistory.staying_in("Europe/Rome")) == monday


def test_his_versions_are_those_of_the_case(built: Demo) -> None:
    versions = contract.history(built.mark, built.mark.id)
    told = {line.number: (line.author.value, line.standing.value) for line in versions}
    assert told == {
        1: ("therapist", "superseded"),
        2: ("therapist", "superseded"),
        3: ("therapist", "counter_proposed"),
        4: ("patient", "superseded"),
        5: ("patient", "superseded"),
        6: ("patient", "superseded"),
        7: ("therapist", "declined"),
        8: ("patient", "in_force"),
    }
    current = contract.in_force(built.mark, built.mark.id)
    assert current
    assert {task.words.kind.value for task in current.tasks} == {"weekly", "practice", "response"}
    assert next(task.words.target for task in current.tasks if task.words.target) == 2


def test_all_his_check_ins_are_there_and_his_private_words_stay_his(built: Demo) -> None:
    mine = checkins.last_for(built.mark, built.mark.id, NOW, limit=1000)
    theirs = checkins.last_for(built.therapist, built.mark.id, NOW, limit=1000)
    assert len(mine) == len(theirs) == len(case()["checkins"]) + len(case()["moments"])
    private = [shown for shown in theirs if shown.visibility is Visibility.WORDS_PRIVATE]
    assert len(private) == 6
    assert all(not shown.words and not shown.trigger and not shown.person for shown in private)


def test_nothing_lies_in_the_future_but_what_is_planned(built: Demo) -> None:
    for table in db.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Instant) and f"{table.name}.{column.name}" not in AHEAD:
                latest = db.session.scalar(sa.select(sa.func.max(column)))
                assert latest is None or latest <= NOW, column


AHEAD = {"experiment.starts_at", "experiment.ends_at", "session.at", "invitation.expires_at"}


def test_what_he_found_out_about_tennis_and_spanish(built: Demo) -> None:
    liked = {line.activity: line for line in learned_of(built.mark, NOW).liked}
    tennis, spanish = liked["tennis"], liked["Spanish"]
    assert (tennis.found.n, tennis.found.mean, tennis.found.verdict) == (78, 8, Verdict.KEEP)
    assert (spanish.found.enjoyed, spanish.found.mean, spanish.is_dropped) == ((4, 3, 2), 3, True)
    assert spanish.found.on_top[0] == (OnTop.THE_THING, 1)
    assert next(reversed(liked)) == "Spanish"
    assert "Spanish" not in dict(experiments.activities_of(built.mark, built.mark.id)).values()


def test_what_he_found_out_about_his_aunt(built: Demo) -> None:
    learned = learned_of(built.mark, NOW)
    feared = {line.person: line.suffering for line in learned.by_person}
    assert feared["aunt"].each == ((8, 2),)
    assert (feared["sister"].n, feared["sister"].expected, feared["sister"].seen) == (105, 4.2, 1.8)
    met = {each.telling: each for each in learned.tellings}
    assert met[Telling.TOLD].reactions == ((Reaction.SUPPORTIVE, 46), (Reaction.NEUTRAL, 4))
    assert {telling: each.n for telling, each in met.items()} == {
        Telling.TOLD: 50,
        Telling.HALF: 2,
        Telling.COVER: 20,
        Telling.NOBODY_ASKED: 34,
    }


def test_what_he_found_out_about_the_guilt(built: Demo) -> None:
    learned = learned_of(built.mark, NOW)
    on, stopped = learned.afterwards.going_on, learned.afterwards.stopping
    assert (on.n, on.median_fall) == (106, 3)
    assert (stopped.n, stopped.median_fall) == (26, 4)
    assert (learned.before_stopping.with_much, learned.before_stopping.n) == (23, 26)
    assert (learned.moods_on.n, learned.moods_on.mean) == (106, 6.2)
    assert (learned.moods_stopped.n, learned.moods_stopped.mean) == (26, 2.4)
    assert [(pair.free, pair.guilt) for pair in learned.freedom.pairs] == [(7, 8)]


def test_his_moments_came_out_as_the_case_says(built: Demo) -> None:
    told = checkins.moments_of(built.mark, built.mark.id, NOW)
    counts = response_count(moment.outcome for moment in told)
    assert (counts.said_nothing, counts.said_something_else, counts.said_it) == (15, 3, 3)
    assert (counts.held, counts.moments) == (18, 21)


def test_his_pattern_is_used_as_he_answered_it(built: Demo) -> None:
    in_use = formulation.patterns_of(built.mark, built.mark.id).in_use
    assert in_use
    assert in_use.latest_fit
    assert in_use.latest_fit.fit.value == case()["pattern"]["answer"]


def test_both_say_how_his_goals_stand(built: Demo) -> None:
    goals = contract.followed_goals(built.therapist, built.mark.id, NOW)
    assert [goal.is_in_force for goal in goals] == [True, True, True, False]
    likes = next(goal for goal in goals if goal.words.text.startswith("Find out"))
    assert len([each for each in likes.rounds if len(each.by) == 2]) > 10


def test_his_plan_was_written_in_a_session_and_changed_by_himself(built: Demo) -> None:
    latest, first = safety_plans_of(built.mark, built.mark.id).versions
    assert (first.written_with, latest.written_with) == ("Elena Riva", "")
    assert (first.words.out_of_reach, bool(latest.words.out_of_reach)) == ("", True)
    assert latest.words.signs == first.words.signs

"""Goals across all versions, and how both sides saw them: neither gets the other's answer before giving its own."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for, zones_of
from companion.accounts.rules import Actor, Role
from companion.contract.models import Agreement, ContractVersion, Goal, GoalReview, Pause
from companion.contract.queries.resting import is_not_over
from companion.contract.queries.versions import words_of_goal
from companion.contract.rules import GoalWords, VersionKind
from companion.contract.rules.goals import (
    GoalSaid,
    LastSaid,
    Turn,
    asked_on,
    round_begins,
    round_on,
    shows_the_others,
    turn,
)
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.kernel.week import ONE_DAY


@dataclass(frozen=True)
class GoalInVersion:
    """A goal as it was agreed in one version; days are local to the patient."""

    version_id: UUID
    number: int
    """Of the version."""
    from_day: date
    until_day: date | None
    words: GoalWords


@dataclass(frozen=True)
class Review:
    """How one side saw a goal in a round, as it stands by their latest word."""

    id: UUID
    author_id: UUID
    round_number: int
    said: GoalSaid
    day: date
    before: tuple[GoalSaid, ...]
    """What its author had said before correcting it, oldest first; empty for everybody else."""


@dataclass(frozen=True)
class Round:
    """Four weeks of a goal, and how both sides saw it; None where nothing is said, or not to be seen yet."""

    number: int
    first_day: date
    until_day: date
    """The first day of the next."""
    by: Mapping[Role, Review]


@dataclass(frozen=True)
class FollowedGoal:
    """A goal by its lineage, over all versions that both agreed to, as one side may see it on one day."""

    lineage_id: UUID
    versions: tuple[GoalInVersion, ...]
    """Those it stood in, oldest first."""
    rounds: tuple[Round, ...]
    """From round 1 until the present one, or the one in which the goal was last in force."""
    turn: Turn | None
    """Where the viewer's own side stands; None for a goal that is in force no more."""
    asked_on: date
    """From when the viewer's own side is asked next."""

    @property
    def first(self) -> GoalInVersion:
        """As it was agreed first; its rounds are counted from that day."""
        return self.versions[0]

    @property
    def last(self) -> GoalInVersion:
        """As it was agreed last."""
        return self.versions[-1]

    @property
    def words(self) -> GoalWords:
        """Its latest words."""
        return self.last.words

    @property
    def is_in_force(self) -> bool:
        """Whether it is a goal of the version in force."""
        return self.turn is not None

    @property
    def is_seen(self) -> bool:
        """Whether anything that was said of it may be seen."""
        return any(each.by for each in self.rounds)

    @property
    def earlier_words(self) -> tuple[GoalInVersion, ...]:
        """How it read before, oldest first, each once as often as it changed."""
        return tuple(one for one, after in pairwise(self.versions) if one.words != after.words)

    @property
    def open_round(self) -> Round | None:
        """The round in which it can be answered now, and an answer be put right."""
        return self.rounds[-1] if self.is_in_force and self.rounds else None

    def open_answer_of(self, side: Role) -> Review | None:
        """What a side said in that round, as far as the viewer may see it."""
        return self.open_round.by.get(side) if self.open_round else None


def followed_goals(viewer: Actor, patient_id: UUID, at: datetime) -> tuple[FollowedGoal, ...]:
    """Every goal both ever agreed to, those in force first, then those that went last; five statements for any number.

    Raises NotFoundError for whom the viewer may not read.
    """
    patient_for(viewer, patient_id)
    today = zones_of([patient_id])[patient_id].local_date(at)
    reviews, rests = _reviews(patient_id), _rests(patient_id, today)
    goals = [
        _followed(
            viewer,
            lineage_id,
            versions,
            reviews.get(lineage_id, []),
            today,
            rests=not rests.isdisjoint({None, lineage_id}),
        )
        for lineage_id, versions in _versions(patient_id).items()
    ]
    return tuple(sorted(goals, key=lambda goal: (not goal.is_in_force, -goal.last.number)))


def has_goals_due(viewer: Actor, patient_id: UUID, at: datetime) -> bool:
    """Whether the viewer's own side is asked how a goal stands."""
    return any(goal.turn is Turn.DUE for goal in followed_goals(viewer, patient_id, at))


def goal_of_own_review(viewer: Actor, patient_id: UUID, review_id: UUID, at: datetime) -> FollowedGoal:
    """The goal of an answer that the viewer gave themselves. Raises NotFoundError for any other."""
    found = db.session.scalar(
        sa.select(GoalReview.goal_lineage_id).where(
            GoalReview.id == review_id, GoalReview.author_id == viewer.id, GoalReview.patient_id == patient_id
        )
    )
    for goal in followed_goals(viewer, patient_id, at):
        if goal.lineage_id == found:
            return goal
    raise NotFoundError


def _followed(
    viewer: Actor,
    lineage_id: UUID,
    versions: tuple[GoalInVersion, ...],
    reviews: list[GoalReview],
    today: date,
    *,
    rests: bool,
) -> FollowedGoal:
    first_day, until_day = versions[0].from_day, versions[-1].until_day
    latest_day = today if until_day is None else max(until_day - ONE_DAY, first_day)
    present = max(round_on(first_day, latest_day), *(row.round_number for row in reviews), 0)
    last = _last(row for row in reviews if row.side is viewer.role)
    open_round = present if until_day is None else None
    said = {row.round_number for row in reviews if row.side is viewer.role}
    return FollowedGoal(
        lineage_id=lineage_id,
        versions=versions,
        rounds=tuple(
            _round(viewer, first_day, number, reviews, shows=shows_the_others(number, open_round, said))
            for number in range(1, present + 1)
        ),
        turn=turn(first_day, today, last, rests=rests) if until_day is None else None,
        asked_on=asked_on(first_day, last),
    )


def _last(own: Iterable[GoalReview]) -> LastSaid | None:
    firsts = [LastSaid(row.round_number, row.local_date) for row in own if row.replaces_id is None]
    return max(firsts, key=lambda said: said.round_number, default=None)


def _round(viewer: Actor, first_day: date, number: int, reviews: Collection[GoalReview], *, shows: bool) -> Round:
    sides = (Role.PATIENT, Role.THERAPIST) if shows else (viewer.role,)
    found = ((side, [row for row in reviews if (row.side, row.round_number) == (side, number)]) for side in sides)
    return Round(
        number=number,
        first_day=round_begins(first_day, number),
        until_day=round_begins(first_day, number + 1),
        by={side: _review(viewer, rows) for side, rows in found if rows},
    )


def _review(viewer: Actor, rows: list[GoalReview]) -> Review:
    """What stands of the rows of one side in one round: each but the first names the one before it."""
    after = {row.replaces_id: row for row in rows}
    chain = [after[None]]
    while (next_one := after.get(chain[-1].id)) is not None:
        chain.append(next_one)
    stands = chain[-1]
    is_own = stands.author_id == viewer.id
    return Review(
        id=stands.id,
        author_id=stands.author_id,
        round_number=stands.round_number,
        said=said_in(stands),
        day=stands.local_date,
        before=tuple(said_in(row) for row in chain[:-1]) if is_own else (),
    )


def said_in(row: GoalReview) -> GoalSaid:
    """What a row says."""
    return GoalSaid(row.happened, row.still_theirs)


def _versions(patient_id: UUID) -> dict[UUID, tuple[GoalInVersion, ...]]:
    """By lineage, in the order of the version in which it stood last."""
    columns = (Goal.text, Goal.observable_sign, Goal.how_it_is_now, Goal.enough, Goal.outcome)
    rows = db.session.execute(
        sa.select(
            Goal.lineage_id,
            ContractVersion.id,
            ContractVersion.number,
            ContractVersion.kind,
            Agreement.from_day,
            Agreement.until_day,
            *columns,
        )
        .join(ContractVersion, ContractVersion.id == Goal.version_id)
        .join(Agreement, Agreement.version_id == ContractVersion.id)
        .where(Agreement.patient_id == patient_id)
        .order_by(Agreement.from_day, Agreement.at, Goal.position, Goal.id)
    )
    found: dict[UUID, list[GoalInVersion]] = {}
    for row in rows:
        # Taken out and put back, so that the order is that of the last version.
        found[row.lineage_id] = [*found.pop(row.lineage_id, []), _in_version(row)]
    return {lineage_id: tuple(versions) for lineage_id, versions in found.items()}


def _in_version(row: sa.Row[Any]) -> GoalInVersion:
    """A goal that ended with this version, or stands in the closing one, was last gone for on the day before it."""
    words = words_of_goal(row)
    goes_on = words.is_active and row.kind is VersionKind.WORKING
    until_day = row.until_day if goes_on else row.from_day
    return GoalInVersion(version_id=row.id, number=row.number, from_day=row.from_day, until_day=until_day, words=words)


def _reviews(patient_id: UUID) -> dict[UUID, list[GoalReview]]:
    found: dict[UUID, list[GoalReview]] = {}
    for row in db.session.scalars(sa.select(GoalReview).where(GoalReview.patient_id == patient_id)):
        found.setdefault(row.goal_lineage_id, []).append(row)
    return found


def _rests(patient_id: UUID, today: date) -> set[UUID | None]:
    """What rests today, None for everything."""
    is_paused = (Pause.patient_id == patient_id, Pause.first_day <= today, is_not_over(today))
    return set(db.session.scalars(sa.select(Pause.lineage_id).where(*is_paused)))

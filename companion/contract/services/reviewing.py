"""Patient and therapist say, each for themselves, how a goal stands."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from flask_babel import lazy_gettext as _l

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.contract.models import GoalReview
from companion.contract.queries.goals import FollowedGoal, followed_goals, goal_of_own_review, said_in
from companion.contract.rules.goals import GoalSaid, Turn
from companion.contract.services.loading import NO_LONGER_THERE, lock_versions, today_of
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError

SAID_ALREADY = _l("How this stands has been said meanwhile, from another page. What you chose here was not kept.")
TOO_EARLY = _l("It is too early to say how this stands.")
OVER = _l("The four weeks that this was about are over. What you said for them stays.")
CORRECTED_ALREADY = _l("You have put this right meanwhile, from another page. What you chose here was not kept.")


def review_goals(actor: Actor, patient_id: UUID, said: Mapping[UUID, GoalSaid], at: datetime, page_id: UUID) -> None:
    """Say how goals stand, by lineage, in the present round of each; all of it or nothing is kept.

    The same page sent again adds nothing. Raises RefusedError where it said something else then, and for a goal that is
    in its first four weeks, was answered by this side in this round already, or is in force no more; NotFoundError for
    a patient or goal that isn't the actor's to follow.
    """
    patient_for(actor, patient_id)
    lock_versions(patient_id)
    goals = {goal.lineage_id: goal for goal in followed_goals(actor, patient_id, at)}
    for lineage_id, answer in said.items():
        if lineage_id not in goals:
            raise NotFoundError
        review_id = uuid5(page_id, str(lineage_id))
        if not _is_kept(actor, review_id, answer):
            _require_open(goals[lineage_id])
            _keep(actor, patient_id, goals[lineage_id], answer, at, review_id)


def correct_review(
    actor: Actor, patient_id: UUID, review_id: UUID, said: GoalSaid, at: datetime, new_review_id: UUID
) -> None:
    """Say again how a goal stands, in the round in which one's own answer was given; the first stays as it was.

    The same page sent again adds nothing. Raises RefusedError where that round is over, or the answer was put right
    from another page meanwhile; NotFoundError for any other answer than one's own.
    """
    patient_for(actor, patient_id)
    lock_versions(patient_id)
    goal = goal_of_own_review(actor, patient_id, review_id, at)
    if _is_kept(actor, new_review_id, said):
        return
    own = goal.open_answer_of(actor.role)
    if own is None or own.round_number != _round_of(review_id):
        raise RefusedError(OVER)
    if own.id != review_id:
        raise RefusedError(CORRECTED_ALREADY)
    _keep(actor, patient_id, goal, said, at, new_review_id, review_id)


def _round_of(review_id: UUID) -> int:
    return db.session.get_one(GoalReview, review_id).round_number


def _is_kept(actor: Actor, review_id: UUID, said: GoalSaid) -> bool:
    """Whether this page was sent before; RefusedError where it said something else then."""
    known = db.session.get(GoalReview, review_id)
    if known is None:
        return False
    if known.author_id != actor.id:
        raise NotFoundError
    if said_in(known) != said:
        raise SentBeforeError
    return True


def _require_open(goal: FollowedGoal) -> None:
    if not goal.is_in_force:
        raise RefusedError(NO_LONGER_THERE)
    if goal.turn is Turn.NOT_YET:
        raise RefusedError(TOO_EARLY)
    if goal.turn is Turn.SAID:
        raise RefusedError(SAID_ALREADY)


def _keep(
    actor: Actor,
    patient_id: UUID,
    goal: FollowedGoal,
    said: GoalSaid,
    at: datetime,
    review_id: UUID,
    replaces_id: UUID | None = None,
) -> None:
    db.session.add(
        GoalReview(
            id=review_id,
            patient_id=patient_id,
            version_id=goal.last.version_id,
            goal_lineage_id=goal.lineage_id,
            side=actor.role,
            author_id=actor.id,
            round_number=goal.rounds[-1].number,
            happened=said.happened,
            still_theirs=said.still_theirs,
            at=at,
            local_date=today_of(patient_id, at),
            replaces_id=replaces_id,
        )
    )
    db.session.flush()

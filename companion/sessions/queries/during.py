"""What is done in a session: scenes step by step, the two ideas, what came between the two."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.checkins.queries import kept_cards
from companion.contract import queries as contract
from companion.extensions import db
from companion.kernel.errors import NotFoundError
from companion.sessions.models import BeliefRating, Rupture, Session, SessionTask, StepConsent, TwoIdeas
from companion.sessions.queries.view_models import (
    BelievedRead,
    IdeasRead,
    RuptureRead,
    RuptureTold,
    SceneRead,
    StepRead,
)
from companion.sessions.rules import Belief, RuptureWords, SceneWords


def scenes_of(viewer: Actor, patient_id: UUID, session_id: UUID) -> list[SceneRead]:
    """The scenes of a session, oldest first; in few statements however many there are."""
    return _scenes(viewer, patient_id, SessionTask.session_id == session_id)


def scene(viewer: Actor, patient_id: UUID, session_id: UUID, scene_id: UUID) -> SceneRead:
    """One scene of a session. Raises NotFoundError where there is no such one for this viewer."""
    found = _scenes(viewer, patient_id, SessionTask.session_id == session_id, SessionTask.id == scene_id)
    if not found:
        raise NotFoundError
    return found[0]


def ideas_of(viewer: Actor, patient_id: UUID) -> IdeasRead | None:
    """The two ideas as they read by now; None until they are first written."""
    patient_for(viewer, patient_id)
    row = db.session.execute(
        sa.select(TwoIdeas.id, TwoIdeas.old_idea, TwoIdeas.new_idea)
        .where(TwoIdeas.patient_id == patient_id)
        .order_by(TwoIdeas.number.desc())
        .limit(1)
    ).one_or_none()
    return IdeasRead(*row) if row else None


def believed(viewer: Actor, patient_id: UUID) -> list[BelievedRead]:
    """How much the two ideas were believed in each session, newest first; of each the latest word."""
    patient_for(viewer, patient_id)
    other = sa.orm.aliased(BeliefRating)
    latest = sa.select(sa.func.max(other.number)).where(other.session_id == BeliefRating.session_id)
    rows = db.session.execute(
        sa.select(
            Session.id,
            Session.at,
            TwoIdeas.old_idea,
            TwoIdeas.new_idea,
            BeliefRating.old.label("old"),
            BeliefRating.new.label("new"),
        )
        .join(Session, Session.id == BeliefRating.session_id)
        .join(TwoIdeas, TwoIdeas.id == BeliefRating.ideas_id)
        .where(BeliefRating.patient_id == patient_id, BeliefRating.number == latest.scalar_subquery())
        .order_by(Session.at.desc())
    )
    return [BelievedRead(row.id, row.at, row.old_idea, row.new_idea, Belief(old=row.old, new=row.new)) for row in rows]


def ruptures_of(therapist: Actor, patient_id: UUID, session_id: UUID | None = None) -> list[RuptureRead]:
    """What a therapist noted themselves, oldest first: of one session, or all that isn't repaired."""
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    patient_for(therapist, patient_id)
    which = Rupture.session_id == session_id if session_id else ~Rupture.is_repaired
    rows = db.session.scalars(
        sa.select(Rupture)
        .where(Rupture.patient_id == patient_id, Rupture.therapist_id == therapist.id, which)
        .order_by(Rupture.noted_at, Rupture.id)
        .execution_options(populate_existing=True)
    )
    return [RuptureRead(row.id, row.session_id, row.noted_at, words_of_rupture(row)) for row in rows]


def rupture(therapist: Actor, patient_id: UUID, session_id: UUID, rupture_id: UUID) -> RuptureRead:
    """One that this therapist noted; raises NotFoundError for any other."""
    for found in ruptures_of(therapist, patient_id, session_id):
        if found.id == rupture_id:
            return found
    raise NotFoundError


def ruptures_told(viewer: Actor, patient_id: UUID, session_id: UUID) -> list[RuptureTold]:
    """That something came between the two, where both have talked about it; no word of it."""
    patient_for(viewer, patient_id)
    rows = db.session.execute(
        sa.select(Rupture.id, Rupture.is_repaired)
        .where(Rupture.patient_id == patient_id, Rupture.session_id == session_id, Rupture.talked_about)
        .order_by(Rupture.noted_at, Rupture.id)
    )
    return [RuptureTold(*row) for row in rows]


def words_of_rupture(row: Rupture) -> RuptureWords:
    """What is written, from its row."""
    return RuptureWords(happened=row.happened, my_part=row.my_part, repair=row.repair, talked_about=row.talked_about)


def words_of_scene(row: SessionTask) -> SceneWords:
    """What is written beside the steps, from its row."""
    return SceneWords(
        kind=row.kind,
        lineage_id=row.lineage_id,
        scene=row.scene,
        chosen_by=row.chosen_by,
        guilt_before=row.guilt_before,
        guilt_after=row.guilt_after,
        words_found=row.words_found,
    )


def _scenes(viewer: Actor, patient_id: UUID, *which: sa.ColumnElement[bool]) -> list[SceneRead]:
    patient_for(viewer, patient_id)
    rows = db.session.scalars(
        sa.select(SessionTask)
        .where(SessionTask.patient_id == patient_id, *which)
        .order_by(SessionTask.begun_at, SessionTask.id)
        .execution_options(populate_existing=True)
    ).all()
    steps = _steps([row.id for row in rows])
    kept = kept_cards(viewer, patient_id, [row.card_id for row in rows if row.card_id])
    texts = _texts(patient_id) if any(row.lineage_id for row in rows) else {}
    return [
        SceneRead(
            id=row.id,
            session_id=row.session_id,
            words=words_of_scene(row),
            task=texts.get(row.lineage_id, ""),
            steps=steps.get(row.id, ()),
            begun_at=row.begun_at,
            stopped_at=row.stopped_at,
            card_id=row.card_id,
            card_is_kept=row.card_id in kept,
        )
        for row in rows
    ]


def _texts(patient_id: UUID) -> dict[Any, str]:
    """How the tasks read that were ever agreed, by lineage; a later version's words stand for it."""
    return {segment.lineage_id: segment.text for segment in contract.segments_of([patient_id])[patient_id]}


def _steps(scene_ids: Collection[UUID]) -> dict[UUID, tuple[StepRead, ...]]:
    rows = db.session.execute(
        sa.select(StepConsent.scene_id, StepConsent.number, StepConsent.step, StepConsent.said, StepConsent.said_at)
        .where(StepConsent.scene_id.in_(scene_ids))
        .order_by(StepConsent.number)
    )
    found: dict[UUID, tuple[StepRead, ...]] = {}
    for scene_id, *step in rows:
        found[scene_id] = (*found.get(scene_id, ()), StepRead(*step))
    return found

"""The patient's cards, for the patient; of a suggestion the therapist reads only whether it was kept."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor
from companion.checkins.models import Card
from companion.checkins.rules import CardState
from companion.extensions import db
from companion.kernel.canonical import canonical
from companion.kernel.errors import NotFoundError


@dataclass(frozen=True)
class CardRead:
    """Words to meet an urge with."""

    id: UUID
    words: str
    state: CardState

    @property
    def is_mine(self) -> bool:
        """Whether the patient keeps it."""
        return self.state is CardState.MINE


def card_fingerprint(card: CardRead) -> bytes:
    """SHA-256 over what a page shows of a card."""
    return hashlib.sha256(canonical([card.id, card.words, card.state]).encode()).digest()


def cards_of(patient: Actor) -> list[CardRead]:
    """The patient's own cards and what was suggested, in the patient's order; not what was let go of."""
    rows = db.session.execute(
        sa.select(Card.id, Card.words, Card.state)
        .where(Card.patient_id == patient.id, Card.state != CardState.LET_GO)
        .order_by(Card.position, Card.id)
    )
    return [CardRead(*row) for row in rows]


def card(patient: Actor, card_id: UUID) -> CardRead:
    """One of them, also one that was let go of; raises NotFoundError where it is nobody's or another's."""
    row = db.session.execute(
        sa.select(Card.id, Card.words, Card.state).where(Card.id == card_id, Card.patient_id == patient.id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return CardRead(*row)


def kept_cards(viewer: Actor, patient_id: UUID, card_ids: Collection[UUID]) -> set[UUID]:
    """Those of these suggestions that the patient keeps. Of the others nobody else learns whether they were left."""
    patient_for(viewer, patient_id)
    query = sa.select(Card.id).where(Card.patient_id == patient_id, Card.id.in_(card_ids), Card.state == CardState.MINE)
    return set(db.session.scalars(query))

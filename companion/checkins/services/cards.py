"""A patient's own words to meet an urge with: written, kept from a suggestion, reworded, put in order, let go of."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts import services as accounts
from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.checkins.models import Card
from companion.checkins.queries.cards import CardRead, card_fingerprint
from companion.checkins.rules import CardState
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id

CARD_CHANGED = _l("This card was changed while you had it open. What you typed is still here; it reads now as below.")
LET_GO_MEANWHILE = _l("You let go of this card meanwhile. To have it again, write it as a new one.")


def add_card(patient: Actor, words: str, at: datetime, card_id: UUID | None = None) -> UUID:
    """Write a card of one's own; returns it. Sent twice under the same id it is one.

    Raises RefusedError where other words were sent under it before.
    """
    if patient.role is not Role.PATIENT:
        raise NotFoundError
    accounts.take_turn(patient)
    if known := _known(patient.id, card_id):
        if known.words != words:
            raise SentBeforeError
        return known.id
    return _add(patient.id, words, CardState.MINE, at, card_id)


def suggest_card(therapist: Actor, patient_id: UUID, words: str, at: datetime, card_id: UUID | None = None) -> UUID:
    """Suggest words that were found together; they are no card until the patient keeps them. Suggested once an id.

    Raises RefusedError where other words stand under it.
    """
    if therapist.role is not Role.THERAPIST:
        raise NotFoundError
    accounts.take_turn(patient_for(therapist, patient_id))
    if known := _known(patient_id, card_id):
        if known.words != words:
            raise SentBeforeError
        return known.id
    return _add(patient_id, words, CardState.SUGGESTED, at, card_id)


def keep_suggested(patient: Actor, card_id: UUID, words: str, at: datetime) -> None:
    """Make a suggestion one's own, as it reads or in other words. Kept already in these, it is as if done.

    Raises RefusedError where it was let go of, or kept in other words.
    """
    card = _own(patient, card_id)
    if card.state is CardState.LET_GO:
        raise RefusedError(LET_GO_MEANWHILE)
    if card.state is CardState.SUGGESTED:
        card.words, card.state, card.answered_at = words, CardState.MINE, at
        db.session.flush()
    elif words != card.words:
        raise RefusedError(CARD_CHANGED)


def change_card(patient: Actor, card_id: UUID, words: str, seen: bytes | None = None) -> None:
    """Write a card of one's own anew. `seen` is the fingerprint of what stood when its page was opened.

    Raises RefusedError where something else stands by now, NotFoundError for what isn't the patient's own card.
    """
    card = _own(patient, card_id)
    if card.state is CardState.LET_GO:
        raise RefusedError(LET_GO_MEANWHILE)
    if card.state is not CardState.MINE:
        raise NotFoundError
    stands = CardRead(card.id, card.words, card.state)
    if words != card.words and seen is not None and seen != card_fingerprint(stands):
        raise RefusedError(CARD_CHANGED)
    card.words = words
    db.session.flush()


def let_go_of_card(patient: Actor, card_id: UUID, at: datetime) -> None:
    """Let go of a card, or leave a suggestion where it is. Let go of already, it is as if done."""
    card = _own(patient, card_id)
    if card.state is not CardState.LET_GO:
        card.state, card.answered_at = CardState.LET_GO, at
        db.session.flush()


def put_card_first(patient: Actor, card_id: UUID) -> None:
    """Put a card of one's own before the others."""
    card = _own(patient, card_id)
    if card.state is not CardState.MINE:
        raise NotFoundError
    first = db.session.scalar(_of_all(patient.id, sa.func.min(Card.position)))
    if first is not None and card.position != first:
        card.position = first - 1
        db.session.flush()


def _add(patient_id: UUID, words: str, state: CardState, at: datetime, card_id: UUID | None) -> UUID:
    last = db.session.scalar(_of_all(patient_id, sa.func.max(Card.position)))
    card = Card(
        id=card_id or new_id(),
        patient_id=patient_id,
        words=words,
        state=state,
        made_at=at,
        answered_at=None if state is CardState.SUGGESTED else at,
        position=(last or 0) + 1,
    )
    db.session.add(card)
    db.session.flush()
    return card.id


def _of_all(patient_id: UUID, position: sa.Function[int]) -> sa.Select[int]:
    return sa.select(position).where(Card.patient_id == patient_id, Card.state != CardState.LET_GO)


def _known(patient_id: UUID, card_id: UUID | None) -> Card | None:
    """The card under this id; raises NotFoundError where it is somebody else's."""
    known = db.session.get(Card, card_id) if card_id else None
    if known and known.patient_id != patient_id:
        raise NotFoundError
    return known


def _own(patient: Actor, card_id: UUID) -> Card:
    accounts.take_turn(patient)
    card = db.session.scalars(
        sa.select(Card)
        .where(Card.id == card_id, Card.patient_id == patient.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if card is None:
        raise NotFoundError
    return card

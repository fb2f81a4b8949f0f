"""Reads of wishes and of the pattern. Both sides read all of it: nothing here is kept from the other."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.extensions import db
from companion.formulation.models import Pattern, PatternAnswer, Wish
from companion.formulation.rules import Fit, Motive, PatternState, PatternWords, WishState
from companion.kernel.canonical import canonical
from companion.kernel.errors import NotFoundError

WISH = (Wish.id, Wish.text, Wish.motive, Wish.author, Wish.state, Wish.at, Wish.moved_at)
"""The columns of a `WishRead`, in its order."""


@dataclass(frozen=True)
class WishRead:
    """A wish, or the suggestion of one; `by` says who had the idea, `moved_at` when it came to stand so."""

    id: UUID
    text: str
    motive: Motive | None
    by: Role
    state: WishState
    at: datetime
    moved_at: datetime

    @property
    def is_own(self) -> bool:
        """Whether it is the patient's, now: they wrote it or took it, and have not let it go."""
        return self.state is WishState.MINE

    @property
    def stand(self) -> bytes:
        """32 bytes that tell whether what a page showed still stands."""
        return _digest([self.text, self.motive, self.state])


@dataclass(frozen=True)
class FitRead:
    """One answer of the patient's to a version of the pattern."""

    fit: Fit
    at: datetime


@dataclass(frozen=True)
class PatternRead:
    """A version of the pattern with the answers to it, oldest first."""

    id: UUID
    number: int
    by: Role
    state: PatternState
    words: PatternWords
    at: datetime
    fits: tuple[FitRead, ...]

    @property
    def latest_fit(self) -> FitRead | None:
        """The answer that stands."""
        return self.fits[-1] if self.fits else None

    @property
    def stand(self) -> bytes:
        """32 bytes that tell whether what a page showed still stands."""
        return stand_of([self])


@dataclass(frozen=True)
class Patterns:
    """All versions, newest first."""

    versions: tuple[PatternRead, ...]

    @property
    def in_use(self) -> PatternRead | None:
        """What both go by: the latest that the patient answered *exactly* or *partly*."""
        return self._first(PatternState.IN_USE)

    @property
    def waiting(self) -> PatternRead | None:
        """What the patient hasn't answered yet."""
        return self._first(PatternState.WAITS)

    @property
    def earlier(self) -> tuple[PatternRead, ...]:
        """Those that neither wait nor are in use."""
        return tuple(each for each in self.versions if each not in {self.in_use, self.waiting})

    @property
    def to_begin_from(self) -> PatternWords:
        """The words that a new version begins as: what was written last."""
        return self.versions[0].words if self.versions else PatternWords("")

    @property
    def stand(self) -> bytes:
        """32 bytes that tell whether all that a page showed still stands."""
        return stand_of(self.versions)

    def _first(self, state: PatternState) -> PatternRead | None:
        return next((each for each in self.versions if each.state is state), None)


def wishes_of(viewer: Actor, patient_id: UUID) -> tuple[WishRead, ...]:
    """All wishes, newest first, with suggestions and what was put aside; those with `is_own` are the patient's now.

    Raises NotFoundError for anyone else's patient.
    """
    patient_for(viewer, patient_id)
    rows = db.session.execute(sa.select(*WISH).where(Wish.patient_id == patient_id).order_by(Wish.at.desc(), Wish.id))
    return tuple(WishRead(*row) for row in rows)


def wish(viewer: Actor, patient_id: UUID, wish_id: UUID) -> WishRead:
    """One wish or suggestion. Raises NotFoundError for a missing or foreign one."""
    patient_for(viewer, patient_id)
    row = db.session.execute(sa.select(*WISH).where(Wish.patient_id == patient_id, Wish.id == wish_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return WishRead(*row)


def wish_texts(wish_ids: Collection[UUID]) -> dict[UUID, str]:
    """The words of these wishes, in one statement or none.

    Asks nobody who they are: hand in the wishes that something names which the viewer has been shown to have.
    """
    if not wish_ids:
        return {}
    rows = db.session.execute(sa.select(Wish.id, Wish.text).where(Wish.id.in_(wish_ids)))
    return {row.id: row.text for row in rows}


def patterns_of(viewer: Actor, patient_id: UUID) -> Patterns:
    """Every version of the pattern, in three statements. Raises NotFoundError for anyone else's patient."""
    patient_for(viewer, patient_id)
    return read_patterns(patient_id)


def waits_for(patient: Actor) -> bool:
    """Whether something of a therapist's waits to be read: a suggested wish, or words for the pattern."""
    wishes = sa.exists().where(Wish.patient_id == patient.id, Wish.state == WishState.SUGGESTED)
    patterns = sa.exists().where(Pattern.patient_id == patient.id, Pattern.state == PatternState.WAITS)
    return bool(db.session.scalar(sa.select(wishes | patterns)))


def read_patterns(patient_id: UUID) -> Patterns:
    """The same without asking who looks; for this room's services, which have asked."""
    fits: dict[UUID, list[FitRead]] = {}
    answers = sa.select(PatternAnswer.pattern_id, PatternAnswer.fit, PatternAnswer.at).where(
        PatternAnswer.patient_id == patient_id
    )
    for pattern_id, fit, at in db.session.execute(answers.order_by(PatternAnswer.number)):
        fits.setdefault(pattern_id, []).append(FitRead(fit, at))
    rows = db.session.scalars(
        sa.select(Pattern)
        .where(Pattern.patient_id == patient_id)
        .order_by(Pattern.number.desc())
        .execution_options(populate_existing=True)
    )
    return Patterns(tuple(_read(row, fits.get(row.id, [])) for row in rows))


def stand_of(versions: Iterable[PatternRead]) -> bytes:
    """SHA-256 over which versions there are, where each stands, and how often it was answered."""
    return _digest([[each.id, each.state, len(each.fits)] for each in versions])


def _read(row: Pattern, fits: list[FitRead]) -> PatternRead:
    words = PatternWords(*(getattr(row, each.name) for each in fields(PatternWords)))
    return PatternRead(row.id, row.number, row.author, row.state, words, row.at, tuple(fits))


def _digest(value: object) -> bytes:
    return hashlib.sha256(canonical(value).encode()).digest()

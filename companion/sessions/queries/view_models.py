"""A session as pages and other rooms read it: frozen, without a tie to the database."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from companion.kernel.canonical import canonical
from companion.sessions.rules import (
    Belief,
    Between,
    Felt,
    Learned,
    RuptureWords,
    SceneWords,
    StepSaid,
)


@dataclass(frozen=True)
class PointRead:
    """What the patient wants to talk about, and wants on the page."""

    words: str = ""
    on_the_page: str = ""


@dataclass(frozen=True)
class StepRead:
    """A step of a scene, and what the patient said to it."""

    number: int
    words: str
    said: StepSaid
    at: datetime


@dataclass(frozen=True)
class SceneRead:
    """A scene with its steps, oldest first."""

    id: UUID
    session_id: UUID
    words: SceneWords
    task: str
    """As the task reads that was agreed for the session, "" where it is none."""
    steps: tuple[StepRead, ...]
    begun_at: datetime
    stopped_at: datetime | None
    card_id: UUID | None
    card_is_kept: bool
    """Whether the patient keeps what was suggested; that it was left isn't told."""

    @property
    def may_suggest(self) -> bool:
        """Whether words were found that aren't suggested yet."""
        return bool(self.words.words_found) and self.card_id is None


@dataclass(frozen=True)
class IdeasRead:
    """The two ideas in the patient's words."""

    id: UUID
    old_idea: str
    new_idea: str


@dataclass(frozen=True)
class BelievedRead:
    """How much the two ideas were believed in a session."""

    session_id: UUID
    session_at: datetime
    old_idea: str
    new_idea: str
    believed: Belief


@dataclass(frozen=True)
class LearnedRead:
    """What each side says was learned; the other's only for who has answered."""

    mine: Learned | None
    theirs: Learned | None
    other_answered: bool


@dataclass(frozen=True)
class BetweenRead:
    """What the patient said after a session; the latest of what was said about it."""

    session_id: UUID
    session_at: datetime
    answered_at: datetime
    said: Between


@dataclass(frozen=True)
class RuptureRead:
    """Something that came between the two, for its author."""

    id: UUID
    session_id: UUID
    noted_at: datetime
    words: RuptureWords


@dataclass(frozen=True)
class RuptureTold:
    """What both may read of one: that it was noted and talked about, and whether it was put right."""

    id: UUID
    is_repaired: bool


@dataclass(frozen=True)
class NoteRead:
    """A private note, for its author."""

    id: UUID
    session_at: datetime | None
    felt: tuple[Felt, ...]
    words: str
    regulated: str
    noted_at: datetime


def fingerprint_of(shown: Any) -> bytes:  # noqa: ANN401  # any of this room's dataclasses
    """SHA-256 over what a page shows, so that it can be told whether it still stands when it is sent."""
    return hashlib.sha256(canonical(asdict(shown)).encode()).digest()

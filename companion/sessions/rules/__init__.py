"""What may be said of a session, before it, in it and after it; pure. See `agenda` for what there is to talk about.

Thresholds are ours and have not been validated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from companion.kernel.rating import SURE, is_rating

COLLECTS_FOR: Final = timedelta(hours=12)
"""How long after its beginning a session's agenda still collects by itself; then what was ticked and added stands."""

MAY_BEGIN_EARLY: Final = timedelta(hours=1)
"""How long before its time a therapist may already write down what is done in a session."""

MOST_STEPS: Final = 100
"""Steps of one scene; more is a slip, and no page could show them."""


class SceneKind(StrEnum):
    """What is done in a session, other than talking."""

    ROLE_PLAY = "role_play"
    RESCRIPTING = "rescripting"
    CHAIRWORK = "chairwork"
    IMAGERY = "imagery"
    OTHER = "other"


class ChosenBy(StrEnum):
    """Who chose a scene."""

    PATIENT = "patient"
    TOGETHER = "together"
    THERAPIST = "therapist"


class StepSaid(StrEnum):
    """The patient's word on one step of a scene, before it is done."""

    YES = "yes"
    NOT_THIS = "not_this"
    STOP = "stop"


class Learned(StrEnum):
    """The answer to "What did we learn from the homework?"."""

    NOTHING_YET = "nothing_yet"
    A_LITTLE = "a_little"
    SOMETHING = "something"
    A_LOT = "a_lot"


class Chip(StrEnum):
    """What there was between the two, as the patient says afterwards."""

    YOU_PUSHED = "you_pushed"
    MADE_FUN = "made_fun"
    KEPT_BACK = "kept_back"
    ENVIED = "envied"
    NOTHING = "nothing"


class Felt(StrEnum):
    """The therapist's own reactions."""

    BORED = "bored"
    BELITTLED = "belittled"
    PUSHING = "pushing"
    DEFENDING = "defending"
    IRRITATED = "irritated"
    HELPLESS = "helpless"
    WORRIED = "worried"
    CHARMED = "charmed"


@dataclass(frozen=True, kw_only=True)
class Between:
    """What the patient says after a session: three answers 0-10 and chips, each of which may be left out."""

    mattered: int | None = None
    """We talked about what mattered to me."""
    mine: int | None = None
    """The steps feel mine."""
    heard: int | None = None
    """I felt heard."""
    chips: tuple[Chip, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for what no scale shows."""
        for value in (self.mattered, self.mine, self.heard):
            if value is not None and not is_rating(value):
                msg = f"no answer on this scale: {value}"
                raise ValueError(msg)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said at all."""
        return (self.mattered, self.mine, self.heard) == (None, None, None) and not self.chips


@dataclass(frozen=True, kw_only=True)
class Belief:
    """How much an old and a new idea are believed, 0-100 %; None where it wasn't said."""

    old: int | None = None
    new: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for what is no percentage."""
        for value in (self.old, self.new):
            if value is not None and not is_rating(value, SURE):
                msg = f"no percentage: {value}"
                raise ValueError(msg)


@dataclass(frozen=True, kw_only=True)
class SceneWords:
    """What is said of a scene beside its steps. Guilt is 0-10."""

    kind: SceneKind
    lineage_id: UUID | None = None
    """Of the task that was agreed for the session, where it is one."""
    scene: str = ""
    chosen_by: ChosenBy
    guilt_before: int | None = None
    guilt_after: int | None = None
    words_found: str = ""


@dataclass(frozen=True, kw_only=True)
class RuptureWords:
    """What happened between the two, as the therapist writes it; "" for a repair is that there is none yet."""

    happened: str
    my_part: str = ""
    repair: str = ""
    talked_about: bool = False
    """Whether both have talked about it: then, and only then, the patient reads that it was noted."""


def chips_of(chosen: Iterable[Chip]) -> tuple[Chip, ...]:
    """What was chosen, once each, in the order of the list; "nothing" beside something else is a slip of the thumb."""
    wanted = set(chosen)
    if len(wanted) > 1:
        wanted.discard(Chip.NOTHING)
    return tuple(chip for chip in Chip if chip in wanted)


def has_begun(session_at: datetime, now: datetime) -> bool:
    """Whether its time has come. From then on the patient's point stands, and answers to it can be given."""
    return session_at <= now


def may_be_written_up(session_at: datetime, now: datetime) -> bool:
    """Whether what is done in it may be written down: people begin a little early, and never a day."""
    return session_at - MAY_BEGIN_EARLY <= now


def still_collects(session_at: datetime, now: datetime) -> bool:
    """Whether its agenda still fills by itself."""
    return now < session_at + COLLECTS_FOR


def next_of(sessions: Iterable[datetime], now: datetime) -> datetime | None:
    """The session that an agenda is about now: the first that still collects."""
    return min((at for at in sessions if still_collects(at, now)), default=None)

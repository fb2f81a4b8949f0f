"""What may be said of one occasion of a task, and what that counts as; pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class Result(StrEnum):
    """How an occasion went, in P's word. "No word" is derived and never stored."""

    DONE = "done"
    SMALLER = "smaller"
    MY_PART = "my_part"
    GAVE_UP = "gave_up"
    NOT_ATTEMPTED = "not_attempted"
    RENEGOTIATED = "renegotiated"
    OBSTACLE = "obstacle"


class Stopped(StrEnum):
    """When P gave up: before it began, or midway."""

    BEFORE = "before"
    MIDWAY = "midway"


class Telling(StrEnum):
    """How it was told to one person. Kept as counts, never scored."""

    TOLD = "told"
    HALF = "half"
    COVER = "cover"
    NOBODY_ASKED = "nobody_asked"
    RATHER_NOT_SAY = "rather_not_say"


class Reaction(StrEnum):
    """How that person took it, as P saw it. Frightening leads to Help, and telling stops."""

    SUPPORTIVE = "supportive"
    NEUTRAL = "neutral"
    UPSET = "upset"
    UPSET_THEN_ALL_RIGHT = "upset_then_all_right"
    FRIGHTENING = "frightening"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What P makes of the activity after trying it. Dropping it is a finding, never a failure."""

    KEEP = "keep"
    ADAPT = "adapt"
    DROP = "drop"
    NOT_YET = "not_yet"


class OnTop(StrEnum):
    """What was little to P's liking: the thing itself, or the guilt on top of it."""

    THE_THING = "the_thing"
    GUILT_ON_TOP = "guilt_on_top"
    BOTH = "both"
    UNSURE = "unsure"


LIKED_LITTLE: Final = 5
"""At this enjoyment (0-10) or under, it is asked what that was about. Ours, and not validated."""


class CareNeed(StrEnum):
    """Whether someone needs P meanwhile, asked when planning."""

    NO = "no"
    COVERED = "covered"
    NOT_SURE = "not_sure"


class Place(StrEnum):
    """Where an occasion with a word stands in N = d + g + x + u, or outside it."""

    DID = "did"
    GAVE_UP = "gave_up"
    NOT_ATTEMPTED = "not_attempted"
    OUTSIDE = "outside"


_PLACES: Final = {
    Result.DONE: Place.DID,
    Result.SMALLER: Place.DID,
    Result.MY_PART: Place.DID,
    Result.GAVE_UP: Place.GAVE_UP,
    Result.NOT_ATTEMPTED: Place.NOT_ATTEMPTED,
    Result.RENEGOTIATED: Place.OUTSIDE,
    Result.OBSTACLE: Place.OUTSIDE,
}


def place_of(result: Result, *, asked_before_window_end: bool) -> Place:
    """Return where this result stands in N.

    Asking for a change leaves the denominator only when asked before the window's end. Asked later it is still a
    word, and says that the thing was not done, so it reads as not attempted and never as "no word".
    """
    if result is Result.RENEGOTIATED and not asked_before_window_end:
        return Place.NOT_ATTEMPTED
    return _PLACES[result]


# What P says


class Word(StrEnum):
    """The answers to "How did it go?", as P reads them; and what is said of what P dropped before its time."""

    DONE = "done"
    SMALLER = "smaller"
    MY_PART = "my_part"
    STOPPED_BEFORE = "stopped_before"
    STOPPED_MIDWAY = "stopped_midway"
    NOT_ATTEMPTED = "not_attempted"
    OBSTACLE = "obstacle"
    CHANGE = "change"
    CALLED_OFF = "called_off"
    """P dropped the activity while this occasion lay ahead. No page offers it as an answer."""


@dataclass(frozen=True)
class Outcome:
    """A word as it is stored. `asked_at` (UTC) is set where, and only where, P would like to change or drop it."""

    result: Result
    stopped: Stopped | None = None
    asked_at: datetime | None = None
    called_off: bool = False


_OUTCOMES: Final = {
    Word.DONE: Outcome(Result.DONE),
    Word.SMALLER: Outcome(Result.SMALLER),
    Word.MY_PART: Outcome(Result.MY_PART),
    Word.STOPPED_BEFORE: Outcome(Result.GAVE_UP, Stopped.BEFORE),
    Word.STOPPED_MIDWAY: Outcome(Result.GAVE_UP, Stopped.MIDWAY),
    Word.NOT_ATTEMPTED: Outcome(Result.NOT_ATTEMPTED),
    Word.OBSTACLE: Outcome(Result.OBSTACLE),
}
_WORDS: Final = {outcome: word for word, outcome in _OUTCOMES.items()}

NOTHING_BEGUN: Final = frozenset({Word.STOPPED_BEFORE, Word.NOT_ATTEMPTED, Word.OBSTACLE, Word.CHANGE, Word.CALLED_OFF})
"""Words that can be said of an occasion that still lies ahead: it stays on the day it was planned for."""


def outcome_of(word: Word, *, asked_at: datetime, window_ends_at: datetime) -> Outcome:
    """Return how a word is stored; `asked_at` (UTC) is when P first asked to change it.

    Asked after the window's end it is still kept as asked, and reads as not attempted (invariant 4). What is called
    off counts as what P asked to change.
    """
    if word not in {Word.CHANGE, Word.CALLED_OFF}:
        return _OUTCOMES[word]
    in_time = asked_at <= window_ends_at
    result = Result.RENEGOTIATED if in_time else Result.NOT_ATTEMPTED
    return Outcome(result, asked_at=asked_at, called_off=word is Word.CALLED_OFF)


def word_of(outcome: Outcome) -> Word:
    """Return P's word again, from how it is stored."""
    if outcome.called_off:
        return Word.CALLED_OFF
    return Word.CHANGE if outcome.asked_at is not None else _WORDS[outcome]


def happened_by_default(word: Word, starts_at: datetime, at: datetime) -> datetime:
    """Return when it happened where P names no other time: when it was to begin.

    By its beginning a dinner on Sunday at 23:00 stays in that Sunday's week. What was begun before its time happened
    no later than it is said.
    """
    return starts_at if word in NOTHING_BEGUN else min(starts_at, at)


def is_asked_in_time(asked_at: datetime | None, window_ends_at: datetime) -> bool:
    """Say whether P asked for a change, and did so before this window's end."""
    return asked_at is not None and asked_at <= window_ends_at


def locks_at(starts_at: datetime, first_check_in_at: datetime | None) -> datetime:
    """Return from when on a prediction stands as it is: the window's start, or the first linked check-in if sooner."""
    return min(starts_at, first_check_in_at or starts_at)


LOW_MOOD: Final = 2
"""At this mood (0-10) or under, Help is offered after a debrief. Ours, and not validated."""


def went_worse_than_hoped(mood: int | None, reactions: frozenset[Reaction]) -> bool:
    """Say whether Help is offered first: someone's reaction hurt or frightened, or the mood is low."""
    hurt = reactions & {Reaction.FRIGHTENING, Reaction.UPSET}
    return bool(hurt) or (mood is not None and mood <= LOW_MOOD)


class Phase(StrEnum):
    """Where an occasion stands at an instant."""

    PLANNED = "planned"
    OPEN = "open"
    AWAITING = "awaiting"
    SAID = "said"


def phase_at(starts_at: datetime, ends_at: datetime, now: datetime, *, has_word: bool) -> Phase:
    """Return where an occasion stands: ahead, in its window, over without a word, or with one."""
    if has_word:
        return Phase.SAID
    if now < starts_at:
        return Phase.PLANNED
    return Phase.OPEN if now < ends_at else Phase.AWAITING


# What P gives, as the services take it


@dataclass(frozen=True)
class Named:
    """A line of one of P's own lists: one that is there (`id`), or one to be added (`label`)."""

    id: UUID | None = None
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One occasion to come. `id` is made by the page; both times are UTC, and `zone` is where they were typed."""

    id: UUID
    task_id: UUID
    activity: Named
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str = ""
    company: str = ""
    if_then: str = ""
    smaller_version: str = ""
    care_need: CareNeed | None = None
    covered_by: str = ""
    honest_reply: str = ""


PLANNED: Final = (
    *("task_id", "activity_id", "starts_at", "ends_at", "zone", "place", "company"),
    *("if_then", "smaller_version", "care_need", "covered_by", "honest_reply"),
)
"""What a plan holds, by the names under which it is kept."""


def fingerprint_of(plan: object) -> str:
    """Say in short what a plan holds, so that a page can tell whether it still does; instants must be UTC."""
    return hashlib.sha256(repr([str(getattr(plan, name)) for name in PLANNED]).encode()).hexdigest()


@dataclass(frozen=True)
class Fear:
    """How much one person might suffer (0-10), and how sure P is of it (0-100 %)."""

    person: Named
    might_suffer: int
    belief: int | None = None


@dataclass(frozen=True)
class Expectation:
    """All that P expects of one occasion; guilt 0-10."""

    expected_guilt: int | None = None
    fears: tuple[Fear, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return self.expected_guilt is None and not self.fears


@dataclass(frozen=True)
class Encounter:
    """How it went with one person; `observed_suffering` 0-10."""

    person: Named
    telling: Telling | None = None
    reaction: Reaction | None = None
    observed_suffering: int | None = None
    could_not_tell: bool = False


@dataclass(frozen=True, kw_only=True)
class DebriefEntry:
    """What P says of one occasion. `id` is made by the page; ratings 0-10.

    `happened_at` (UTC) is None where P names no time of its own, see `happened_by_default`; `zone` (IANA) is where it
    was typed, and None means the one the occasion was planned in.
    """

    id: UUID
    word: Word
    happened_at: datetime | None = None
    zone: str | None = None
    enjoyment: int | None = None
    liking_of: OnTop | None = None
    mood: int | None = None
    freedom: int | None = None
    learned: str = ""
    verdict: Verdict | None = None
    words_private: bool = False
    met: tuple[Encounter, ...] = ()

"""Ratings in the moment: what may be rated, when it was, and when others may see it; pure.

Every threshold here is ours and has not been validated.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from companion.experiments.adherence import MomentOutcome
from companion.kernel.box import Item
from companion.kernel.rating import is_rating
from companion.kernel.week import ZoneHistory

CLOSES_AFTER: Final = timedelta(hours=3)
"""How long an entry is the patient's alone, so that words of a bad hour can be taken back before anyone sees them."""

A_WHILE, ENOUGH_IN_A_WHILE = timedelta(hours=1), 3
"""So many entries within an hour are answered with "You can put the phone away"."""

BEGINS_SOON: Final = timedelta(hours=2)
"""How long before a planned occasion a rating is taken to be about it, unless the patient says otherwise."""

LONGEST_ON_THE_WAY: Final = timedelta(days=31)
"""How long an entry may have waited on the phone before its clock is no longer believed."""

OLDEST_MEMORY: Final = timedelta(days=366)
"""How far back an entry may be dated: earlier is taken for a slip of the thumb."""

A_MONTH, A_WEEK = timedelta(days=28), timedelta(days=7)
"""How long after an answer "Is this helping?" is asked again, and how long "not now" keeps it away."""


class Door(StrEnum):
    """Which of the four doors of Now was opened."""

    GUILT = "guilt"
    EMPTY = "empty"
    CUTTING = "cutting"
    GOOD = "good"


class Visibility(StrEnum):
    """What the therapist may see of an entry: all, the numbers without the words, nothing."""

    SHARED = "shared"
    WORDS_PRIVATE = "words_private"
    ONLY_ME = "only_me"


class GuiltKind(StrEnum):
    """Old guilt, a real need, or both."""

    REAL = "real"
    OLD = "old"
    BOTH = "both"
    UNSURE = "unsure"


class BodySignal(StrEnum):
    """Where in the body; a fixed list."""

    CHEST = "chest"
    HEART = "heart"
    STOMACH = "stomach"
    THROAT = "throat"
    HEAD = "head"
    SHOULDERS = "shoulders"
    ARMS = "arms"
    LEGS = "legs"
    NOWHERE = "nowhere"


class Helped(StrEnum):
    """An answer to "Is this helping?"."""

    NOT_AT_ALL = "not_at_all"
    A_LITTLE = "a_little"
    SOMEWHAT = "somewhat"
    A_LOT = "a_lot"


class CardState(StrEnum):
    """Whose a card is by now."""

    SUGGESTED = "suggested"
    """By the therapist; it is nobody's until the patient keeps it."""
    MINE = "mine"
    LET_GO = "let_go"
    """Of a suggestion: left where it was."""


class Next(StrEnum):
    """What the patient decides with the guilt still there. None of them is the right one."""

    GO_ON = "go_on"
    SMALLER = "smaller"
    STOP_FOR_NOW = "stop_for_now"
    CHECK_FIRST = "check_first"
    """Somebody may need the patient: that is looked at first."""


class Aside(StrEnum):
    """Why something that came out of the box stands aside, and isn't where it was meant for."""

    NO_SUCH_PAGE = "no_such_page"
    NO_ENTRY = "no_entry"
    """What it belongs to isn't here."""
    NOT_TAKEN = "not_taken"
    """The page it stands for would have refused it, too."""


class Outcome(StrEnum):
    """What became of an entry that was sent."""

    NEW = "new"
    SAME = "same"
    """It was here already."""
    CONFLICT = "conflict"
    """Another entry came under the same id; both are kept."""
    SET_ASIDE = "set_aside"
    """It is kept as it came, for the patient to read."""


@dataclass(frozen=True)
class Rated:
    """An answer on a 0-10 scale: a number, "I can't tell", or (neither) nothing was said."""

    value: int | None = None
    cant_tell: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for what no scale shows."""
        if self.value is not None and (self.cant_tell or not is_rating(self.value)):
            msg = f"no answer on this scale: {self}"
            raise ValueError(msg)

    @property
    def is_said(self) -> bool:
        """Whether there is an answer at all."""
        return self.cant_tell or self.value is not None


CANT_TELL: Final = Rated(cant_tell=True)
UNSAID: Final = Rated()


@dataclass(frozen=True)
class Moment:
    """Wanting to say something cutting; `urge` and `worth_less` 0-10. Without an outcome it is still going on."""

    urge: int
    outcome: MomentOutcome | None = None
    person_id: UUID | None = None
    """Toward whom, of the patient's own list."""
    worth_less: int | None = None
    """How much less worth the patient felt."""

    def __post_init__(self) -> None:
        """Raise ValueError for what no scale shows."""
        for value in (self.urge, self.worth_less):
            if value is not None and not is_rating(value):
                msg = f"no answer on this scale: {value}"
                raise ValueError(msg)


@dataclass(frozen=True)
class Vital:
    """How alive, free and close it was lately."""

    alive: Rated = UNSAID
    free: Rated = UNSAID
    close: Rated = UNSAID

    @property
    def is_said(self) -> bool:
        """Whether there is an answer to any of them."""
        return self.alive.is_said or self.free.is_said or self.close.is_said


@dataclass(frozen=True)
class Entry:
    """A check-in as the patient sends it.

    `client_id` is made by the page. `entered_at` and `sent_at` are by the phone's own clock, None where it told
    neither; `earlier` is the instant that the patient says it was, None for "now".
    """

    client_id: UUID
    door: Door
    zone: str
    guilt: Rated = UNSAID
    urge: Rated = UNSAID
    experiment_id: UUID | None = None
    entered_at: datetime | None = None
    sent_at: datetime | None = None
    earlier: datetime | None = None
    moment: Moment | None = None
    """Of the cutting door alone, with its urge and what came of it."""


@dataclass(frozen=True)
class Came:
    """An item as it came: its id, what was in it, and what the phone said of when and where."""

    id: UUID
    item: Item
    entered_at: datetime | None
    sent_at: datetime | None
    zone: str


def content_of(entry: Entry) -> dict[str, object]:
    """What the patient said in an entry, without when and how it travelled; fit for JSON."""
    return {
        "door": entry.door.value,
        "guilt": entry.guilt.value,
        "guilt_cant_tell": entry.guilt.cant_tell,
        "urge": entry.urge.value,
        "urge_cant_tell": entry.urge.cant_tell,
        "experiment_id": str(entry.experiment_id) if entry.experiment_id else None,
        "earlier": entry.earlier.isoformat() if entry.earlier else None,
        **({"moment": moment_content(entry.moment)} if entry.moment else {}),
    }


def moment_content(moment: Moment) -> dict[str, object]:
    """What the patient said of a moment; fit for JSON."""
    return {
        "urge": moment.urge,
        "outcome": moment.outcome,
        "person_id": str(moment.person_id) if moment.person_id else None,
        "worth_less": moment.worth_less,
    }


def moment_of(content: dict[str, Any]) -> Moment:
    """The inverse of `moment_content`."""
    return Moment(
        urge=content["urge"],
        outcome=MomentOutcome(content["outcome"]) if content["outcome"] else None,
        person_id=UUID(content["person_id"]) if content["person_id"] else None,
        worth_less=content["worth_less"],
    )


def fingerprint(content: dict[str, object]) -> bytes:
    """32 bytes that tell one content from another (SHA-256 of its JSON in a fixed order)."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).digest()


def id_for(client_id: UUID, content: dict[str, object]) -> UUID:
    """An id for what hangs on an entry: the same for the same content sent again, another for another.

    So a repeated send makes no second row, and somebody who goes back and says it differently loses neither.
    """
    return uuid5(client_id, fingerprint(content).hex())


def entered_when(entered_at: datetime | None, sent_at: datetime | None, received_at: datetime) -> datetime:
    """The true instant (aware) at which an entry was made.

    The phone's clock may be wrong; how wrong tells the difference between its clock at sending and ours at receipt.
    Where it says nothing, or something that can't be (sent before it was entered, or a month on the way), it is ours.
    """
    if entered_at is None or sent_at is None:
        return received_at
    on_the_way = sent_at - entered_at
    if not timedelta(0) <= on_the_way <= LONGEST_ON_THE_WAY:
        return received_at
    return received_at - on_the_way


def closes_at(received_at: datetime) -> datetime:
    """The instant from which the therapist may see an entry by itself.

    Counted from receipt, not from when it occurred: one written from memory has its three hours too.
    """
    return received_at + CLOSES_AFTER


def therapist_sees(visibility: Visibility, received_at: datetime, now: datetime, *, sooner: bool) -> bool:
    """Whether the therapist sees an entry at all at this instant."""
    return visibility is not Visibility.ONLY_ME and (sooner or now >= closes_at(received_at))


PRIVACY: Final = (Visibility.SHARED, Visibility.WORDS_PRIVATE, Visibility.ONLY_ME)
"""From the most to the least that others see."""


def shows_more(new: Visibility, old: Visibility) -> bool:
    """Whether a change would let others see more than before."""
    return PRIVACY.index(new) < PRIVACY.index(old)


def still_stands(said: object, then: object) -> bool:
    """Whether something that was said stands in what was said after it, whatever more that says.

    Each is one thing, or a list of some; nothing (None, "" or no list) always stands.
    """
    if isinstance(said, list):
        return not said or (isinstance(then, list) and set(said) <= set(then))
    return said in {None, ""} or said == then


def is_enough_for_now(entries_in_the_last_hour: int) -> bool:
    """Whether to say "You can put the phone away": rating guilt is not meant to rehearse it."""
    return entries_in_the_last_hour >= ENOUGH_IN_A_WHILE


def is_month_over(
    today: date, zones: ZoneHistory, first_agreed: date | None, said_at: datetime | None, put_off_at: datetime | None
) -> bool:
    """Whether to ask "Is this helping?" on this local day.

    A month after the last answer, and the first time a month after something was first agreed; not within a week of a
    "not now".
    """
    since = zones.local_date(said_at) if said_at else first_agreed
    is_put_off = put_off_at is not None and today < zones.local_date(put_off_at) + A_WEEK
    return since is not None and today >= since + A_MONTH and not is_put_off

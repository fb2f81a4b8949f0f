"""An agenda that collects by itself, from facts that are handed in. Each item is worded to be read by both; pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from companion.contract.rules import Feels, Silence


class About(StrEnum):
    """What an item of an agenda is about, in the order in which they stand."""

    OWN_POINT = "own_point"
    ORDER_FLAG = "order_flag"
    TOLD = "told"
    TOLD_BUT_CAN_CHOOSE = "told_but_can_choose"
    BETWEEN_US = "between_us"
    PROPOSAL = "proposal"
    NOTHING_AGREED = "nothing_agreed"
    REVIEW = "review"
    HOMEWORK = "homework"
    IN_SESSION = "in_session"
    ADDED = "added"


@dataclass(frozen=True)
class Subject:
    """What an item points at, and how it reads: words of the patient's or of the contract, "" where there are none."""

    id: UUID
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that an agenda is collected from."""

    session_id: UUID
    own_point: str = ""
    orders: tuple[Subject, ...] = ()
    """What still feels like an order: a task, or a whole proposal."""
    proposals: tuple[UUID, ...] = ()
    """Versions that wait for an answer."""
    answered: UUID | None = None
    """The version that the latest answer is about, and how it felt."""
    feels: Feels | None = None
    silence: Silence | None = None
    """Why there is no direction, where there is none."""
    in_force: UUID | None = None
    to_come_back_to: tuple[UUID, ...] = ()
    """Ruptures that both have talked about and that are not repaired. Others are the therapist's alone."""
    homework_open: bool = False
    """There is something to do between sessions, and not both have said what they learned from it."""
    in_session: tuple[Subject, ...] = ()
    """Tasks agreed for the session."""


@dataclass(frozen=True)
class Item:
    """Something to talk about."""

    about: About
    subject: UUID
    words: str = ""


@dataclass(frozen=True)
class Line:
    """An item as it stands on the agenda."""

    about: About
    subject: UUID
    words: str
    is_ticked: bool
    by_patient: bool = False
    """Of an added one: whose words they are."""


HOW_IT_FELT = {Feels.TOLD: About.TOLD, Feels.TOLD_BUT_I_CAN_CHOOSE: About.TOLD_BUT_CAN_CHOOSE}


def collected(facts: Facts) -> tuple[Item, ...]:
    """What there is to talk about by itself, the patient's own point first."""
    return tuple(_collect(facts))


def _collect(facts: Facts) -> Iterator[Item]:
    if facts.own_point:
        yield Item(About.OWN_POINT, facts.session_id, facts.own_point)
    yield from (Item(About.ORDER_FLAG, order.id, order.words) for order in facts.orders)
    if facts.answered and facts.feels in HOW_IT_FELT:
        yield Item(HOW_IT_FELT[facts.feels], facts.answered)
    yield from (Item(About.BETWEEN_US, rupture) for rupture in facts.to_come_back_to)
    yield from (Item(About.PROPOSAL, version) for version in facts.proposals)
    if facts.silence is Silence.REVIEW_GONE_BY and facts.in_force:
        yield Item(About.REVIEW, facts.in_force)
    elif facts.silence:
        yield Item(About.NOTHING_AGREED, facts.session_id)
    if facts.homework_open:
        yield Item(About.HOMEWORK, facts.session_id)
    yield from (Item(About.IN_SESSION, task.id, task.words) for task in facts.in_session)


def agenda(found: Iterable[Item], ticked: Collection[Item], added: Collection[Line]) -> tuple[Line, ...]:
    """Bring together what was collected, what was ticked, be it collected by now or not, and what was added."""
    done = {(item.about, item.subject) for item in ticked}
    lines = [Line(item.about, item.subject, item.words, (item.about, item.subject) in done) for item in found]
    shown = {(line.about, line.subject) for line in (*lines, *added)}
    kept = (item for item in ticked if (item.about, item.subject) not in shown)
    lines += (Line(item.about, item.subject, item.words, is_ticked=True) for item in kept)
    order = list(About)
    return (*sorted(lines, key=lambda line: order.index(line.about)), *added)

"""What the patient writes and proposes, and what each side says to it, as short as a test can say them."""

from datetime import datetime
from uuid import UUID

from companion.accounts.rules import Actor, Role
from companion.contract import services
from companion.contract.queries import VersionRead, version
from companion.contract.rules import Decision, Outcome, Said, VersionKind
from companion.transaction import transaction
from tests.factories.contract import FIRST_MONDAY, Contract, agreeing
from tests.factories.people import Practice

WHY = "The second one doesn't convince me."


def contract_of(practice: Practice, version_id: UUID) -> Contract:
    """A version as the patient reads it now."""
    read = version(practice.patient, practice.patient.id, version_id)
    return Contract(read, proposed=read)


def begun(
    practice: Practice,
    side: Role,
    base_id: UUID | None = None,
    *,
    at: datetime = FIRST_MONDAY,
    kind: VersionKind = VersionKind.WORKING,
) -> VersionRead:
    """A draft of one side, begun from a version or from what it begins from by itself."""
    actor = practice.patient if side is Role.PATIENT else practice.therapist
    with transaction():
        draft_id = services.start_draft(actor, practice.patient.id, at, base_id, kind)
    return version(actor, practice.patient.id, draft_id)


def countered(practice: Practice, side: Role, base_id: UUID | None = None, *, at: datetime = FIRST_MONDAY) -> Contract:
    """A proposal of one side that says the same as its base, and why; nothing but its words is asked for."""
    actor = practice.patient if side is Role.PATIENT else practice.therapist
    draft = begun(practice, side, base_id, at=at)
    with transaction():
        services.say_why(actor, draft.id, WHY)
        services.propose(actor, draft.id, at)
    return contract_of(practice, draft.id)


def answered(practice: Practice, proposal: Contract, *, at: datetime, **changes: object) -> Outcome:
    """The patient agrees, or says what is told."""
    with transaction():
        return services.answer(practice.patient, proposal.id, proposal.content_hash, agreeing(proposal, **changes), at)


def put_off(practice: Practice, proposal: Contract, *, at: datetime) -> None:
    """The patient says not now."""
    with transaction():
        services.answer(practice.patient, proposal.id, proposal.content_hash, Said(decision=Decision.NOT_NOW), at)


def accepted(practice: Practice, proposal: Contract, *, at: datetime) -> Outcome:
    """The therapist agrees to what the patient proposes."""
    with transaction():
        return services.accept(practice.therapist, proposal.id, proposal.content_hash, at)


def rested(practice: Practice, proposal: Contract, *, at: datetime, words: str = "", page: UUID | None = None) -> None:
    """The therapist lets what the patient proposes rest."""
    with transaction():
        services.let_rest(practice.therapist, proposal.id, words, at, page)


def withdrawn(actor: Actor, proposal: Contract, *, at: datetime) -> None:
    """A side takes its own proposal back."""
    with transaction():
        services.withdraw(actor, proposal.id, at)

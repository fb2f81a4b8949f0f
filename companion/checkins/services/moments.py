"""What became of a moment of wanting to say something cutting: told later, and put right."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companion.accounts.rules import Actor
from companion.checkins.models import CheckIn, UrgeMoment
from companion.checkins.rules import Moment
from companion.checkins.services.rows import hang, own
from companion.experiments import services as experiments
from companion.experiments.adherence import MomentOutcome
from companion.extensions import db
from companion.kernel.errors import NotFoundError


def tell_outcome(actor: Actor, check_in_id: UUID, client_id: UUID, outcome: MomentOutcome, at: datetime) -> None:
    """Say what came of it, and leave the rest as it is. Raises NotFoundError for an entry that is no moment."""
    entry = own(actor, check_in_id)
    said = _latest(entry)
    rest = {name: getattr(said, name) for name in ("lineage_id", "urge", "person_id", "worth_less")}
    hang(UrgeMoment, entry, client_id, {"outcome": outcome}, at, also=rest)


def tell_moment(actor: Actor, check_in_id: UUID, client_id: UUID, moment: Moment, at: datetime) -> None:
    """Say all of it again. Without an outcome the one that was told stays: an old page can't take it back.

    Raises NotFoundError for an entry that is no moment, or a person of somebody else's.
    """
    entry = own(actor, check_in_id)
    said = _latest(entry)
    if moment.person_id:
        experiments.require_own_person(actor, moment.person_id)
    stays = {"lineage_id": said.lineage_id, "outcome": moment.outcome or said.outcome}
    hang(UrgeMoment, entry, client_id, asdict(moment), at, also=stays)


def _latest(entry: CheckIn) -> UrgeMoment:
    """What stands of a moment."""
    latest = db.session.scalar(
        sa.select(UrgeMoment).where(UrgeMoment.check_in_id == entry.id).order_by(UrgeMoment.number.desc()).limit(1)
    )
    if latest is None:
        raise NotFoundError
    return latest

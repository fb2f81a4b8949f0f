"""Check-ins, as short as a test can say them; made through the services."""

from datetime import datetime, timedelta
from uuid import UUID

from companion.accounts.rules import Actor
from companion.checkins import services
from companion.checkins.rules import CANT_TELL, UNSAID, Door, Entry, Rated, Visibility
from companion.checkins.services import Detail
from companion.kernel.ids import new_id
from companion.transaction import transaction


def rated(value: int | None) -> Rated:
    """A number, or "I can't tell"."""
    return CANT_TELL if value is None else Rated(value)


def make_check_in(  # noqa: PLR0913  # a test says only what it is about
    patient: Actor,
    at: datetime,
    guilt: int | None = 7,
    urge: int | None = 6,
    *,
    door: Door = Door.GUILT,
    experiment_id: UUID | None = None,
    detail: Detail | None = None,
    visibility: Visibility = Visibility.SHARED,
    sooner: bool = False,
) -> UUID:
    """Save an entry at an instant; None for a rating is "I can't tell"; doors but the first have no ratings."""
    answers = (rated(guilt), rated(urge)) if door is Door.GUILT else (UNSAID, UNSAID)
    entry = Entry(new_id(), door, patient.zone, *answers, experiment_id=experiment_id)
    with transaction():
        made = services.save(patient, entry, at).id
        if detail:
            services.add_detail(patient, made, new_id(), detail, at)
        if visibility is not Visibility.SHARED or sooner:
            services.set_visibility(patient, made, new_id(), visibility, at, sooner=sooner)
    return made


def make_re_rating(
    patient: Actor, check_in_id: UUID, at: datetime, guilt: int | None = 4, urge: int | None = 3, after_minutes: int = 0
) -> None:
    """Answer "And now?" at an instant, or so many minutes after it."""
    with transaction():
        services.re_rate(
            patient, check_in_id, new_id(), rated(guilt), rated(urge), at + timedelta(minutes=after_minutes)
        )

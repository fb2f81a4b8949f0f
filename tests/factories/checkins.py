"""Check-ins, as short as a test can say them; made through the services."""

from datetime import datetime, timedelta
from uuid import UUID

from companion.accounts.rules import Actor
from companion.checkins import services
from companion.checkins.queries import how_it_is, reflections_of
from companion.checkins.rules import CANT_TELL, UNSAID, Door, Entry, Helped, Moment, Rated, Visibility, Vital
from companion.checkins.services import Detail, Lately, Lines
from companion.experiments.adherence import MomentOutcome
from companion.experiments.services import add_person
from companion.kernel.ids import new_id
from companion.transaction import transaction

VITAL = Vital(alive=Rated(4), free=Rated(3), close=CANT_TELL)


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


def make_moment(
    patient: Actor,
    at: datetime,
    outcome: MomentOutcome | None = MomentOutcome.SAID_NOTHING,
    urge: int = 7,
    *,
    earlier: datetime | None = None,
    toward: str = "",
    visibility: Visibility = Visibility.SHARED,
) -> UUID:
    """A moment of wanting to say something cutting, at an instant; None for an outcome is "still going on"."""
    entry = Entry(new_id(), Door.CUTTING, patient.zone, earlier=earlier, moment=Moment(urge, outcome))
    with transaction():
        made = services.save(patient, entry, at).id
        if toward:
            whole = Moment(urge, outcome, add_person(patient, toward), worth_less=2)
            services.tell_moment(patient, made, new_id(), whole, at)
        if visibility is not Visibility.SHARED:
            services.set_visibility(patient, made, new_id(), visibility, at)
    return made


def make_reflection(patient: Actor, at: datetime, words: str = "To stay", *, words_private: bool = False) -> UUID:
    """Three lines, all of them the same words."""
    with transaction():
        services.reflect(patient, new_id(), Lines(words, words, words), at, words_private=words_private)
    return reflections_of(patient, patient.id, at, 1)[0].id


def make_how_it_is(
    patient: Actor,
    at: datetime,
    helped: Helped | None = Helped.SOMEWHAT,
    vital: Vital = VITAL,
    words: str = "",
    *,
    words_private: bool = False,
) -> UUID:
    """An answer to "Is this helping?", with how alive, free and close it is."""
    with transaction():
        services.say_how_it_is(patient, new_id(), Lately(helped, words, vital), at, words_private=words_private)
    return how_it_is(patient, patient.id, at, 1)[0].id


def make_re_rating(
    patient: Actor, check_in_id: UUID, at: datetime, guilt: int | None = 4, urge: int | None = 3, after_minutes: int = 0
) -> None:
    """Answer "And now?" at an instant, or so many minutes after it."""
    with transaction():
        services.re_rate(
            patient, check_in_id, new_id(), rated(guilt), rated(urge), at + timedelta(minutes=after_minutes)
        )

"""A patient's weeks, as the pages of review read them; made through the services of the other rooms."""

from datetime import datetime, timedelta
from uuid import UUID

from companion.accounts.rules import Actor
from companion.experiments import services
from companion.experiments.rules import (
    DebriefEntry,
    Encounter,
    Expectation,
    Fear,
    Named,
    Plan,
    Reaction,
    Telling,
    Verdict,
    Word,
)
from companion.kernel.ids import new_id
from companion.transaction import transaction

TWO_HOURS = timedelta(hours=2)


def planned(
    patient: Actor, task_id: UUID, starts_at: datetime, *, activity: str = "Tennis", expected: Expectation | None = None
) -> UUID:
    """An occasion of two hours, planned two hours before it begins."""
    experiment_id, at = new_id(), starts_at - TWO_HOURS
    wanted = Plan(
        id=experiment_id,
        task_id=task_id,
        activity=Named(label=activity),
        starts_at=starts_at,
        ends_at=starts_at + TWO_HOURS,
        zone=patient.zone,
    )
    with transaction():
        services.plan(patient, wanted, at)
        if expected:
            services.predict(patient, experiment_id, expected, at)
    return experiment_id


def happened(  # noqa: PLR0913  # a test says only what it is about
    patient: Actor,
    task_id: UUID,
    starts_at: datetime,
    word: Word = Word.DONE,
    *,
    activity: str = "Tennis",
    person: str = "Aunt",
    feared: int | None = None,
    seen: int | None = None,
    telling: Telling | None = None,
    reaction: Reaction | None = None,
    expected_guilt: int | None = None,
    enjoyment: int | None = None,
    verdict: Verdict | None = None,
    learned: str = "",
    words_private: bool = False,
) -> UUID:
    """An occasion with a word on it, three hours after it began; for one person where something was feared or told."""
    fears = () if feared is None else (Fear(Named(label=person), feared, 80),)
    expected = Expectation(expected_guilt, fears)
    experiment_id = planned(
        patient, task_id, starts_at, activity=activity, expected=None if expected.is_empty else expected
    )
    met: tuple[Encounter, ...] = ()
    if telling or reaction or feared is not None:
        met = (
            Encounter(
                Named(label=person),
                telling=telling,
                reaction=reaction,
                observed_suffering=seen,
                could_not_tell=feared is not None and seen is None,
            ),
        )
    entry = DebriefEntry(
        id=new_id(),
        word=word,
        enjoyment=enjoyment,
        learned=learned,
        verdict=verdict,
        words_private=words_private,
        met=met,
    )
    with transaction():
        services.debrief(patient, experiment_id, entry, starts_at + TWO_HOURS * 1.5)
    return experiment_id

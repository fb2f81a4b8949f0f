"""Occasions that were really planned, expected something of, and told about, as short as a test can say them."""

from datetime import date, datetime, timedelta
from uuid import UUID

from companion.accounts.rules import Actor
from companion.experiments import services
from companion.experiments.rules import DebriefEntry, Encounter, Expectation, Fear, Named, Plan, Telling, Word
from companion.kernel.ids import new_id
from companion.transaction import transaction


def plan_of(task_id: UUID, starts_at: datetime, **changes: object) -> Plan:
    """A plan of two hours in Rome, changed as told."""
    given: dict[str, object] = {
        "id": new_id(),
        "task_id": task_id,
        "activity": Named(label="tennis"),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "zone": "Europe/Rome",
    }
    return Plan(**(given | changes))  # type: ignore[arg-type]  # fields by name, as a test says them


def planned(
    patient: Actor,
    task_id: UUID,
    starts_at: datetime,
    *,
    at: datetime | None = None,
    expected: Expectation | None = None,
    **changes: object,
) -> UUID:
    """An occasion, planned two days before it begins unless told otherwise; returns its id."""
    said_at = at or starts_at - timedelta(days=2)
    occasion = plan_of(task_id, starts_at, **changes)
    with transaction():
        services.plan(patient, occasion, said_at)
        if expected:
            services.predict(patient, occasion.id, expected, said_at)
    return occasion.id


def expecting(guilt: int | None = 7, **fears: tuple[int, int | None]) -> Expectation:
    """Guilt, and by name how much someone might suffer and how sure that is: `expecting(8, sister=(7, 80))`."""
    return Expectation(guilt, tuple(Fear(Named(label=name), *said) for name, said in fears.items()))


def met(name: str, telling: Telling | None = None, **said: object) -> Encounter:
    """How it went with someone, by name."""
    return Encounter(Named(label=name), telling, **said)  # type: ignore[arg-type]  # fields by name


def told(patient: Actor, experiment_id: UUID, word: Word = Word.DONE, *, at: datetime, **said: object) -> UUID:
    """A word on an occasion; returns the id of the debrief."""
    entry = DebriefEntry(id=new_id(), word=word, **said)  # type: ignore[arg-type]  # fields by name
    with transaction():
        services.debrief(patient, experiment_id, entry, at)
    return entry.id


def corrected(
    patient: Actor, experiment_id: UUID, replaces_id: UUID, word: Word, *, at: datetime, **said: object
) -> UUID:
    """A word in place of another; returns the id of the new debrief."""
    entry = DebriefEntry(id=new_id(), word=word, **said)  # type: ignore[arg-type]  # fields by name
    with transaction():
        services.correct(patient, experiment_id, entry, replaces_id, at)
    return entry.id


def did(
    patient: Actor,
    task_id: UUID,
    starts_at: datetime,
    word: Word = Word.DONE,
    *,
    activity: Named | None = None,
    **said: object,
) -> UUID:
    """A planned occasion with a word an hour after its end; returns its id."""
    occasion = planned(patient, task_id, starts_at, activity=activity or Named(label="tennis"))
    told(patient, occasion, word, at=starts_at + timedelta(hours=3), **said)
    return occasion


def closed_week(patient: Actor, lineage_id: UUID, monday: date, *, at: datetime) -> None:
    """Say of a weekly task: "That's all this week"."""
    with transaction():
        services.close_week(patient, lineage_id, monday, at)

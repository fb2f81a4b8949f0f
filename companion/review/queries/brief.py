"""What the therapist sees of a patient: one read for the brief, and for the patient's own "What my therapist sees"."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from companion.accounts.queries import Patient, patient_for
from companion.accounts.rules import Actor
from companion.checkins import queries as checkins
from companion.experiments import queries as experiments
from companion.experiments.adherence import PausedDays
from companion.review.queries.agreed import Agreed, agreed_of
from companion.review.queries.counts import Counts, counts_of
from companion.review.queries.occasions import (
    MOST_WENT,
    Besides,
    LastOccasion,
    besides,
    highlighted_occasions,
    last_occasions,
)
from companion.review.rules import lately

MOST_REFLECTIONS, MOST_MONTHS = 2, 3
"""How many of the latest three lines, and of the answers to "Is this helping?", the brief shows."""

MOST_ON_TOP = 2
"""How many entries, and how many occasions, stand at the top: the latest of those that the patient wants there."""

MOST_ENTRIES, MOST_IN_PICTURE = 6, 200
"""Entries in the list of the last ones, and entries that the picture is drawn from and occasions look for theirs in."""


@dataclass(frozen=True)
class Brief:
    """One page about a patient; nothing on it that the therapist may not see, whoever reads it."""

    patient: Patient
    today: date
    """In the patient's zone."""
    agreed: Agreed
    counts: Counts
    entries_on_top: tuple[checkins.Shown, ...]
    """Of `entries`, those that the patient wants there."""
    occasions_on_top: tuple[LastOccasion, ...]
    """The latest that the patient wants there."""
    entries: tuple[checkins.Shown, ...]
    """The latest check-ins, newest first, as many as the picture shows."""
    last_occasions: tuple[LastOccasion, ...]
    """Those that don't stand at the top."""
    besides: Besides
    rested: tuple[PausedDays, ...]
    """All pauses there were or are, for the picture."""
    reflections: tuple[checkins.Reflected, ...]
    """The latest that are shared, newest first."""
    how_it_is: tuple[checkins.HowItIs, ...]
    """The latest answers to "Is this helping?", oldest first."""

    @property
    def last_entries(self) -> tuple[checkins.Shown, ...]:
        """The few that stand in the list: with those at the top, which aren't said twice, as many as there may be."""
        others = (entry for entry in self.entries if entry not in self.entries_on_top)
        return tuple(others)[: MOST_ENTRIES - len(self.entries_on_top)]


def brief_of(viewer: Actor, patient_id: UUID, now: datetime) -> Brief:
    """All that the therapist sees of this patient at `now`. Raises NotFoundError for whom the viewer may not read."""
    record = experiments.record_of(viewer, patient_id, now)
    today = record.zones.local_date(now)
    agreed = agreed_of(viewer, patient_id, record, lately(now, record.zones).from_monday, today)
    entries = tuple(checkins.last_for(viewer, patient_id, now, MOST_IN_PICTURE, as_shared=True))
    on_top = highlighted_occasions(viewer, patient_id, entries, MOST_ON_TOP, as_shared=True)
    last = last_occasions(viewer, patient_id, entries, as_shared=True)
    return Brief(
        patient=patient_for(viewer, patient_id),
        today=today,
        agreed=agreed,
        counts=counts_of(record, agreed.tasks, checkins.moments_of(viewer, patient_id, now)),
        entries_on_top=_on_top(entries, checkins.highlighted(viewer, patient_id)),
        occasions_on_top=on_top,
        entries=entries,
        last_occasions=tuple(each for each in last if each not in on_top)[: MOST_WENT - len(on_top)],
        besides=besides(viewer, patient_id, now, as_shared=True),
        rested=tuple(
            pause for pause in record.pauses if pause.first_day <= today and pause.first_day != pause.resumed_on
        ),
        reflections=tuple(checkins.reflections_of(viewer, patient_id, now, MOST_REFLECTIONS, as_shared=True)),
        how_it_is=tuple(checkins.how_it_is(viewer, patient_id, now, MOST_MONTHS, as_shared=True)[::-1]),
    )


def _on_top(entries: tuple[checkins.Shown, ...], wanted: frozenset[UUID]) -> tuple[checkins.Shown, ...]:
    return tuple(entry for entry in entries if entry.id in wanted)[:MOST_ON_TOP]

"""Moments of wanting to say something cutting: kept whole, told later, counted for whom they are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from companion.accounts.rules import Actor
from companion.checkins import queries, services
from companion.checkins.rules import Door, Entry, Moment, Outcome, Rated, Visibility
from companion.experiments.adherence import MomentOutcome
from companion.experiments.services import add_person
from companion.kernel.errors import NotFoundError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_moment
from tests.factories.contract import agreed_contract, let_rest, practice_task, response_task, weekly
from tests.factories.people import Practice

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING, SIDEWAYS, SAID = MomentOutcome.SAID_NOTHING, MomentOutcome.CAME_OUT_SIDEWAYS, MomentOutcome.SAID_IT


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def stands(patient: Actor, check_in_id: UUID) -> queries.Shown:
    return queries.one_of_mine(patient, check_in_id, NOON + DAY)


def tell(patient: Actor, check_in_id: UUID, moment: Moment, client_id: UUID | None = None) -> None:
    with transaction():
        services.tell_moment(patient, check_in_id, client_id or new_id(), moment, NOON)


def tell_outcome(patient: Actor, check_in_id: UUID, outcome: MomentOutcome, client_id: UUID | None = None) -> None:
    with transaction():
        services.tell_outcome(patient, check_in_id, client_id or new_id(), outcome, NOON)


def counted(practice: Practice, viewer: Actor | None = None, now: datetime = NOON + DAY) -> list[MomentOutcome]:
    moments = queries.moments_of(viewer or practice.therapist, practice.patient.id, now)
    return sorted(moment.outcome for moment in moments)


# Saved


def test_a_moment_is_saved_with_its_entry(practice: Practice) -> None:
    entry = stands(practice.patient, make_moment(practice.patient, NOON, SAID, 8))
    assert (entry.door, entry.guilt, entry.urge) == (Door.CUTTING, Rated(), Rated())
    assert entry.moment == Moment(8, SAID)


def test_sent_twice_it_is_one_moment(practice: Practice) -> None:
    entry = Entry(new_id(), Door.CUTTING, practice.patient.zone, moment=Moment(8, SAID))
    with transaction():
        first = services.save(practice.patient, entry, NOON)
        again = services.save(practice.patient, entry, NOON + HOUR)
    assert (first.outcome, again) == (Outcome.NEW, services.Saved(first.id, Outcome.SAME))
    assert len(queries.last_for(practice.patient, practice.patient.id, NOON)) == 1


@pytest.mark.parametrize("other", [Moment(8, NOTHING), Moment(7, SAID), Moment(8)])
def test_another_moment_under_the_same_id_is_kept_and_counts_only_once_it_is_picked(
    practice: Practice, other: Moment
) -> None:
    agreed_contract(practice, [response_task()])
    entry = Entry(new_id(), Door.CUTTING, practice.patient.zone, moment=Moment(8, SAID))
    with transaction():
        first = services.save(practice.patient, entry, NOON)
        assert services.save(practice.patient, replace(entry, moment=other), NOON).outcome is Outcome.CONFLICT
    [conflict] = queries.conflicts_of(practice.patient, first.id)
    assert (conflict.door, conflict.moment) == (Door.CUTTING, other)
    assert counted(practice) == [SAID]
    with transaction():
        kept = services.count_the_other_too(practice.patient, first.id, conflict.id, NOON)
    assert stands(practice.patient, kept.id).moment == other
    assert counted(practice) == sorted(filter(None, (SAID, other.outcome)))


# Told later


def test_what_came_of_it_can_be_told_later(practice: Practice) -> None:
    made = make_moment(practice.patient, NOON, None, 8)
    assert stands(practice.patient, made).moment == Moment(8)
    page = new_id()
    for _ in range(2):
        tell_outcome(practice.patient, made, SIDEWAYS, page)
    assert stands(practice.patient, made).moment == Moment(8, SIDEWAYS)
    tell_outcome(practice.patient, made, SAID)
    tell_outcome(practice.patient, made, SIDEWAYS, page)  # a late copy of the first
    assert stands(practice.patient, made).moment == Moment(8, SAID)


def test_toward_whom_and_how_it_felt_are_added_and_the_outcome_stays(practice: Practice) -> None:
    made = make_moment(practice.patient, NOON, SAID, 8)
    with transaction():
        sister = add_person(practice.patient, "my sister")
    tell(practice.patient, made, Moment(6, None, sister, 3))
    entry = stands(practice.patient, made)
    assert (entry.moment, entry.toward) == (Moment(6, SAID, sister, 3), "my sister")
    tell_outcome(practice.patient, made, NOTHING)
    assert stands(practice.patient, made).moment == Moment(6, NOTHING, sister, 3)


def test_only_a_moment_of_ones_own_and_people_of_ones_own(practice: Practice) -> None:
    made, guilt = make_moment(practice.patient, NOON), make_check_in(practice.patient, NOON)
    with transaction():
        theirs = add_person(practice.other_patient, "an uncle")
    for actor, check_in_id, moment in (
        (practice.other_patient, made, Moment(5)),
        (practice.patient, guilt, Moment(5)),
        (practice.patient, new_id(), Moment(5)),
        (practice.patient, made, Moment(5, None, theirs)),
    ):
        with pytest.raises(NotFoundError):
            tell(actor, check_in_id, moment)
    for actor, check_in_id in ((practice.other_patient, made), (practice.patient, guilt)):
        with pytest.raises(NotFoundError):
            tell_outcome(actor, check_in_id, SAID)


# Counted


def test_a_moment_belongs_to_the_response_task_in_force_on_its_day(practice: Practice) -> None:
    make_moment(practice.patient, NOON - 40 * DAY)  # before anything was agreed
    agreed = agreed_contract(practice, [weekly(), practice_task(), response_task()])
    make_moment(practice.patient, NOON, SAID)
    make_moment(practice.patient, NOON, SIDEWAYS, earlier=NOON - 40 * DAY)  # told now, and happened then
    [moment] = queries.moments_of(practice.therapist, practice.patient.id, NOON + DAY)
    assert (moment.lineage_id, moment.outcome) == (agreed.lineage_ids[2], SAID)


def test_without_a_response_task_it_stands_alone_and_is_not_counted(practice: Practice) -> None:
    agreed_contract(practice, [weekly(), practice_task()])
    made = make_moment(practice.patient, NOON, SAID)
    assert counted(practice) == []
    assert stands(practice.patient, made).moment == Moment(7, SAID)


def test_told_on_a_paused_day_it_counts(practice: Practice) -> None:
    agreed = agreed_contract(practice, [response_task()])
    let_rest(practice, agreed, at=NOON - DAY)
    make_moment(practice.patient, NOON, SAID)
    assert counted(practice) == [SAID]


def test_a_moment_without_an_end_is_not_counted_until_it_is_told(practice: Practice) -> None:
    agreed_contract(practice, [response_task()])
    made = make_moment(practice.patient, NOON, None)
    assert counted(practice) == []
    tell_outcome(practice.patient, made, NOTHING)
    assert counted(practice) == [NOTHING]


def test_what_is_only_mine_or_not_closed_yet_is_in_no_count_of_the_therapists(practice: Practice) -> None:
    agreed_contract(practice, [response_task()])
    for visibility, outcome in zip(Visibility, (NOTHING, SIDEWAYS, SAID), strict=True):
        make_moment(practice.patient, NOON, outcome, visibility=visibility)
    assert counted(practice) == sorted([NOTHING, SIDEWAYS])
    assert counted(practice, now=NOON + HOUR) == []
    assert counted(practice, practice.patient) == counted(practice)
    on_today = queries.on_today(practice.patient, (NOON - 2 * DAY).date(), NOON)
    assert sorted(each.outcome for each in on_today.moments) == sorted([NOTHING, SIDEWAYS, SAID])


def test_nobody_else_reads_moments(practice: Practice) -> None:
    for viewer in (practice.other_therapist, practice.former_therapist, practice.other_patient):
        with pytest.raises(NotFoundError):
            queries.moments_of(viewer, practice.patient.id, NOON)


def test_the_therapist_reads_toward_whom_only_where_words_are_shared(practice: Practice) -> None:
    for visibility in Visibility:
        make_moment(practice.patient, NOON, SAID, toward="my sister", visibility=visibility)
    entries = queries.last_for(practice.therapist, practice.patient.id, NOON + DAY)
    read = {entry.visibility: (entry.toward, entry.moment and entry.moment.person_id is not None) for entry in entries}
    assert read == {Visibility.SHARED: ("my sister", True), Visibility.WORDS_PRIVATE: ("", False)}
    assert all(entry.moment and entry.moment.worth_less == 2 for entry in entries)


def test_no_scale_takes_what_it_does_not_show() -> None:
    for said in ((11,), (-1,), (5, None, None, 11)):
        with pytest.raises(ValueError, match="scale"):
            Moment(*said)

"""What a patient drops stops at once and is a finding; telling that was frightening rests until they say otherwise."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from companion.accounts.rules import Actor
from companion.contract import queries as agreements
from companion.contract import services as agreement
from companion.contract.queries import VersionRead
from companion.contract.rules import TaskKind, TaskWords
from companion.experiments import queries, services
from companion.experiments.adherence import OneOffState, WeeklyCount, one_off_count, weekly_count
from companion.experiments.queries import Occasion, WhatStopped
from companion.experiments.rules import DebriefEntry, Named, OnTop, Phase, Reaction, Telling, Verdict, Word
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.contract import (
    Contract,
    TaskPlan,
    agreed_contract,
    one_off,
    practice_task,
    proposed_contract,
    weekly,
)
from tests.factories.experiments import corrected, did, expecting, met, plan_of, planned, told
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")

SPANISH = Named(label="Spanish")
MONDAY = datetime(2025, 3, 3, 17, 30, tzinfo=UTC)
"""Of the week in which the clock stands, at Wednesday noon."""
THURSDAY, FRIDAY, NEXT_TUESDAY = (MONDAY + timedelta(days=days) for days in (3, 4, 8))
THIS_WEEK, NEXT_WEEK = date(2025, 3, 3), date(2025, 3, 10)
LONG_AFTER = datetime(2025, 3, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def contract(practice: Practice) -> Contract:
    return agreed_contract(practice)


@pytest.fixture
def task_id(contract: Contract) -> UUID:
    return contract.task_ids[0]


@pytest.fixture
def patient(practice: Practice) -> Actor:
    return practice.patient


def drops(patient: Actor, task_id: UUID, starts_at: datetime = MONDAY, **said: object) -> UUID:
    """Spanish, done on Monday and dropped by the word on it three hours after it began, unless told otherwise."""
    return did(patient, task_id, starts_at, Word.DONE, activity=SPANISH, verdict=Verdict.DROP, **said)


def seen(patient: Actor, experiment_id: UUID, now: datetime) -> Occasion:
    return queries.occasion(patient, experiment_id, now)


def stopped(patient: Actor, experiment_id: UUID, now: datetime) -> WhatStopped | None:
    return queries.what_stopped(patient, seen(patient, experiment_id, now), now)


def counted(patient: Actor, contract: Contract, monday: date, now: datetime = LONG_AFTER) -> WeeklyCount:
    return weekly_count(queries.record_of(patient, patient.id, now), contract.lineage_ids[0], monday)


def offered(patient: Actor) -> list[str]:
    return [label for _id, label in queries.activities_of(patient, patient.id)]


def draft(patient: Actor) -> VersionRead | None:
    draft_id = agreements.draft_of(patient, patient.id)
    return agreements.version(patient, patient.id, draft_id) if draft_id else None


def rests(patient: Actor, lineage_id: UUID, day: date) -> bool:
    return agreements.resting(patient, patient.id, day).of(lineage_id) is not None


# Dropped: not offered, nothing asked, nothing counted


def test_what_is_dropped_is_not_offered_any_more(patient: Actor, task_id: UUID) -> None:
    did(patient, task_id, MONDAY - timedelta(days=1))
    did(patient, task_id, MONDAY - timedelta(days=2), activity=SPANISH)
    assert offered(patient) == ["tennis", "Spanish"]
    drops(patient, task_id)
    assert offered(patient) == ["tennis"]


def test_what_was_planned_of_it_is_called_off_and_the_rest_stands(
    patient: Actor, task_id: UUID, clock: FrozenClock
) -> None:
    spanish = [planned(patient, task_id, when, at=MONDAY, activity=SPANISH) for when in (NEXT_TUESDAY, THURSDAY)]
    tennis = planned(patient, task_id, FRIDAY, at=MONDAY)
    dropped = drops(patient, task_id)
    assert [line.id for line in queries.lines_of(patient, clock.now()).ahead] == [tennis]
    for occasion in spanish:
        said = seen(patient, occasion, clock.now()).said
        assert said
        assert (said.word, said.learned) == (Word.CALLED_OFF, "")
    follows = stopped(patient, dropped, clock.now())
    assert follows
    assert [line.id for line in follows.called_off] == spanish[::-1]


def test_what_was_called_off_is_outside_every_count(patient: Actor, contract: Contract, task_id: UUID) -> None:
    for when in (THURSDAY, FRIDAY, NEXT_TUESDAY):
        planned(patient, task_id, when, at=MONDAY, activity=SPANISH)
    did(patient, task_id, MONDAY - timedelta(hours=5))
    drops(patient, task_id)
    this = counted(patient, contract, THIS_WEEK).tally
    assert (this.done, this.gave_up, this.not_attempted, this.no_word) == (2, 0, 0, 0)
    following = counted(patient, contract, NEXT_WEEK).tally
    assert (following.n, following.done, following.gave_up, following.not_attempted) == (2, 0, 0, 0)


def test_no_past_count_changes_by_dropping(patient: Actor, contract: Contract, task_id: UUID) -> None:
    past = [date(2025, 2, 3) + timedelta(weeks=weeks) for weeks in range(4)]
    did(patient, task_id, MONDAY - timedelta(weeks=2), activity=SPANISH)
    did(patient, task_id, MONDAY - timedelta(weeks=1), Word.STOPPED_BEFORE, activity=SPANISH)
    planned(patient, task_id, MONDAY - timedelta(weeks=3), activity=SPANISH)
    before = [counted(patient, contract, monday).counted for monday in past]
    drops(patient, task_id)
    assert [counted(patient, contract, monday).counted for monday in past] == before


def test_nothing_counts_after_a_drop_of_all_that_a_task_was(
    patient: Actor, contract: Contract, task_id: UUID, clock: FrozenClock
) -> None:
    planned(patient, task_id, NEXT_TUESDAY, at=MONDAY, activity=SPANISH)
    drops(patient, task_id)
    assert rests(patient, contract.lineage_ids[0], clock.now().date())
    for monday in (NEXT_WEEK, NEXT_WEEK + timedelta(weeks=1)):
        assert counted(patient, contract, monday, LONG_AFTER + timedelta(weeks=2)).tally.n == 0


def test_what_is_over_without_a_word_is_not_asked_about_any_more(
    patient: Actor, task_id: UUID, clock: FrozenClock
) -> None:
    planned(patient, task_id, MONDAY - timedelta(days=3), activity=SPANISH)
    assert len(queries.lines_of(patient, clock.now()).awaiting) == 1
    drops(patient, task_id)
    assert queries.lines_of(patient, clock.now()).awaiting == ()


def test_a_task_with_something_else_to_it_goes_on(
    patient: Actor, contract: Contract, task_id: UUID, clock: FrozenClock
) -> None:
    did(patient, task_id, MONDAY - timedelta(days=1))
    dropped = drops(patient, task_id)
    assert not rests(patient, contract.lineage_ids[0], clock.now().date())
    follows = stopped(patient, dropped, clock.now())
    assert follows
    assert follows.of_activity == ()


def test_a_one_off_that_was_done_stays_done_whatever_is_called_off(practice: Practice, patient: Actor) -> None:
    contract = agreed_contract(practice, [one_off(date(2025, 3, 30), "Try the Spanish class")])
    planned(patient, contract.task_ids[0], NEXT_TUESDAY, at=MONDAY, activity=SPANISH)
    drops(patient, contract.task_ids[0])
    one = one_off_count(
        queries.record_of(patient, patient.id, LONG_AFTER + timedelta(weeks=3)), contract.lineage_ids[0]
    )
    assert (one.state, one.tally.done) == (OneOffState.COUNTED, 1)
    assert not rests(patient, contract.lineage_ids[0], date(2025, 3, 5))


def test_a_one_off_dropped_before_it_was_ever_done_is_not_counted(practice: Practice, patient: Actor) -> None:
    contract = agreed_contract(practice, [one_off(date(2025, 3, 30), "Try the Spanish class")])
    occasion = planned(patient, contract.task_ids[0], NEXT_TUESDAY, at=MONDAY, activity=SPANISH)
    told(patient, occasion, Word.CHANGE, verdict=Verdict.DROP, at=MONDAY)
    one = one_off_count(
        queries.record_of(patient, patient.id, LONG_AFTER + timedelta(weeks=3)), contract.lineage_ids[0]
    )
    assert (one.state, one.tally.n) == (OneOffState.NOT_COUNTED, 0)


def test_typed_again_it_can_be_planned_and_counts(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    drops(patient, task_id)
    again = planned(patient, task_id, NEXT_TUESDAY, at=clock.now(), activity=SPANISH)
    [line] = queries.lines_of(patient, clock.now()).ahead
    assert (line.id, line.is_dropped) == (again, False)


def test_what_was_planned_after_a_word_written_offline_stands(
    patient: Actor, task_id: UUID, clock: FrozenClock
) -> None:
    occasion = planned(patient, task_id, MONDAY, activity=SPANISH)
    later = planned(patient, task_id, NEXT_TUESDAY, at=clock.now(), activity=SPANISH)
    told(patient, occasion, verdict=Verdict.DROP, at=MONDAY + timedelta(hours=3))
    assert seen(patient, later, clock.now()).phase is Phase.PLANNED


def test_dropping_a_thing_twice_changes_nothing_more(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(patient, task_id, MONDAY, activity=SPANISH)
    entry = DebriefEntry(id=new_id(), word=Word.DONE, verdict=Verdict.DROP)
    for _ in range(2):
        with transaction():
            services.debrief(patient, occasion, entry, clock.now())
    once = draft(patient)
    drops(patient, task_id, MONDAY + timedelta(hours=12))
    twice = draft(patient)
    assert once
    assert twice
    assert (once.id, len(once.tasks)) == (twice.id, len(twice.tasks))


def test_an_earlier_drop_told_late_does_not_undo_a_later_keep(
    patient: Actor, task_id: UUID, clock: FrozenClock
) -> None:
    earlier = planned(patient, task_id, MONDAY - timedelta(days=4), activity=SPANISH)
    did(patient, task_id, MONDAY, activity=SPANISH, verdict=Verdict.KEEP)
    coming = planned(patient, task_id, THURSDAY, at=MONDAY, activity=SPANISH)
    told(patient, earlier, verdict=Verdict.DROP, at=clock.now())
    assert offered(patient) == ["Spanish"]
    assert seen(patient, coming, clock.now()).phase is Phase.PLANNED
    assert draft(patient) is None


@pytest.mark.parametrize("verdict", [Verdict.KEEP, Verdict.ADAPT, Verdict.NOT_YET, None])
def test_no_other_verdict_stops_anything(
    patient: Actor, task_id: UUID, clock: FrozenClock, verdict: Verdict | None
) -> None:
    coming = planned(patient, task_id, THURSDAY, at=MONDAY, activity=SPANISH)
    said = did(patient, task_id, MONDAY, activity=SPANISH, verdict=verdict, enjoyment=0)
    assert seen(patient, coming, clock.now()).phase is Phase.PLANNED
    assert (draft(patient), stopped(patient, said, clock.now())) == (None, None)


def test_i_already_did_it_drops_as_well(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    coming = planned(patient, task_id, THURSDAY, at=MONDAY, activity=SPANISH)
    done = plan_of(task_id, MONDAY, activity=SPANISH)
    with transaction():
        services.already_did(
            patient, done, DebriefEntry(id=new_id(), word=Word.SMALLER, verdict=Verdict.DROP), clock.now()
        )
    said = seen(patient, coming, clock.now()).said
    assert said
    assert said.word is Word.CALLED_OFF


# The line is drafted for both


def test_the_line_is_left_out_of_a_draft_of_the_patients_own(
    practice: Practice, patient: Actor, contract: Contract, task_id: UUID, clock: FrozenClock
) -> None:
    did(patient, task_id, MONDAY - timedelta(days=2), activity=SPANISH)
    dropped = drops(patient, task_id)
    own = draft(patient)
    assert own
    assert own.tasks == ()
    assert own.why == "Spanish: tried 2 times, and not for me. I'd leave it out."
    follows = stopped(patient, dropped, clock.now())
    assert follows
    assert (follows.draft_id, follows.something_waits) == (own.id, False)
    current = agreements.in_force(patient, patient.id)
    assert current
    assert current.id == contract.id
    assert agreements.asked_for(practice.therapist, patient.id) is None
    with pytest.raises(NotFoundError):
        agreements.version(practice.therapist, patient.id, own.id)


def test_a_line_with_more_to_it_stays_in_the_draft_and_the_finding_goes_with_it(patient: Actor, task_id: UUID) -> None:
    did(patient, task_id, MONDAY - timedelta(days=2))
    drops(patient, task_id)
    own = draft(patient)
    assert own
    assert [task.words.text for task in own.tasks] == ["Something for myself"]
    assert own.why == "Spanish: tried once, and not for me. I'd leave it out."


def test_an_open_draft_is_gone_on_with(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    with transaction():
        begun = agreement.start_draft(patient, patient.id, MONDAY)
        agreement.say_why(patient, begun, "Less of everything.")
    drops(patient, task_id)
    own = draft(patient)
    assert own
    assert own.id == begun
    assert own.why == "Less of everything.\nSpanish: tried once, and not for me. I'd leave it out."


def test_a_proposal_that_waits_goes_on_waiting(
    practice: Practice, patient: Actor, contract: Contract, task_id: UUID, clock: FrozenClock
) -> None:
    waits = proposed_contract(practice, [weekly(2, lineage_id=contract.lineage_ids[0])], at=MONDAY)
    dropped = drops(patient, task_id)
    waiting = agreements.waiting(patient, patient.id)
    assert waiting
    assert waiting.id == waits.id
    follows = stopped(patient, dropped, clock.now())
    assert follows
    assert follows.something_waits


def test_a_proposal_of_ones_own_is_what_the_draft_goes_on_from(patient: Actor, task_id: UUID) -> None:
    with transaction():
        own = agreement.start_draft(patient, patient.id, MONDAY)
        agreement.add_cost(patient, own, "A quarrel")
        agreement.propose(patient, own, MONDAY)
    drops(patient, task_id)
    begun = draft(patient)
    assert begun
    assert "A quarrel" in [cost.text for cost in begun.costs]


def test_what_is_not_in_force_any_more_leaves_no_draft(practice: Practice, patient: Actor, task_id: UUID) -> None:
    occasion = planned(patient, task_id, MONDAY, activity=SPANISH)
    agreed_contract(practice, [weekly(1, "Something else")], at=MONDAY + timedelta(hours=1))
    told(patient, occasion, verdict=Verdict.DROP, at=MONDAY + timedelta(hours=3))
    assert draft(patient) is None
    assert offered(patient) == []


def test_words_kept_private_leave_the_name_out_of_the_draft(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    did(patient, task_id, MONDAY - timedelta(days=2))
    dropped = drops(patient, task_id, words_private=True)
    own = draft(patient)
    assert own
    assert own.why == "Something I tried is not for me. I'd leave it out."
    follows = stopped(patient, dropped, clock.now())
    assert follows
    assert follows.draft_id == own.id


# What the therapist reads


def test_the_therapist_reads_a_finding_and_no_row_for_what_was_called_off(
    practice: Practice, patient: Actor, task_id: UUID
) -> None:
    planned(patient, task_id, NEXT_TUESDAY, at=MONDAY, activity=SPANISH, expected=expecting(8, aunt=(7, 90)))
    drops(patient, task_id, enjoyment=2, liking_of=OnTop.THE_THING)
    for viewer in (practice.therapist, patient):
        [went] = queries.how_they_went(viewer, patient.id, 9)
        assert (went.activity, went.word, went.verdict) == ("Spanish", Word.DONE, Verdict.DROP)
        assert (went.enjoyment, went.liking_of) == (2, OnTop.THE_THING)
        assert queries.predicted_beside_happened(viewer, patient.id, LONG_AFTER) == []


def test_what_is_kept_private_names_nothing_that_was_called_off(
    practice: Practice, patient: Actor, task_id: UUID
) -> None:
    coming = planned(patient, task_id, THURSDAY, at=MONDAY, activity=SPANISH)
    drops(patient, task_id, words_private=True)
    said = seen(patient, coming, MONDAY + timedelta(hours=4)).said
    assert said
    assert said.words_private
    [went] = queries.how_they_went(practice.therapist, patient.id, None)
    assert (went.activity, went.activity_id) == (None, None)


# Taken back


def test_what_was_dropped_can_be_offered_again_from_then_on(
    patient: Actor, contract: Contract, task_id: UUID, clock: FrozenClock
) -> None:
    coming = planned(patient, task_id, THURSDAY, at=MONDAY, activity=SPANISH)
    dropped = drops(patient, task_id)
    for _ in range(2):
        with transaction():
            services.offer_again(patient, dropped, clock.now())
    assert offered(patient) == ["Spanish"]
    said = seen(patient, coming, clock.now()).said
    assert said
    assert said.word is Word.CALLED_OFF
    assert rests(patient, contract.lineage_ids[0], clock.now().date())
    follows = stopped(patient, dropped, clock.now())
    assert follows
    assert [rest.text for rest in follows.of_activity] == ["Something for myself"]


def test_what_is_dropped_is_known_until_it_is_taken_up_again(
    practice: Practice, patient: Actor, task_id: UUID, clock: FrozenClock
) -> None:
    dropped = drops(patient, task_id)
    [went] = queries.how_they_went(patient, patient.id, None)
    assert queries.dropped_of(patient, patient.id) == queries.dropped_of(practice.therapist, patient.id)
    assert queries.dropped_of(patient, patient.id) == {went.activity_id}
    assert queries.dropped_of(practice.other_patient, practice.other_patient.id) == set()
    with transaction():
        services.offer_again(patient, dropped, clock.now())
    assert queries.dropped_of(patient, patient.id) == set()
    for stranger in (practice.other_patient, practice.other_therapist, practice.former_therapist):
        with pytest.raises(NotFoundError):
            queries.dropped_of(stranger, patient.id)


def test_only_its_patient_takes_it_up_again(
    practice: Practice, patient: Actor, task_id: UUID, clock: FrozenClock
) -> None:
    dropped = drops(patient, task_id)
    for stranger in (practice.therapist, practice.other_patient, practice.other_therapist, practice.admin):
        for occasion in (dropped, new_id()):
            with pytest.raises(NotFoundError), transaction():
                services.offer_again(stranger, occasion, clock.now())
    assert offered(patient) == []


def test_a_new_drop_after_it_holds_again(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    dropped = drops(patient, task_id)
    with transaction():
        services.offer_again(patient, dropped, clock.now())
    occasion = planned(patient, task_id, clock.now() + timedelta(hours=1), at=clock.now(), activity=SPANISH)
    told(patient, occasion, verdict=Verdict.DROP, at=clock.now() + timedelta(hours=4))
    assert offered(patient) == []


def test_what_was_called_off_can_still_be_told_of_if_it_happened(
    patient: Actor, contract: Contract, task_id: UUID
) -> None:
    coming = planned(patient, task_id, THURSDAY, at=MONDAY, activity=SPANISH)
    did(patient, task_id, MONDAY - timedelta(hours=8))
    drops(patient, task_id)
    told(patient, coming, at=THURSDAY + timedelta(hours=3))
    with pytest.raises(RefusedError):
        told(patient, coming, Word.SMALLER, at=THURSDAY + timedelta(hours=4))
    assert counted(patient, contract, THIS_WEEK).tally.done == 3


# Put right


def test_a_correction_that_drops_it_stops_it_too(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(patient, task_id, MONDAY, activity=SPANISH)
    coming = planned(patient, task_id, THURSDAY, at=MONDAY, activity=SPANISH)
    kept = told(patient, occasion, verdict=Verdict.KEEP, at=MONDAY + timedelta(hours=3))
    corrected(patient, occasion, kept, Word.DONE, at=clock.now(), verdict=Verdict.DROP)
    assert offered(patient) == []
    said = seen(patient, coming, clock.now()).said
    assert said
    assert said.word is Word.CALLED_OFF
    assert [before.verdict for before in seen(patient, occasion, clock.now()).earlier] == [Verdict.KEEP]


def test_a_correction_that_keeps_it_offers_it_again_and_says_what_still_rests(
    patient: Actor, contract: Contract, task_id: UUID, clock: FrozenClock
) -> None:
    occasion = planned(patient, task_id, MONDAY, activity=SPANISH)
    coming = planned(patient, task_id, THURSDAY, at=MONDAY, activity=SPANISH)
    word = told(patient, occasion, verdict=Verdict.DROP, at=MONDAY + timedelta(hours=3))
    corrected(patient, occasion, word, Word.DONE, at=clock.now(), verdict=Verdict.KEEP)
    assert offered(patient) == ["Spanish"]
    assert [before.verdict for before in seen(patient, occasion, clock.now()).earlier] == [Verdict.DROP]
    follows = stopped(patient, occasion, clock.now())
    assert follows
    assert [line.id for line in follows.called_off] == [coming]
    assert [rest.text for rest in follows.of_activity] == ["Something for myself"]
    with transaction():
        agreement.resume(patient, follows.of_activity[0].id, clock.now())
    assert not rests(patient, contract.lineage_ids[0], clock.now().date())


def test_a_correction_of_something_else_leaves_what_was_taken_up_again(
    patient: Actor, task_id: UUID, clock: FrozenClock
) -> None:
    occasion = planned(patient, task_id, MONDAY, activity=SPANISH)
    word = told(patient, occasion, verdict=Verdict.DROP, at=MONDAY + timedelta(hours=3))
    with transaction():
        services.offer_again(patient, occasion, clock.now())
    corrected(patient, occasion, word, Word.SMALLER, at=clock.now() + timedelta(hours=1), verdict=Verdict.DROP)
    assert offered(patient) == ["Spanish"]


def test_what_it_was_about_is_kept_and_put_right(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    occasion = planned(patient, task_id, MONDAY, activity=SPANISH)
    first = told(patient, occasion, enjoyment=2, liking_of=OnTop.GUILT_ON_TOP, at=MONDAY + timedelta(hours=3))
    corrected(patient, occasion, first, Word.DONE, enjoyment=2, liking_of=OnTop.BOTH, at=clock.now())
    found = seen(patient, occasion, clock.now())
    assert found.said
    assert found.said.liking_of is OnTop.BOTH
    assert [before.liking_of for before in found.earlier] == [OnTop.GUILT_ON_TOP]


# Frightening


def telling_task(practice: Practice) -> Contract:
    """Two lines: one about telling someone the truth, and one that isn't."""
    tells = TaskWords(text="Say where I am going", kind=TaskKind.WEEKLY, target=1, telling=True)
    return agreed_contract(practice, [TaskPlan(tells), weekly()])


FRIGHTENED = (met("aunt", Telling.TOLD, reaction=Reaction.FRIGHTENING),)


def test_telling_that_was_frightening_rests_at_once(practice: Practice, patient: Actor, clock: FrozenClock) -> None:
    contract = telling_task(practice)
    occasion = did(patient, contract.task_ids[0], MONDAY, activity=Named(label="the aunt"), met=FRIGHTENED)
    telling, other = contract.lineage_ids
    assert rests(patient, telling, MONDAY.date())
    assert not rests(patient, other, MONDAY.date())
    assert counted(patient, contract, NEXT_WEEK).tally.n == 0
    follows = stopped(patient, occasion, clock.now())
    assert follows
    assert [rest.text for rest in follows.of_telling] == ["Say where I am going"]
    assert draft(patient) is None


def test_it_goes_on_only_when_its_patient_says_so(practice: Practice, patient: Actor, clock: FrozenClock) -> None:
    contract = telling_task(practice)
    occasion = did(patient, contract.task_ids[0], MONDAY, activity=Named(label="the aunt"), met=FRIGHTENED)
    follows = stopped(patient, occasion, clock.now())
    assert follows
    with pytest.raises(NotFoundError), transaction():
        agreement.resume(practice.therapist, follows.of_telling[0].id, clock.now())
    assert rests(patient, contract.lineage_ids[0], clock.now().date())
    with transaction():
        agreement.resume(patient, follows.of_telling[0].id, clock.now())
    assert not rests(patient, contract.lineage_ids[0], clock.now().date())


@pytest.mark.parametrize("reaction", [each for each in Reaction if each is not Reaction.FRIGHTENING])
def test_no_other_reaction_stops_telling(practice: Practice, patient: Actor, reaction: Reaction) -> None:
    contract = telling_task(practice)
    did(patient, contract.task_ids[0], MONDAY, met=(met("aunt", Telling.TOLD, reaction=reaction),))
    assert not rests(patient, contract.lineage_ids[0], MONDAY.date())


def test_it_was_frightening_elsewhere_and_telling_stops_while_that_task_goes_on(
    practice: Practice, patient: Actor, clock: FrozenClock
) -> None:
    contract = telling_task(practice)
    occasion = did(patient, contract.task_ids[1], MONDAY, met=FRIGHTENED)
    telling, other = contract.lineage_ids
    assert (rests(patient, telling, MONDAY.date()), rests(patient, other, MONDAY.date())) == (True, False)
    said = seen(patient, occasion, clock.now()).said
    assert said
    assert (said.was_frightening, said.went_worse_than_hoped) == (True, True)


def test_telling_that_has_no_occasions_of_its_own_rests_as_well(
    practice: Practice, patient: Actor, clock: FrozenClock
) -> None:
    contract = agreed_contract(practice, [weekly(), practice_task(telling=True)])
    occasion = did(patient, contract.task_ids[0], MONDAY, met=FRIGHTENED)
    follows = stopped(patient, occasion, clock.now())
    assert follows
    assert [rest.lineage_id for rest in follows.of_telling] == [contract.lineage_ids[1]]


def test_where_nothing_is_agreed_about_telling_nothing_rests(
    patient: Actor, contract: Contract, task_id: UUID, clock: FrozenClock
) -> None:
    occasion = did(patient, task_id, MONDAY, met=FRIGHTENED)
    assert not rests(patient, contract.lineage_ids[0], MONDAY.date())
    assert stopped(patient, occasion, clock.now()) is None


def test_a_correction_that_says_frightening_lets_it_rest_and_one_that_does_not_leaves_that_to_the_patient(
    practice: Practice, patient: Actor, clock: FrozenClock
) -> None:
    contract = telling_task(practice)
    lineage_id, today = contract.lineage_ids[0], clock.now().date()
    occasion = planned(patient, contract.task_ids[0], MONDAY, activity=Named(label="the aunt"))
    calm = told(patient, occasion, met=(met("aunt", Telling.TOLD),), at=MONDAY + timedelta(hours=3))
    afraid = corrected(patient, occasion, calm, Word.DONE, at=clock.now(), met=FRIGHTENED)
    assert rests(patient, lineage_id, today)
    again = corrected(patient, occasion, afraid, Word.DONE, at=clock.now(), met=(met("aunt", Telling.TOLD),))
    follows = stopped(patient, occasion, clock.now())
    assert follows
    assert [rest.lineage_id for rest in follows.of_telling] == [lineage_id]
    with transaction():
        agreement.resume(patient, follows.of_telling[0].id, clock.now())
    corrected(patient, occasion, again, Word.SMALLER, at=clock.now(), met=(met("aunt", Telling.TOLD),))
    assert not rests(patient, lineage_id, today)


def test_what_stops_never_stands_in_the_way_of_the_word(patient: Actor, task_id: UUID, clock: FrozenClock) -> None:
    """The words that go with a draft may be full, and the draft may be without the line already."""
    with transaction():
        begun = agreement.start_draft(patient, patient.id, MONDAY)
        read = agreements.version(patient, patient.id, begun)
        agreement.remove_task(patient, read.tasks[0].id)
        agreement.say_why(patient, begun, "x" * 3990)
    occasion = drops(patient, task_id)
    own = draft(patient)
    assert own
    assert own.why == "x" * 3990
    assert seen(patient, occasion, clock.now()).is_dropped
    with pytest.raises(RefusedError):  # as ever, only what was said in other words is refused
        told(patient, occasion, Word.SMALLER, at=clock.now())

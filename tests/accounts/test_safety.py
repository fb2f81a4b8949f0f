"""The plan for hard times: who writes it, what stays, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from companion.accounts.models import SafetyPlan
from companion.accounts.queries import safety_plans_of
from companion.accounts.rules.safety import PlanWords
from companion.accounts.services import end_care, keep_safety_plan
from companion.accounts.services.safety import CHANGED_MEANWHILE
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.people import Practice
from tests.factories.safety import PLAN, plans_for, wrote_plan, wrote_plan_together
from tests.support.at_once import at_once
from tests.support.noted import noted
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("context")

HOUR = timedelta(hours=1)
LONGER = replace(PLAN, people="Teresa, 555 0142; my aunt")


def refusal(act: Callable[[], object]) -> RefusedError:
    with pytest.raises(RefusedError) as refused, transaction():
        act()
    return refused.value


def test_nobody_has_a_plan_before_one_is_written(practice: Practice) -> None:
    plans = plans_for(practice)
    assert (plans.latest, plans.earlier, plans.words.is_empty) == (None, (), True)


def test_the_patient_writes_it_and_both_read_it(practice: Practice, clock: FrozenClock) -> None:
    wrote_plan(practice, clock.now())
    for viewer in (practice.patient, practice.therapist):
        latest = safety_plans_of(viewer, practice.patient.id).latest
        assert latest
        assert (latest.words, latest.written_with, latest.at) == (PLAN, "", clock.now())


def test_each_save_is_a_version_and_says_who_wrote_it(practice: Practice, clock: FrozenClock) -> None:
    wrote_plan(practice, clock.now())
    plans = wrote_plan_together(practice, clock.now() + HOUR, LONGER)
    assert [(each.number, each.written_with, each.words, each.at) for each in plans.versions] == [
        (2, "Vera Conti", LONGER, clock.now() + HOUR),
        (1, "", PLAN, clock.now()),
    ]
    assert plans.words == LONGER
    assert [each.words for each in plans.earlier] == [PLAN]
    written = noted("safety_plan_written")
    assert [(each.by, each.about) for each in written] == [
        (practice.patient.id, practice.patient.id),
        (practice.therapist.id, practice.patient.id),
    ]
    assert [each.told["plan"] for each in written] == [str(each.id) for each in reversed(plans.versions)]


def test_white_space_around_a_part_is_nothing(practice: Practice, clock: FrozenClock) -> None:
    assert wrote_plan(practice, clock.now(), PlanWords(signs="  I go quiet \n", people=" ")).words == PlanWords(
        signs="I go quiet"
    )


def test_what_stands_already_is_not_kept_again(practice: Practice, clock: FrozenClock) -> None:
    for _ in range(2):
        wrote_plan(practice, clock.now())
    wrote_plan_together(practice, clock.now(), PLAN)
    assert len(plans_for(practice).versions) == 1


def test_a_page_sent_twice_is_one_version(practice: Practice, clock: FrozenClock) -> None:
    page, me = new_id(), practice.patient
    for _ in range(2):
        with transaction():
            keep_safety_plan(me, me.id, PLAN, clock.now(), plan_id=page)
    [version] = plans_for(practice).versions
    assert version.id == page
    refused = refusal(lambda: keep_safety_plan(me, me.id, LONGER, clock.now(), plan_id=page))
    assert isinstance(refused, SentBeforeError)
    with pytest.raises(NotFoundError), transaction():
        keep_safety_plan(practice.therapist, me.id, PLAN, clock.now(), plan_id=page)
    with pytest.raises(NotFoundError), transaction():
        keep_safety_plan(practice.other_patient, practice.other_patient.id, PLAN, clock.now(), plan_id=page)


def test_the_patient_takes_it_down_and_the_therapist_cannot(practice: Practice, clock: FrozenClock) -> None:
    nothing, me, therapist = PlanWords(signs=" "), practice.patient, practice.therapist
    refusal(lambda: keep_safety_plan(me, me.id, nothing, clock.now()))
    wrote_plan(practice, clock.now())
    refusal(lambda: keep_safety_plan(therapist, me.id, nothing, clock.now()))
    plans = wrote_plan(practice, clock.now(), nothing)
    assert (plans.words.is_empty, [each.words for each in plans.earlier]) == (True, [PLAN])
    plans = wrote_plan(practice, clock.now())
    assert (plans.words, [each.words for each in plans.earlier]) == (PLAN, [PLAN]), "what says nothing isn't shown"


def test_what_changed_since_the_page_was_opened_is_not_written_over(practice: Practice, clock: FrozenClock) -> None:
    seen = plans_for(practice).stand
    plans = wrote_plan(practice, clock.now())

    def keep(seen: bytes) -> None:
        keep_safety_plan(practice.therapist, practice.patient.id, LONGER, clock.now(), seen)

    for stale in (seen, b"", b"nonsense"):
        assert refusal(partial(keep, stale)).message is CHANGED_MEANWHILE
    with transaction():
        keep(plans.stand)
    assert plans_for(practice).words == LONGER


def test_of_two_at_once_one_wins_and_the_other_is_told(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    seen = wrote_plan(practice, clock.now()).stand
    theirs = replace(PLAN, signs="He goes quiet")
    db.session.rollback()

    def keep(words: PlanWords) -> str:
        by = practice.patient if words is LONGER else practice.therapist
        with app.app_context():
            try:
                with transaction():
                    keep_safety_plan(by, practice.patient.id, words, clock.now(), seen)
            except RefusedError:
                return "told"
            return "kept"

    assert sorted(at_once([lambda: keep(LONGER), lambda: keep(theirs)])) == ["kept", "told"]
    assert len(plans_for(practice).versions) == 2


@pytest.mark.parametrize("who", ["other_patient", "other_therapist", "former_therapist", "admin"])
def test_nobody_else_reads_or_writes_it(practice: Practice, clock: FrozenClock, who: str) -> None:
    wrote_plan(practice, clock.now())
    stranger = getattr(practice, who)
    with pytest.raises(NotFoundError):
        safety_plans_of(stranger, practice.patient.id)
    with pytest.raises(NotFoundError), transaction():
        keep_safety_plan(stranger, practice.patient.id, LONGER, clock.now())
    assert plans_for(practice).words == PLAN


def test_after_the_end_of_care_it_is_the_patients_alone(practice: Practice, clock: FrozenClock) -> None:
    wrote_plan_together(practice, clock.now(), PLAN)
    with transaction():
        end_care(practice.therapist, practice.patient.id, clock.now())
    with pytest.raises(NotFoundError):
        safety_plans_of(practice.therapist, practice.patient.id)
    assert wrote_plan(practice, clock.now(), LONGER).earlier[0].written_with == "Vera Conti"


def test_many_versions_take_as_many_statements_as_few(practice: Practice, clock: FrozenClock) -> None:
    counts = []
    for number in range(3):
        wrote_plan(practice, clock.now(), replace(PLAN, signs=f"{number}"))
        wrote_plan_together(practice, clock.now(), replace(PLAN, signs=f"{number}, together"))
        db.session.rollback()
        with statements() as asked:
            plans_for(practice)
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_the_table_takes_no_change(practice: Practice, clock: FrozenClock) -> None:
    wrote_plan(practice, clock.now())
    for values in ({"number": 7}, {"therapist_id": practice.therapist.id}, {"signs_sealed": b"x"}):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(sa.update(SafetyPlan).values(**values))
    with pytest.raises(TypeError, match="append-only"), transaction():
        db.session.scalars(sa.select(SafetyPlan)).one().signs = "Something else"

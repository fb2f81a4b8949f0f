"""A patient of whom there is something to say in every part of the brief."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from companion.checkins import services as checkins
from companion.checkins.services import Detail
from companion.contract import services as contract
from companion.contract.rules import GoalWords
from companion.experiments import services as experiments
from companion.experiments.adherence import MomentOutcome
from companion.experiments.rules import Reaction, Telling, Verdict
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_how_it_is, make_moment, make_re_rating, make_reflection
from tests.factories.contract import agreed_contract, let_rest, one_off, practice_task, response_task, weekly
from tests.factories.people import Practice
from tests.factories.stories import happened

EVENING = datetime(2025, 2, 5, 18, tzinfo=UTC)
"""The first of 26 evenings on which something happened."""
EVENINGS = 26


def everything_said(practice: Practice, *, on_top: int = 0) -> list[UUID]:
    """As much as there can be to say; the patient puts so many of the entries, and of the occasions, at the top.

    Returns the tasks that are agreed.
    """
    goals = [GoalWords(text=f"A goal that takes a line of its own to be said, number {n}") for n in range(3)]
    tasks = [
        weekly(3),
        weekly(2, "Say what I want before I am asked"),
        one_off(date(2025, 3, 30), "Tell my aunt where I really go on Tuesdays", telling=True),
        one_off(date(2025, 2, 20)),
        practice_task(),
        response_task(),
    ]
    agreed = agreed_contract(practice, tasks, goals=goals)
    for at in (EVENING + timedelta(days=day) for day in range(EVENINGS)):
        occasion = happened(
            practice.patient,
            agreed.task_ids[0],
            at,
            feared=8,
            seen=2,
            telling=Telling.HALF,
            reaction=Reaction.UPSET_THEN_ALL_RIGHT,
            expected_guilt=9,
            enjoyment=4,
            verdict=Verdict.ADAPT,
            learned="I lost every game and stayed until the end, and nobody at home had noticed that I was gone. "
            + "And then I said so. " * 9,
        )
        entry = make_check_in(
            practice.patient,
            at,
            experiment_id=occasion,
            detail=Detail(thought="She waits up, of course. She always does."),
        )
        make_re_rating(practice.patient, entry, at, after_minutes=20)
        if at >= EVENING + timedelta(days=EVENINGS - on_top):
            with transaction():
                checkins.highlight(practice.patient, entry, new_id(), at, is_on=True)
                experiments.highlight(practice.patient, occasion, new_id(), at, is_on=True)
    with transaction():
        contract.flag_task(practice.patient, agreed.task_ids[2], "Because you say so.", EVENING)
    for day, outcome in enumerate(tuple(MomentOutcome) * 3):
        make_moment(practice.patient, EVENING + timedelta(days=day, hours=1), outcome, toward="my sister")
    for day in (-31, -1, 26):
        at = EVENING + timedelta(days=day)
        make_how_it_is(practice.patient, at, words="Some days it is the only hour that is mine. " * 4)
        make_reflection(practice.patient, at, "To stay a little longer than I think I may. " * 3)
    let_rest(practice, agreed, at=EVENING + timedelta(days=25), until=EVENING + timedelta(days=26))
    return list(agreed.task_ids)

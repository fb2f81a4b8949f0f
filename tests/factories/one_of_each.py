"""One of every thing that has an id in a path, for the guards that walk the url map."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from companion.accounts.rules import Actor
from companion.accounts.services import new_code_for
from companion.checkins import queries as entries
from companion.checkins import services as checkins
from companion.checkins.rules import Door, Entry, Rated
from companion.contract import services as contract
from companion.contract.queries import version
from companion.contract.rules import Scope
from companion.kernel.ids import new_id
from companion.sessions import services as sessions
from companion.sessions.queries import coming_sessions
from companion.transaction import transaction
from tests.factories.contract import (
    agreed_contract,
    drafted_contract,
    one_off,
    practice_task,
    proposed_contract,
    weekly,
)
from tests.factories.experiments import did, planned
from tests.factories.people import Practice

DAY = timedelta(days=1)
AHEAD = date(2025, 12, 1)


class OneOfEach:
    """The ids of real things of a practice's patient, by the names that paths have for them; and an open code."""

    def __init__(self, practice: Practice, now: datetime) -> None:
        agreed = agreed_contract(practice, [weekly(), practice_task()])
        with transaction():
            self.code = new_code_for(practice.therapist, practice.patient.id, now)
            pause_id = contract.pause(practice.patient, Scope.TASK, agreed.lineage_ids[1], now - DAY)
        proposed = proposed_contract(practice, at=now)
        draft = version(practice.therapist, practice.patient.id, drafted_contract(practice, [one_off(AHEAD)], at=now))
        said = did(practice.patient, agreed.task_ids[0], now - 3 * DAY)
        check_in_id, conflict_id = _two_under_one_id(practice.patient, now)
        self._ids: dict[str, object] = {
            "patient_id": practice.patient.id,
            "version_id": draft.id,
            "goal_id": draft.goals[0].id,
            "task_id": draft.tasks[0].id,
            "cost_id": draft.costs[0].id,
            "pause_id": pause_id,
            "experiment_id": planned(practice.patient, agreed.task_ids[0], now + 2 * DAY, at=now),
            "check_in_id": check_in_id,
            "conflict_id": conflict_id,
            "session_id": _session(practice, now),
            "filename": "css/tokens.css",
        }
        self._elsewhere: dict[str, dict[str, object]] = {
            "contract.answer": {"version_id": proposed.id},
            "contract.give_answer": {"version_id": proposed.id},
            "contract.version_order": {"version_id": proposed.id},
            "contract.flag_version": {"version_id": proposed.id},
            "contract.withdraw": {"version_id": proposed.id},
            "contract.task_order": {"task_id": agreed.task_ids[0]},
            "contract.flag_task": {"task_id": agreed.task_ids[0]},
            "experiments.correct": {"experiment_id": said},
            "experiments.keep_correction": {"experiment_id": said},
        }

    def ids_for(self, endpoint: str, arguments: set[str]) -> dict[str, object]:
        """What stands in a path of this endpoint; a KeyError names an argument that nothing was made for."""
        mine = self._ids | self._elsewhere.get(endpoint, {})
        return {name: mine[name] for name in arguments}


def _two_under_one_id(patient: Actor, now: datetime) -> tuple[UUID, UUID]:
    entry = Entry(new_id(), Door.GUILT, patient.zone, Rated(7), Rated(6))
    with transaction():
        kept = checkins.save(patient, entry, now)
        checkins.save(patient, replace(entry, guilt=Rated(2)), now)
    return kept.id, entries.conflicts_of(patient, kept.id)[0].id


def _session(practice: Practice, now: datetime) -> UUID:
    with transaction():
        sessions.set_next_session(practice.therapist, practice.patient.id, now + DAY, now)
    return coming_sessions(practice.therapist, practice.patient.id, now)[0].id

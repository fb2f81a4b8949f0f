"""Which rows of a patient's the patient carries away; and what the file is called."""

from datetime import date
from typing import Any

from companion.accounts.rules import Role
from companion.contract.rules import State
from companion.privacy.rules import file_name, read_by_the_patient, whose


def review(key: int, side: Role, round_number: int, replaces: int | None = None) -> dict[str, Any]:
    return {"id": key, "goal_lineage_id": 7, "side": side, "round_number": round_number, "replaces_id": replaces}


def test_its_name_says_nothing() -> None:
    assert file_name(date(2025, 3, 5)) == "my-pages-2025-03-05.json"


def test_whose_a_row_is_stands_in_one_column() -> None:
    assert whose("user", ["id", "name"]) == "id"
    assert whose("check_in", ["id", "patient_id"]) == "patient_id"
    assert whose("consent", ["id", "user_id"]) == "user_id"
    assert whose("private_note", ["id", "patient_id"]) is None
    assert whose("clinic", ["id"]) is None
    assert whose("of_tomorrow", ["id"]) is None


def test_of_drafts_the_patient_reads_their_own() -> None:
    rows = [{"state": state, "author": author} for state in State for author in (Role.PATIENT, Role.THERAPIST)]
    left_out = [row for row in rows if row not in read_by_the_patient("contract_version", rows)]
    assert left_out == [{"state": State.DRAFT, "author": Role.THERAPIST}]


def test_how_the_therapist_saw_a_goal_is_read_by_who_answered_and_as_it_stands() -> None:
    mine, corrected = review(1, Role.PATIENT, 1), review(2, Role.PATIENT, 1, replaces=1)
    theirs, put_right = review(3, Role.THERAPIST, 1), review(4, Role.THERAPIST, 1, replaces=3)
    blind = review(5, Role.THERAPIST, 2)
    found = read_by_the_patient("goal_review", [mine, corrected, theirs, put_right, blind])
    assert found == [mine, corrected, put_right]


def learned(session: int, side: Role, number: int) -> dict[str, Any]:
    return {"session_id": session, "side": side, "number": number}


def test_what_the_therapist_says_was_learned_is_read_by_who_answered_and_as_it_stands() -> None:
    mine, first, latest = learned(1, Role.PATIENT, 3), learned(1, Role.THERAPIST, 1), learned(1, Role.THERAPIST, 2)
    blind = learned(2, Role.THERAPIST, 1)
    assert read_by_the_patient("learned_answer", [mine, first, latest, blind]) == [mine, latest]


def test_of_other_tables_every_row_is_read() -> None:
    rows = [{"id": 1}, {"id": 2}]
    assert read_by_the_patient("check_in", rows) == rows

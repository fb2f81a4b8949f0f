"""A patient takes a copy: all that is theirs, nothing of anybody else's, and it says nothing on the outside."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.ctx import AppContext

from companion.accounts.models import LoginSession
from companion.accounts.rules import Role
from companion.accounts.rules.sessions import CONFIRMATION_HOLDS
from companion.contract.models import ContractVersion, Goal
from companion.contract.rules import State
from companion.extensions import Base, db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError
from companion.privacy import queries, services
from companion.privacy.rules import LEFT_OUT, NOT_THEIRS, whose
from companion.sealed import WithWords
from tests.conftest import NOON
from tests.factories.one_of_each import OneOfEach
from tests.factories.people import Practice
from tests.support.client import Browser
from tests.support.ground import Ground
from tests.support.noted import Event, noted
from tests.support.routes import client_of
from tests.support.statements import statements

COPY = "/settings/copy"


def copy_of(ground: Ground, things: OneOfEach) -> dict[str, Any]:
    with ground.app.app_context():
        told: dict[str, Any] = json.loads(json.dumps(queries.copy_of(things.practice.patient, NOON)))
        return told


def texts(value: object) -> Iterator[str]:
    """Every text in it, keys aside."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def undecided(metadata: sa.MetaData) -> list[str]:
    """Tables of which nobody has said whether a patient's copy holds them."""
    return [
        name
        for name, table in metadata.tables.items()
        if name not in NOT_THEIRS and whose(name, table.columns.keys()) is None
    ]


# What is in it


def test_each_table_is_in_the_copy_or_said_not_to_be() -> None:
    assert undecided(db.metadata) == []


def test_a_table_that_nobody_thought_of_is_found() -> None:
    metadata = sa.MetaData()
    sa.Table("of_tomorrow", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("of_a_patient", metadata, sa.Column("patient_id", sa.Uuid, primary_key=True))
    assert undecided(metadata) == ["of_tomorrow"]


def test_all_that_both_patients_have_is_in_either_copy(ground: Ground) -> None:
    """Row by row, as the database counts them; but for what the therapist still drafts."""
    for things in (ground.things, ground.theirs):
        told, patient_id = copy_of(ground, things), things.practice.patient.id
        with ground.app.app_context():
            hidden = sa.select(ContractVersion.id).where(
                ContractVersion.state == State.DRAFT, ContractVersion.author == Role.THERAPIST
            )
            for table in db.metadata.sorted_tables:
                if (column := whose(table.name, table.columns.keys())) is None:
                    assert table.name not in told["tables"]
                    continue
                query = sa.select(sa.func.count()).select_from(table).where(table.columns[column] == patient_id)
                if table.name == "contract_version":
                    query = query.where(table.columns.id.not_in(hidden))
                elif "version_id" in table.columns:
                    query = query.where(table.columns.version_id.not_in(hidden))
                assert len(told["tables"][table.name]) == db.session.scalar(query), table.name


def test_words_are_opened_and_dates_are_plain(ground: Ground) -> None:
    told = copy_of(ground, ground.things)
    (me,) = told["tables"]["user"]
    assert me["name"] == "Mark"
    assert told["made_at"] == "2025-03-05T11:00:00+00:00"
    (check_in, *_) = told["tables"]["check_in"]
    assert check_in["occurred_at"] == "2025-03-04T11:00:00+00:00"
    (detail,) = told["tables"]["check_in_detail"]
    assert detail["thought"] == ground.things.marker
    assert "Vera Conti" in told["people"].values()


def test_every_word_that_was_written_stands_open_in_it(ground: Ground) -> None:
    """Also what was kept from the therapist."""
    told = copy_of(ground, ground.things)
    models = {m.class_.__tablename__: m.class_ for m in Base.registry.mappers if issubclass(m.class_, WithWords)}
    columns = {(table, name) for table, model in models.items() if table in told["tables"] for name in model.SEALED}
    shown = {
        (table, name)
        for table, name in columns
        for row in told["tables"][table]
        if row[name] and not set(row[name]) <= set("0123456789abcdef")
    }
    written = {(table, name) for table, name in columns for row in told["tables"][table] if row[name]}
    assert shown == written
    assert len(written) > 20


def test_nothing_of_anybody_else_is_in_it(ground: Ground) -> None:
    both = (ground.things, ground.theirs)
    for mine, theirs in (both, both[::-1]):
        found = list(texts(copy_of(ground, mine)))
        assert sum(mine.marker in each for each in found) > 20
        assert [each for each in found if theirs.marker in each or str(theirs.practice.patient.id) in each] == []


def test_nothing_that_opens_the_account_is_in_it(ground: Ground) -> None:
    told = copy_of(ground, ground.things)
    assert not told["tables"].keys() & NOT_THEIRS.keys()
    for table, columns in LEFT_OUT.items():
        assert not any(row.keys() & columns for row in told["tables"][table])
    with ground.app.app_context():
        hashes = db.session.scalars(sa.select(LoginSession.token_hash))
        assert not {each.hex() for each in hashes} & set(texts(told))


def test_what_the_therapist_still_drafts_is_left_out_with_its_lines(ground: Ground) -> None:
    told = copy_of(ground, ground.things)
    draft_id = ground.things.ids_for("contract.frame", {"version_id"})["version_id"]
    with ground.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Goal.version_id == draft_id))
    assert str(draft_id) not in set(texts(told))
    states = [(row["state"], row["author"]) for row in told["tables"]["contract_version"]]
    assert ("draft", "therapist") not in states
    assert ("proposed", "therapist") in states


def test_it_takes_the_same_statements_for_who_has_little_and_who_has_much(app: Flask, practice: Practice) -> None:
    with app.app_context(), statements() as few:
        queries.copy_of(practice.patient, NOON)
    with app.app_context():
        OneOfEach(practice, NOON)
        with statements() as many:
            queries.copy_of(practice.patient, NOON)
    assert len(few) == len(many)


# Who gets it, and how


@pytest.mark.parametrize("who", ["therapist", "other_therapist", "admin"])
def test_nobody_but_a_patient_has_a_copy(context: AppContext, practice: Practice, who: str) -> None:
    with pytest.raises(NotFoundError):
        queries.copy_of(getattr(practice, who), NOON)
    with pytest.raises(NotFoundError):
        services.note_copy(getattr(practice, who), NOON)


def test_a_patient_downloads_it_and_that_is_noted(app: Flask, as_patient: Browser, practice: Practice) -> None:
    assert COPY in as_patient.get("/settings").html
    assert as_patient.get(COPY).title == "A copy · companion"
    page = as_patient.send(COPY)
    assert page.headers["Content-Type"] == "application/json"
    assert page.headers["Content-Disposition"] == 'attachment; filename="my-pages-2025-03-05.json"'
    assert page.headers["Cache-Control"] == "no-store"
    assert "ETag" not in page.headers
    assert json.loads(page.html)["tables"]["user"][0]["name"] == "Mark"
    with app.app_context():
        assert noted("exported") == [Event("exported", practice.patient.id, practice.patient.id, {})]


def test_it_asks_again_who_it_is(as_patient: Browser, clock: FrozenClock) -> None:
    clock.advance(seconds=CONFIRMATION_HOLDS.total_seconds())
    assert as_patient.get(COPY).path == "/confirm"
    sent = as_patient.client.post(COPY, data={"csrf_token": as_patient.csrf_token()})
    assert sent.mimetype == "text/html"
    assert "tables" not in sent.text


def test_a_patient_whose_care_has_ended_takes_it_along(ground: Ground) -> None:
    """Care or none: it is read by whose it is, and by nothing else."""
    before = copy_of(ground, ground.things)
    browser = Browser(client_of(ground.app, ground.practice.patient))
    assert json.loads(browser.send(COPY).html)["tables"].keys() == before["tables"].keys()


def test_the_day_of_its_name_is_the_patients_own(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    clock.move_to(NOON + timedelta(hours=12, minutes=30))  # 00:30 in Rome
    browser = Browser(app.test_client()).sign_in(practice.patient)
    assert "2025-03-06" in browser.send(COPY).headers["Content-Disposition"]

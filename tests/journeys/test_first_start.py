"""What a newcomer sees who types `make run`, and what an operator sees of it."""

import os
import re
import signal
import stat
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from companion import create_app
from companion.cli.server import WORKERS
from companion.config import Settings
from companion.extensions import db
from tests.support.postgres import TemporaryPostgres
from tests.support.server import Server, running


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    if request.param == "sqlite":
        return None
    postgres: TemporaryPostgres = request.getfixturevalue("postgres_server")
    postgres.create_database(name := f"first_{tmp_path.name}")
    return postgres.url(name)


def told(server: Server) -> str:
    return server.log.read_text()


def test_the_first_start_makes_everything_and_the_second_keeps_it(tmp_path: Path, database_url: str | None) -> None:
    with running(tmp_path, database_url=database_url) as server:
        patient, therapist = server.sign_in_of("patient"), server.sign_in_of("therapist")
        assert f"companion is at {server.url}" in told(server)
        for person in (patient, therapist):
            assert re.search(rf"{person['username']} +{person['password']}", told(server))
        assert re.search(rf"{therapist['password']}  then code \d{{6}}\n", told(server))
        assert re.search(r"elena +\d{6}\noffice +\d{6}\n", server.command("demo-codes"))
    secrets = {file.name: file.read_text() for file in (tmp_path / "instance").iterdir() if "db" not in file.suffix}
    assert {"secret_key", "database_key", "master_key", "vapid_key", "demo.json"} <= set(secrets)
    for name in secrets:
        assert stat.S_IMODE((tmp_path / "instance" / name).stat().st_mode) == 0o600

    with running(tmp_path, database_url=database_url) as again:
        assert "Filling in" not in told(again)
        assert again.sign_in_of("patient") == patient
        assert patient["password"] in told(again)


def test_a_worker_that_does_not_listen_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    with running(tmp_path, "--no-demo") as server:
        workers = subprocess.check_output(["pgrep", "-P", str(server.group)], text=True).split()
        assert len(workers) == WORKERS
        os.kill(int(workers[0]), signal.SIGSTOP)
    assert "Killing worker-1" in told(server)


def test_without_the_demo_nobody_is_there(tmp_path: Path, database_url: str | None) -> None:
    with running(tmp_path, "--no-demo", database_url=database_url) as server:
        assert "sign in as" not in told(server)
        refused = server.fails("doctor")
        assert "ILL   therapists: 0" in refused
        server.new_account("therapist", "vera", "Vera Conti")
        assert "well  therapists: 1" in server.fails("doctor")


def test_the_doctor_says_what_is_configured_and_that_it_is_well(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        said = server.command("doctor").splitlines()
        assert all(line.startswith("well") for line in said), said
        assert any("SQLite 3." in line and "encrypted" in line for line in said)
        assert f"well  address: {server.url}" in said


def test_the_doctor_sees_a_server_that_could_lose_a_commit(tmp_path: Path) -> None:
    with (
        TemporaryPostgres(durable=False) as careless,
        running(tmp_path, "--no-demo", database_url=careless.url()) as server,
    ):
        assert "ILL   fsync: off" in server.fails("doctor")


def test_a_missing_secret_is_said_in_a_line_each(tmp_path: Path) -> None:
    with running(tmp_path, "--no-demo") as server:
        (tmp_path / "instance" / "secret_key").unlink()
        refused = server.fails("doctor")
        assert "SECRET_KEY: missing" in refused
        assert "Traceback" not in refused


def test_a_taken_name_is_refused_in_plain_words(tmp_path: Path) -> None:
    with running(tmp_path, "--no-demo") as server:
        create = ("therapist", "create", "vera", "--name", "Vera Conti")
        server.command(*create)
        assert "Somebody has this name already" in server.fails(*create)
        assert "Nobody has this name" in server.fails("restore", "nobody")
        assert "begins with this code" in server.command("restore", "vera")


def test_somebody_without_a_key_stops_the_start_and_ails_the_doctor(tmp_path: Path) -> None:
    """As on a machine that was given another installation's key store."""
    with running(tmp_path) as server:
        keys = tmp_path / "instance" / "keys.db"
        keys.rename(keys.with_suffix(".elsewhere"))
        assert "ILL   keys: 8 people have none" in server.fails("doctor")
        assert "isn't this database's key store" in server.fails("run")


def test_another_master_key_is_said_in_a_line(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        (tmp_path / "instance" / "master_key").write_text("0123456789abcdef" * 4)
        refused = server.fails("run")
        assert "wrapped by another MASTER_KEY" in refused
        assert "Traceback" not in refused


def test_a_database_of_before_is_refused_in_a_line(tmp_path: Path) -> None:
    with running(tmp_path, "--no-demo") as server:
        app = create_app(Settings.from_env(server.environment))
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '0002'"))
        refused = server.fails("upgrade")
        assert "begin with an empty one" in refused
        assert "Traceback" not in refused


def test_keys_are_renewed_and_what_was_written_stays_readable(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert "8 keys renewed." in server.command("renew-keys")
        assert "The drop box has key 1 now." in server.command("renew-box-key")
        assert "The drop box has key 2 now." in server.command("renew-box-key")
        assert all(line.startswith("well") for line in server.command("doctor").splitlines())

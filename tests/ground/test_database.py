"""What the database must be before anything is entrusted to it, and what a transaction promises."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.ctx import AppContext

from companion import create_app, database
from companion.accounts.models import Clinic, Consent
from companion.database import DatabaseRefusedError
from companion.extensions import db
from companion.transaction import transaction
from tests.factories.people import Practice
from tests.support.databases import DATABASE_KEY, SqliteFiles, settings_for

WRITERS = 8


def clinic(name: str = "Via Roma 1") -> Clinic:
    return Clinic(name=name, phone="+39 06 555 0100", country="IT")


@pytest.mark.usefixtures("context")
def test_a_transaction_keeps_all_of_it() -> None:
    with transaction():
        db.session.add(clinic())
    assert db.session.scalar(sa.select(Clinic.name)) == "Via Roma 1"


@pytest.mark.usefixtures("context")
def test_a_transaction_that_fails_keeps_nothing() -> None:
    def write_and_fail() -> None:
        with transaction():
            db.session.add(clinic())
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Clinic)) == 0


@pytest.mark.usefixtures("context")
def test_what_is_not_in_a_transaction_is_not_kept() -> None:
    db.session.add(clinic())
    db.session.flush()
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Clinic)) == 0


@pytest.mark.usefixtures("context")
def test_an_append_only_row_is_neither_changed_nor_deleted(practice: Practice) -> None:
    with transaction():
        consent = Consent(user_id=practice.patient.id, text_version="1", at=datetime.now(UTC))
        db.session.add(consent)
    with pytest.raises(TypeError, match="append-only"), transaction():
        consent.text_version = "2"
    with pytest.raises(TypeError, match="append-only"), transaction():
        db.session.delete(consent)


@pytest.mark.usefixtures("context")
def test_an_instant_without_zone_is_refused(practice: Practice) -> None:
    naive = datetime(2025, 1, 1)  # noqa: DTZ001  # that is the point
    with pytest.raises(sa.exc.StatementError, match="time zone"), transaction():
        db.session.add(Consent(user_id=practice.patient.id, text_version="1", at=naive))


@pytest.mark.usefixtures("context")
def test_an_instant_comes_back_in_utc(practice: Practice) -> None:
    at = datetime(2025, 7, 1, 12, tzinfo=UTC)
    with transaction():
        db.session.add(Consent(user_id=practice.patient.id, text_version="1", at=at))
    found = db.session.scalars(sa.select(Consent.at)).one()
    assert (found, found.tzinfo) == (at, UTC)


def test_writers_wait_for_one_another_and_none_is_lost(app: Flask) -> None:
    """Each reads the count and writes one more: without the line, two would read the same."""
    with app.app_context(), transaction():
        db.session.add(clinic("0"))

    def add_one() -> None:
        with app.app_context(), transaction():
            row = db.session.scalars(sa.select(Clinic).with_for_update()).one()
            row.name = str(int(row.name) + 1)

    threads = [threading.Thread(target=add_one) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.scalar(sa.select(Clinic.name)) == str(WRITERS)


def test_a_transaction_goes_on_from_what_was_committed_since_something_was_read(app: Flask) -> None:
    def another() -> None:
        with app.app_context(), transaction():
            db.session.scalars(sa.select(Clinic)).one().name = "1"

    with app.app_context():
        with transaction():
            db.session.add(clinic("0"))
        row = db.session.scalars(sa.select(Clinic)).one()
        assert row.name == "0"
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
        with transaction():
            assert row.name == "1"
            row.name += "2"
        assert db.session.scalar(sa.select(Clinic.name)) == "12"


def sqlite_app(folder: Path) -> Flask:
    return create_app(settings_for(f"sqlite:///{folder}/companion.db", folder))


@pytest.fixture
def sqlite_context(sqlite_files: SqliteFiles, tmp_path: Path) -> AppContext:
    with sqlite_files.clone(f"ground_{tmp_path.name}") as url:
        return create_app(settings_for(url, tmp_path)).app_context()


def test_every_sqlite_connection_is_synced_whole_and_keyed(sqlite_context: AppContext) -> None:
    with sqlite_context, db.engine.connect() as connection:
        for name, wanted in database.PRAGMAS.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == wanted
        db.engine.dispose()


def test_a_sqlite_that_can_corrupt_the_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_SQLITE", (99, 0, 0))
    with sqlite_app(tmp_path).app_context(), pytest.raises(DatabaseRefusedError, match=r"99\.0\.0"):
        db.session.execute(sa.text("SELECT 1"))


def test_a_setting_that_does_not_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PRAGMAS", {**database.PRAGMAS, "journal_mode": "no_such_mode"})
    with sqlite_app(tmp_path).app_context(), pytest.raises(DatabaseRefusedError, match="journal_mode"):
        db.session.execute(sa.text("SELECT 1"))


def test_another_key_does_not_open_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite_app(tmp_path).app_context():
        db.create_all()
        db.engine.dispose()
    monkeypatch.setattr("tests.support.databases.DATABASE_KEY", bytes(reversed(DATABASE_KEY)))
    with sqlite_app(tmp_path).app_context(), pytest.raises(DatabaseRefusedError, match="another DATABASE_KEY"):
        db.session.execute(sa.text("SELECT count(*) FROM user"))


def test_the_file_holds_no_clear_text(tmp_path: Path) -> None:
    marker = "a sentence that must not be found"
    with sqlite_app(tmp_path).app_context():
        db.create_all()
        with transaction():
            db.session.add(clinic(marker))
        db.session.remove()
        db.engine.dispose()
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert len(written) > len(marker)
    assert marker.encode() not in written
    assert not written.startswith(b"SQLite format 3")

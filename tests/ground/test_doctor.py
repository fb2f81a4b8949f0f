"""The doctor says what would keep reminders from arriving."""

from dataclasses import replace
from pathlib import Path

import pytest

from companion import create_app
from companion.cli.doctor import Finding, examine
from companion.extensions import db
from tests.support.databases import SqliteFiles, settings_for

HERE, PUBLIC = "http://localhost:8000", "https://companion.example.org"


def found_of_push(files: SqliteFiles, folder: Path, public_url: str, subject: str) -> Finding:
    """What it finds of push where people use this address, and it is signed by this subject."""
    with files.clone("of_the_doctor") as url:
        app = create_app(replace(settings_for(url, folder, public_url), vapid_subject=subject))
        (found,) = [finding for finding in examine(app) if finding.what == "push"]
        with app.app_context():
            db.engine.dispose()
    return found


@pytest.mark.parametrize("subject", [PUBLIC, "mailto:office@localhost.example", "https://practice.example:8443"])
def test_who_can_be_reached_is_well(sqlite_files: SqliteFiles, tmp_path: Path, subject: str) -> None:
    assert found_of_push(sqlite_files, tmp_path, PUBLIC, subject) == Finding("push", f"signed as {subject}")


@pytest.mark.parametrize("subject", ["mailto:root@localhost", "https://localhost", "https://localhost:8443"])
def test_apple_refuses_who_cannot(sqlite_files: SqliteFiles, tmp_path: Path, subject: str) -> None:
    """On a public address that ails; where no phone comes by it is only said."""
    ill = found_of_push(sqlite_files, tmp_path, PUBLIC, subject)
    well = found_of_push(sqlite_files, tmp_path, HERE, subject)
    assert (ill.is_well, well.is_well) == (False, True)
    assert "Apple refuses" in ill.says
    assert ill.says == well.says

"""A practice that is put back as it was whenever something was written, and how hard to look.

Every run tries the same inputs. To try others, and for longer:
    HYPOTHESIS_PROFILE=long .venv/bin/python -m pytest -n 2 tests/fuzz
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from companion.kernel.ids import new_id
from tests.conftest import NOON
from tests.support.databases import PostgresDatabases, SqliteFiles
from tests.support.ground import stocked
from tests.support.target import Target, aimed_at

ALWAYS = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
settings.register_profile("short", ALWAYS, max_examples=4, derandomize=True)
settings.register_profile("long", ALWAYS, max_examples=40)


@pytest.fixture(autouse=True, scope="module")
def how_hard() -> Iterator[None]:
    """The profile for these tests alone."""
    before = settings.get_current_profile_name()
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))
    yield
    settings.load_profile(before)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    databases: SqliteFiles | PostgresDatabases = request.getfixturevalue(
        "sqlite_files" if request.param == "sqlite" else "postgres_databases"
    )
    name = f"fuzz_{new_id().hex}"
    with (
        databases.clone(name) as url,
        stocked(url, tmp_path_factory.mktemp("fuzz"), NOON) as ground,
        aimed_at(ground, databases, name) as target,
    ):
        yield target

"""The demo practice on each database, built once."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.demo import demo_practice


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def demo_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    databases = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_databases")
    with demo_practice(databases, tmp_path_factory.mktemp("demo")) as app:
        yield app

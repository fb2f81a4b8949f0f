"""One practice for all evenings, and Mark's phone with the app on it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser as Chromium

from companion.contract.rules import TaskKind, TaskWords
from tests.browser.box.phone import phone_of
from tests.browser.debriefs import TELLS, practice_of
from tests.browser.evenings.pace import Thumb
from tests.factories.contract import FRAME, TaskPlan, agreed_contract, weekly
from tests.support.server import Server, running

UNSAID = TaskPlan(TaskWords(text="Keep the cutting sentence to myself.", kind=TaskKind.RESPONSE))


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("evenings")) as server:
        yield server


@pytest.fixture(scope="package")
def task_ids(demo: Server) -> tuple[UUID, ...]:
    """Since yesterday: something for himself three times a week, telling someone once, and the cutting sentence."""
    with practice_of(demo) as practice:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        frame = replace(FRAME, review_on=(yesterday + timedelta(days=60)).date())
        return agreed_contract(practice, [weekly(), TELLS, UNSAID], at=yesterday, frame=frame).task_ids


@pytest.fixture
def mark(chromium: Chromium, demo: Server, task_ids: tuple[UUID, ...]) -> Iterator[Thumb]:
    with phone_of(chromium, demo.url, timezone_id="Europe/Rome", locale="en-GB") as (_, phone):
        phone.sign_in(demo.sign_in_of("patient"))
        phone.be_ready()
        yield Thumb(phone.page)

"""Counting tries: how many there are, how they come back, and that all workers count together."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.ctx import AppContext

from companion import create_app
from companion.accounts import services
from companion.accounts.models import Throttle
from companion.accounts.rules.throttling import Tries
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.transaction import transaction
from tests.conftest import NOON
from tests.support.at_once import at_once
from tests.support.databases import settings_for
from tests.support.statements import statements

HOUR = timedelta(hours=1)


def take(tries: Tries, *whose: str, at: datetime = NOON) -> bool:
    with transaction():
        return services.take_try(tries, at, *whose)


def empty(tries: Tries, *whose: str, at: datetime = NOON) -> int:
    """Take all the tries there are; how many there were."""
    taken = 0
    while take(tries, *whose, at=at):
        taken += 1
    return taken


@pytest.mark.parametrize("tries", Tries)
def test_there_are_as_many_tries_as_the_bucket_holds(context: AppContext, tries: Tries) -> None:
    assert empty(tries, "vera", "net") == tries.value.cap


@pytest.mark.parametrize("tries", Tries)
def test_one_comes_back_every_so_many_seconds(context: AppContext, tries: Tries) -> None:
    empty(tries, "net")
    second, pause = timedelta(seconds=1), timedelta(seconds=tries.value.seconds_a_try)
    assert not take(tries, "net", at=NOON + pause - second)
    assert empty(tries, "net", at=NOON + pause) == 1
    assert empty(tries, "net", at=NOON + 4 * pause) == 3
    assert empty(tries, "net", at=NOON + 365 * 24 * HOUR) == tries.value.cap


def test_being_refused_costs_nothing_more(context: AppContext) -> None:
    tries = Tries.ACCOUNT_FROM_NETWORK
    empty(tries, "vera", "net")
    pause = timedelta(seconds=tries.value.seconds_a_try)
    for seconds in range(0, 120, 10):
        assert not take(tries, "vera", "net", at=NOON + timedelta(seconds=seconds))
    assert take(tries, "vera", "net", at=NOON + pause)


def test_others_accounts_and_networks_have_their_own(context: AppContext) -> None:
    empty(Tries.ACCOUNT_FROM_NETWORK, "vera", "net")
    assert take(Tries.ACCOUNT_FROM_NETWORK, "vera", "another net")
    assert take(Tries.ACCOUNT_FROM_NETWORK, "paolo", "net")
    assert take(Tries.CODE_FROM_NETWORK, "vera", "net")
    assert take(Tries.ACCOUNT_FROM_NETWORK, "veran", "et")  # where one name ends is told


def test_who_got_in_has_all_tries_again(context: AppContext) -> None:
    empty(Tries.ACCOUNT_FROM_NETWORK, "vera", "net")
    with transaction():
        services.give_back_tries(Tries.ACCOUNT_FROM_NETWORK, "vera", "net")
    assert empty(Tries.ACCOUNT_FROM_NETWORK, "vera", "net") == Tries.ACCOUNT_FROM_NETWORK.value.cap


def test_one_statement_decides(context: AppContext) -> None:
    with transaction(), statements() as asked:
        services.take_try(Tries.NETWORK, NOON, "net")
    about = [statement.split()[0] for statement in asked if "throttle" in statement]
    assert about == ["DELETE", "INSERT"]


def test_a_clock_that_is_behind_gives_no_tries_back(context: AppContext) -> None:
    empty(Tries.NETWORK, "net")
    for at in (NOON - HOUR, NOON, NOON - HOUR, NOON):
        assert not take(Tries.NETWORK, "net", at=at)
    pause = timedelta(seconds=Tries.NETWORK.value.seconds_a_try)
    assert take(Tries.NETWORK, "net", at=NOON + pause)
    assert not take(Tries.NETWORK, "net", at=NOON)
    assert not take(Tries.NETWORK, "net", at=NOON + pause)


def test_two_clocks_that_differ_give_no_tries_back(context: AppContext) -> None:
    behind = NOON - HOUR
    taken = sum(take(Tries.NETWORK, "net", at=at) for at in [NOON, behind] * Tries.NETWORK.value.cap)
    assert taken == Tries.NETWORK.value.cap


def test_full_buckets_that_have_drained_are_forgotten(context: AppContext) -> None:
    empty(Tries.CODE_OF_ACCOUNT, "vera")
    take(Tries.NETWORK, "net", at=NOON + 24 * HOUR)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Throttle)) == 1
    assert empty(Tries.CODE_OF_ACCOUNT, "vera", at=NOON + 24 * HOUR) == Tries.CODE_OF_ACCOUNT.value.cap


def test_nothing_is_forgotten_before_it_has_drained(context: AppContext) -> None:
    tries = Tries.CODE_OF_ACCOUNT
    empty(tries, "vera")
    almost = timedelta(seconds=tries.value.cap * tries.value.seconds_a_try - tries.value.seconds_a_try)
    take(Tries.NETWORK, "net", at=NOON + almost)
    assert empty(tries, "vera", at=NOON + almost) == tries.value.cap - 1


def test_the_table_names_nobody(context: AppContext) -> None:
    take(Tries.ACCOUNT_FROM_NETWORK, "vera", "203.0.113.9")
    bucket = db.session.scalars(sa.select(Throttle.bucket)).one()
    assert len(bucket) == 32
    assert b"vera" not in bucket
    assert b"203" not in bucket


def test_all_workers_count_together_also_at_the_same_moment(
    app: Flask, database_url: str, clock: FrozenClock, tmp_path: Path
) -> None:
    workers = [app, create_app(settings_for(database_url, tmp_path), clock)]

    def ask(worker: Flask) -> bool:
        with worker.app_context():
            return take(Tries.ACCOUNT_FROM_NETWORK, "vera", "net")

    answers = at_once([lambda n=n: ask(workers[n % 2]) for n in range(30)])  # type: ignore[misc]
    assert sum(answers) == Tries.ACCOUNT_FROM_NETWORK.value.cap
    with workers[1].app_context():
        db.engine.dispose()

"""No service that writes is left out of what is killed."""

from collections.abc import Callable, Iterator
from inspect import getmembers, isfunction
from types import ModuleType

from companion.accounts import services as accounts
from companion.checkins import services as checkins
from companion.contract import services as contract
from companion.experiments import services as experiments
from companion.formulation import services as formulation
from companion.privacy import services as privacy
from companion.sessions import services as sessions
from tests.faults.acts import ACTS

ROOMS = (accounts, formulation, contract, experiments, checkins, sessions, privacy)
WRITE_NOTHING = {
    accounts.challenge: "carries its own voucher",
    accounts.hash_of: "computes",
    accounts.hash_of_pin: "computes",
    accounts.how_to_add: "reads",
    accounts.how_to_use: "computes",
    accounts.is_password_of: "reads",
    accounts.is_pin_of: "reads",
    accounts.is_still_stored: "reads",
    accounts.recognise: "reads",
    accounts.tries_left: "reads",
    accounts.take_turn: "locks a row, and leaves it as it is",
    experiments.require_own_person: "reads",
}


def services_of(room: ModuleType) -> Iterator[Callable[..., object]]:
    """What a room offers: the functions that it exports or, being one file, defines without an underscore."""
    for name, service in getmembers(room, isfunction):
        if name in getattr(room, "__all__", ()) or (service.__module__ == room.__name__ and not name.startswith("_")):
            yield service


def without_act(services: set[Callable[..., object]]) -> set[str]:
    known = {act.service for act in ACTS.values()} | WRITE_NOTHING.keys()
    return {f"{service.__module__}.{service.__name__}" for service in services - known}


def test_every_service_has_an_act_or_writes_nothing() -> None:
    offered = {service for room in ROOMS for service in services_of(room)}
    assert without_act(offered) == set()
    assert WRITE_NOTHING.keys() <= offered
    assert not WRITE_NOTHING.keys() & {act.service for act in ACTS.values()}


def test_a_service_without_one_is_found() -> None:
    def of_tomorrow() -> None: ...

    assert without_act({of_tomorrow, accounts.rename}) == {f"{__name__}.of_tomorrow"}

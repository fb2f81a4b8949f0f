"""What people read and change about themselves."""

import pytest
from flask import Flask

from companion.accounts import services
from companion.accounts.rules import Actor
from companion.transaction import transaction
from tests.conftest import NOON
from tests.factories.people import Practice
from tests.factories.signing_in import ROME
from tests.factories.signing_in import nora as make_nora
from tests.support.client import Browser

KATHMANDU = "Asia/Kathmandu"


@pytest.fixture
def nora(app: Flask, practice: Practice) -> Actor:
    """Nora has begun and signs in as nora."""
    with app.app_context():
        return make_nora(practice).actor


@pytest.fixture
def as_nora(app: Flask, nora: Actor) -> Browser:
    return Browser(app.test_client()).sign_in(nora)


def test_settings_say_what_is_one_s_own(as_nora: Browser) -> None:
    text = as_nora.get("/settings").text
    for said in ("Nora", "Europe/Rome", "as nora", "Vera Conti"):
        assert said in text


def test_a_therapist_has_settings_without_a_patient_s(as_therapist: Browser) -> None:
    page = as_therapist.get("/settings")
    assert "What my therapist sees" not in page.text
    assert "Vera Conti" in page.text


def test_a_name_is_changed(as_nora: Browser) -> None:
    page = as_nora.submit(as_nora.get("/settings/name"), {"name": " Norina "})
    assert page.path == "/settings"
    assert "Norina" in page.text


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\x00b"])
def test_a_name_that_cannot_be_one_is_refused(as_nora: Browser, name: str) -> None:
    page = as_nora.submit(as_nora.get("/settings/name"), {"name": name}, expect=422)
    assert page.errors()
    assert "Norina" not in as_nora.get("/settings").text


def test_a_zone_is_changed(as_nora: Browser) -> None:
    form = as_nora.get("/settings/zone")
    assert form.value("zone") == ROME
    assert "Asia/Kathmandu" in as_nora.submit(form, {"zone": KATHMANDU}).text


def test_a_zone_that_is_not_offered_any_more_stays_chosen(app: Flask, as_nora: Browser, nora: Actor) -> None:
    with app.app_context(), transaction():
        services.note_zone(nora, "GB", NOON)
    form = as_nora.get("/settings/zone")
    assert form.value("zone") == "GB"
    as_nora.submit(form)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "a\x00b"])
def test_a_zone_that_does_not_exist_is_refused(as_nora: Browser, zone: str) -> None:
    assert as_nora.submit(as_nora.get("/settings/zone"), {"zone": zone}, expect=422).errors()

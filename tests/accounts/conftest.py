"""Somebody on either side who can sign in, for the pages of accounts."""

import pytest
from flask import Flask

from tests.factories.people import Practice
from tests.factories.signing_in import Known, add_passkey, nora, staff
from tests.support.soft_passkey import SoftPasskey


@pytest.fixture
def patient(app: Flask, practice: Practice) -> Known:
    with app.app_context():
        return nora(practice)


@pytest.fixture
def vera(app: Flask) -> Known:
    with app.app_context():
        return staff()


@pytest.fixture
def passkey(app: Flask, vera: Known) -> SoftPasskey:
    with app.app_context():
        return add_passkey(vera.actor)

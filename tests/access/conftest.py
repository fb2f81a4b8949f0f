"""The forms of the pages, found once for each file of tests."""

import pytest

from tests.support.forms import Forms
from tests.support.ground import Ground


@pytest.fixture(scope="module")
def forms(ground: Ground) -> Forms:
    """Those about the practice's patient."""
    return Forms(ground.app, ground.things)


@pytest.fixture(scope="module")
def their_forms(ground: Ground) -> Forms:
    """Those about the other patient, as shown to the other patient and therapist."""
    return Forms(ground.app, ground.theirs)

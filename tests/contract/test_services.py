"""What the two sides do about the contract."""

import pytest

from tests.factories.contract import agreed_contract
from tests.factories.people import Practice

pytestmark = pytest.mark.usefixtures("context")


def test_smoke(practice: Practice) -> None:
    first = agreed_contract(practice)
    print(first)
    again = agreed_contract(practice)
    assert again.version.is_in_force

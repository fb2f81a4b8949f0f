"""Keys that nothing could be sealed to are said at subscribing, not found out when a reminder never comes."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from companion.kernel.errors import RefusedError
from companion.reminders.push.keys import check_keys

PUBLIC = ec.derive_private_key(7, ec.SECP256R1()).public_key()
POINT = PUBLIC.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
SECRET = bytes(range(16))


def in_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_what_a_browser_gives_is_taken() -> None:
    check_keys(in_base64url(POINT), in_base64url(SECRET))


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(POINT[:-1], id="a byte less"),
        pytest.param(POINT + b"\0", id="a byte more"),
        pytest.param(POINT[:-1] + bytes([POINT[-1] ^ 1]), id="off the curve"),
        pytest.param(b"\x05" + POINT[1:], id="no such form"),
        pytest.param(PUBLIC.public_bytes(Encoding.X962, PublicFormat.CompressedPoint), id="compressed"),
        pytest.param(b"\0" * 65, id="no point"),
    ],
)
def test_a_point_that_is_none(point: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        check_keys(in_base64url(point), in_base64url(SECRET))
    assert refused.value.field == "p256dh"


@pytest.mark.parametrize("text", [base64.b64encode(POINT).decode(), "ä" * 87, in_base64url(POINT) + "\n"])
def test_a_point_in_another_writing(text: str) -> None:
    with pytest.raises(RefusedError):
        check_keys(text, in_base64url(SECRET))


@pytest.mark.parametrize("secret", [b"", SECRET[:-1], SECRET + b"\0"])
def test_a_secret_of_another_length(secret: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        check_keys(in_base64url(POINT), in_base64url(secret))
    assert refused.value.field == "auth"

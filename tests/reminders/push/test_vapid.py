"""A push service learns who pushes from a token that is signed once, and again in good time."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from companion.reminders.push.vapid import RENEWED_AFTER, VALID_FOR, Signatures
from tests.support.databases import VAPID_KEY

AT = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
ORIGIN = "https://fcm.googleapis.com"


def signatures(subject: str = "mailto:office@practice.example") -> Signatures:
    return Signatures(VAPID_KEY, subject)


def claims(header: str) -> dict[str, Any]:
    said = header.removeprefix("vapid t=").split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(said + "==")))


def test_it_says_for_whom_until_when_and_who() -> None:
    assert claims(signatures().header(ORIGIN, AT)) == {
        "aud": ORIGIN,
        "exp": int((AT + VALID_FOR).timestamp()),
        "sub": "mailto:office@practice.example",
    }


def test_a_subject_may_have_a_port() -> None:
    subject = "https://practice.example:8443"
    assert claims(signatures(subject).header(ORIGIN, AT))["sub"] == subject


def test_it_is_signed_once_for_an_origin() -> None:
    ours = signatures()
    first = ours.header(ORIGIN, AT)
    assert ours.header(ORIGIN, AT + RENEWED_AFTER - timedelta(seconds=1)) == first
    assert claims(ours.header("https://web.push.apple.com", AT))["aud"] == "https://web.push.apple.com"
    assert ours.header(ORIGIN, AT) == first


def test_it_is_renewed_long_before_it_ends() -> None:
    ours, later = signatures(), AT + RENEWED_AFTER
    first = ours.header(ORIGIN, AT)
    assert claims(ours.header(ORIGIN, later))["exp"] == int((later + VALID_FOR).timestamp())
    assert claims(first)["exp"] - later.timestamp() >= timedelta(hours=6).total_seconds()


def test_it_is_renewed_when_the_clock_went_back() -> None:
    """Or it would say, by the right clock, that it ends in more than a day."""
    ours, before = signatures(), AT - timedelta(days=2)
    ours.header(ORIGIN, AT)
    assert claims(ours.header(ORIGIN, before))["exp"] == int((before + VALID_FOR).timestamp())


def test_what_has_ended_is_forgotten() -> None:
    """Whoever subscribes under ever other names of a service doesn't fill the memory."""
    ours = signatures()
    for number in range(50):
        ours.header(f"https://a{number}.notify.windows.com", AT)
    ours.header(ORIGIN, AT + RENEWED_AFTER)
    assert list(ours._signed) == [ORIGIN]  # noqa: SLF001  # its size shows nowhere else

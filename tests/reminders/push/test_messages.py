"""A message is one that a push service takes, and shows nobody whose it is."""

import pytest

from companion.reminders.push.messages import Message, Urgency


def message(body: bytes = b"{}", topic: str = "due", ttl: int = 3600) -> Message:
    return Message("https://fcm.googleapis.com/secret", "point", "shared", body, topic, Urgency.HIGH, ttl)


@pytest.mark.parametrize("topic", ["", "a" * 33, "a b", "a\r\nb", "ä", "a=", "due\n"])
def test_a_topic_that_is_none(topic: str) -> None:
    with pytest.raises(ValueError, match="topic"):
        message(topic=topic)


@pytest.mark.parametrize("ttl", [-1, 7201])
def test_it_lives_two_hours_at_most(ttl: int) -> None:
    with pytest.raises(ValueError, match="lives"):
        message(ttl=ttl)


def test_it_says_something() -> None:
    with pytest.raises(ValueError, match="body"):
        message(body=b"")


def test_whose_it_is_and_what_it_says_is_not_in_its_representation() -> None:
    text = repr(message(body=b"words"))
    assert not [each for each in ("secret", "point", "shared", "words") if each in text]

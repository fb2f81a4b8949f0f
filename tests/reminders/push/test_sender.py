"""What is sent arrives, sealed and signed as a push service wants it."""

import threading
from datetime import datetime, timedelta

import pytest

from companion.reminders.push.messages import LONGEST_BODY, Kind, Outcome, PushService, Urgency
from companion.reminders.push.sender import Limits, WebPush
from companion.reminders.push.vapid import RENEWED_AFTER
from tests.factories.push import message_to
from tests.reminders.push.conftest import SUBJECT, Sending
from tests.support.push_sink import Answer, PushSink
from tests.support.target import logged

HANDED_OVER = Outcome(Kind.HANDED_OVER, "201")


def test_it_arrives_and_only_the_phone_opens_it(sink: PushSink, sender: PushService, at: datetime) -> None:
    phone, other = sink.phone(), sink.phone()
    assert sender.send_all([message_to(phone, b"You set a reminder.")], at) == [HANDED_OVER]
    (received,) = sink.received
    assert b"reminder" not in received.body
    assert phone.opened(received) == b"You set a reminder."
    with pytest.raises(Exception, match=r"tag|Decryption"):
        other.opened(received)


def test_it_says_all_that_a_push_service_asks_for(sink: PushSink, sender: WebPush, at: datetime) -> None:
    sender.send_all([message_to(sink.phone(), topic="plan-1")], at)
    (received,), headers = sink.received, sink.received[0].headers
    assert sink.faults == []
    assert (headers["ttl"], headers["urgency"], headers["topic"]) == ("3600", Urgency.NORMAL, "plan-1")
    assert headers["content-encoding"] == "aes128gcm"
    assert "cookie" not in headers
    assert (received.claims["aud"], received.claims["sub"]) == (sink.origin, SUBJECT)
    assert timedelta(0) < datetime.fromtimestamp(received.claims["exp"], at.tzinfo) - at <= timedelta(hours=24)


def test_an_endpoint_is_written_as_the_push_service_wrote_it(sink: PushSink, sender: WebPush, at: datetime) -> None:
    path = "/w/%7Ea//b/../c;d?token=BQY%2fab%3d%3d&x=%20+"
    sender.send_all([message_to(sink.phone(path=path))], at)
    assert [received.path for received in sink.received] == [path]


def test_the_longest_that_fits_is_taken(sink: PushSink, sender: WebPush, at: datetime) -> None:
    phone, body = sink.phone(), b"x" * LONGEST_BODY
    assert sender.send_all([message_to(phone, body)], at) == [HANDED_OVER]
    assert len(sink.received[0].body) == 4096
    assert phone.opened(sink.received[0]) == body


def test_many_share_connections_and_one_signature(sink: PushSink, sending: Sending, at: datetime) -> None:
    sender, phones = sending(Limits(in_flight=8)), [sink.phone() for _ in range(100)]
    messages = [message_to(phone, f"for {number}".encode()) for number, phone in enumerate(phones)]
    assert sender.send_all(messages, at) == [HANDED_OVER] * 100
    by_path = {received.path: received for received in sink.received}
    opened = [phone.opened(by_path[phone.endpoint.removeprefix(sink.origin)]) for phone in phones]
    assert opened == [message.body for message in messages]
    assert sink.connections <= 8
    assert len({received.token for received in sink.received}) == 1


def test_connections_are_kept_between_calls(sink: PushSink, sender: WebPush, at: datetime) -> None:
    for _ in range(5):
        sender.send_all([message_to(sink.phone())], at)
    assert sink.connections == 1


def test_the_signature_is_renewed(sink: PushSink, sender: WebPush, at: datetime) -> None:
    phone = sink.phone()
    for moment in (at - RENEWED_AFTER, at, at + timedelta(minutes=1)):
        sender.send_all([message_to(phone)], moment)
    first, second, third = (received.token for received in sink.received)
    assert first != second == third
    assert sink.faults == []


def test_outcomes_stand_in_the_order_of_the_messages(sink: PushSink, sender: WebPush, at: datetime) -> None:
    statuses = [201, 410, 503, 403, 201, 404, 413]
    messages = [message_to(sink.phone(Answer(status))) for status in statuses]
    assert [outcome.because for outcome in sender.send_all(messages, at)] == [str(status) for status in statuses]


def test_nothing_to_send_is_nothing_sent(sender: WebPush, at: datetime) -> None:
    assert sender.send_all([], at) == []


def test_it_may_be_called_from_another_thread(sink: PushSink, sender: WebPush, at: datetime) -> None:
    """As by a scheduler, which has threads of its own."""
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.extend(sender.send_all([message_to(sink.phone())], at)))
    thread.start()
    thread.join()
    assert outcomes == [HANDED_OVER]


def test_a_log_says_where_and_how_many_and_nothing_else(sink: PushSink, sender: WebPush, at: datetime) -> None:
    phones = [sink.phone(Answer(status)) for status in (201, 403, 403, 500)]
    messages = [message_to(phone, b"words") for phone in phones]
    messages.append(message_to(sink.phone(), auth="secret", p256dh="point"))
    messages.append(message_to(phones[0], endpoint="capability"))
    with logged() as records:
        sender.send_all(messages, at)
    text = "\n".join(records.lines)
    assert f"{sink.origin}: 2 refused (403)" in text
    assert f"{sink.origin}: 1 later (500)" in text
    paths = [phone.endpoint.removeprefix(sink.origin) for phone in phones]
    private = [*paths, *(phone.p256dh for phone in phones), phones[0].auth, "words", "secret", "capability"]
    assert not [each for each in private if each in text]

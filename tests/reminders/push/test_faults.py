"""Whatever a push service does, or whoever says they are one, the worker goes on, and knows what to do."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from companion.reminders.push import answers
from companion.reminders.push.messages import LONGEST_BODY, Kind, Outcome
from companion.reminders.push.sender import Limits, WebPush, web_push
from tests.factories.push import message_to
from tests.reminders.push.conftest import SUBJECT, Sending
from tests.support.databases import VAPID_KEY, settings_for
from tests.support.push_sink import HOST, Answer, PushSink
from tests.support.server import free_port

IMPATIENT = Limits(connecting=0.5, whole=0.6, closing=0.2)
HANDED_OVER = Outcome(Kind.HANDED_OVER, "201")


def outcome_of(sender: WebPush, sink: PushSink, at: datetime, answer: Answer) -> Outcome:
    (outcome,) = sender.send_all([message_to(sink.phone(answer))], at)
    return outcome


def connects(sink: PushSink, sender: WebPush, at: datetime) -> bool:
    """Whether the sender still works."""
    return sender.send_all([message_to(sink.phone())], at) == [HANDED_OVER]


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


def test_one_that_says_nothing_is_not_waited_for(sink: PushSink, sending: Sending, at: datetime) -> None:
    sender = sending(IMPATIENT)
    with no_longer_than(5):
        outcome = outcome_of(sender, sink, at, Answer(hangs=True))
    assert (outcome.kind, outcome.retry_at) == (Kind.LATER, None)
    assert connects(sink, sender, at)


def test_many_that_say_nothing_do_not_hold_up_the_others(sink: PushSink, sending: Sending, at: datetime) -> None:
    sender = sending(Limits(whole=0.7, in_flight=4))
    silent = [message_to(sink.phone(Answer(hangs=True))) for _ in range(8)]
    with no_longer_than(5):
        outcomes = sender.send_all([*silent, message_to(sink.phone())], at)
    assert outcomes[-1] == HANDED_OVER
    assert {outcome.kind for outcome in outcomes[:-1]} == {Kind.LATER}


def test_one_that_does_not_even_greet(sending: Sending, sink: PushSink, at: datetime) -> None:
    """It takes the connection, and no TLS comes."""
    with socket.create_server(("127.0.0.1", 0)) as silent, no_longer_than(5):
        endpoint = f"https://localhost:{silent.getsockname()[1]}/a"
        (outcome,) = sending(IMPATIENT).send_all([message_to(sink.phone(), endpoint=endpoint)], at)
    assert outcome.kind is Kind.LATER


def test_one_that_breaks_off_after_its_answer_has_taken_it(sink: PushSink, sender: WebPush, at: datetime) -> None:
    assert outcome_of(sender, sink, at, Answer(201, drops=True)) == HANDED_OVER
    assert connects(sink, sender, at)


def test_an_endless_answer_is_not_read(sink: PushSink, sender: WebPush, at: datetime) -> None:
    with no_longer_than(5):
        assert outcome_of(sender, sink, at, Answer(201, body=b"x" * 3_000_000)) == HANDED_OVER
    assert connects(sink, sender, at)


def test_a_redirect_is_not_followed(sink: PushSink, sender: WebPush, at: datetime) -> None:
    inside = sink.phone()
    outcome = outcome_of(sender, sink, at, Answer(301, {"Location": inside.endpoint}))
    assert outcome == Outcome(Kind.FAILED, "301")
    assert len(sink.received) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_no_more(sink: PushSink, sender: WebPush, at: datetime, status: int) -> None:
    assert outcome_of(sender, sink, at, Answer(status)) == Outcome(Kind.GONE, str(status))


def test_one_that_finds_it_too_large(sink: PushSink, sender: WebPush, at: datetime) -> None:
    assert outcome_of(sender, sink, at, Answer(413)) == Outcome(Kind.TOO_LARGE, "413")


def test_one_that_asks_for_patience_in_seconds(sink: PushSink, sender: WebPush, at: datetime) -> None:
    outcome = outcome_of(sender, sink, at, Answer(429, {"Retry-After": "90"}))
    assert outcome == Outcome(Kind.LATER, "429", at + timedelta(seconds=90))


def test_one_that_asks_for_patience_until_an_instant(sink: PushSink, sender: WebPush, at: datetime) -> None:
    until = (at + timedelta(minutes=7)).replace(microsecond=0)
    outcome = outcome_of(sender, sink, at, Answer(429, {"Retry-After": format_datetime(until, usegmt=True)}))
    assert outcome == Outcome(Kind.LATER, "429", until)


def test_one_that_is_ill(sink: PushSink, sender: WebPush, at: datetime) -> None:
    assert outcome_of(sender, sink, at, Answer(500, body=b"Traceback")) == Outcome(Kind.LATER, "500")


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff garbage \r\n\r\n",
        b"",
        b"HTTP/1.1 201\r\nno header\r\n\r\n",
        b"HTTP/1.1 201 ok\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    ],
    ids=["garbage", "nothing", "half an answer", "an endless header"],
)
def test_one_that_does_not_speak_http(sink: PushSink, sender: WebPush, at: datetime, raw: bytes) -> None:
    assert outcome_of(sender, sink, at, Answer(raw=raw)).kind is Kind.LATER
    assert connects(sink, sender, at)


def test_one_that_knows_another_key(sink: PushSink, sender: WebPush, at: datetime) -> None:
    """As after VAPID_KEY was lost: every phone subscribed to the one before."""
    assert outcome_of(sender, sink, at, Answer(403)) == Outcome(Kind.REFUSED, "403")
    assert outcome_of(sender, sink, at, Answer(401)) == Outcome(Kind.REFUSED, "401")


def test_the_sink_refuses_a_token_that_has_ended(sink: PushSink, sender: WebPush, at: datetime) -> None:
    """Which shows that it looks at them."""
    sent = sender.send_all([message_to(sink.phone())], at - timedelta(days=2))
    assert (sent, sink.faults) == ([Outcome(Kind.REFUSED, "403")], ["not now, or for too long"])


def test_one_that_is_not_there(sending: Sending, sink: PushSink, at: datetime) -> None:
    nowhere = f"https://localhost:{free_port()}/a"
    (outcome,) = sending().send_all([message_to(sink.phone(), endpoint=nowhere)], at)
    assert outcome.kind is Kind.LATER


def test_one_that_cannot_show_who_it_is(sink: PushSink, at: datetime, tmp_path: Path) -> None:
    """The sink's CA is known to nobody but its tests, so what the settings describe doesn't trust it."""
    settings = settings_for("sqlite:///nowhere.db", tmp_path)
    with web_push(replace(settings, push_hosts=frozenset({HOST}))) as sender:
        sent = sender.send_all([message_to(sink.phone())], at)
    assert sent == [Outcome(Kind.LATER, "ClientConnectorCertificateError")]
    assert sink.received == []


def test_a_body_that_is_too_long_is_not_sent(sink: PushSink, sender: WebPush, at: datetime) -> None:
    (outcome,) = sender.send_all([message_to(sink.phone(), b"x" * (LONGEST_BODY + 1))], at)
    assert outcome.kind is Kind.TOO_LARGE
    assert sink.received == []


@pytest.mark.parametrize(
    "keys",
    [{"p256dh": "AAAA"}, {"p256dh": ""}, {"p256dh": "B" + "A" * 86}, {"p256dh": "ä"}, {"auth": ""}, {"p256dh": "A"}],
    ids=["short", "none", "off the curve", "beyond ASCII", "no secret", "no base64"],
)
def test_a_key_that_is_none_is_no_matter_to_the_others(
    sink: PushSink, sender: WebPush, at: datetime, keys: dict[str, str]
) -> None:
    outcomes = sender.send_all([message_to(sink.phone(), **keys), message_to(sink.phone())], at)
    assert outcomes == [Outcome(Kind.BAD_KEY, "BadKeyError"), HANDED_OVER]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.0.0.1", "localhost"])
def test_an_address_inside_is_not_connected_to(sink: PushSink, sending: Sending, at: datetime, host: str) -> None:
    sender = sending(extra_hosts=frozenset())
    inside = f"https://{host}:{sink.port}/a"
    assert sender.send_all([message_to(sink.phone(), endpoint=inside)], at) == [Outcome(Kind.BLOCKED, "endpoint")]
    assert sink.connections == 0


@pytest.fixture
def rebound(monkeypatch: pytest.MonkeyPatch, sink: PushSink) -> None:
    """Whatever the name and port: the sink, on the loopback address."""
    address = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", sink.port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: [address])


@pytest.mark.usefixtures("rebound")
def test_a_name_that_leads_inside_is_not_followed(sink: PushSink, sender: WebPush, at: datetime) -> None:
    endpoint = "https://fcm.googleapis.com/a"
    outcomes = sender.send_all([message_to(sink.phone(), endpoint=endpoint)] * 3, at)
    assert outcomes == [Outcome(Kind.BLOCKED, "BlockedAddressError")] * 3
    assert sink.connections == 0


@pytest.mark.usefixtures("rebound")
def test_but_where_the_operator_says_so_it_is(sink: PushSink, sending: Sending, at: datetime) -> None:
    """The same name is connected to, so what held it up above was its address; TLS holds it up here."""
    sender = sending(extra_hosts=frozenset({"fcm.googleapis.com"}))
    endpoint = f"https://fcm.googleapis.com:{sink.port}/a"
    (outcome,) = sender.send_all([message_to(sink.phone(), endpoint=endpoint)], at)
    assert outcome == Outcome(Kind.LATER, "ClientConnectorCertificateError")


def test_a_proxy_of_the_environment_is_not_asked(
    sink: PushSink, sender: WebPush, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{free_port()}")
    assert connects(sink, sender, at)


def test_a_fault_of_ours_is_no_matter_to_the_others(
    sink: PushSink, sender: WebPush, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was handed over must be known to be, or it would be sent again."""

    def wrong_for_410(status: int, retry_after: str | None, at: datetime) -> Outcome:
        if status == 410:
            raise KeyError(status)
        return answers.outcome_of(status, retry_after, at)

    monkeypatch.setattr("companion.reminders.push.sender.outcome_of", wrong_for_410)
    outcomes = sender.send_all([message_to(sink.phone(Answer(410))), message_to(sink.phone())], at)
    assert outcomes == [Outcome(Kind.FAILED, "KeyError"), HANDED_OVER]


def test_the_end_does_not_wait_for_what_is_on_its_way(
    sink: PushSink, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a stop comes in the middle of a call."""
    limits = Limits(whole=60, closing=0.3)

    def stop_meanwhile(sender: WebPush) -> None:
        sender._loop.call_later(0.2, lambda: (_ for _ in ()).throw(KeyboardInterrupt))  # noqa: SLF001  # the signal's
        sender.send_all([message_to(sink.phone(Answer(hangs=True)))], at)

    with no_longer_than(5), pytest.raises(KeyboardInterrupt):  # noqa: SIM117  # the block's end is what is timed
        with WebPush(VAPID_KEY, SUBJECT, {HOST}, tls=sink.trust(), limits=limits) as sender:
            stop_meanwhile(sender)

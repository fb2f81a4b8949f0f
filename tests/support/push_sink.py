"""A push service on this machine: it checks what the real ones check, opens what it is sent, and fails on demand.

As a program it is one to measure against: `python -m tests.support.push_sink --port 0` says its port and its CA's file.
"""

import argparse
import asyncio
import base64
import json
import secrets
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import http_ece
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

HOST: Final = "localhost"
LONGEST_BODY: Final = 4096
LONGEST_TOPIC: Final = 32
URGENCIES: Final = {"very-low", "low", "normal", "high"}
DAY: Final = timedelta(days=1)
LONG: Final = 600.0
"""Seconds that are longer than anybody waits."""


@dataclass(frozen=True)
class Answer:
    """How an endpoint answers. Whatever isn't set is as a push service that works."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: bytes | None = None
    """Sent instead of an answer."""
    hangs: bool = False
    """Nothing is sent, and the connection stays."""
    drops: bool = False
    """A longer body is announced than comes, and the connection is closed."""


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    """By their names in small letters."""
    body: bytes

    @property
    def token(self) -> str:
        """The signed token in its Authorization."""
        return self.headers["authorization"].removeprefix("vapid ").split(",")[0].strip().removeprefix("t=")

    @property
    def claims(self) -> dict[str, Any]:
        """What the token says; nothing is checked by this."""
        return dict(json.loads(_decoded(self.token.split(".")[1])))


@dataclass(frozen=True)
class Phone:
    """Who subscribed: the private half of its keys, and where it is reached."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey
    secret: bytes

    @property
    def p256dh(self) -> str:
        return _encoded(self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @property
    def auth(self) -> str:
        return _encoded(self.secret)

    def opened(self, received: Received) -> bytes:
        """What it was sent, in clear."""
        return bytes(
            http_ece.decrypt(received.body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        )


class PushSink:
    """A push service at https://localhost, with a CA of its own, in a thread of its own."""

    def __init__(self, folder: Path, port: int = 0, latency: float = 0.0) -> None:
        self.ca_file = folder / "ca.pem"
        self.received: list[Received] = []
        self.faults: list[str] = []
        """What was wrong with what came; a push service says it with 4xx as well."""
        self.connections = 0
        self.keeps = True
        """Whether what came is kept to be looked at; a measurement would fill the memory."""
        self._latency = latency
        self._answers: dict[str, Answer] = {}
        self._known: set[str] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._tls = _make_certificates(folder)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(port), self._loop).result()
        self.port = int(self._server.sockets[0].getsockname()[1])
        self.origin = f"https://{HOST}:{self.port}"

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def trust(self) -> ssl.SSLContext:
        """For who sends: trusts this service's CA and no other."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def phone(self, answer: Answer | None = None, path: str | None = None) -> Phone:
        """A phone that subscribes here; pushes to it are answered so."""
        path = path or f"/push/{secrets.token_urlsafe(32)}"
        self._answers[path] = answer or Answer()
        return Phone(self.origin + path, ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16))

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._talk, "127.0.0.1", port, ssl=self._tls, backlog=512)

    async def _stop(self) -> None:
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        talking = asyncio.all_tasks() - {asyncio.current_task()}
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other on a connection, until either side has had enough."""
        self.connections += 1
        self._open.add(writer)
        with suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            while await self._answer(await _request(reader), writer):
                pass
        self._open.discard(writer)
        writer.transport.abort()

    async def _answer(self, received: Received, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        if self.keeps:
            self.received.append(received)
        answer = self._judged(received) or self._answers.get(received.path, Answer())
        await asyncio.sleep(LONG if answer.hangs else self._latency)
        writer.write(_written(answer))
        await writer.drain()
        return answer.raw is None and not answer.drops

    def _judged(self, received: Received) -> Answer | None:
        """What a real service would refuse, and how."""
        for status, fault in self._faults(received):
            self.faults.append(fault)
            return Answer(status, body=fault.encode())
        return None

    def _faults(self, received: Received) -> Iterator[tuple[int, str]]:
        yield from _faults_of_form(received.headers, received.body)
        if (authorization := received.headers.get("authorization", "")) not in self._known:
            faults = list(_faults_of_token(authorization, self.origin))
            yield from ((403, fault) for fault in faults)
            if not faults:
                self._known.add(authorization)  # a token is checked once, as a real service would


@contextmanager
def push_sink(folder: Path) -> Iterator[PushSink]:
    """A push service for the length of the block."""
    sink = PushSink(folder)
    try:
        yield sink
    finally:
        sink.close()


async def _request(reader: asyncio.StreamReader) -> Received:
    """The next request. Raises IncompleteReadError where there is none."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(first.split(" ")[1], headers, body)


def _written(answer: Answer) -> bytes:
    if answer.raw is not None:
        return answer.raw
    length = len(answer.body) + (1000 if answer.drops else 0)
    headers = {"Content-Length": str(length), **answer.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} said\r\n{head}\r\n".encode() + answer.body


def _faults_of_form(headers: dict[str, str], body: bytes) -> Iterator[tuple[int, str]]:
    """What is wrong before anybody looks who sent it."""
    if not headers.get("ttl", "").isdigit():
        yield 400, "TTL is a number of seconds"
    if headers.get("urgency", "normal") not in URGENCIES:
        yield 400, "no such urgency"
    if len(headers.get("topic", "")) > LONGEST_TOPIC or not headers.get("topic", "a").replace("-", "_").isidentifier():
        yield 400, "no topic"
    if headers.get("content-encoding") != "aes128gcm":
        yield 415, "sealed in no known way"
    if len(body) > LONGEST_BODY:
        yield 413, "too large"


def _faults_of_token(authorization: str, origin: str) -> Iterator[str]:
    """What is wrong with who says they sent it."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme != "vapid" or set(parts) != {"t", "k"}:
        yield "no VAPID token"
        return
    if not _is_signed(parts["t"], _decoded(parts["k"])):
        yield "signed by another"
    claims = json.loads(_decoded(parts["t"].split(".")[1]))
    if claims.get("aud") != origin:
        yield "for another service"
    if not str(claims.get("sub")).startswith(("mailto:", "https:")):
        yield "from nobody"
    now = datetime.now(UTC)
    if not now < datetime.fromtimestamp(claims.get("exp", 0), UTC) <= now + DAY:
        yield "not now, or for too long"


def _is_signed(token: str, point: bytes) -> bool:
    said, _, signature = token.rpartition(".")
    both = _decoded(signature)
    pair = encode_dss_signature(int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    try:
        key.verify(pair, said.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    header: dict[str, str] = json.loads(_decoded(token.partition(".")[0]))
    return header == {"typ": "JWT", "alg": "ES256"}


def _make_certificates(folder: Path) -> ssl.SSLContext:
    """Write a CA's certificate, and one of localhost that it signed. What the server shows."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("push sink CA", ca_key, "push sink CA", ca_key, is_ca=True)
    own = _certificate(HOST, key, "push sink CA", ca_key, is_ca=False)
    (folder / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "sink.pem").write_bytes(secret + own.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "sink.pem")
    return context


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, is_ca: bool
) -> x509.Certificate:
    now, identifier = datetime.now(UTC), x509.SubjectKeyIdentifier.from_public_key(signer.public_key())
    builder = (
        x509.CertificateBuilder(_named(issuer), _named(name), key.public_key(), x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    )
    return builder.sign(signer, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def main() -> None:
    """Take pushes until the input ends, and say how many came."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    given = options.parse_args()
    with TemporaryDirectory() as folder:
        sink = PushSink(Path(folder), given.port, given.latency)
        sink.keeps = False
        print(json.dumps({"port": sink.port, "ca": str(sink.ca_file)}), flush=True)
        with suppress(KeyboardInterrupt, EOFError):
            while input():
                pass
        sink.close()
        print(json.dumps({"connections": sink.connections, "faults": sink.faults[:10]}), flush=True)


if __name__ == "__main__":
    main()

"""Settings: read once from the environment, checked whole, then frozen."""

import base64
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

SECRET_BYTES = 32
SECRETS = ("SECRET_KEY", "DATABASE_KEY", "MASTER_KEY", "VAPID_KEY")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_PORT = 8000
DATABASE_FILE = "companion.db"
KEY_STORE_FILE = "keys.db"
MOST_PROXIES = 5
HIGHEST_PORT = 65535
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HOST_NAME: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?")
"""Of a host, in small letters. Its last part begins with a letter, so no address in figures passes for a name."""
MAILTO: Final = re.compile(rf"mailto:[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{HOST_NAME.pattern}")
SUBJECT_ON_THIS_MACHINE: Final = "mailto:root@localhost"
"""Nobody can write there, but nobody has to: without an address that people reach it is tried out, no more."""


class SettingsError(Exception):
    """Every setting that is wrong, each by its name."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(["companion can't start:", *(f"  {problem}" for problem in problems)]))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """All that one installation decides. Secrets are absent from `repr`."""

    instance: Path
    """Folder of secrets and, by default, of the database."""
    public_url: str
    """Origin under which people reach it, without a slash at the end; links and QR codes start with it."""
    port: int
    database_url: URL = field(repr=False)
    database_key: bytes | None = field(repr=False)
    """Raw 256-bit key of the SQLite file; None where the database isn't SQLite."""
    secret_key: str = field(repr=False)
    key_store_url: URL = field(repr=False)
    """Where people's wrapped keys lie: never the database itself, nor in its backups."""
    master_key: bytes = field(repr=False)
    """Wraps them; 256 bits."""
    vapid_key: bytes = field(repr=False)
    """Signs what push services are handed: a private number of P-256, 32 bytes. Phones subscribe to its public half."""
    vapid_subject: str
    """Where a push service finds who runs this: mailto:… or an https origin."""
    proxies: int = 0
    """How many proxies of one's own stand in front; each adds an address to X-Forwarded-For, older ones are hearsay."""
    push_hosts: frozenset[str] = frozenset()
    """Hosts to push to besides the browsers' own services, at whatever port and address."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check every setting; raises `SettingsError` that names all that are wrong."""
        reader = _Reader(environ)
        instance = _instance(environ)
        port = reader.port()
        public_url = reader.public_url(port)
        settings = {
            "instance": instance,
            "port": port,
            "public_url": public_url,
            "database_url": (url := reader.database_url("DATABASE_URL", instance / DATABASE_FILE)),
            "database_key": reader.key("DATABASE_KEY", instance) if url.get_backend_name() == "sqlite" else None,
            "secret_key": reader.secret("SECRET_KEY", instance),
            "key_store_url": reader.key_store_url(instance, url),
            "master_key": reader.key("MASTER_KEY", instance),
            "vapid_key": reader.vapid_key(instance),
            "vapid_subject": reader.vapid_subject(public_url),
            "push_hosts": reader.push_hosts(),
            "proxies": reader.proxies(),
        }
        if reader.problems:
            raise SettingsError(reader.problems)
        return cls(**settings)  # type: ignore[arg-type]  # a table of readers reads better than six locals

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def hosts(self) -> list[str]:
        """Host names it answers to."""
        host = urlsplit(self.public_url).hostname or ""
        return sorted(LOCAL_HOSTS) if host in LOCAL_HOSTS else [host]

    @property
    def vapid_public_key(self) -> str:
        """What a phone hands its browser as `applicationServerKey`: the uncompressed point, 65 bytes, in base64url."""
        private = ec.derive_private_key(int.from_bytes(self.vapid_key, "big"), ec.SECP256R1())
        point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def port(self) -> int:
        return self._number("PORT", DEFAULT_PORT, 1, HIGHEST_PORT)

    def proxies(self) -> int:
        return self._number("PROXIES", 0, 0, MOST_PROXIES)

    def _number(self, name: str, usual: int, lowest: int, highest: int) -> int:
        given = self.environ.get(name, str(usual))
        if given.isascii() and given.isdigit() and lowest <= int(given) <= highest:
            return int(given)
        self.problems.append(f"{name}: a number from {lowest} to {highest}, not {given!r}")
        return usual

    def public_url(self, port: int) -> str:
        given = self.environ.get("PUBLIC_URL", f"http://localhost:{port}").rstrip("/")
        scheme = _scheme_of_origin(given)
        if scheme not in {"http", "https"}:
            self.problems.append(f"PUBLIC_URL: an origin like https://companion.example.org, not {given!r}")
        elif scheme == "http" and urlsplit(given).hostname not in LOCAL_HOSTS:
            self.problems.append("PUBLIC_URL: https is needed everywhere but on localhost")
        return given

    def vapid_subject(self, public_url: str) -> str:
        """Read VAPID_SUBJECT, else the public address where a push service could reach it."""
        default = public_url if public_url.startswith("https:") else SUBJECT_ON_THIS_MACHINE
        given = self.environ.get("VAPID_SUBJECT") or default
        if not MAILTO.fullmatch(given) and _scheme_of_origin(given) != "https":
            self.problems.append(f"VAPID_SUBJECT: mailto:name@host or an https origin, not {given!r}")
        return given

    def push_hosts(self) -> frozenset[str]:
        given = self.environ.get("PUSH_HOSTS", "").lower().split(",")
        hosts = frozenset(name.strip() for name in given) - {""}
        if wrong := sorted(host for host in hosts if not HOST_NAME.fullmatch(host)):
            self.problems.append(f"PUSH_HOSTS: names of hosts with commas between them, not {', '.join(wrong)!r}")
        return hosts

    def database_url(self, name: str, file: Path) -> URL:
        """Read the address in NAME, else that of an SQLite file."""
        default = URL.create("sqlite", database=str(file))
        given = self.environ.get(name)
        try:
            url = make_url(given) if given else default
        except ArgumentError:
            self.problems.append(f"{name}: not a database address")
            return default
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            self.problems.append(f"{name}: sqlite:///path or postgresql://…")
            return default
        if url.get_backend_name() == "postgresql":
            return url.set(drivername="postgresql+psycopg")
        if url.database in {None, "", ":memory:"}:
            self.problems.append(f"{name}: SQLite needs a file; what is in memory is lost")
            return default
        return url.set(database=str(Path(url.database or "").absolute()))

    def key_store_url(self, instance: Path, database: URL) -> URL:
        url = self.database_url("KEY_STORE_URL", instance / KEY_STORE_FILE)
        if url == database:
            self.problems.append("KEY_STORE_URL: not the database itself, or a backup of one would hold both")
        return url

    def key(self, name: str, instance: Path) -> bytes:
        text = self.secret(name, instance)
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if text and len(key) != SECRET_BYTES:
            self.problems.append(f"{name}: {SECRET_BYTES * 2} hexadecimal digits")
        return key

    def vapid_key(self, instance: Path) -> bytes:
        key = self.key("VAPID_KEY", instance)
        if len(key) == SECRET_BYTES and not 0 < int.from_bytes(key, "big") < P256_ORDER:
            self.problems.append(f"VAPID_KEY: no number of P-256; `openssl rand -hex {SECRET_BYTES}` makes another")
        return key

    def secret(self, name: str, instance: Path) -> str:
        """Read NAME, else the file that NAME_FILE names, else the file of that name in the instance folder."""
        if name in self.environ:
            return self._strong(name, self.environ[name])
        file = Path(self.environ.get(f"{name}_FILE") or instance / name.lower())
        try:
            text, mode = file.read_text().strip(), stat.S_IMODE(file.stat().st_mode)
        except OSError:
            self.problems.append(f"{name}: missing; give it, or its file as {name}_FILE (tried {file})")
            return ""
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            self.problems.append(f"{name}: {file} can be read by others; chmod 600 it")
        return self._strong(name, text)

    def _strong(self, name: str, text: str) -> str:
        if len(text) < SECRET_BYTES or len(set(text)) < SECRET_BYTES // 4:
            self.problems.append(f"{name}: too weak; `openssl rand -hex {SECRET_BYTES}` makes one")
        return text


def make_secrets(environ: Mapping[str, str]) -> list[Path]:
    """Make the secrets that the environment neither gives nor names, as files in the instance folder.

    Returns those made; only their owner reads them. Raises SettingsError where a database stands there whose key is
    gone: a new key would not open it.
    """
    instance = _instance(environ)
    wanted = [name for name in SECRETS if name not in environ and f"{name}_FILE" not in environ]
    missing = [file for name in wanted if not (file := instance / name.lower()).exists()]
    opened_by = {"database_key": instance / DATABASE_FILE, "master_key": instance / KEY_STORE_FILE}
    orphans = [(name, file) for name, file in opened_by.items() if instance / name in missing and file.exists()]
    if orphans:
        raise SettingsError(
            [f"{name.upper()}: {file} is there and its key isn't; put the copy back" for name, file in orphans]
        )
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [file for file in missing if _make_secret(file)]


def _scheme_of_origin(text: str) -> str | None:
    """The scheme of what is an origin: no path, nobody's name in it."""
    parts = urlsplit(text)
    is_origin = parts.hostname and text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    return parts.scheme if is_origin else None


def _instance(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("INSTANCE_PATH", "instance")).absolute()


def _make_secret(file: Path) -> bool:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as stream:
        stream.write(os.urandom(SECRET_BYTES).hex() + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return True

"""Settings are read once, checked whole, and refuse to start without strong secrets."""

import base64
import stat
from pathlib import Path

import pytest

from companion.config import P256_ORDER, SECRETS, Settings, SettingsError, make_secrets

STRONG = "0123456789abcdef" * 4


def environment(instance: Path, **more: str) -> dict[str, str]:
    return {"INSTANCE_PATH": str(instance), **dict.fromkeys(SECRETS, STRONG), **more}


def at(instance: Path) -> dict[str, str]:
    return {"INSTANCE_PATH": str(instance)}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(environ)
    return refused.value.problems


def test_without_secrets_nothing_starts(tmp_path: Path) -> None:
    found = problems({"INSTANCE_PATH": str(tmp_path)})
    assert [problem.partition(":")[0] for problem in found] == [
        "DATABASE_KEY",
        "SECRET_KEY",
        "MASTER_KEY",
        "VAPID_KEY",
    ]


def test_every_error_is_said_at_once_and_by_name(tmp_path: Path) -> None:
    found = problems(
        {
            "INSTANCE_PATH": str(tmp_path),
            "PORT": "99999",
            "PUBLIC_URL": "companion.example.org/path",
            "DATABASE_URL": "mysql://somewhere",
            "KEY_STORE_URL": "sqlite://",
            "SECRET_KEY": "password",
            "PROXIES": "many",
            "VAPID_SUBJECT": "somebody",
            "PUSH_HOSTS": "https://push.example.org",
        }
    )
    assert {problem.partition(":")[0] for problem in found} == {
        "PORT",
        "PUBLIC_URL",
        "DATABASE_URL",
        "SECRET_KEY",
        "DATABASE_KEY",
        "KEY_STORE_URL",
        "MASTER_KEY",
        "VAPID_KEY",
        "VAPID_SUBJECT",
        "PUSH_HOSTS",
        "PROXIES",
    }


@pytest.mark.parametrize("weak", ["", "short", "a" * 64, "x" * 31])
def test_a_weak_secret_is_no_secret(tmp_path: Path, weak: str) -> None:
    assert any("SECRET_KEY" in problem for problem in problems(environment(tmp_path, SECRET_KEY=weak)))


@pytest.mark.parametrize("name", ["DATABASE_KEY", "MASTER_KEY", "VAPID_KEY"])
@pytest.mark.parametrize("key", ["z" * 32 + "0123456789abcdef" * 2, STRONG[:-2]])
def test_a_key_is_256_bits_in_hexadecimal(tmp_path: Path, name: str, key: str) -> None:
    assert any(name in problem for problem in problems(environment(tmp_path, **{name: key})))


@pytest.mark.parametrize("number", [P256_ORDER, P256_ORDER + 1, 2**256 - 1])
def test_a_number_that_p256_does_not_have(tmp_path: Path, number: int) -> None:
    assert any("VAPID_KEY" in problem for problem in problems(environment(tmp_path, VAPID_KEY=f"{number:x}")))


def test_the_last_number_that_p256_has(tmp_path: Path) -> None:
    settings = Settings.from_env(environment(tmp_path, VAPID_KEY=f"{P256_ORDER - 1:x}"))
    assert int.from_bytes(settings.vapid_key, "big") == P256_ORDER - 1


def test_phones_subscribe_to_the_public_half(tmp_path: Path) -> None:
    """The point of RFC 6979's example of P-256, which begins with 4 as an uncompressed one does."""
    private = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"
    public = (
        "04"
        "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
        "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
    )
    given = Settings.from_env(environment(tmp_path, VAPID_KEY=private)).vapid_public_key
    assert base64.urlsafe_b64decode(given + "=") == bytes.fromhex(public)


@pytest.mark.parametrize(
    ("more", "subject"),
    [
        ({}, "mailto:root@localhost"),
        ({"PUBLIC_URL": "https://companion.example.org/"}, "https://companion.example.org"),
        ({"PUBLIC_URL": "https://companion.example.org:8443"}, "https://companion.example.org:8443"),
        ({"VAPID_SUBJECT": "mailto:office+push@practice.example"}, "mailto:office+push@practice.example"),
        ({"VAPID_SUBJECT": "https://practice.example"}, "https://practice.example"),
    ],
)
def test_a_push_service_finds_who_runs_this(tmp_path: Path, more: dict[str, str], subject: str) -> None:
    assert Settings.from_env(environment(tmp_path, **more)).vapid_subject == subject


@pytest.mark.parametrize(
    "subject",
    [
        "office@practice.example",
        "mailto:",
        "mailto:office",
        "mailto:@practice.example",
        "mailto: <office@practice.example>",
        "mailto:office@practice.example,other@practice.example",
        "mailto:office@practice.example\n",
        "http://practice.example",
        "https://practice.example/contact",
        "https://me@practice.example",
    ],
)
def test_a_subject_that_push_services_refuse(tmp_path: Path, subject: str) -> None:
    (problem,) = problems(environment(tmp_path, VAPID_SUBJECT=subject))
    assert problem.startswith("VAPID_SUBJECT:")


def test_hosts_of_ones_own_to_push_to(tmp_path: Path) -> None:
    assert Settings.from_env(environment(tmp_path)).push_hosts == frozenset()
    settings = Settings.from_env(environment(tmp_path, PUSH_HOSTS="push.Example.org, localhost,"))
    assert settings.push_hosts == {"push.example.org", "localhost"}


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "push.example.org:443", "*.example.org", "a..b", "-a", "a b"]
)
def test_a_host_is_a_name(tmp_path: Path, host: str) -> None:
    (problem,) = problems(environment(tmp_path, PUSH_HOSTS=f"localhost,{host}"))
    assert problem.startswith("PUSH_HOSTS:")
    assert "localhost" not in problem


def test_an_installation_of_before_gets_the_key_it_lacks(tmp_path: Path) -> None:
    """Nothing that is there was made with it, so nothing is lost."""
    make_secrets(at(tmp_path))
    for file in ("companion.db", "keys.db"):
        (tmp_path / file).touch()
    (tmp_path / "vapid_key").unlink()
    assert [file.name for file in make_secrets(at(tmp_path))] == ["vapid_key"]


def test_keys_never_lie_in_the_database_itself(tmp_path: Path) -> None:
    """Or a backup of the database would hold both what is sealed and what opens it."""
    for address in ("sqlite:////srv/companion.db", "postgresql://companion@db/companion"):
        (problem,) = problems(environment(tmp_path, DATABASE_URL=address, KEY_STORE_URL=address))
        assert problem.startswith("KEY_STORE_URL: not the database itself")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty", "٨٠٠٠"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert problems(environment(tmp_path, PORT=port)) == [f"PORT: a number from 1 to 65535, not {port!r}"]


@pytest.mark.parametrize(
    "address",
    [
        "http://companion.example.org",
        "ftp://localhost",
        "https://user@example.org",
        "https://example.org/app",
        "https://",
    ],
)
def test_an_address_that_people_could_not_use_safely(tmp_path: Path, address: str) -> None:
    assert any("PUBLIC_URL" in problem for problem in problems(environment(tmp_path, PUBLIC_URL=address)))


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "not an address"])
def test_a_database_that_would_lose_what_it_is_given(tmp_path: Path, address: str) -> None:
    assert any("DATABASE_URL" in problem for problem in problems(environment(tmp_path, DATABASE_URL=address)))


def test_the_defaults_are_those_of_one_machine(tmp_path: Path) -> None:
    settings = Settings.from_env(environment(tmp_path))
    assert settings.public_url == "http://localhost:8000"
    assert settings.database_url.database == str(tmp_path / "companion.db")
    assert settings.key_store_url.database == str(tmp_path / "keys.db")
    assert settings.proxies == 0
    assert "localhost" in settings.hosts
    assert not settings.is_https


def test_postgresql_needs_no_key_and_gets_its_driver(tmp_path: Path) -> None:
    environ = environment(tmp_path, DATABASE_URL="postgresql://companion@db/companion")
    del environ["DATABASE_KEY"]
    settings = Settings.from_env(environ)
    assert settings.database_url.drivername == "postgresql+psycopg"
    assert settings.database_key is None


def test_a_public_address_answers_to_its_host_only(tmp_path: Path) -> None:
    settings = Settings.from_env(environment(tmp_path, PUBLIC_URL="https://companion.example.org/"))
    assert settings.public_url == "https://companion.example.org"
    assert settings.hosts == ["companion.example.org"]


def test_no_secret_is_in_the_representation(tmp_path: Path) -> None:
    addresses = {name: f"postgresql://companion:hush@db/{name}" for name in ("DATABASE_URL", "KEY_STORE_URL")}
    text = repr(Settings.from_env(environment(tmp_path, **addresses)))
    assert STRONG not in text
    assert repr(bytes.fromhex(STRONG)) not in text
    assert "hush" not in text


def test_make_run_makes_secrets_that_only_their_owner_reads(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    made = make_secrets(at(instance))
    assert {file.name for file in made} == {"secret_key", "database_key", "master_key", "vapid_key"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in made} == {0o600}
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert Settings.from_env({"INSTANCE_PATH": str(instance)}).database_key is not None


def test_secrets_are_made_once(tmp_path: Path) -> None:
    before = [file.read_text() for file in make_secrets(at(tmp_path))]
    assert make_secrets(at(tmp_path)) == []
    assert [(tmp_path / name).read_text() for name in map(str.lower, SECRETS)] == before


@pytest.mark.parametrize(("key", "opens"), [("database_key", "companion.db"), ("master_key", "keys.db")])
def test_no_new_key_is_made_for_what_a_lost_one_opens(tmp_path: Path, key: str, opens: str) -> None:
    make_secrets(at(tmp_path))
    (tmp_path / opens).touch()
    (tmp_path / key).unlink()
    with pytest.raises(SettingsError, match="its key isn't"):
        make_secrets(at(tmp_path))
    assert not (tmp_path / key).exists()


def test_a_key_that_the_environment_gives_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "companion.db").touch()
    assert [file.name for file in make_secrets({**at(tmp_path), "DATABASE_KEY": STRONG})] == [
        "secret_key",
        "master_key",
        "vapid_key",
    ]


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_secrets(at(tmp_path))
    (tmp_path / "secret_key").chmod(0o640)
    (problem,) = problems({"INSTANCE_PATH": str(tmp_path)})
    assert problem.startswith("SECRET_KEY:")
    assert "chmod 600" in problem


def test_a_secret_may_lie_in_another_file(tmp_path: Path) -> None:
    make_secrets(at(tmp_path / "elsewhere"))
    environ = {
        "INSTANCE_PATH": str(tmp_path),
        "SECRET_KEY_FILE": str(tmp_path / "elsewhere" / "secret_key"),
        "DATABASE_KEY_FILE": str(tmp_path / "elsewhere" / "database_key"),
        "MASTER_KEY_FILE": str(tmp_path / "elsewhere" / "master_key"),
        "VAPID_KEY_FILE": str(tmp_path / "elsewhere" / "vapid_key"),
    }
    assert Settings.from_env(environ).secret_key == (tmp_path / "elsewhere" / "secret_key").read_text().strip()

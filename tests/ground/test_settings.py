"""Settings are read once, checked whole, and refuse to start without strong secrets."""

import stat
from pathlib import Path

import pytest

from companion.config import SECRETS, Settings, SettingsError, make_secrets

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
    assert [problem.partition(":")[0] for problem in found] == ["DATABASE_KEY", "SECRET_KEY", "MASTER_KEY"]


def test_every_error_is_said_at_once_and_by_name(tmp_path: Path) -> None:
    found = problems(
        {
            "INSTANCE_PATH": str(tmp_path),
            "PORT": "99999",
            "PUBLIC_URL": "companion.example.org/path",
            "DATABASE_URL": "mysql://somewhere",
            "SECRET_KEY": "password",
        }
    )
    assert {problem.partition(":")[0] for problem in found} == {
        "PORT",
        "PUBLIC_URL",
        "DATABASE_URL",
        "SECRET_KEY",
        "DATABASE_KEY",
        "MASTER_KEY",
    }


@pytest.mark.parametrize("weak", ["", "short", "a" * 64, "x" * 31])
def test_a_weak_secret_is_no_secret(tmp_path: Path, weak: str) -> None:
    assert any("SECRET_KEY" in problem for problem in problems(environment(tmp_path, SECRET_KEY=weak)))


@pytest.mark.parametrize("name", ["DATABASE_KEY", "MASTER_KEY"])
@pytest.mark.parametrize("key", ["z" * 32 + "0123456789abcdef" * 2, STRONG[:-2]])
def test_a_key_is_256_bits_in_hexadecimal(tmp_path: Path, name: str, key: str) -> None:
    assert any(name in problem for problem in problems(environment(tmp_path, **{name: key})))


def test_the_key_store_is_not_the_database(tmp_path: Path) -> None:
    """Or a backup of the one would hold both what is sealed and what opens it."""
    assert Settings.from_env(environment(tmp_path)).key_store_url.database == str(tmp_path / "keys.db")
    same = f"sqlite:///{tmp_path / 'companion.db'}"
    assert any("KEY_STORE_URL" in problem for problem in problems(environment(tmp_path, KEY_STORE_URL=same)))


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
    environ = environment(tmp_path, DATABASE_URL="postgresql://companion:hush@db/companion")
    text = repr(Settings.from_env(environ))
    assert STRONG not in text
    assert "hush" not in text


def test_make_run_makes_secrets_that_only_their_owner_reads(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    made = make_secrets(at(instance))
    assert {file.name for file in made} == {"secret_key", "database_key", "master_key"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in made} == {0o600}
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert Settings.from_env({"INSTANCE_PATH": str(instance)}).database_key is not None


def test_secrets_are_made_once(tmp_path: Path) -> None:
    before = [file.read_text() for file in make_secrets(at(tmp_path))]
    assert make_secrets(at(tmp_path)) == []
    assert [(tmp_path / name.lower()).read_text() for name in SECRETS] == before


@pytest.mark.parametrize(("opened", "key"), [("companion.db", "database_key"), ("keys.db", "master_key")])
def test_no_new_key_is_made_for_what_a_lost_key_opened(tmp_path: Path, opened: str, key: str) -> None:
    make_secrets(at(tmp_path))
    (tmp_path / opened).touch()
    (tmp_path / key).unlink()
    with pytest.raises(SettingsError, match="its key isn't"):
        make_secrets(at(tmp_path))
    assert not (tmp_path / key).exists()


def test_a_key_that_the_environment_gives_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "companion.db").touch()
    made = make_secrets({**at(tmp_path), "DATABASE_KEY": STRONG})
    assert [file.name for file in made] == ["secret_key", "master_key"]


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
    }
    assert Settings.from_env(environ).secret_key == (tmp_path / "elsewhere" / "secret_key").read_text().strip()

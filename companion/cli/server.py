"""Preparing the database and serving, for `companion run`."""

import json
import os
import secrets
from datetime import datetime
from pathlib import Path

import click
import flask_migrate
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from companion import demo
from companion.accounts import queries as accounts
from companion.accounts.rules.factors import code_at
from companion.config import Settings
from companion.database import DatabaseRefusedError
from companion.extensions import db
from companion.kernel.clock import SystemClock
from companion.kernel.sealing import KeyMissingError
from companion.privacy.key_store import KeyStore

PROJECT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4
SECONDS_TO_FINISH = 10
"""What requests under way are given at the stop. Without an end to it, a worker stopped while it starts hangs the stop:
until it has loaded the application it is deaf to the signal, and forgets it."""
DEMO_FILE = "demo.json"


def upgrade_database(app: Flask) -> None:
    """Run the migrations; several that start at once wait for one another."""
    with app.app_context():
        try:
            flask_migrate.upgrade()
        except SystemExit:  # what Flask-Migrate makes of a revision that isn't known
            msg = f"{db.engine.url!r} was made by a version that was never released: begin with an empty one"
            raise DatabaseRefusedError(msg) from None


def require_own_keys(app: Flask) -> None:
    """Refuse to start on another installation's key store: what is there couldn't be read, nor what came be read there.

    Raises DatabaseRefusedError where somebody in the database has no key, or MASTER_KEY doesn't open it.
    """
    settings: Settings = app.extensions["settings"]
    keys: KeyStore = app.extensions["keys"]
    with app.app_context():
        everybody = accounts.everybody()
    if missing := everybody - keys.people():
        msg = f"{len(missing)} people have no key in {settings.key_store_url!r}: it isn't this database's key store"
        raise DatabaseRefusedError(msg)
    try:
        keys.load(everybody)
    except KeyMissingError as error:
        raise DatabaseRefusedError(str(error)) from None


def fill_if_empty(app: Flask) -> None:
    """Build the demo practice where there is nobody yet, and keep how to sign in to it."""
    with app.app_context():
        if not accounts.is_empty():
            return
        click.echo("Filling in the demo practice …")
        people = demo.build(SystemClock().now(), lambda: secrets.token_hex(6))
        _keep(app.extensions["settings"].instance, people)
        db.engine.dispose()


def say_how_to_sign_in(settings: Settings, at: datetime) -> None:
    """Print the address, and the demo practice's names and passwords where there is one."""
    click.echo(f"\ncompanion is at {settings.public_url}")
    if not (people := _kept(settings.instance)):
        return
    for role, person in people.items():
        code = f"  then code {code_at(person['secret'], at)}" if "secret" in person else ""
        click.echo(f"  sign in as {role:<9}  {person['username']:<6}  {person['password']}{code}")
    click.echo("A code holds for half a minute and works once; `make codes` says the next ones.")
    click.echo("Everybody in the demo practice is invented.\n")


def say_codes(settings: Settings, at: datetime) -> None:
    """Print the codes that the demo practice's authenticators show at this instant."""
    for person in _kept(settings.instance).values():
        if "secret" in person:
            click.echo(f"{person['username']:<6}  {code_at(person['secret'], at)}")


def serve(settings: Settings) -> None:
    """Serve on this machine until stopped."""
    # The workers read the environment anew, from the project's folder.
    os.environ["INSTANCE_PATH"] = str(settings.instance)
    Granian(
        "wsgi:app",
        address="127.0.0.1",
        port=settings.port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=WORKERS,
        blocking_threads=THREADS,
        workers_kill_timeout=SECONDS_TO_FINISH,
        working_dir=PROJECT,
    ).serve()


def _kept(instance: Path) -> dict[str, dict[str, str]]:
    """How to sign in to the demo practice; nothing where there is none."""
    file = instance / DEMO_FILE
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _keep(instance: Path, people: dict[str, dict[str, str]]) -> None:
    descriptor = os.open(instance / DEMO_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(people, stream, indent=1)

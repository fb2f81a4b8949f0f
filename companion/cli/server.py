"""Preparing the database and serving, for `companion run`."""

import json
import os
import secrets
from pathlib import Path

import click
import flask_migrate
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from companion import demo
from companion.accounts import queries as accounts
from companion.config import Settings
from companion.extensions import db
from companion.kernel.clock import SystemClock

PROJECT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4


def upgrade_database(app: Flask) -> None:
    """Run the migrations; several that start at once wait for one another."""
    with app.app_context():
        flask_migrate.upgrade()


def fill_if_empty(app: Flask) -> None:
    """Build the demo practice where there is nobody yet, and keep how to sign in to it."""
    with app.app_context():
        if not accounts.is_empty():
            return
        click.echo("Filling in the demo practice …")
        people = demo.build(SystemClock().now(), lambda: secrets.token_hex(6))
        _keep(app.extensions["settings"].instance, people)
        db.engine.dispose()


def say_how_to_sign_in(settings: Settings) -> None:
    """Print the address, and the demo practice's names and passwords where there is one."""
    click.echo(f"\ncompanion is at {settings.public_url}")
    file = _kept(settings.instance)
    if not file.exists():
        return
    for role, person in json.loads(file.read_text()).items():
        click.echo(f"  sign in as {role:<9}  {person['username']}  {person['password']}")
    click.echo("Everybody in the demo practice is invented.\n")


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
        working_dir=PROJECT,
    ).serve()


def _kept(instance: Path) -> Path:
    return instance / "demo.json"


def _keep(instance: Path, people: dict[str, dict[str, str]]) -> None:
    descriptor = os.open(_kept(instance), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(people, stream, indent=1)

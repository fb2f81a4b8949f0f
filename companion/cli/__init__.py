"""`companion`: the commands of the people who run it."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from companion import create_app
from companion.accounts import services as accounts
from companion.accounts.rules import PasswordHash, is_zone
from companion.cli import server
from companion.cli.doctor import examine
from companion.config import Settings, SettingsError, make_secrets
from companion.database import DatabaseRefusedError
from companion.kernel.clock import SystemClock
from companion.kernel.errors import RefusedError
from companion.transaction import transaction

OWNER_ONLY = 0o077
"""Whatever a command writes, database included, nobody else on the machine reads."""

Maker = Callable[[str, str, PasswordHash, datetime, str], object]


@click.group()
@click.version_option(package_name="companion")
def commands() -> None:
    """Run companion for a practice."""


@commands.command()
@click.option("--demo/--no-demo", default=True, help="Fill an empty database with the demo practice.")
def run(*, demo: bool) -> None:
    """Make what is missing (secrets, database, demo practice), then serve on this machine."""
    for secret in make_secrets(os.environ):
        click.echo(f"Made {secret}. Keep a copy in a safe place: without it the data can't be read.")
    app = application()
    server.upgrade_database(app)
    if demo:
        server.fill_if_empty(app)
    settings = app.extensions["settings"]
    server.say_how_to_sign_in(settings)
    server.serve(settings)


@commands.command()
def upgrade() -> None:
    """Bring the database to this version's tables."""
    server.upgrade_database(application())
    click.echo("The database is up to date.")


@commands.command()
def doctor() -> None:
    """Say what is configured, and whether it is well. Ends with 1 where something isn't."""
    findings = examine(application())
    for finding in findings:
        click.echo(f"{'well' if finding.is_well else 'ILL':<5} {finding.what}: {finding.says}")
    if not all(finding.is_well for finding in findings):
        sys.exit(1)


@commands.group()
def therapist() -> None:
    """Therapists' accounts."""


@commands.group()
def admin() -> None:
    """Administrators' accounts."""


def machines_zone() -> str:
    """The time zone of this machine, where it can be told."""
    name = "/".join(Path("/etc/localtime").resolve().parts[-2:])
    return name if is_zone(name) else "UTC"


ZONE = click.option("--zone", default=machines_zone, help="Time zone, as in Europe/Rome; this machine's if not given.")
PASSWORD = click.password_option(help="Asked for if not given.")


@therapist.command("create")
@click.argument("username")
@click.option("--name", prompt="Name, as patients read it")
@PASSWORD
@ZONE
def create_therapist(username: str, name: str, password: str, zone: str) -> None:
    """Make a therapist's account."""
    _create(accounts.create_therapist, username, name, password, zone)


@admin.command("create")
@click.argument("username")
@click.option("--name", prompt="Name")
@PASSWORD
@ZONE
def create_admin(username: str, name: str, password: str, zone: str) -> None:
    """Make an administrator's account."""
    _create(accounts.create_admin, username, name, password, zone)


def _create(make: Maker, username: str, name: str, password: str, zone: str) -> None:
    password_hash = accounts.hash_of(password)
    with application().app_context(), transaction():
        make(username, name, password_hash, SystemClock().now(), zone)
    click.echo(f"{username} can sign in.")


def application() -> Flask:
    """The application by the environment's settings."""
    return create_app(Settings.from_env(os.environ))


def main() -> None:
    """Say in a line what can't be done; only faults of our own show a traceback."""
    os.umask(OWNER_ONLY)
    try:
        commands()
    except (SettingsError, DatabaseRefusedError) as error:
        sys.exit(str(error))
    except RefusedError as refused:
        sys.exit(f"{refused.field or 'Not done'}: {refused.message}")

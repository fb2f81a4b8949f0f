"""`companion`: the commands of the people who run it."""

import os
import sys
from pathlib import Path

import click
from flask import Flask

from companion import create_app
from companion.accounts import services as accounts
from companion.accounts.rules import Role, is_zone
from companion.audit.rules import Event
from companion.audit.services import note
from companion.cli import server
from companion.cli.doctor import examine
from companion.config import Settings, SettingsError, make_secrets
from companion.database import DatabaseRefusedError
from companion.kernel.clock import SystemClock
from companion.kernel.errors import RefusedError
from companion.privacy.key_store import KeyStore
from companion.transaction import transaction

OWNER_ONLY = 0o077
"""Whatever a command writes, database included, nobody else on the machine reads."""


@click.group()
@click.version_option(package_name="companion")
def commands() -> None:
    """Run companion for a practice."""


@commands.command()
@click.option("--demo/--no-demo", default=True, help="Fill an empty database with the demo practice.")
def run(*, demo: bool) -> None:
    """Make what is missing (secrets, database, demo practice), then serve on this machine."""
    for secret in make_secrets(os.environ):
        click.echo(f"Made {secret}. Keep a copy in a safe place: docs/deploying.md says what is lost without it.")
    app = application()
    server.upgrade_database(app)
    server.require_own_keys(app)
    if demo:
        server.fill_if_empty(app)
    settings = app.extensions["settings"]
    server.say_how_to_sign_in(settings, SystemClock().now())
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


@therapist.command("create")
@click.argument("username")
@click.option("--name", prompt="Name, as patients read it")
@ZONE
def create_therapist(username: str, name: str, zone: str) -> None:
    """Make a therapist's account, and the code with which they begin."""
    _create(Role.THERAPIST, username, name, zone)


@admin.command("create")
@click.argument("username")
@click.option("--name", prompt="Name")
@ZONE
def create_admin(username: str, name: str, zone: str) -> None:
    """Make an administrator's account, and the code with which they begin."""
    _create(Role.ADMIN, username, name, zone)


@commands.command()
@click.argument("username")
def restore(username: str) -> None:
    """Let somebody in again who lost phone, passkey or authenticator: by a new code, at once the only way in.

    Make sure that it is they who ask, and hand the code over in person.
    """
    app = application()
    with app.app_context(), transaction():
        code = accounts.restore(username, SystemClock().now())
    _say_code(app, username, code)


@commands.command("renew-keys")
def renew_keys() -> None:
    """Give everybody a new version of their key. It seals what is written from now on; the older ones still open."""
    app = application()
    store: KeyStore = app.extensions["keys"]
    people = sorted(store.people())
    with app.app_context(), transaction():
        for person_id in people:
            version = store.renew(person_id)
            note(Event.KEY_RENEWED, SystemClock().now(), actor_id=None, person_id=person_id, version=version)
    click.echo(f"{len(people)} keys renewed.")


@commands.command("renew-box-key")
def renew_box_key() -> None:
    """Make a new key pair of the drop box. Phones seal with it from now on; what waits on them still opens."""
    app = application()
    store: KeyStore = app.extensions["keys"]
    with app.app_context(), transaction():
        number = store.renew_box_key()
        note(Event.BOX_KEY_RENEWED, SystemClock().now(), actor_id=None, number=number)
    click.echo(f"The drop box has key {number} now. Copy the key store: without it nothing sealed with the key opens.")


@commands.command("demo-codes")
def demo_codes() -> None:
    """Say the codes that the authenticators of the demo practice show now."""
    server.say_codes(Settings.from_env(os.environ), SystemClock().now())


def _create(role: Role, username: str, name: str, zone: str) -> None:
    app = application()
    with app.app_context(), transaction():
        code = accounts.create_staff(role, username, name, SystemClock().now(), zone)
    _say_code(app, username, code)


def _say_code(app: Flask, username: str, code: str) -> None:
    public_url = app.extensions["settings"].public_url
    click.echo(f"{username} begins with this code, once, within seven days:  {code}")
    click.echo(f"It is typed at {public_url}/begin, or this link opens it:  {public_url}/begin#{code}")


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

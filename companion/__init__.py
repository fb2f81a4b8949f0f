"""companion: a therapeutic contract that stays alive between sessions."""

from pathlib import Path

from flask import Flask

from companion import accounts, checkins, contract, experiments, formulation, privacy, review, sessions, web
from companion.config import Settings
from companion.database import engine_options, queue_writers
from companion.extensions import babel, db, login_manager, migrate
from companion.kernel.clock import Clock, SystemClock
from companion.kernel.sealing import KeyRing
from companion.privacy.key_store import key_store

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
ROOMS = (accounts, formulation, contract, experiments, checkins, sessions, review, privacy)


def create_app(settings: Settings, clock: Clock | None = None, keys: KeyRing | None = None) -> Flask:
    """Make the application; clock and key ring are the machine's and the settings' unless others are handed in."""
    app = Flask(__name__, static_url_path=web.STATIC_URL_PATH)
    app.jinja_environment = web.Pages
    app.extensions["settings"] = settings
    app.extensions["keys"] = keys or key_store(settings)
    app.config.update(web.flask_config(settings))
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    login_manager.init_app(app)
    babel.init_app(app, locale_selector=accounts.locale, timezone_selector=accounts.zone)
    web.init_app(app, clock or SystemClock(), settings)
    for room in ROOMS:
        room.init_app(app)
    if settings.database_key is not None:
        with app.app_context():
            queue_writers(db.engine)
    return app

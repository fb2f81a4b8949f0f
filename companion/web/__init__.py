"""What every page shares: headers, errors, the form base, filters, pictures."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from companion.config import Settings
from companion.kernel.clock import Clock
from companion.web import cookie, errors, filters, headers, now, once, pwa, repeated, same_site, static_files
from companion.web.repeated import Pages
from companion.web.static_files import URL_PATH as STATIC_URL_PATH

__all__ = ["STATIC_URL_PATH", "Pages", "flask_config", "init_app"]

LONGEST_BODY = 256 * 1024
COOKIE_LASTS = timedelta(days=400)
"""As long as browsers keep one; how long a session lasts is said by its row."""
PAGE_MAY_STAND_OPEN = timedelta(hours=12)


def flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TRUSTED_HOSTS": settings.hosts,
        "MAX_CONTENT_LENGTH": LONGEST_BODY,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A phone drops a cookie without an end whenever its browser restarts.
        "PERMANENT_SESSION_LIFETIME": COOKIE_LASTS,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SESSION_PROTECTION": None,
        "WTF_CSRF_TIME_LIMIT": int(PAGE_MAY_STAND_OPEN.total_seconds()),
    }


def init_app(app: Flask, clock: Clock, settings: Settings) -> None:
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    now.init_app(app, clock)
    cookie.init_app(app)
    headers.init_app(app, is_https=settings.is_https)
    same_site.init_app(app, settings.public_url)
    static_files.init_app(app)
    pwa.init_app(app)
    filters.init_app(app)
    repeated.init_app(app)
    once.init_app(app)
    errors.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(csrf_token=generate_csrf, get_locale=get_locale)

"""Refuse state changes that another site sends; beside, not instead of, each form's CSRF token."""

from urllib.parse import urlsplit

from flask import Flask, abort, request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN = frozenset({"same-origin", "none"})


def init_app(app: Flask, public_url: str) -> None:
    own_host = urlsplit(public_url).netloc

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method in SAFE:
            return
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None and site not in OWN:
            abort(403)
        if origin is not None and urlsplit(origin).netloc not in {own_host, request.host}:
            abort(403)

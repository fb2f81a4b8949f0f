"""What a phone keeps of ours, so that it opens without a connection: pages that are nobody's, and static files.

A neutral page is the same for everybody: it has nothing of a person, no CSRF token, and sets no cookie. Each room
registers its own. The service worker fetches them without credentials and keeps nothing that isn't marked; and only
what answers a request without a cookie, from a neutral page, is marked. See docs/adr/0014.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal, cast

from flask import Flask, Response, current_app, request, url_for

from companion.web import static_files

ANYWHERE = "*"
"""Every path for which no other page stands in."""
MARK = "Neutral"
NOT_KEPT = ("css/therapist.css", ".png")
"""How the names of static files end that no page offline needs."""
SCRIPT = """\
import {{ work }} from "{main}";
work({told});
"""
First = Literal["cache", "network"]


@dataclass(frozen=True)
class StandIn:
    """A neutral page, and a path for which it stands in; None is its own."""

    endpoint: str
    path: str | None
    first: First


@dataclass
class Neutrals:
    """Those of one application; `files` are endpoints as well. And the scripts made of them, by language.

    Each script stands with the minute it was made in.
    """

    pages: list[StandIn] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    scripts: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    @property
    def endpoints(self) -> list[str]:
        return list(dict.fromkeys([*(page.endpoint for page in self.pages), *self.files]))


def init_app(app: Flask) -> None:
    neutrals = app.extensions["neutrals"] = Neutrals()

    @app.after_request
    def mark(response: Response) -> Response:
        is_nobodys = request.endpoint in neutrals.endpoints and "Cookie" not in request.headers
        if is_nobodys and response.status_code == HTTPStatus.OK:
            response.headers[MARK] = "1"
        return response


def neutral(app: Flask, endpoint: str, stands_in_for: str | None = None, first: First = "cache") -> None:
    """Let phones keep a page of ours that is the same for everybody.

    `stands_in_for` is the path at which it is shown instead of the page that is there; without, it is shown at its own.
    `first="cache"`: the kept page is shown at once, whether or not there is a connection. `first="network"`: the page
    that is there is asked for, and the kept one shown where no answer comes, or none in time.
    """
    _neutrals(app).pages.append(StandIn(endpoint, stands_in_for, first))


def neutral_file(app: Flask, endpoint: str) -> None:
    """Let phones keep what isn't a page and is the same for everybody; it comes from the kept ones at once."""
    _neutrals(app).files.append(endpoint)


def worker_script(language: str, at: datetime) -> str:
    """The service worker; another script as soon as a static file or a neutral page is another.

    Browsers ask for it whenever a page is opened: the pages are looked at once a minute.
    """
    minute, scripts = at.replace(second=0, microsecond=0), _neutrals(current_app).scripts
    if language not in scripts or scripts[language][0] != minute:
        scripts[language] = (minute, _script(current_app, language))
    return scripts[language][1]


def _script(app: Flask, language: str) -> str:
    neutrals = _neutrals(app)
    digest = hashlib.sha256(static_files.version(app).encode())
    for endpoint in neutrals.endpoints:
        digest.update(_as_nobody_sees_it(app, url_for(endpoint), language))
    names = [name for name in static_files.names(app) if not name.endswith(NOT_KEPT)]
    told = {
        "version": digest.hexdigest()[:16],
        "files": [*(url_for("static", filename=name) for name in names), *map(url_for, neutrals.files)],
        "pages": [_told_of(page) for page in neutrals.pages],
    }
    return SCRIPT.format(main=url_for("static", filename="js/worker/main.js"), told=json.dumps(told, indent=1))


def _told_of(page: StandIn) -> dict[str, Any]:
    address = url_for(page.endpoint)
    return {"page": address, "path": page.path or address, "first": page.first}


def _as_nobody_sees_it(app: Flask, path: str, language: str) -> bytes:
    """Answered in a context of its own, to a request that knows nothing of the one being answered."""
    url: str = app.extensions["settings"].public_url
    with app.app_context(), app.test_request_context(path, base_url=url, headers={"Accept-Language": language}):
        answer = app.full_dispatch_request()
        return str(answer.headers).encode() + answer.get_data()


def _neutrals(app: Flask) -> Neutrals:
    return cast("Neutrals", app.extensions["neutrals"])

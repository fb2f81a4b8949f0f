"""A test client that looks at every page it gets, and sends forms as a browser would."""

from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from justhtml import JustHTML, Node
from werkzeug.test import TestResponse

from companion.accounts.models import LoginSession
from companion.accounts.queries.sessions import token_hash
from companion.accounts.rules import Actor
from companion.accounts.rules.sessions import device_of
from companion.database import WRITE
from companion.extensions import db
from companion.kernel.ids import new_id

ONE_BROWSER = "0" * 40
"""What the cookies of all browsers of the tests hold, so that one may send what another's page asks for."""
IS_HTML = "text/html"


class Page:
    """A response, read as a document."""

    def __init__(self, response: TestResponse, path: str) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.path = path
        self.html = response.get_data(as_text=True)
        self.document = JustHTML(self.html, sanitize=False, collect_errors=True)

    @property
    def text(self) -> str:
        """What a reader sees, white space folded."""
        return " ".join(self.document.to_text().split())

    @property
    def title(self) -> str:
        return self.document.query("title")[0].to_text()

    def errors(self) -> list[str]:
        """The messages beside the fields and above the form."""
        found = [*self.document.query(".error"), *self.document.query(".error-summary li")]
        return [" ".join(element.to_text().split()) for element in found]

    def form(self, number: int = 0) -> dict[str, str]:
        """The values that a browser would send back from a form as it stands (without its buttons)."""
        form = self.document.query("main form")[number]
        return dict(_values(form))

    def value(self, name: str) -> str:
        """What stands in a field of the page's forms."""
        for form in self.document.query("form"):
            for key, value in _values(form):
                if key == name:
                    return value
        raise KeyError(name)


def attributes(element: Node) -> dict[str, str]:
    """An element's attributes; one without a value has an empty one."""
    return {name: value or "" for name, value in (element.attrs or {}).items()}


def _values(form: Node) -> list[tuple[str, str]]:
    values: list[tuple[str, str]] = []
    for element in form.query("input, textarea, select"):
        known = attributes(element)
        name, kind = known.get("name"), known.get("type")
        if not name or (kind in {"radio", "checkbox"} and "checked" not in known) or kind == "submit":
            continue
        if element.name == "textarea":
            values.append((name, element.to_text()))
        elif element.name == "select":
            values += [(name, attributes(option).get("value", "")) for option in element.query("option[selected]")]
        else:
            values.append((name, known.get("value", "")))
    return values


class Browser:
    """Signs in, opens pages, sends forms; every page it gets must be sound."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def sign_in(self, actor: Actor) -> "Browser":
        """Carry a session of someone, begun just now, without going through the sign-in page."""
        app = self.client.application
        token, at = new_id().hex, app.extensions["clock"].now()
        row = {"id": new_id(), "user_id": actor.id, "token_hash": token_hash(token)}
        device, system = device_of(self.client.environ_base.get("HTTP_USER_AGENT", ""))
        row |= {"device": device, "system": system}
        row |= dict.fromkeys(("began_at", "last_seen_at", "confirmed_at"), at)
        # Past the session of the ORM, whose commits a guard may take back.
        with app.app_context():
            connection = db.engine.connect().execution_options(**{WRITE: True})
        with connection, connection.begin():
            connection.execute(sa.insert(LoginSession).values(row))
        with self.client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
            session["csrf_token"] = ONE_BROWSER
        return self

    def get(self, path: str, expect: int = 200) -> Page:
        response = self.client.get(path, follow_redirects=True)
        page = Page(response, response.request.path)
        assert page.status == expect, f"GET {path} answered {page.status}: {page.text[:300]}"
        if IS_HTML in response.content_type:
            check(page)
        return page

    def send(self, path: str, fields: dict[str, Any] | None = None, expect: int = 200) -> Page:
        """POST fields with the CSRF token of this session; follows the redirect, as a browser does."""
        data = {"csrf_token": self.csrf_token(), **(fields or {})}
        response = self.client.post(path, data=data, follow_redirects=True)
        page = Page(response, response.request.path)
        assert page.status == expect, f"POST {path} answered {page.status}: {page.errors() or page.text[:300]}"
        if IS_HTML in response.content_type:
            check(page)
        return page

    def submit(self, page: Page, changes: dict[str, Any] | None = None, *, number: int = 0, expect: int = 200) -> Page:
        """Fill in a form of a page, leave the rest as it stands, and send it to where it says."""
        form = page.document.query("main form")[number]
        action = attributes(form).get("action") or page.path
        return self.send(urlsplit(action).path, {**page.form(number), **(changes or {})}, expect)

    def csrf_token(self) -> str:
        """A token of this session, signed as a page would carry it."""
        with self.client.session_transaction() as session:
            raw = session.setdefault("csrf_token", ONE_BROWSER)
        key = self.client.application.secret_key
        assert key
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw))


def check(page: Page) -> None:
    """What must hold of every page."""
    assert not page.document.errors, f"{page.path}: {page.document.errors[:3]}"
    assert page.title.strip(" ·"), f"{page.path} has no title"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    ids = [attributes(element)["id"] for element in page.document.query("[id]")]
    assert len(ids) == len(set(ids)), f"{page.path} has the same id twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    for form in page.document.query("form[method=post]"):
        assert form.query("input[name=csrf_token]"), f"{page.path} has a form without CSRF token"

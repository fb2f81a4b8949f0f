"""A patient's phone with the app on it, and what of it has come to be in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bench.people import make_patients
from companion import create_app
from companion.checkins.models import CheckIn
from companion.config import Settings
from companion.extensions import db
from companion.kernel.clock import SystemClock
from tests.support.screens import PHONE
from tests.support.server import Server

GUILT, URGE = "How strong is the guilt?", "How much do you want to drop"
SAVED = "Saved. You can stop here."
ITEMS = """async () => {
  const opened = await new Promise((done, failed) => {
    const request = indexedDB.open("companion");
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const items = await new Promise((done) => {
    const request = opened.transaction("items").objectStore("items").getAll();
    request.onsuccess = () => done(request.result);
  });
  opened.close();
  return items.map(({ id, aside, number }) => ({ id, aside, number }));
}"""


@dataclass
class Phone:
    """One tab of it."""

    page: Page

    def sign_in(self, known: dict[str, str]) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("Username").fill(known["username"])
        self.page.get_by_label("Password", exact=True).fill(known["password"])
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page.locator("nav.places")).to_be_visible()

    def be_ready(self) -> None:
        """Have all on the phone that it needs without a connection."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        self.open_now()

    def open_now(self) -> None:
        self.page.goto("/now")
        expect(self.page.locator("[data-module=phone]")).to_be_visible()

    def rate(self, guilt: str, urge: str) -> None:
        """Open Now, and tap twice."""
        self.open_now()
        self.step(GUILT, guilt).tap(force=True)
        self.step(URGE, urge).tap(force=True)
        expect(self.page.locator("[data-said]")).to_be_visible()

    def plan(self, activity: str, days: int) -> str:
        """Plan what isn't on the list, in so many days; returns the path of its page."""
        self.page.goto("/plan")
        self.page.get_by_role("group", name="What?").get_by_role("radio", name="Something else").check(force=True)
        self.page.locator("[name=activity_new]").fill(activity)
        self.page.locator("[name=day]").fill((SystemClock().now() + timedelta(days=days)).date().isoformat())
        self.page.locator("[name=start]").fill("18:30")
        self.press("Save")
        expect(self.page.get_by_role("heading", name=activity)).to_be_visible()
        return urlsplit(self.page.url).path

    def step(self, question: str, answer: str) -> Locator:
        """A number of the question that can be seen."""
        group = self.page.get_by_role("group", name=question)
        return group.get_by_role("radio", name=answer, exact=True)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).tap()

    def waiting(self) -> list[dict[str, Any]]:
        """What is in the box: ids, and whether they are set aside."""
        items: list[dict[str, Any]] = self.page.evaluate(ITEMS)
        return items

    def has_sent_all(self) -> None:
        """Wait until nothing waits any more."""
        self.has_only(0)

    def has_only(self, number: int) -> None:
        """Wait until so many items are left."""
        for _ in range(100):
            if len(self.waiting()) == number:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(self.waiting())


@contextmanager
def phone_of(chromium: Chromium, url: str, **options: Any) -> Iterator[tuple[BrowserContext, Phone]]:
    context = chromium.new_context(base_url=url, viewport=PHONE, has_touch=True, is_mobile=True, **options)
    try:
        yield context, Phone(context.new_page())
    finally:
        context.close()


def rows_of(server: Server, *columns: Any) -> list[Any]:
    """Of every row, these columns, as the database holds them now."""
    app = create_app(Settings.from_env(server.environment))
    with app.app_context():
        found = [tuple(row) for row in db.session.execute(sa.select(*columns))]
        db.session.remove()
        db.engine.dispose()
    return found


def another_patient(server: Server) -> dict[str, str]:
    """Somebody else of the practice, and how they sign in."""
    app = create_app(Settings.from_env(server.environment))
    with app.app_context():
        ((username, password),) = make_patients(1, SystemClock().now())
        db.session.remove()
        db.engine.dispose()
    return {"username": username, "password": password}


def entries_of(server: Server) -> list[tuple[Any, ...]]:
    """(guilt, urge) of every check-in, in no order; `client_id` makes each one of its own."""
    return rows_of(server, CheckIn.client_id, CheckIn.guilt, CheckIn.urge)


def entries_since(server: Server, before: list[tuple[Any, ...]]) -> list[tuple[int | None, int | None]]:
    """(guilt, urge) of what has come since, sorted; unrated ones last."""
    known = {row[0] for row in before}
    new = [(guilt, urge) for client_id, guilt, urge in entries_of(server) if client_id not in known]
    return sorted(new, key=str)

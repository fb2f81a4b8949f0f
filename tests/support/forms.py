"""The forms of the pages, found by walking them, and filled in with as little as they take."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask
from justhtml import JustHTML, Node
from werkzeug.test import TestResponse

from companion.accounts.rules import Actor
from tests.factories.one_of_each import OneOfEach
from tests.support.client import IS_HTML, Browser, Page, attributes
from tests.support.routes import Route, client_of, pages, right_people

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
TYPED = {
    "date": "2025-03-06",
    "time": "18:30",
    "number": "3",
    "numeric": "2580",
    "password": "a quiet evening in June",
}
"""What a person types, by the kind of field; a day after the frozen one."""
WORDS = "Words"
ON_NO_PAGE: dict[str, tuple[dict[str, str], dict[str, tuple[str, ...]]]] = {
    "accounts.end_cover": ({}, {}),
    "accounts.begin_instead": ({"next": "", "draft": ""}, {}),
    "accounts.keep_writing": (
        {"path": "/lines", "fields": "want=a"},
        {"path": ("/lines",), "fields": ("want=a",)},
    ),
    "accounts.remove_pin": ({}, {}),
    "checkins.look_again": (
        {"client_id": "0195b1a2-0000-7000-8000-000000000001"},
        {"client_id": ("0195b1a2-0000-7000-8000-000000000001",)},
    ),
    "contract.begin_draft": ({}, {}),
    "contract.begin_my_draft": ({}, {}),
    "contract.withdraw": ({}, {}),
    "contract.my_withdraw": ({}, {}),
    "experiments.highlight": (
        {"id": "0195b1a2-0000-7000-8000-000000000001", "is_on": "1"},
        {"id": ("0195b1a2-0000-7000-8000-000000000001",), "is_on": ("1",)},
    ),
    "experiments.offer_again": ({}, {}),
}
"""Forms that stand on no page of the things as `OneOfEach` makes them: what stands in them, and what they ask for."""
NO_PAGES = {"checkins.box", "accounts.worker", "accounts.companion_manifest", "accounts.days_manifest"}
"""What can be looked at and is no page: a script, or the browser itself, reads it."""
MOST_TRIES = 5


@dataclass(frozen=True)
class FormOnPage:
    """Where a form sends what it asks for, what stands in it, and what may be chosen or typed."""

    path: str
    stands: dict[str, str]
    offers: dict[str, tuple[str, ...]]
    """By field: the values to choose from; for what is typed, one that fits."""


def form_on(page: Page, form: Node) -> FormOnPage:
    """A form as a browser would send it, with the fields that belong to it from elsewhere on its page."""
    known = attributes(form)
    fields = [*form.query("input, textarea, select, button[name]")]
    if "id" in known:
        fields += [each for each in page.document.query("[form]") if attributes(each)["form"] == known["id"]]
    stands: dict[str, str] = {}
    offers: dict[str, tuple[str, ...]] = {}
    for field in fields:
        if (name := attributes(field).get("name")) and name != "csrf_token":
            offers[name] = (*offers.get(name, ()), *_offered(field))
            if (value := _standing(field)) is not None:
                stands[name] = value
    return FormOnPage(urlsplit(known.get("action") or page.path).path, stands, offers)


def forms_on(page: Page) -> Iterator[FormOnPage]:
    yield from (form_on(page, form) for form in page.document.query("form[method=post]"))


class Forms:
    """The first form that leads to each path, by who is shown it: on every page of everybody in a practice."""

    def __init__(self, app: Flask, things: OneOfEach) -> None:
        self.things = things
        self._found: dict[tuple[Actor | None, str], FormOnPage] = {}
        for actor, page in _pages_of_all(app, things):
            for form in forms_on(page):
                self._found.setdefault((actor, form.path), form)

    def of(self, route: Route, actor: Actor | None) -> FormOnPage:
        """What leads to a route, about these things; a KeyError names one that nothing leads to."""
        path = route.path(self.things)
        form = self._found.get((actor, path)) or FormOnPage(path, *self._on_no_page(route.endpoint))
        typed = {"code": (self.things.code,)} if route.endpoint == "accounts.open_code" else {}
        return replace(form, offers=form.offers | typed)

    def _on_no_page(self, endpoint: str) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        if endpoint == "checkins.drop":
            return self.things.envelope, {name: (value,) for name, value in self.things.envelope.items()}
        return ON_NO_PAGE[endpoint]


def filled_in(browser: Browser, form: FormOnPage) -> tuple[dict[str, str], TestResponse]:
    """Send a form, with other words than stand in it, and with what each answer asks for until it asks no more."""
    sent = form.stands | _other_words(form) | {"csrf_token": browser.csrf_token()}
    answer = browser.client.post(form.path, data=sent)
    for _ in range(MOST_TRIES):
        lacking = _asked_for(answer, form) if answer.status_code == REFUSED else set()
        if not lacking:
            break
        sent |= {name: next(filter(None, form.offers[name]), WORDS) for name in lacking}
        answer = browser.client.post(form.path, data=sent)
    return sent, answer


def _pages_of_all(app: Flask, things: OneOfEach) -> Iterator[tuple[Actor | None, Page]]:
    for route in (each for each in pages(app) if each.endpoint not in NO_PAGES):
        for actor in right_people(route, things.practice):
            client = client_of(app, actor)
            yield actor, _page(client.get(route.path(things), follow_redirects=True))
    for path, sent in things.leading_on:
        browser = Browser(app.test_client())
        yield None, _page(browser.client.post(path, data=sent | {"csrf_token": browser.csrf_token()}))


def _page(response: TestResponse) -> Page:
    assert response.status_code == HTTPStatus.OK, f"{response.request.path}: {response.status}"
    assert IS_HTML in response.content_type
    return Page(response, response.request.path)


def _other_words(form: FormOnPage) -> dict[str, str]:
    typed = {(WORDS,), (TYPED["number"],)}
    return {name: form.offers[name][0] for name, value in form.stands.items() if value and form.offers[name] in typed}


def _asked_for(answer: TestResponse, form: FormOnPage) -> set[str]:
    """The fields with a word beside them, or about them above the form."""
    document = JustHTML(answer.get_data(as_text=True), sanitize=False)
    beside = {attributes(word).get("id", "").removesuffix("-error") for word in document.query(".error")}
    above = {attributes(link).get("href", "").removeprefix("#") for link in document.query(".error-summary a")}
    return (beside | above) & set(form.offers)


def _offered(field: Node) -> list[str]:
    known = attributes(field)
    if field.name == "select":
        return [attributes(option).get("value", "") for option in field.query("option")]
    if field.name == "textarea":
        return [WORDS]
    if known.get("type") in {"radio", "checkbox", "hidden"} or field.name == "button":
        return [known.get("value", "")]
    kind = known.get("inputmode") or known.get("type", "")
    return [TYPED.get(kind, WORDS)]


def _standing(field: Node) -> str | None:
    known = attributes(field)
    kind = known.get("type")
    if field.name == "button" or (kind in {"radio", "checkbox"} and "checked" not in known):
        return None
    if field.name == "textarea":
        return str(field.to_text())
    if field.name == "select":
        chosen = [attributes(option).get("value", "") for option in field.query("option[selected]")]
        return chosen[0] if chosen else next(iter(_offered(field)), "")
    return known.get("value", "")

"""An id of somebody else's, in a path or in a form, is answered as one that doesn't exist: by the byte."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from companion.accounts.access import Policy, access
from companion.accounts.rules import Actor
from tests.support.client import Browser
from tests.support.forms import FormOnPage, Forms
from tests.support.ground import Ground
from tests.support.routes import OF_FILES, Route, changing, client_of, right_people, routes
from tests.support.writes import Writes, nothing_kept

ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
REFUSED = {404, 422}
"""422 is for a line of a draft: somebody else may have taken it out meanwhile, so what was typed is shown again."""
COLLEAGUES = {("accounts.arrange_cover", "by"), ("accounts.transfer", "to")}
"""Fields with ids that are no patient's: every therapist of the practice may name every other."""
TOKEN = re.compile(r'name="csrf_token"[^>]*value="[^"]*"')


@dataclass(frozen=True)
class Said:
    """What was answered and what was written; two that are equal tell nothing apart."""

    status: int
    location: str | None
    body: str
    wrote: tuple[str, ...]

    @classmethod
    def by(cls, answer: TestResponse, kept: Writes) -> "Said":
        body = TOKEN.sub("", answer.text)  # the asking person's own, and it says what time it is
        said = cls(answer.status_code, answer.location, body, tuple(kept.kept))
        kept.clear()
        return said

    @property
    def without_ids(self) -> "Said":
        """For what is taken, or shown again: the ids in it were sent, or made for the page."""
        location = ID.sub("", self.location) if self.location else None
        return Said(self.status, location, ID.sub("", self.body), self.wrote)

    def beside(self, other: "Said") -> str:
        """How this reads where the other reads otherwise."""
        lines = zip(self.body.splitlines(), other.body.splitlines(), strict=False)
        apart = next((f"{one.strip()} – {two.strip()}" for one, two in lines if one != two), "")
        return f"{self.status} {self.wrote} – {other.status} {other.wrote}: {apart}"


# In a path


def swaps(ground: Ground, route: Route) -> Iterator[tuple[str, str]]:
    """Paths with ids of the other patient's things, and the same with ids of nothing: one by one, and all."""
    own, theirs = (things.ids_for(route.endpoint, route.arguments) for things in (ground.things, ground.theirs))
    for names in ({*route.arguments}, *({name} for name in route.arguments)):
        foreign, missing = {name: theirs[name] for name in names}, {name: uuid4() for name in names}
        yield route.path_of(own | foreign), route.path_of(own | missing)


def told_apart(ground: Ground, forms: Forms, kept: Writes) -> Iterator[str]:
    """Where the right person, with a right form, is told that another's thing is there, or may touch it."""
    for route in routes(ground.app):
        for actor in right_people(route, ground.practice) if route.arguments - OF_FILES else ():
            browser = Browser(client_of(ground.app, actor))
            sent = forms.of(route, actor).stands | {"csrf_token": browser.csrf_token()} if route.changes else None
            for method in sorted(route.methods - {"OPTIONS"}):
                for foreign, missing in swaps(ground, route):
                    answers = (browser.client.open(path, method=method, data=sent) for path in (foreign, missing))
                    theirs, nobody_s = (Said.by(answer, kept) for answer in answers)
                    if theirs.status not in REFUSED or theirs.wrote or theirs != nobody_s:
                        yield f"{method} {route.rule.rule}: {theirs.status} {theirs.wrote}, not {nobody_s.status}"


def test_in_a_path_another_s_id_is_answered_as_none(ground: Ground, forms: Forms) -> None:
    with nothing_kept(ground.app) as kept:
        assert list(told_apart(ground, forms, kept)) == []


def test_the_guard_sees_another_s_thing_told_apart(
    ground: Ground, forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = ground.theirs.ids_for("", {"session_id"})["session_id"]

    def careless(patient_id: UUID, session_id: UUID) -> tuple[str, int]:
        return ("Not yours." if session_id == theirs else "There is nothing here."), 404

    monkeypatch.setitem(ground.app.view_functions, "sessions.remove", access(Policy.THERAPIST)(careless))
    with nothing_kept(ground.app) as kept:
        seen = set(told_apart(ground, forms, kept))
    path = "POST /patients/<uuid:patient_id>/sessions/<uuid:session_id>/remove"
    assert seen == {f"{path}: 404 (), not 404"}


# In a form


def ids_in(form: FormOnPage) -> dict[str, str]:
    """By field, the first id that is offered or stands there."""
    found = {name: ID.search(" ".join((form.stands.get(name, ""), *form.offers[name]))) for name in form.offers}
    return {name: match[0] for name, match in found.items() if match}


def told_apart_in_forms(
    ground: Ground, forms: Forms, their_forms: Forms, kept: Writes
) -> Iterator[tuple[str, Said, Said]]:
    """Each field that carries an id, filled with the other patient's and with nobody's: field, and both answers."""
    shown_to = dict(zip(people(forms), people(their_forms), strict=True))
    for route in changing(ground.app):
        for actor in right_people(route, ground.practice):
            form = forms.of(route, actor)
            theirs = ids_in(their_forms.of(route, shown_to[actor]))
            for name in ids_in(form).keys() & theirs.keys() - {
                field for at, field in COLLEAGUES if at == route.endpoint
            }:
                foreign, missing = (
                    Said.by(sent_by(client_of(ground.app, actor), form, {name: value}), kept).without_ids
                    for value in (theirs[name], str(uuid4()))
                )
                yield f"{route.rule.rule}: {name}", foreign, missing


def sent_by(client: FlaskClient, form: FormOnPage, changes: dict[str, str]) -> TestResponse:
    return client.post(form.path, data=form.stands | changes | {"csrf_token": Browser(client).csrf_token()})


def people(forms: Forms) -> tuple[Actor | None, ...]:
    practice = forms.things.practice
    return (None, practice.patient, practice.therapist, practice.admin)


def test_in_a_form_another_s_id_is_answered_as_none(ground: Ground, forms: Forms, their_forms: Forms) -> None:
    with nothing_kept(ground.app) as kept:
        seen = list(told_apart_in_forms(ground, forms, their_forms, kept))
    assert [f"{field}: {foreign.beside(missing)}" for field, foreign, missing in seen if foreign != missing] == []
    assert [field for field, foreign, _missing in seen if ground.theirs.marker in foreign.body] == []
    assert {field.rpartition(" ")[2] for field, *_ in seen} >= {"task", "goal", "lineage_id", "replaces", "trigger"}

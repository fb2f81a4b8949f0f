"""Whatever is sent to whatever route: never a fault of ours, nothing half written, and no word of it in a log.

The routes come from the url map and the fields from the pages, so a new one is tried without being named here.
"""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask import current_app, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from companion.accounts.access import Policy, access
from companion.accounts.models import Clinic
from companion.accounts.rules import Actor
from companion.extensions import db
from companion.transaction import transaction
from tests.support.forms import FormOnPage
from tests.support.routes import Route, changing, right_people, routes
from tests.support.target import MARKER, Target
from tests.support.writes import contents

LONG = (200, 201, 4000, 4001, 70_000)
ODD = (
    *("", " ", "\x00", "a\x00b", "\r\n", "\u202e", "\u200d", "\ufeff", "\ufffe", "🫥", "e\u0301", "ß", "İ", "'", "--"),
    *(
        "0",
        "-1",
        "11",
        "10.0",
        "1e400",
        "\u0663",
        "\uff19",
        "\xb2",
        "1_0",
        "+1",
        "9" * 5000,
        "NaN",
        "None",
        "true",
        "cant_tell",
    ),
    *("0001-01-01", "1999-12-31", "2025-02-30", "2100-12-31", "9999-12-31", "2025-03-30", "2025-W10-1", "20250306"),
    *("02:30", "24:00", "18:30:61", "00:00", "18:30Z", "0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59"),
    *("2025-03-05T12:00:00+01:00", "Europe/../passwd", "UTC", "Etc/GMT+14", "localtime", "Pacific/Kiritimati"),
    *("guilt", "empty", "cutting", "good", "task", "goal", "everything", "only_me", "none", "new", "//evil.example"),
    *("00000000-0000-0000-0000-000000000000", "{ffffffff-ffff-ffff-ffff-ffffffffffff}", "urn:uuid:" + "1" * 32),
    *("<script>", "{{ 7*7 }}", "%(name)s", "%s%n", "\\", "../../etc/passwd", "ab cd", "zz"),
)

made_up = st.text(max_size=40).map(lambda text: MARKER + text)
too_long = st.sampled_from(LONG).map(lambda length: (MARKER + "é" * length)[:length])
ids = st.uuids().map(str)
anything = st.one_of(st.sampled_from(ODD), made_up, too_long, ids)
TYPES = (
    *("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "application/json"),
    *("multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "", "\u00e9", "application/octet-stream"),
)
BODIES = (
    *(b"", b"[]", b"[1, 2]", b"7", b"null", b'{"name": ["x"]}', b'{"name"', b'"\\ud800"', b"name=%ff%fe", b"name=\xff"),
    *(f"name={MARKER}%ff".encode(), f'{{"name": "{MARKER}"}}'.encode(), f"{MARKER}={MARKER}".encode()),
    *(b"&&==&%", b"=", b"a" * 2000 + b"=", b"--x\r\n", b"--x--", b"a=1&" * 1200),
    b'--x\r\nContent-Disposition: form-data; name="name"; filename="\x00"\r\n\r\nx\r\n--x--',
)


ENOUGH = 40
"""So many inputs at least are taken, and so many refused: a fuzz that is always turned away tries nothing."""
Fields = dict[str, list[str]]


def spoiled(form: FormOnPage, valid: dict[str, str]) -> st.SearchStrategy[Fields]:
    """What is taken, or nothing, with a few fields given another choice, anything, several values, or none."""
    names = st.sampled_from(sorted(form.offers) or ["id", "name"])
    changed = names.flatmap(lambda name: st.tuples(st.just(name), values_for(form.offers.get(name) or ("",))))
    base = st.sampled_from([valid, valid, valid, {}])
    return st.tuples(base, st.lists(changed, max_size=3)).map(
        lambda drawn: {name: [value] for name, value in drawn[0].items()} | dict(drawn[1])
    )


def values_for(choices: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    one = st.one_of(made_up, st.sampled_from(choices), anything)
    return one.map(lambda value: [value]) | st.lists(one, max_size=2)


def everyone(target: Target, among: list[Route]) -> Iterator[tuple[Route, Actor | None]]:
    """Each route with somebody whom it is for."""
    return ((route, next(right_people(route, target.ground.practice))) for route in among)


def test_any_input_to_any_form(target: Target) -> None:
    for route, actor in everyone(target, changing(target.ground.app)):
        try_form(target, actor, *target.valid(route, actor))
    assert target.taken > ENOUGH
    assert target.refused > ENOUGH


def try_form(target: Target, actor: Actor | None, form: FormOnPage, valid: dict[str, str]) -> None:
    @given(spoiled(form, valid), st.booleans(), st.sampled_from(target.pages))
    def attempt(fields: Fields, is_multipart: bool, then: tuple[Actor, str]) -> None:  # noqa: FBT001  # drawn
        data = MultiDict([(name, value) for name, values in fields.items() for value in values])
        data["csrf_token"] = target.token_of(actor)
        kind = "multipart/form-data" if is_multipart else None
        target.send(actor, "POST", form.path, then=then, data=data, content_type=kind)

    attempt()


def test_any_body_to_any_form(target: Target) -> None:
    for route, actor in everyone(target, changing(target.ground.app)):
        try_body(target, actor, route.path(target.ground.things))


def try_body(target: Target, actor: Actor | None, path: str) -> None:
    token = f"&csrf_token={target.token_of(actor)}".encode()

    @given(st.sampled_from(BODIES) | st.binary(max_size=60), st.sampled_from(TYPES), st.sampled_from([b"", token]))
    def attempt(body: bytes, kind: str, more: bytes) -> None:
        target.send(actor, "POST", path, data=body + more, content_type=kind)

    attempt()


def test_any_path_and_any_query(target: Target) -> None:
    for route, actor in everyone(target, routes(target.ground.app)):
        if route.endpoint != "static":
            try_path(target, actor, route)


def try_path(target: Target, actor: Actor | None, route: Route) -> None:
    right = {name: str(value) for name, value in target.ground.things.ids_for(route.endpoint, route.arguments).items()}
    wrong = st.dictionaries(st.sampled_from([*right]), anything, max_size=2) if right else st.just({})
    asked = st.dictionaries(st.sampled_from(["task", "about", "next", "v", MARKER]), anything, max_size=2)

    @given(wrong, asked)
    def attempt(changed: dict[str, str], query: dict[str, str]) -> None:
        path = route.rule.rule
        for name, value in (right | changed).items():
            path = path.replace(f"<uuid:{name}>", quote(value[:500], safe=""))
        target.send(actor, route.method, path, query_string={name: value[:500] for name, value in query.items()})

    attempt()


# The guards see


def write() -> None:
    with transaction():
        db.session.add(Clinic(name="x", phone="x", country="IT"))


@access(Policy.PUBLIC)
def writes_and_refuses() -> tuple[str, int]:
    write()
    return "", 422


@access(Policy.PUBLIC)
def logs() -> str:
    current_app.logger.debug("asked for %s", request.args["words"])
    return ""


@access(Policy.PUBLIC)
def quotes() -> tuple[str, int]:
    return request.args["words"], 400


@access(Policy.PUBLIC)
def fails() -> tuple[str, int]:
    return "", 500


@pytest.mark.parametrize("view", [writes_and_refuses, logs, quotes, fails])
def test_the_guard_sees(target: Target, monkeypatch: pytest.MonkeyPatch, view: Callable[[], object]) -> None:
    monkeypatch.setitem(target.ground.app.view_functions, "accounts.leave", view)
    with pytest.raises(AssertionError):
        target.send(None, "GET", "/leave", query_string={"words": MARKER})
    target.put_back()


def test_what_was_taken_is_put_back(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    @access(Policy.PUBLIC)
    def writes() -> str:
        write()
        return ""

    monkeypatch.setitem(target.ground.app.view_functions, "accounts.leave", writes)
    before = contents(target.ground.app)
    target.send(None, "GET", "/leave")
    assert target.seen.kept
    assert contents(target.ground.app) == before

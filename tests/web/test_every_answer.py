"""What every answer there is carries: each route's, to whom it is for, by each of its methods, and each error's."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from justhtml import JustHTML
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from companion.accounts.access import Policy, access
from tests.support.client import IS_HTML, attributes
from tests.support.ground import Ground, under
from tests.support.observatory import CRITERIA, ORIGIN, Observed, grade, score, verdicts_on
from tests.support.routes import client_of, right_people, routes

BEST = 100 + 10 + 5 + 5 + 10
"""With every bonus but those for a cookie, scripts that carry their hashes, and a host on the preload list."""
ORIGINS = ("http://localhost:8000", "https://localhost")
Ask = Callable[[FlaskClient], TestResponse]

ERRORS: dict[int, Ask] = {
    400: lambda client: client.get("/help", headers={"Host": "evil.example"}),
    403: lambda client: client.post("/sign-in", headers={"Origin": "https://evil.example"}),
    404: lambda client: client.get("/nothing"),
    405: lambda client: client.post("/help"),
    413: lambda client: client.post("/sign-in", data={"username": "x" * 300 * 1024}),
    422: lambda client: client.post("/sign-in", data={"username": ""}),
    500: lambda client: client.get("/leave"),
}
"""Errors by their status; /leave is made to fail."""


FETCHING = {"link", "use", "image"}
OURS = re.compile(r"/static/|/[a-z]+\.webmanifest$|#")


@access(Policy.PUBLIC)
def fails() -> str:
    raise ZeroDivisionError


@dataclass(frozen=True)
class Seen:
    """An answer, and what was asked."""

    asked: str
    status: int
    by: Observed

    @classmethod
    def of(cls, asked: str, answer: TestResponse) -> "Seen":
        html = answer.text if IS_HTML in answer.content_type else ""
        return cls(asked, answer.status_code, Observed(answer.request.url, answer.headers, html))


@pytest.fixture(scope="module", params=ORIGINS)
def answers(ground: Ground, request: pytest.FixtureRequest) -> list[Seen]:
    """Of each route, to whom it is for, by each of its methods, and of each error; under one of the origins."""
    with under(ground, request.param) as reached:
        return [*answers_of_routes(reached, request.param), *answers_of_errors(reached.app)]


def answers_of_routes(ground: Ground, origin: str) -> Iterator[Seen]:
    for route in routes(ground.app):
        for actor in right_people(route, ground.practice):
            client = client_of(ground.app, actor)
            for method in sorted(route.methods):
                # A page of ours says where it comes from; what another site sends is refused before it is read.
                answer = client.open(route.path(ground.things), method=method, headers={"Origin": origin})
                yield Seen.of(f"{method} {route.rule.rule}", answer)
                answer.close()


def answers_of_errors(app: Flask) -> Iterator[Seen]:
    app.testing = False
    app.view_functions["accounts.leave"] = fails
    for status, ask in ERRORS.items():
        yield Seen.of(str(status), ask(app.test_client()))


def test_each_error_answers_as_itself(answers: list[Seen]) -> None:
    assert [str(each.status) for each in answers if each.asked.isdecimal()] == [*map(str, ERRORS)]


@pytest.mark.parametrize("answers", ["https://localhost"], indirect=True)
def test_the_observatory_gives_every_answer_over_https_its_best_grade(answers: list[Seen]) -> None:
    """By all of `CRITERIA`, none of which takes a point off.

    Where plain http leads is up to the proxy that ends TLS; nothing of ours listens there.
    """
    found, cookies = [], set()
    for each in answers:
        verdicts = verdicts_on(each.by)
        assert [verdict.criterion for verdict in verdicts] == [*CRITERIA]
        faults = [verdict for verdict in verdicts if verdict.modifier < 0]
        if faults or score(verdicts) < BEST or grade(score(verdicts)) != "A+":
            found.append(f"{each.asked}: {score(verdicts)}, {faults}")
        cookies |= {verdict.result for verdict in verdicts if verdict.criterion == "cookies"}
    assert found == []
    assert cookies == {"none", "secure, http-only, same-site"}


def unguarded(answer: Observed) -> Iterator[str]:
    """What an answer lacks, beside what the Observatory asks for."""
    policy = answer.headers.get("Content-Security-Policy", "")
    if not policy.startswith("default-src 'none'; ") or "unsafe" in policy or "http" in policy:
        yield f"allows {policy}"
    if "frame-ancestors 'none'" not in policy or answer.first("X-Frame-Options") != "deny":
        yield "may be framed"
    if answer.first("Referrer-Policy") != "same-origin":
        yield "tells others where one comes from"
    if answer.first("Cache-Control") != "no-store":
        yield "is kept"


def test_every_answer_is_guarded_and_all_but_files_of_ours_are_kept_nowhere(answers: list[Seen]) -> None:
    found = {f"{each.asked.partition(' ')[2]} {fault}" for each in answers for fault in unguarded(each.by)}
    assert found == {"/static/<version>/<path:filename> is kept"}


def test_the_guard_sees_what_an_answer_lacks() -> None:
    policy = "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'self'"
    bare, loose = Headers(), Headers({"Content-Security-Policy": policy, "X-Frame-Options": "DENY"})
    assert len(list(unguarded(Observed("", bare)))) == 4
    assert list(unguarded(Observed("", loose)))[:2] == [f"allows {policy}", "may be framed"]


def test_no_page_has_code_in_it_or_fetches_from_elsewhere(answers: list[Seen]) -> None:
    assert [f"{each.asked}: {fault}" for each in answers for fault in inline_or_foreign(each.by.html)] == []
    assert sum(each.by.html.count("/static/") for each in answers) > len(answers)


def test_no_answer_lets_another_origin_read_it(ground: Ground) -> None:
    found = []
    for route in routes(ground.app):
        for actor in right_people(route, ground.practice):
            client = client_of(ground.app, actor)
            with client.open(route.path(ground.things), method=route.method, headers={"Origin": ORIGIN}) as answer:
                found += [f"{route}: {name}" for name, _ in answer.headers if name.startswith("Access-Control")]
    assert found == []


def inline_or_foreign(html: str) -> Iterator[str]:
    """What the policy forbids in a page: code written into it, and what is fetched from elsewhere."""
    document = JustHTML(html, sanitize=False)
    for element in document.query("*"):
        known = attributes(element)
        if element.name == "style" or (element.name == "script" and "src" not in known):
            yield f"<{element.name}>"
        yield from (f"{name}=" for name in known if name == "style" or name.startswith("on"))
        fetched = {"src", "srcset", "poster", "data"} | ({"href"} if element.name in FETCHING else set())
        yield from (known[name] for name in fetched & known.keys() if not OURS.match(known[name]))


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        '<p style="color: red">',
        '<p onclick="go()">',
        '<script src="https://there.example/a.js"></script>',
        '<script src="//there.example/a.js"></script>',
        '<link rel="stylesheet" href="https://there.example/a.css">',
        '<img src="data:image/png;base64,x">',
        '<svg><use href="https://there.example/a.svg"/></svg>',
    ],
)
def test_the_guard_sees(html: str) -> None:
    assert list(inline_or_foreign(html))

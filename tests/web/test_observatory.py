"""The Observatory's criteria, each with what passes and what fails it."""

import pytest
from werkzeug.datastructures import Headers

from tests.support.observatory import CRITERIA, ORIGIN, Observed, Verdict, grade, score, verdicts_on

GOOD = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'; form-action 'self'",
    "Set-Cookie": "__Host-session=x; Secure; HttpOnly; Path=/; SameSite=Lax",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Content-Type": "text/html; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WITHOUT_HSTS = {"Strict-Transport-Security": ""}


def observed(headers: dict[str, str], html: str = "", over_http: tuple[str, ...] = ()) -> Observed:
    """A good answer, with other headers in place of its own; "" takes one away."""
    given = GOOD | headers
    return Observed("https://here.example/", Headers([each for each in given.items() if each[1]]), html, over_http)


def modifier(criterion: str, answer: Observed) -> int:
    return CRITERIA[criterion](answer)[1]


def test_an_answer_that_is_right_in_all_gets_every_point_and_an_a_plus() -> None:
    verdicts = verdicts_on(observed({}, '<script src="/a.js" integrity="sha384-x"></script>'))
    assert len(verdicts) == 10
    assert score(verdicts) == 100 + 10 + 5 + 5 + 5 + 5 + 10
    assert grade(score(verdicts)) == "A+"


def test_an_answer_without_any_header_fails() -> None:
    verdicts = verdicts_on(Observed("https://here.example/", Headers()))
    assert score(verdicts) == 100 - 25 - 20 - 5 - 20
    assert grade(score(verdicts)) == "D"


@pytest.mark.parametrize(
    ("modifiers", "points", "letter"),
    [((), 100, "A+"), ((-10, 5), 95, "A"), ((-15, 10), 85, "A-"), ((-25, -20, -5, 10), 50, "C"), ((-200,), 0, "F")],
)
def test_a_bonus_counts_only_where_the_penalties_leave_an_a(
    modifiers: tuple[int, ...], points: int, letter: str
) -> None:
    found = score(Verdict("", "", modifier) for modifier in modifiers)
    assert (found, grade(found)) == (points, letter)


@pytest.mark.parametrize(
    ("policy", "points"),
    [
        ("default-src 'none'", 10),
        ("default-src 'self'", 5),
        ("default-src 'none'; script-src 'unsafe-inline' 'nonce-x'", 10),
        ("default-src 'none'; style-src 'unsafe-inline'", 0),
        ("default-src 'none'; img-src http://there.example", -10),
        ("default-src 'none'; script-src 'unsafe-eval'", -10),
        ("default-src 'none'; connect-src http://there.example", -20),
        ("default-src 'none'; script-src 'unsafe-inline'", -20),
        ("default-src 'none'; script-src data:", -20),
        ("default-src 'none'; object-src *", -20),
        ("script-src 'self'", -20),
        ("default-src 'none'; script-src 'strict-dynamic'", -25),
        ("default-src 'none'; default-src 'self'", -25),
        ("default-src 'none', default-src 'self'", -25),
        (";", -25),
        ("", -25),
    ],
)
def test_a_content_security_policy(policy: str, points: int) -> None:
    assert modifier("content-security-policy", observed({"Content-Security-Policy": policy})) == points


@pytest.mark.parametrize(
    ("cookie", "more", "points"),
    [
        ("", {}, 0),
        ("a=x; Secure; SameSite=Strict", {}, 5),
        ("a=x; Secure", {}, 0),
        ("a=x; SameSite=Lax", {}, -5),
        ("session=x; HttpOnly; SameSite=Lax", {}, -10),
        ("a=x; SameSite=Lax", WITHOUT_HSTS, -20),
        ("a=x; Secure; SameSite=Often", {}, -20),
        ("a=x; SameSite=None", {}, -20),
        ("csrf=x; Secure", {}, -20),
        ("login=x; Secure; SameSite=Lax", {}, -30),
        ("session=x; HttpOnly; SameSite=Lax", WITHOUT_HSTS, -40),
    ],
)
def test_a_cookie(cookie: str, more: dict[str, str], points: int) -> None:
    assert modifier("cookies", observed({"Set-Cookie": cookie, **more})) == points


@pytest.mark.parametrize(
    ("criterion", "headers", "points"),
    [
        ("cross-origin-resource-sharing", {}, 0),
        ("cross-origin-resource-sharing", {"Access-Control-Allow-Origin": "*"}, 0),
        ("cross-origin-resource-sharing", {"Access-Control-Allow-Origin": "https://there.example"}, 0),
        (
            "cross-origin-resource-sharing",
            {"Access-Control-Allow-Origin": ORIGIN, "Access-Control-Allow-Credentials": "true"},
            -50,
        ),
        ("referrer-policy", {"Referrer-Policy": ""}, 0),
        ("referrer-policy", {"Referrer-Policy": "unsafe-url, no-referrer"}, 5),
        ("referrer-policy", {"Referrer-Policy": "no-referrer, unsafe-url"}, -5),
        ("referrer-policy", {"Referrer-Policy": "nobody"}, -5),
        ("strict-transport-security", {"Strict-Transport-Security": "max-age=15552000"}, 0),
        ("strict-transport-security", {"Strict-Transport-Security": "max-age=15551999"}, -10),
        ("strict-transport-security", {"Strict-Transport-Security": "includeSubDomains"}, -20),
        ("strict-transport-security", {"Strict-Transport-Security": "max-age=1, max-age=2"}, -20),
        ("strict-transport-security", WITHOUT_HSTS, -20),
        ("x-content-type-options", {}, 0),
        ("x-content-type-options", {"X-Content-Type-Options": "sniff"}, -5),
        ("x-content-type-options", {"X-Content-Type-Options": ""}, -5),
        ("x-frame-options", {}, 5),
        ("x-frame-options", {"Content-Security-Policy": ""}, 0),
        ("x-frame-options", {"Content-Security-Policy": "", "X-Frame-Options": "sometimes"}, -20),
        ("x-frame-options", {"Content-Security-Policy": "", "X-Frame-Options": ""}, -20),
        ("cross-origin-resource-policy", {"Cross-Origin-Resource-Policy": "same-site"}, 10),
        ("cross-origin-resource-policy", {"Cross-Origin-Resource-Policy": "cross-origin"}, 0),
        ("cross-origin-resource-policy", {"Cross-Origin-Resource-Policy": ""}, 0),
        ("cross-origin-resource-policy", {"Cross-Origin-Resource-Policy": "nobody"}, -5),
    ],
)
def test_a_header(criterion: str, headers: dict[str, str], points: int) -> None:
    assert modifier(criterion, observed(headers)) == points


@pytest.mark.parametrize(
    ("html", "points"),
    [
        ("<p>", 0),
        ('<script src="/a.js"></script>', 0),
        ('<script src="/a.js" integrity="sha384-x"></script>', 5),
        ('<script src="https://there.example/a.js" integrity="sha384-x"></script>', 5),
        ('<script src="https://there.example/a.js"></script>', -5),
        ('<script src="http://there.example/a.js" integrity="sha384-x"></script>', -20),
        ('<script src="//there.example/a.js"></script><script src="/a.js" integrity="x"></script>', -50),
    ],
)
def test_the_scripts_of_a_page(html: str, points: int) -> None:
    assert modifier("subresource-integrity", observed({}, html)) == points


@pytest.mark.parametrize(
    ("route", "points"),
    [
        ((), 0),
        (("http://here.example/", "https://here.example/"), 0),
        (("http://here.example/", "https://there.example/"), -5),
        (("http://here.example/", "http://here.example/a", "https://here.example/"), -10),
        (("http://here.example/", "http://there.example/"), -20),
        (("http://here.example/",), -20),
    ],
)
def test_where_plain_http_leads(route: tuple[str, ...], points: int) -> None:
    assert modifier("redirection", observed({}, over_http=route)) == points


def test_a_host_that_browsers_know_for_https_gets_a_bonus() -> None:
    known = Observed("https://here.example/", Headers(), is_preloaded=True)
    assert modifier("strict-transport-security", known) == 5

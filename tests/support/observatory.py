"""The criteria of MDN's HTTP Observatory (v2, algorithm 5), computed over answers instead of asked of its service.

From the published table of scores (github.com/mdn/mdn-http-observatory): each criterion gives one result, each result
a modifier of 100. Bonuses count only where the penalties leave 90 or more. Two things lie outside an application and
are said by who asks: where plain http leads, and whether browsers carry the host in their HSTS preload list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlsplit

from justhtml import JustHTML
from werkzeug.datastructures import Headers

from tests.support.client import IS_HTML, attributes

SIX_MONTHS = 15_552_000
"""What the Observatory takes for six months, in seconds."""
ENOUGH_FOR_EXTRA_CREDIT = 90
GRADES = (
    *((100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C")),
    *((45, "C-"), (40, "D+"), (30, "D"), (25, "D-"), (0, "F")),
)

BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
UNSAFE = {"'unsafe-inline'", "data:"}
HASHED = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")
PASSIVE = ("img-src", "media-src")


@dataclass(frozen=True)
class Observed:
    """An answer as the Observatory looks at it."""

    url: str
    headers: Headers
    html: str = ""
    over_http: tuple[str, ...] = ()
    """The addresses that one is led through from the same address over plain http; none where nothing answers."""
    is_preloaded: bool = False

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https:")

    def first(self, name: str) -> str:
        return (self.headers.get(name) or "").strip().lower()


@dataclass(frozen=True)
class Verdict:
    """What one criterion found, and what that adds to or takes from 100."""

    criterion: str
    result: str
    modifier: int


Result = tuple[str, int]
Policy = dict[str, set[str]]


def score(verdicts: Iterable[Verdict]) -> int:
    """100 with penalties; with bonuses too where the penalties leave an A."""
    modifiers = [verdict.modifier for verdict in verdicts]
    without_bonus = 100 + sum(modifier for modifier in modifiers if modifier < 0)
    return max(0, 100 + sum(modifiers) if without_bonus >= ENOUGH_FOR_EXTRA_CREDIT else without_bonus)


def grade(points: int) -> str:
    """The letter for a score."""
    return next(letter for least, letter in GRADES if points >= least)


def verdicts_on(answer: Observed) -> list[Verdict]:
    """One for each of the ten criteria."""
    return [Verdict(name, *judge(answer)) for name, judge in CRITERIA.items()]


# Content security policy


def policy_of(header: str) -> Policy | None:
    """The directives with their sources; None for what can't be read, or says a directive twice."""
    read: Policy = {}
    for part in filter(None, (part.split() for part in header.lower().split(";"))):
        if part[0] in read:
            return None
        read[part[0]] = set(part[1:]) or {"'none'"}
    return read or None


def content_security_policy(answer: Observed) -> Result:
    given = answer.headers.getlist("Content-Security-Policy")
    if not given:
        return "not implemented", -25
    policy = policy_of(given[0]) if len(given) == 1 and "," not in given[0] else None
    return _of_policy(policy, is_https=answer.is_https) if policy else ("invalid", -25)


def _of_policy(policy: Policy, *, is_https: bool) -> Result:
    """The first that is true, worst first."""
    script, style, objects = (_sources(policy, name) for name in ("script-src", "style-src", "object-src"))
    active = {source for name in {*policy} - {*PASSIVE} for source in policy[name]}
    passive = {source for name in PASSIVE for source in _sources(policy, name)}
    findings: tuple[tuple[object, Result], ...] = (
        ("'strict-dynamic'" in script and not _is_hashed(script), ("invalid", -25)),
        (script & (BROAD | UNSAFE) or objects & BROAD, ("unsafe inline, or from anywhere", -20)),
        (is_https and _is_insecure(active), ("insecure scheme", -20)),
        ("'unsafe-eval'" in script | style, ("unsafe eval", -10)),
        (is_https and _is_insecure(passive), ("insecure scheme of pictures", -10)),
        (style & (BROAD | UNSAFE), ("unsafe inline style", 0)),
        (policy.get("default-src") == {"'none'"}, ("no unsafe, default-src 'none'", 10)),
        (True, ("no unsafe", 5)),
    )
    return next(result for is_true, result in findings if is_true)


def _sources(policy: Policy, name: str) -> set[str]:
    """What a directive allows, by itself or by default; inline is off where nonces or hashes stand beside it."""
    sources = policy.get(name, policy.get("default-src", {"*"}))
    return sources - {"'unsafe-inline'"} if _is_hashed(sources) else sources


def _is_hashed(sources: set[str]) -> bool:
    return any(source.startswith(HASHED) for source in sources)


def _is_insecure(sources: Iterable[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


# Cookies


def cookies(answer: Observed) -> Result:
    """The worst that is true of any cookie."""
    given = answer.headers.getlist("Set-Cookie")
    if not given:
        return "none", 0
    found = [result for header in given for result in _faults_of(header, answer)]
    if found:
        return min(found, key=lambda result: result[1])
    has_same_site = all(morsel["samesite"] for header in given for morsel in _morsels(header))
    return ("secure, http-only, same-site", 5) if has_same_site else ("secure, http-only", 0)


def _morsels(header: str) -> list[Morsel[str]]:
    return list(SimpleCookie(header).values())


def _faults_of(header: str, answer: Observed) -> list[Result]:
    found: list[Result] = []
    is_protected = strict_transport_security(answer)[1] >= 0
    for morsel in _morsels(header):
        name, same_site = morsel.key.lower(), str(morsel["samesite"]).lower()
        is_session = "sess" in name or "login" in name
        if same_site not in {"", "lax", "strict", "none"} or (same_site == "none" and not morsel["secure"]):
            found.append(("same-site invalid", -20))
        if not morsel["secure"]:
            found.append(("not secure, behind HSTS", -5) if is_protected else ("not secure", -20))
        if not morsel["secure"] and is_session:
            found.append(("session not secure, behind HSTS", -10) if is_protected else ("session not secure", -40))
        if "csrf" in name and not same_site:
            found.append(("anti-CSRF token without same-site", -20))
        if is_session and not morsel["httponly"]:
            found.append(("session not http-only", -30))
    return found


# The other headers


def cross_origin_sharing(answer: Observed) -> Result:
    """Asked with an Origin of its own, see `ORIGIN`."""
    allowed = answer.first("Access-Control-Allow-Origin")
    if not allowed:
        return "not implemented", 0
    if allowed == "*":
        return "public", 0
    with_credentials = answer.first("Access-Control-Allow-Credentials") == "true"
    return ("everybody, with credentials", -50) if allowed == ORIGIN and with_credentials else ("restricted", 0)


ORIGIN = "https://http-observatory.security.mozilla.org"


def redirection(answer: Observed) -> Result:
    route = [urlsplit(address) for address in answer.over_http]
    if not route:
        return "nothing answers over http", 0
    if len(route) == 1:
        return "missing", -20
    if route[-1].scheme != "https":
        return "not to https", -20
    if route[1].scheme != "https":
        return "not to https at first", -10
    return ("to https", 0) if route[0].hostname == route[1].hostname else ("to another host", -5)


def referrer_policy(answer: Observed) -> Result:
    given = [each.strip().lower() for each in ",".join(answer.headers.getlist("Referrer-Policy")).split(",")]
    known = {
        **dict.fromkeys(("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"), 5),
        **dict.fromkeys(("origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"), -5),
    }
    if given == [""]:
        return "not implemented", 0
    last = next((each for each in reversed(given) if each in known), None)
    if last is None:
        return "invalid", -5
    return ("private", 5) if known[last] > 0 else ("unsafe", -5)


def strict_transport_security(answer: Observed) -> Result:
    header = answer.first("Strict-Transport-Security")
    if answer.is_preloaded:
        return "preloaded", 5
    if not answer.is_https or not header:
        return "not implemented", -20
    parts = dict(part.strip().partition("=")[::2] for part in header.split(";"))
    if "," in header or not parts.get("max-age", "").isdecimal():
        return "invalid", -20
    is_long = int(parts["max-age"]) >= SIX_MONTHS
    return ("six months or more", 0) if is_long else ("less than six months", -10)


def subresource_integrity(answer: Observed) -> Result:
    if not answer.first("Content-Type").startswith(IS_HTML):
        return "not HTML", 0
    scripts = [attributes(script) for script in JustHTML(answer.html, sanitize=False).query("script")]
    found = [_of_script(answer, script) for script in scripts if script.get("src")]
    if not scripts:
        return "no scripts", 0
    if any(modifier < 0 for _result, modifier in found):
        return min(found, key=lambda result: result[1])
    bonus = [result for result in found if result[1] > 0]
    return bonus[0] if bonus else ("all scripts from here", 0)


def _of_script(answer: Observed, script: dict[str, str]) -> Result:
    parts, here = urlsplit(script["src"]), urlsplit(answer.url)
    is_relative_to_scheme = bool(parts.netloc) and not parts.scheme
    is_ours = not parts.netloc or (parts.hostname == here.hostname and not is_relative_to_scheme)
    is_secure = (parts.scheme or ("" if is_relative_to_scheme else here.scheme)) == "https"
    has_integrity = bool(script.get("integrity"))
    if is_ours:
        return ("integrity, all from here", 5) if has_integrity and is_secure else ("from here", 0)
    if is_secure:
        return ("integrity of what comes from elsewhere", 5) if has_integrity else ("from elsewhere over https", -5)
    return ("integrity, not over https", -20) if has_integrity else ("from elsewhere, not over https", -50)


def content_type_options(answer: Observed) -> Result:
    header = answer.first("X-Content-Type-Options")
    if not header:
        return "not implemented", -5
    return ("nosniff", 0) if header == "nosniff" else ("invalid", -5)


def frame_options(answer: Observed) -> Result:
    header = answer.first("X-Frame-Options")
    if "frame-ancestors" in (policy_of(answer.first("Content-Security-Policy")) or {}):
        return "by the content security policy", 5
    if not header:
        return "not implemented", -20
    if header in {"deny", "sameorigin"} or header.startswith("allow-from"):
        return header.partition(" ")[0], 0
    return "invalid", -20


def resource_policy(answer: Observed) -> Result:
    header = answer.first("Cross-Origin-Resource-Policy")
    if not header:
        return "not implemented", 0
    return {"cross-origin": (header, 0), "same-site": (header, 10), "same-origin": (header, 10)}.get(
        header, ("invalid", -5)
    )


CRITERIA: dict[str, Callable[[Observed], Result]] = {
    "content-security-policy": content_security_policy,
    "cookies": cookies,
    "cross-origin-resource-sharing": cross_origin_sharing,
    "redirection": redirection,
    "referrer-policy": referrer_policy,
    "strict-transport-security": strict_transport_security,
    "subresource-integrity": subresource_integrity,
    "x-content-type-options": content_type_options,
    "x-frame-options": frame_options,
    "cross-origin-resource-policy": resource_policy,
}

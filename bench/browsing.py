"""A patient's browser, as far as the benchmarks need one: signs in, reads forms, fetches a page with all it needs."""

import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from justhtml import JustHTML

IMPORTED = re.compile(r"""\bimport\b[^;"'`(]*["']([^"']+)["']""")
"""What a script imports by a fixed name; app.js also imports a module for each data-module on the page."""


class Visit:
    """A browser with cookies of its own, on one server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str, **headers: str) -> bytes:
        """The body as it was transferred: what is compressed stays so."""
        return self._open(Request(urljoin(self.url, path), headers=headers))  # noqa: S310  # our own loopback address

    def post(self, path: str, fields: dict[str, str]) -> bytes:
        """The body of the page that the answer leads to."""
        return self._open(Request(urljoin(self.url, path), data=urlencode(fields).encode()))  # noqa: S310  # the same

    def cookie_header(self) -> str:
        """All cookies as a browser sends them."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

    def _open(self, request: Request) -> bytes:
        with self._opener.open(request, timeout=30) as answer:
            body: bytes = answer.read()
            return body


def signed_in(url: str, username: str, password: str) -> Visit:
    """Somebody who has gone through the sign-in page. Whatever that page asks for, this is the place to answer it."""
    visit = Visit(url)
    hidden = fields_of(visit.get("/sign-in"))
    page = visit.post("/sign-in", hidden | {"username": username, "password": password})
    assert b"/settings" in page, "signing in didn't lead to a page of one's own"
    return visit


def fields_of(page: bytes, form: str = "main form") -> dict[str, str]:
    """What the first such form of a page sends as it stands, without its buttons."""
    chosen = JustHTML(page.decode(), sanitize=False).query(form)[0]
    known = [element.attrs or {} for element in chosen.query("input")]
    kept = [each for each in known if each.get("name") and each.get("type") not in {"radio", "checkbox", "submit"}]
    return {str(each["name"]): each.get("value") or "" for each in kept}


def first_visit(visit: Visit, path: str) -> dict[str, int]:
    """Bytes of the bodies that a browser fetches for a page when it has nothing yet, by address."""
    plain = visit.get(path)
    accepting = {"Accept-Encoding": "gzip, br"}
    wanted = [path, *_referenced(plain)]
    scripts = [each for each in wanted if urlsplit(each).path.endswith(".js")]
    wanted += [urljoin(script, name) for script in scripts for name in IMPORTED.findall(visit.get(script).decode())]
    return {address: len(visit.get(address, **accepting)) for address in dict.fromkeys(wanted)}


def _referenced(page: bytes) -> list[str]:
    """Sheets, icon, manifest, pictures and scripts of a page, with the modules that app.js imports for it.

    Not the picture that a phone fetches when a page is put onto its home screen.
    """
    document = JustHTML(page.decode(), sanitize=False)
    linked = [each.attrs or {} for each in document.query("link:not([rel=apple-touch-icon]), script, img")]
    addresses = [str(each.get("href") or each.get("src") or "") for each in linked]
    app = next((address for address in addresses if address.endswith("/app.js")), "")
    modules = sorted({str((each.attrs or {})["data-module"]) for each in document.query("[data-module]")})
    return [*filter(None, addresses), *(urljoin(app, f"modules/{name}.js") for name in modules)]

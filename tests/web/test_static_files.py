"""Static files: addresses that change with their content, and bodies compressed for who takes them so."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from werkzeug.datastructures import Headers

from companion.web import static_files

STATIC = Path(__file__).parents[2] / "companion" / "static"
SHEET = "css/components.css"
SMALL = "js/modules/focus.js"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes


class Fetch:
    """Asks for a static file with the headers given, and reads the answer to its end."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def __call__(self, name: str = SHEET, method: str = "GET", **headers: str) -> Answer:
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        with self.client.open(f"/static/any/{name}", method=method, headers=sent) as answer:
            return Answer(answer.status_code, answer.headers, answer.get_data())


@pytest.fixture
def fetch(app: Flask) -> Fetch:
    return Fetch(app)


def test_a_file_goes_compressed_to_who_takes_it_so(fetch: Fetch) -> None:
    answer = fetch(Accept_Encoding="gzip, br")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert gzip.decompress(answer.body) == static_files.lean(".css", (STATIC / SHEET).read_bytes())
    assert int(answer.headers["Content-Length"]) == len(answer.body) < len(fetch().body) / 2


def test_it_is_the_same_from_every_process(fetch: Fetch) -> None:
    assert fetch(Accept_Encoding="gzip").body == gzip.compress(
        static_files.lean(".css", (STATIC / SHEET).read_bytes()), 9, mtime=0
    )


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "*;q=0"])
def test_whoever_does_not_gets_it_as_it_is_and_caches_keep_both_apart(fetch: Fetch, accepted: str) -> None:
    answer = fetch(Accept_Encoding=accepted)
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.body == (STATIC / SHEET).read_bytes()


def test_what_would_not_get_smaller_stays_as_it_is(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "tiny.js").write_text("1")
    app.static_folder = str(tmp_path)
    answer = Fetch(app)("tiny.js", Accept_Encoding="gzip")
    assert (answer.status, answer.body) == (200, b"1")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_what_a_browser_has_is_not_sent_again(fetch: Fetch, accepted: str) -> None:
    tag = fetch(Accept_Encoding=accepted).headers["ETag"]
    answer = fetch(Accept_Encoding=accepted, If_None_Match=tag)
    assert (answer.status, answer.body) == (304, b"")
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_part_of_a_file_is_a_part_of_it_uncompressed(fetch: Fetch) -> None:
    answer = fetch(Accept_Encoding="gzip", Range="bytes=0-9")
    assert (answer.status, answer.body) == (206, (STATIC / SHEET).read_bytes()[:10])
    assert "Content-Encoding" not in answer.headers


def test_asked_for_its_headers_only_it_says_how_long_it_is(fetch: Fetch) -> None:
    answer = fetch(method="HEAD", Accept_Encoding="gzip")
    assert answer.body == b""
    assert int(answer.headers["Content-Length"]) == len(fetch(Accept_Encoding="gzip").body)


@pytest.mark.parametrize("name", ["css/none.css", "../config.py", "css/../../config.py"])
def test_what_is_no_static_file_is_still_none(fetch: Fetch, name: str) -> None:
    assert fetch(name, Accept_Encoding="gzip").status == 404


def test_pages_are_never_compressed(app: Flask) -> None:
    """They hold a CSRF token, which the length of a compressed page could give away letter by letter."""
    answer = app.test_client().get("/sign-in", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer.headers


def address_of(app: Flask, name: str) -> str:
    with app.test_request_context():
        return app.url_for("static", filename=name)


def test_what_a_module_imports_is_of_its_own_version(app: Flask) -> None:
    script, imported = address_of(app, "js/app.js"), address_of(app, SMALL)
    assert urljoin(script, "./modules/focus.js") == imported
    assert imported == f"/static/{static_files.version(app)}/{SMALL}"


@pytest.mark.parametrize("change", ["content", "name", "more"])
def test_any_change_in_the_folder_is_another_version(app: Flask, tmp_path: Path, change: str) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        (folder / "js").mkdir(parents=True)
        (folder / "js" / "a.js").write_text("1")
    if change == "content":
        (after / "js" / "a.js").write_text("2")
    elif change == "name":
        (after / "js" / "a.js").rename(after / "js" / "b.js")
    else:
        (after / "b.js").write_text("")
    versions = set()
    for folder in (before, after):
        app.static_folder = str(folder)
        versions.add(static_files.version(app))
    assert len(versions) == 2
    assert {len(each) for each in versions} == {10}


def test_a_page_of_an_older_deployment_still_gets_its_files(fetch: Fetch) -> None:
    answer = fetch()
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize(
    ("suffix", "plain", "left"),
    [
        (".css", b"/* a\n b */\n.a { color: red; }\n\n  .b { top: 0; }\n", b".a { color: red; }\n.b { top: 0; }"),
        (".js", b"// why\nconst a = 1; // here\n\n  // there\n  run(a);\n", b"const a = 1; // here\nrun(a);"),
        (".js", b'const url = "https://example.org";\n', b'const url = "https://example.org";'),
        (".svg", b"<svg>\n  <!-- a -->\n</svg>\n", b"<svg>\n  <!-- a -->\n</svg>\n"),
    ],
)
def test_what_only_its_readers_read_is_not_sent(suffix: str, plain: bytes, left: bytes) -> None:
    assert static_files.lean(suffix, plain) == left


def test_no_script_has_a_text_of_several_lines_that_this_would_change() -> None:
    for script in STATIC.rglob("*.js"):
        assert all(line.count("`") % 2 == 0 for line in script.read_text().splitlines()), script

"""Static files: addresses that change with their content, so that browsers may keep them for good, and compression.

The version of the whole folder stands in the path: what a module imports by a relative name is of the same version.
Each file is compressed once in each process, when it is first asked for, and what only its readers read is left out:
comments, blank lines, indentation. Pages never are compressed: see docs/performance.md.
"""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.security import safe_join

URL_PATH = "/static/<version>"
"""Any version is answered, for pages of an older one still ask; only the present one may be kept."""
COMPRESSED = "gzip"
HARDEST = 9
CSS_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
OK = 200


def init_app(app: Flask) -> None:
    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", version(app))

    @app.url_value_preprocessor
    def take_version(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if endpoint == "static" and values:
            g.static_version = values.pop("version")

    @app.after_request
    def compress(response: Response) -> Response:
        if request.endpoint == "static":
            response.vary.add("Accept-Encoding")
            if response.status_code == OK and request.accept_encodings[COMPRESSED] > 0:
                _compress(response, app.static_folder or "")
        return response


def version(app: Flask) -> str:
    """Of all static files together, as they were when this process was first asked."""
    return _version(Path(app.static_folder or ""))


def version_of(app: Flask, name: str) -> str:
    """Of one file by itself, for an address that must stay while the file does, whatever becomes of the others."""
    return hashlib.sha256((Path(app.static_folder or "") / name).read_bytes()).hexdigest()[:10]


def names(app: Flask) -> list[str]:
    """Every static file, by the name that `url_for` takes."""
    return list(_files(Path(app.static_folder or "")))


def is_of_this_version() -> bool:
    """Whether what was asked for is a static file under the present version."""
    return request.endpoint == "static" and g.get("static_version") == version(current_app)


@cache
def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for name, file in _files(folder).items():
        content = file.read_bytes()
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()[:10]


def _files(folder: Path) -> dict[str, Path]:
    return {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}


def _compress(response: Response, folder: str) -> None:
    """Send the compressed form where it is the smaller one, under a weak tag: the same content in other bytes."""
    path = safe_join(folder, (request.view_args or {})["filename"])
    smaller = _smaller(Path(path)) if path else None
    if smaller is None:
        return
    response.close()
    response.direct_passthrough = False
    response.set_data(smaller)
    response.headers["Content-Encoding"] = COMPRESSED
    tag, _ = response.get_etag()
    response.set_etag(tag or "", weak=True)


def compressed(response: Response) -> Response:
    """An answer that holds nothing of anybody, as small as who asks for it can read."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings[COMPRESSED] > 0:
        response.set_data(gzip.compress(response.get_data(), HARDEST, mtime=0))
        response.headers["Content-Encoding"] = COMPRESSED
    return response


@cache
def _smaller(file: Path) -> bytes | None:
    plain = file.read_bytes()
    packed = gzip.compress(lean(file.suffix, plain), HARDEST, mtime=0)
    return packed if len(packed) < len(plain) else None


def lean(suffix: str, plain: bytes) -> bytes:
    """A style sheet without its comments, a script without those that have a line to themselves; else what it was."""
    if suffix == ".css":
        plain = CSS_COMMENT.sub(b"", plain)
    elif suffix != ".js":
        return plain
    lines = (line.strip() for line in plain.splitlines())
    return b"\n".join(line for line in lines if line and not (suffix == ".js" and line.startswith(b"//")))

"""Static files: addresses that change with their content, so that browsers may keep them for good, and compression.

Each file is compressed once in each process, when it is first asked for. Pages never are: see docs/performance.md.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

COMPRESSED = "gzip"
HARDEST = 9
OK = 200


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and "v" not in values:
            values["v"] = _version(folder / values["filename"])

    @app.after_request
    def compress(response: Response) -> Response:
        if request.endpoint == "static":
            response.vary.add("Accept-Encoding")
            if response.status_code == OK and request.accept_encodings[COMPRESSED] > 0:
                _compress(response, app.static_folder or "")
        return response


@cache
def _version(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


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


@cache
def _smaller(file: Path) -> bytes | None:
    plain = file.read_bytes()
    packed = gzip.compress(plain, HARDEST, mtime=0)
    return packed if len(packed) < len(plain) else None

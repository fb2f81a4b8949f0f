"""The project's own files, for the guards that read them."""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = ROOT / "companion"
TEMPLATES = APPLICATION / "templates"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is or will be in the repository: what git tracks, and what is new and not ignored."""
    # git declines to read another user's folder, such as a checkout made outside the container that tests it.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = (ROOT / name for name in listed.split("\0") if name)
    return tuple(file for file in files if file.is_file())


def modules() -> Iterator[Path]:
    """The application's Python files."""
    return APPLICATION.rglob("*.py")


def templates() -> Iterator[Path]:
    """The application's Jinja templates."""
    return TEMPLATES.rglob("*.html")


def offences(files: Iterable[Path], faults: Callable[[str], Iterator[str]]) -> list[str]:
    """What a guard finds in the files, each fault with the file it stands in."""
    return [f"{file.relative_to(ROOT)}: {fault}" for file in sorted(files) for fault in faults(file.read_text("utf-8"))]

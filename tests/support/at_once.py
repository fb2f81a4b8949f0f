"""Many who do something at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Answer = TypeVar("Answer")

PATIENCE = 30


def at_once(acts: list[Callable[[], Answer]]) -> list[Answer]:
    """Do all of it at the same moment, each in a thread of its own; what each answered."""
    start = Barrier(len(acts))

    def do(act: Callable[[], Answer]) -> Answer:
        start.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))

"""What a request costs on either side of a comparison, in rounds that take turns."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from bench.ground import Ground

Figures = dict[str, Any]
"""`ratio`, and beside it whatever explains it; fit for JSON."""

ROUNDS = 7
"""Each side's turns. The machine's own noise comes and goes within minutes, so a turn takes seconds."""
SECONDS = 3
WARM_UP = 2
MICROSECONDS = 1e6


@dataclass(frozen=True)
class Benchmark:
    """One comparison by its name, and the ratio that is to be reached: at most `goal`."""

    name: str
    goal: float
    measure: Callable[["Ground"], Figures]


@dataclass(frozen=True)
class Side:
    """One of the two servers that are compared: its process, and what sends it requests for so many seconds."""

    pid: int
    drive: Callable[[int], int]
    """Returns how many requests were answered as they should be."""


def cpu_seconds(pid: int) -> float:
    """What a process and all below it have used of the processor: a server's workers."""
    server = psutil.Process(pid)
    times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def cost(side: Side, seconds: int = SECONDS) -> float:
    """Microseconds of processor time for each request of one turn."""
    before = cpu_seconds(side.pid)
    answered = side.drive(seconds)
    return (cpu_seconds(side.pid) - before) / answered * MICROSECONDS


def compare(measured: Side, floor: Side) -> Figures:
    """The median of the ratios of `ROUNDS` turns, with what a request cost on either side."""
    for side in (measured, floor):
        side.drive(WARM_UP)
    turns = [(cost(measured), cost(floor)) for _ in range(ROUNDS)]
    return {
        "ratio": round(median(mine / bare for mine, bare in turns), 3),
        "companion_us": round(median(mine for mine, _ in turns)),
        "floor_us": round(median(bare for _, bare in turns)),
    }


def worse(by_database: dict[str, Figures]) -> Figures:
    """The ratio of the database that does worse, and beside it what each came to."""
    return {"ratio": max(figures["ratio"] for figures in by_database.values()), **by_database}

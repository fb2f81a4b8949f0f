"""Runs the benchmarks, says how they came out, and keeps it in bench/results.json."""

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from bench.ground import Ground
from bench.groups import GROUPS
from bench.measuring import Benchmark, Figures
from bench.wrk import ensure_wrk

RESULTS = Path(__file__).parent / "results.json"


def chosen(only: str | None) -> list[Benchmark]:
    """The benchmarks of one group, or all of them."""
    if only is None:
        return [benchmark for group in GROUPS.values() for benchmark in group]
    if only not in GROUPS:
        sys.exit(f"ONLY: there is no group {only}; there are {', '.join(GROUPS)}")
    return list(GROUPS[only])


def line(name: str, figures: Figures) -> str:
    """One result, for people."""
    ratio, goal = figures["ratio"], figures["goal"]
    met = "met" if ratio <= goal else "NOT MET"
    return f"{name:<30} {ratio:>7.3f}   goal {goal:<6g} {met}"


def details(figures: Figures) -> list[str]:
    """What stands beside the ratio: on each database, or in bytes."""
    return [f"    {name}: {value}" for name, value in figures.items() if name not in {"ratio", "goal"}]


def main() -> None:
    """Run what was asked for; a goal that isn't met is a finding, not a failure."""
    benchmarks = chosen(os.environ.get("ONLY") or None)
    try:
        wrk = ensure_wrk()
    except FileNotFoundError as missing:
        sys.exit(str(missing))
    results: dict[str, Figures] = {}
    with ExitStack() as stack:
        ground = Ground(stack, wrk)
        for benchmark in benchmarks:
            figures = benchmark.measure(ground)
            results[benchmark.name] = {"ratio": figures["ratio"], "goal": benchmark.goal} | figures
            print(line(benchmark.name, results[benchmark.name]), *details(figures), sep="\n", flush=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(f"Kept in {RESULTS}")


main()

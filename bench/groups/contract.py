"""Opening what changed between two versions of a long contract, beside a plain page of the same frame."""

from functools import partial

from bench.ground import Ground, Pair
from bench.groups.core import READ, SENT_BY_BROWSERS
from bench.measuring import Benchmark, Figures, Side, compare, worse
from bench.wrk import Visitor

PLAIN = "/settings"
"""A page of the patient's frame that says a few lines."""


def contract_difference_vs_page(ground: Ground) -> Figures:
    """The difference of two versions of 40 lines each, among 30, over a plain page; both by the same patients."""
    return worse({name: _difference(ground, pair) for name, pair in ground.pairs.items()})


def _difference(ground: Ground, pair: Pair) -> Figures:
    headers = [SENT_BY_BROWSERS | {"Cookie": visit.cookie_header()} for visit, _path in pair.readers]
    paths = [path for _visit, path in pair.readers]
    comparing = [Visitor(path, headers=sent) for path, sent in zip(paths, headers, strict=True)]
    plain = [Visitor(PLAIN, headers=sent) for sent in headers]
    return compare(
        Side(pair.companion.pid, partial(ground.drive, pair.companion.url, comparing, READ)),
        Side(pair.companion.pid, partial(ground.drive, pair.companion.url, plain, READ)),
    )


BENCHMARKS = (Benchmark("contract_difference_vs_page", 3, contract_difference_vs_page),)

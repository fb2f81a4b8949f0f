"""Saving a check-in and opening Today, each beside a floor; and how much a first visit has to fetch."""

from functools import partial
from urllib.parse import urlencode

from bench.browsing import Visit, fields_of, first_visit
from bench.floors import PAGE, SAVE
from bench.ground import Ground, Pair
from bench.measuring import Benchmark, Figures, Side, compare, worse
from bench.wrk import Visitor

TODAY, NOW = "/", "/now"
WRITTEN, READ = 303, 200
FIRST_FLIGHT = 14_336
"""Ten packets of 1,4xx bytes: what a server sends before it waits for the first answer."""
SENT_BY_BROWSERS = {"Accept": "text/html", "Accept-Encoding": "gzip, br", "Accept-Language": "en"}
POSTED = SENT_BY_BROWSERS | {"Content-Type": "application/x-www-form-urlencoded"}
ANSWERS = {"guilt": "7", "urge": "6"}


def checkin_vs_floor(ground: Ground) -> Figures:
    """Saving a check-in over validating and inserting one row."""
    return worse({name: _checkin(ground, pair) for name, pair in ground.pairs.items()})


def today_vs_floor(ground: Ground) -> Figures:
    """Today over a page with three queries."""
    return worse({name: _today(ground, pair) for name, pair in ground.pairs.items()})


def first_visit_vs_14kb(ground: Ground) -> Figures:
    """What Today and all it needs weigh on a phone that has nothing of ours yet."""
    pair = next(iter(ground.pairs.values()))
    weights = first_visit(pair.visits[0], TODAY)
    return {"ratio": round(sum(weights.values()) / FIRST_FLIGHT, 3), "bytes": sum(weights.values()), **weights}


def _checkin(ground: Ground, pair: Pair) -> Figures:
    saving = [_check_in_of(visit) for visit in pair.visits]
    bare = [_bare_entry_of(patient) for patient in pair.floor_patients]
    return compare(
        Side(pair.companion.pid, partial(ground.drive, pair.companion.url, saving, WRITTEN)),
        Side(pair.floor.pid, partial(ground.drive, pair.floor.url, bare, WRITTEN)),
    )


def _today(ground: Ground, pair: Pair) -> Figures:
    opening = [Visitor(TODAY, headers=SENT_BY_BROWSERS | {"Cookie": visit.cookie_header()}) for visit in pair.visits]
    bare = [Visitor(f"{PAGE}?patient_id={patient}", headers=SENT_BY_BROWSERS) for patient in pair.floor_patients]
    return compare(
        Side(pair.companion.pid, partial(ground.drive, pair.companion.url, opening, READ)),
        Side(pair.floor.pid, partial(ground.drive, pair.floor.url, bare, READ)),
    )


def _check_in_of(visit: Visit) -> Visitor:
    """The open door of Now, as the page sends it, by a patient who is signed in."""
    fields = fields_of(visit.get(NOW)) | ANSWERS | {"client_id": "CLIENT_ID"}
    origin = {"Origin": visit.url, "Sec-Fetch-Site": "same-origin"}
    return Visitor(NOW, urlencode(fields), POSTED | origin | {"Cookie": visit.cookie_header()})


def _bare_entry_of(patient_id: str) -> Visitor:
    fields = {"patient_id": patient_id, "client_id": "CLIENT_ID", "door": "guilt"} | ANSWERS
    return Visitor(SAVE, urlencode(fields), POSTED)


BENCHMARKS = (
    Benchmark("checkin_vs_floor", 1.3, checkin_vs_floor),
    Benchmark("today_vs_floor", 1.5, today_vs_floor),
    Benchmark("first_visit_vs_14kb", 1, first_visit_vs_14kb),
)

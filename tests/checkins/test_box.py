"""What a phone put into the drop box goes where its page would have sent it, once, or aside; on both databases."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.accounts.queries import zones_of
from companion.checkins import queries, services
from companion.checkins.models import (
    BoxItem,
    CheckIn,
    CheckInDetail,
    ConflictingEntry,
    Correction,
    Decision,
    Reflection,
    ReRating,
    UrgeMoment,
)
from companion.checkins.rules import Aside, Door, Next, Rated, Visibility
from companion.checkins.services import Detail
from companion.experiments import queries as experiments
from companion.experiments.adherence import MomentOutcome
from companion.experiments.rules import OnTop, Phase, Verdict, Word
from companion.extensions import Model, db
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.privacy.key_store import KeyStore
from companion.transaction import transaction
from tests.factories.checkins import make_check_in, make_moment
from tests.factories.contract import agreed_contract
from tests.factories.experiments import planned, told
from tests.factories.people import Practice
from tests.support.box import Phone, base64url, clear_item, from_base64url, sealed_bytes
from tests.support.client import Browser
from tests.support.statements import statements

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DINNER = NOON + 6 * HOUR
ROME = ZoneInfo("Europe/Rome")
BOTH = {"guilt": "7", "urge": "6"}
LATER = NOON + 3 * HOUR


@pytest.fixture
def phone(as_patient: Browser, clock: FrozenClock) -> Phone:
    return Phone(as_patient, clock)


@pytest.fixture
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def dinner(app: Flask, practice: Practice) -> UUID:
    with app.app_context():
        task_id = agreed_contract(practice).task_ids[0]
        return planned(practice.patient, task_id, DINNER, at=NOON - DAY, honest_reply="I'm out until eleven.")


def guilt(**changes: str) -> dict[str, str]:
    return {"client_id": str(new_id()), "door": "guilt", **BOTH, **changes}


def once(**fields: str) -> dict[str, str]:
    return {"client_id": str(new_id()), **fields}


def rows(app: Flask, model: type[Model]) -> list[Any]:
    with app.app_context():
        return list(db.session.scalars(sa.select(model)))


def only(app: Flask, model: type[Model]) -> Any:  # noqa: ANN401  # a row of whatever table
    (row,) = rows(app, model)
    return row


def shown(app: Flask, practice: Practice, now: datetime = NOON + 300 * DAY) -> queries.Shown:
    with app.app_context():
        (entry,) = queries.last_for(practice.patient, practice.patient.id, now)
        return entry


def aside(app: Flask, practice: Practice) -> queries.StandsAside:
    with app.app_context():
        (kept,) = queries.standing_aside(practice.patient)
        return kept


# What the box says of itself


def test_the_box_says_whose_it_is_and_what_to_seal_with(phone: Phone, practice: Practice, app: Flask) -> None:
    told = phone.ask()
    assert told.keys() == {"owner", "key", "csrf", "now", "locked", "has_pin", "occasion"}
    assert (len(told["owner"]), len(told["key"]["id"]), len(from_base64url(told["key"]["public"]))) == (32, 16, 65)
    assert datetime.fromisoformat(told["now"]) == NOON
    assert (told["locked"], told["has_pin"], told["occasion"]) == (False, False, None)
    assert practice.patient.id.hex not in json.dumps(told)
    other = Phone(Browser(app.test_client()).sign_in(practice.other_patient), phone.clock).ask()
    assert other["owner"] != told["owner"]
    assert other["key"] == told["key"]


def test_its_token_is_taken(phone: Phone) -> None:
    token = phone.ask()["csrf"]
    assert phone.send(phone.sealed("/now", guilt(), NOON), NOON, token=token).get_json()["outcome"] == "new"


def test_it_names_the_occasion_that_is_near(phone: Phone, dinner: UUID, clock: FrozenClock) -> None:
    assert phone.ask()["occasion"] is None
    clock.move_to(DINNER)
    assert phone.ask()["occasion"] == {"id": str(dinner), "activity": "tennis"}


def test_nobody_keeps_what_it_says(phone: Phone) -> None:
    for answer in (phone.client.get("/box"), phone.send(phone.sealed("/now", guilt(), NOON), NOON)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_type == "application/json"


@pytest.mark.parametrize("who", ["therapist", "admin"])
def test_others_have_no_box(app: Flask, practice: Practice, who: str) -> None:
    browser = Browser(app.test_client()).sign_in(getattr(practice, who))
    assert browser.client.get("/box").status_code == 404
    assert browser.client.post("/box", data={"csrf_token": browser.csrf_token()}).status_code == 404


# What is not taken


def test_without_a_token_it_asks_to_try_again(app: Flask, phone: Phone) -> None:
    sealed = phone.sealed("/now", guilt(), NOON)
    for token in ("", "made up"):
        answer = phone.send(sealed, NOON, token=token)
        assert (answer.status_code, answer.get_json()) == (400, {"outcome": "again"})
    assert rows(app, CheckIn) == rows(app, BoxItem) == []


def test_who_is_signed_out_is_asked_to_sign_in(app: Flask, phone: Phone, clock: FrozenClock) -> None:
    sealed = phone.sealed("/now", guilt(), NOON)
    out = Phone(Browser(app.test_client()), clock)
    assert out.send(sealed, NOON).status_code == 401
    assert rows(app, BoxItem) == []


def test_what_is_anothers_is_left_to_them(app: Flask, practice: Practice, phone: Phone, clock: FrozenClock) -> None:
    sealed = phone.sealed("/now", guilt(), NOON)
    other = Phone(Browser(app.test_client()).sign_in(practice.other_patient), clock)
    answer = other.send(sealed, NOON)
    assert (answer.status_code, answer.get_json()) == (409, {"outcome": "another"})
    pretended = other.send(sealed | {"owner": other.ask()["owner"]}, NOON)
    assert (pretended.status_code, pretended.get_json()) == (422, {"outcome": "unreadable"})
    assert rows(app, CheckIn) == rows(app, BoxItem) == []
    assert phone.send(sealed, NOON).get_json()["outcome"] == "new"


@pytest.mark.parametrize(
    "spoiled",
    [
        *({"id": ""}, {"id": "no id"}, {"id": str(new_id())}, {"owner": ""}, {"owner": "mine"}),
        *({"sealed": ""}, {"sealed": "AQ"}, {"sealed": "A"}, {"sealed": "+/=="}, {"sealed": "é"}, {"sealed": "\x00"}),
        {"of_tomorrow": "1"},
    ],
)
def test_what_can_not_be_opened_is_said_so(app: Flask, phone: Phone, spoiled: dict[str, str]) -> None:
    answer = phone.send(phone.sealed("/now", guilt(), NOON) | spoiled, NOON)
    assert (answer.status_code, answer.get_json()) == (422, {"outcome": "unreadable"})
    assert rows(app, CheckIn) == rows(app, BoxItem) == []


def test_a_key_of_another_installation_opens_nothing(app: Flask, phone: Phone) -> None:
    told, item_id = phone.ask(), new_id()
    clear = clear_item("/now", guilt().items())
    sealed = sealed_bytes(clear, from_base64url(told["key"]["public"]), bytes(8), bytes.fromhex(told["owner"]), item_id)
    whole = {"id": str(item_id), "owner": told["owner"], "sealed": base64url(sealed)}
    assert phone.send(whole, NOON).get_json() == {"outcome": "unreadable"}
    assert rows(app, CheckIn) == []


def test_what_was_sealed_before_the_key_was_renewed_still_opens(app: Flask, phone: Phone) -> None:
    before = phone.sealed("/now", guilt(), NOON)
    store: KeyStore = app.extensions["keys"]
    store.renew_box_key()
    assert phone.ask()["key"]["id"] not in from_base64url(before["sealed"]).hex()
    after = phone.sealed("/now", guilt(), NOON)
    assert [phone.send(each, NOON).get_json()["outcome"] for each in (before, after)] == ["new", "new"]


# Each page


def test_a_rating_is_kept_as_its_page_would_have(app: Flask, practice: Practice, phone: Phone) -> None:
    answer = phone.put("/now", guilt(), NOON)
    entry = shown(app, practice)
    assert answer == {"outcome": "new", "check_in": str(entry.id)}
    assert (entry.door, entry.guilt, entry.urge) == (Door.GUILT, Rated(7), Rated(6))


@pytest.mark.parametrize("door", [Door.EMPTY, Door.GOOD])
def test_a_door_that_one_tap_saves(app: Flask, practice: Practice, phone: Phone, door: Door) -> None:
    phone.put("/now", once(door=door), NOON)
    assert shown(app, practice).door is door


def test_a_moment_and_what_came_of_it(app: Flask, practice: Practice, phone: Phone) -> None:
    moment = once(urge="8", outcome="not_yet")
    phone.put("/now/words", moment, NOON)
    phone.put(f"/now/{moment['client_id']}/outcome", once(outcome="said_nothing"), NOON + MINUTE)
    phone.put(f"/now/{moment['client_id']}/words", once(urge="7", new_person="Aunt", worth_less="2"), NOON + MINUTE)
    entry = shown(app, practice)
    assert entry.moment
    assert (entry.moment.urge, entry.moment.outcome, entry.toward) == (7, MomentOutcome.SAID_NOTHING, "Aunt")


def test_what_follows_on_an_entry_finds_it_by_either_id(app: Flask, practice: Practice, phone: Phone) -> None:
    first = guilt()
    made = phone.put("/now", first, NOON, sent=LATER)["check_in"]
    for number, known_as in enumerate((first["client_id"], made)):
        at = NOON + number * MINUTE
        again, corrected = once(guilt="4", urge="cant_tell"), once(guilt="5", urge="5")
        assert phone.put(f"/now/{known_as}/again", again, at, sent=LATER) == {"outcome": "new", "check_in": made}
        phone.put(f"/now/{known_as}/meant", corrected, at, sent=LATER)
        phone.put(f"/now/{known_as}/next", once(decision="smaller"), at, sent=LATER)
        phone.put(f"/now/{known_as}/more", once(thought=f"Thought {number}", body="chest"), at, sent=LATER)
        phone.put(f"/now/{known_as}/sharing", once(visibility="words_private"), at, sent=LATER)
    entry = shown(app, practice)
    assert [again.at for again in entry.re_ratings] == [NOON, NOON + MINUTE]
    assert [(decided.at, decided.choice) for decided in entry.decisions] == [
        (NOON, Next.SMALLER),
        (NOON + MINUTE, Next.SMALLER),
    ]
    assert (entry.guilt, entry.words, entry.visibility) == (
        Rated(5),
        {"thought": "Thought 1"},
        Visibility.WORDS_PRIVATE,
    )
    assert {row.received_at for row in rows(app, ReRating)} == {LATER}


def test_detail_of_a_page_that_knows_nothing_of_who_sees_it_changes_nothing_of_that(
    app: Flask, practice: Practice, phone: Phone
) -> None:
    with app.app_context():
        made = make_check_in(practice.patient, NOON, visibility=Visibility.ONLY_ME)
    phone.put(f"/now/{made}/more", once(wanted="To stay"), NOON)
    entry = shown(app, practice)
    assert (entry.words, entry.visibility) == ({"wanted": "To stay"}, Visibility.ONLY_ME)


def test_what_a_page_that_shows_nothing_adds_takes_nothing_away(app: Flask, practice: Practice, phone: Phone) -> None:
    made = phone.put("/now", guilt(), NOON)["check_in"]
    first = once(adds="1", wanted="To stay", body="chest", envy="3", saw_myself="small", new_person="Aunt")
    then = once(adds="1", wanted="To dance", thought="They will manage", body="heart", envy="5", saw_myself="tall")
    for number, more in enumerate((first, then)):
        phone.put(f"/now/{made}/more", more, NOON + number * MINUTE)
    entry = shown(app, practice)
    assert entry.words == {"wanted": "To stay\nTo dance", "thought": "They will manage", "saw_myself": "small, tall"}
    assert ([each.value for each in entry.body], entry.feelings, entry.person) == (
        ["chest", "heart"],
        {"envy": 5},
        "Aunt",
    )


@pytest.mark.parametrize(
    ("stands", "said", "then"),
    [
        (Visibility.ONLY_ME, Visibility.WORDS_PRIVATE, Visibility.ONLY_ME),
        (Visibility.WORDS_PRIVATE, Visibility.ONLY_ME, Visibility.ONLY_ME),
        (Visibility.SHARED, Visibility.WORDS_PRIVATE, Visibility.WORDS_PRIVATE),
    ],
)
def test_a_page_that_does_not_show_who_may_see_it_can_close_and_never_opens(
    stands: Visibility, said: Visibility, then: Visibility, app: Flask, practice: Practice, phone: Phone
) -> None:
    with app.app_context():
        made = make_check_in(practice.patient, NOON, visibility=stands)
    phone.put(f"/now/{made}/more", once(adds="1", wanted="To stay", visibility=said, was_visible="shared"), NOON + HOUR)
    assert shown(app, practice).visibility is then


def test_of_a_moment_what_is_added_takes_nothing_away(app: Flask, practice: Practice, phone: Phone) -> None:
    made = phone.put("/now/words", once(urge="7", outcome="said_nothing"), NOON)["check_in"]
    phone.put(f"/now/{made}/words", once(adds="1", new_person="Aunt", worth_less="4"), NOON + MINUTE)
    phone.put(f"/now/{made}/words", once(adds="1", worth_less="2"), NOON + 2 * MINUTE)
    entry = shown(app, practice)
    assert entry.moment
    assert (entry.moment.urge, entry.moment.outcome, entry.toward) == (7, MomentOutcome.SAID_NOTHING, "Aunt")
    assert entry.moment.worth_less == 2


def test_long_texts_fit_several_times(app: Flask, practice: Practice, phone: Phone) -> None:
    with app.app_context():
        made = make_check_in(practice.patient, NOON)
    long = "🫥" * 4000
    phone.put(f"/now/{made}/more", once(wanted=long, thought=long, saw_myself="🫥" * 200), NOON)
    assert shown(app, practice).words == {"thought": long, "wanted": long, "saw_myself": "🫥" * 200}
    phone.put("/lines", once(want=long, view=long, feel=long), NOON)
    with app.app_context():
        assert db.session.scalars(sa.select(Reflection.feel)).one() == long


def test_three_lines_are_of_when_and_where_they_were_written(app: Flask, practice: Practice, phone: Phone) -> None:
    phone.zone = "Asia/Tokyo"
    phone.put("/lines", once(want="To stay", words_private="y"), NOON, sent=LATER)
    with app.app_context():
        (written,) = queries.reflections_of(practice.patient, practice.patient.id, LATER, 9)
    assert (written.at, written.received_at, written.zone) == (NOON, LATER, "Asia/Tokyo")
    assert (written.want, written.words_private) == ("To stay", True)
    assert written.closes_at == LATER + 3 * HOUR


def test_a_debrief_is_of_when_it_was_entered(app: Flask, practice: Practice, phone: Phone, dinner: UUID) -> None:
    said = {"id": str(new_id()), "how": "stopped_midway", "learned": "Too loud", "mood": "6"}
    at = DINNER + HOUR
    assert phone.put(f"/plan/{dinner}/after", said, at, sent=at + 2 * DAY) == {"outcome": "new", "check_in": None}
    with app.app_context():
        found = experiments.occasion(practice.patient, dinner, at + 2 * DAY).said
    assert found
    assert (found.word, found.entered_at, found.happened_at, found.learned) == (
        Word.STOPPED_MIDWAY,
        at,
        DINNER,
        "Too loud",
    )
    assert not found.is_from_memory


def test_what_is_dropped_without_a_connection_stops_from_when_it_was_entered(
    app: Flask, practice: Practice, phone: Phone, dinner: UUID
) -> None:
    with app.app_context():
        task_id = experiments.occasion(practice.patient, dinner, NOON).task_id
        late = planned(practice.patient, task_id, DINNER + 5 * DAY, at=NOON)
    said = {"id": str(new_id()), "how": "done", "enjoyment": "2", "liking_of": "guilt_on_top", "verdict": "drop"}
    at = DINNER + 3 * HOUR
    assert phone.put(f"/plan/{dinner}/after", said, at, sent=at + 2 * DAY)["outcome"] == "new"
    assert phone.put(f"/plan/{dinner}/after", said, at, sent=at + 2 * DAY)["outcome"] == "new"
    with app.app_context():
        found = experiments.occasion(practice.patient, dinner, at + 2 * DAY)
        off = experiments.occasion(practice.patient, late, at + 2 * DAY)
        stopped = experiments.what_stopped(practice.patient, found, at + 2 * DAY)
    assert found.is_dropped
    assert found.said
    assert found.said.liking_of is OnTop.GUILT_ON_TOP
    assert off.said
    assert (off.said.word, off.said.entered_at) == (Word.CALLED_OFF, at)
    assert stopped
    assert [rest.first_day for rest in stopped.of_activity] == [at.astimezone(ROME).date()]
    assert stopped.draft_id


def test_a_word_on_what_was_called_off_meanwhile_is_taken(
    app: Flask, practice: Practice, phone: Phone, dinner: UUID
) -> None:
    with app.app_context():
        task_id = experiments.occasion(practice.patient, dinner, NOON).task_id
        earlier = planned(practice.patient, task_id, NOON - 2 * HOUR)
        told(practice.patient, earlier, at=NOON, verdict=Verdict.DROP)
    said = {"id": str(new_id()), "how": "smaller", "learned": "We went all the same"}
    assert phone.put(f"/plan/{dinner}/after", said, DINNER + HOUR, sent=DINNER + DAY)["outcome"] == "new"
    with app.app_context():
        found = experiments.occasion(practice.patient, dinner, DINNER + DAY).said
    assert found
    assert (found.word, found.learned) == (Word.SMALLER, "We went all the same")


def test_i_already_did_it_is_of_when_it_was_entered(
    app: Flask, practice: Practice, phone: Phone, dinner: UUID, clock: FrozenClock
) -> None:
    with app.app_context():
        task_id = experiments.occasion(practice.patient, dinner, NOON).task_id
    done = {"id": str(new_id()), "task": str(task_id), "activity_new": "chess", "how": "done"}
    phone.put("/plan/already", done, NOON, sent=NOON + DAY)
    with app.app_context():
        found = experiments.occasion(practice.patient, UUID(done["id"]), NOON + DAY)
    assert (found.activity, found.phase, found.starts_at) == ("chess", Phase.SAID, NOON)
    assert found.said
    assert (found.said.happened_at, found.said.entered_at, found.said.local_date) == (NOON, NOON, date(2025, 3, 5))


# Once


def test_sent_again_it_is_the_same(app: Flask, phone: Phone) -> None:
    sealed = phone.sealed("/now", guilt(), NOON)
    first, *others = (phone.send(sealed, NOON + hours * HOUR).get_json() for hours in range(4))
    assert first["outcome"] == "new"
    assert others == [{"outcome": "same", "check_in": first["check_in"]}] * 3
    assert len(rows(app, CheckIn)) == len(rows(app, BoxItem)) == 1


def test_it_is_the_same_though_what_was_near_is_another_by_now(
    app: Flask, practice: Practice, phone: Phone, dinner: UUID
) -> None:
    """The first answer was lost on the way, and the plan has changed since."""
    sealed = phone.sealed("/now", guilt(near="1"), DINNER)
    phone.send(sealed, DINNER)
    with app.app_context():
        told(practice.patient, dinner, Word.CHANGE, at=DINNER + MINUTE)
    assert phone.send(sealed, DINNER + HOUR).get_json()["outcome"] == "same"
    assert only(app, CheckIn).experiment_id == dinner
    assert rows(app, ConflictingEntry) == []


CHILDREN: list[tuple[str, dict[str, str], type[Model]]] = [
    ("again", {"guilt": "4", "urge": "3"}, ReRating),
    ("meant", {"guilt": "4", "urge": "3"}, Correction),
    ("next", {"decision": "go_on"}, Decision),
    ("more", {"thought": "Why not"}, CheckInDetail),
]


@pytest.mark.parametrize(("page", "fields", "model"), CHILDREN, ids=[page for page, *_ in CHILDREN])
def test_what_hangs_on_an_entry_comes_once_whatever_its_item_is_called(
    app: Flask, practice: Practice, phone: Phone, page: str, fields: dict[str, str], model: type[Model]
) -> None:
    with app.app_context():
        made = make_check_in(practice.patient, NOON)
    same = once(**fields)
    for _ in range(2):
        sealed = phone.sealed(f"/now/{made}/{page}", same, NOON)
        answers = [phone.send(sealed, NOON + MINUTE).get_json()["outcome"] for _ in range(2)]
        assert answers == ["new", "same"]
    assert len(rows(app, model)) == 1


def at_once(phone: Phone, app: Flask, sealed: dict[str, str], times: int = 50) -> list[dict[str, Any]]:
    cookie = phone.client.get_cookie("session")
    assert cookie
    token = phone.browser.csrf_token()

    def send(_: int) -> dict[str, Any]:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        told: dict[str, Any] = client.post("/box", data=sealed | {"csrf_token": token}).get_json()
        return told

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(send, range(times)))


def test_fifty_at_once_are_one_row(app: Flask, phone: Phone) -> None:
    answers = at_once(phone, app, phone.sealed("/now", guilt(), NOON))
    assert sorted(answer["outcome"] for answer in answers) == ["new"] + ["same"] * 49
    assert len({answer["check_in"] for answer in answers}) == 1
    assert len(rows(app, CheckIn)) == len(rows(app, BoxItem)) == 1


def test_fifty_decisions_at_once_are_one_row(app: Flask, practice: Practice, phone: Phone) -> None:
    with app.app_context():
        made = make_check_in(practice.patient, NOON)
    at_once(phone, app, phone.sealed(f"/now/{made}/next", once(decision="go_on"), NOON))
    assert len(rows(app, Decision)) == len(rows(app, BoxItem)) == 1


def test_fifty_at_once_stand_aside_once(app: Flask, phone: Phone) -> None:
    answers = at_once(phone, app, phone.sealed(f"/now/{new_id()}/again", once(**BOTH), NOON))
    assert {answer["outcome"] for answer in answers} == {"set_aside"}
    assert len(rows(app, BoxItem)) == 1


# When and where


@pytest.mark.parametrize("off_by", [timedelta(), DAY, -DAY, 40 * DAY, timedelta(minutes=-7)])
def test_a_wrong_clock_tells_the_right_instant(app: Flask, practice: Practice, phone: Phone, off_by: timedelta) -> None:
    phone.clock_is_off_by = off_by
    first = guilt()
    phone.put("/now", first, NOON, sent=LATER)
    phone.put(f"/now/{first['client_id']}/again", once(guilt="4", urge="3"), NOON + MINUTE, sent=LATER)
    entry, row = shown(app, practice), only(app, CheckIn)
    assert (entry.occurred_at, entry.local_date, entry.is_from_memory) == (NOON, date(2025, 3, 5), False)
    assert entry.re_ratings[0].at == NOON + MINUTE
    assert (row.entered_at, row.sent_at, row.received_at) == (NOON + off_by, LATER + off_by, LATER)
    first_item = rows(app, BoxItem)[0]
    assert (first_item.entered_at - NOON, first_item.sent_at - LATER) == (off_by, off_by)


def test_what_can_not_be_is_of_when_it_came(app: Flask, practice: Practice, phone: Phone) -> None:
    """Sent before it was entered: its clock was set meanwhile, and nobody knows by how much."""
    sealed = phone.sealed("/now", guilt(), NOON)
    phone.clock_is_off_by = -5 * HOUR
    phone.send(sealed, LATER)
    assert shown(app, practice).occurred_at == LATER


def test_two_days_on_the_way_is_not_from_memory(app: Flask, practice: Practice, phone: Phone) -> None:
    phone.put("/now", guilt(), NOON, sent=NOON + 2 * DAY)
    entry = shown(app, practice)
    assert (entry.occurred_at, entry.is_from_memory) == (NOON, False)


def test_told_of_the_day_before_yesterday_it_is_from_memory(app: Flask, practice: Practice, phone: Phone) -> None:
    phone.put("/now", guilt(earlier_day="2025-03-03", earlier_time="18:00"), NOON, sent=LATER)
    entry = shown(app, practice)
    assert (entry.local_date, entry.is_from_memory) == (date(2025, 3, 3), True)


@pytest.mark.parametrize(
    ("at", "local"),
    [
        # Rome goes from UTC+1 to UTC+2 at 01:00Z on 30 March 2025, and back at 01:00Z on 26 October.
        (datetime(2025, 3, 29, 22, 59, tzinfo=UTC), date(2025, 3, 29)),
        (datetime(2025, 3, 29, 23, 0, tzinfo=UTC), date(2025, 3, 30)),
        (datetime(2025, 3, 30, 21, 59, tzinfo=UTC), date(2025, 3, 30)),
        (datetime(2025, 3, 30, 22, 0, tzinfo=UTC), date(2025, 3, 31)),
        (datetime(2025, 10, 25, 21, 59, tzinfo=UTC), date(2025, 10, 25)),
        (datetime(2025, 10, 25, 22, 0, tzinfo=UTC), date(2025, 10, 26)),
        (datetime(2025, 10, 26, 22, 59, tzinfo=UTC), date(2025, 10, 26)),
        (datetime(2025, 10, 26, 23, 0, tzinfo=UTC), date(2025, 10, 27)),
    ],
)
def test_the_local_day_is_right_around_both_changes_of_the_clocks(
    app: Flask, practice: Practice, phone: Phone, at: datetime, local: date
) -> None:
    phone.clock_is_off_by = DAY
    phone.clock.move_to(at)
    phone.browser.sign_in(practice.patient)
    phone.put("/now", guilt(), at, sent=at + 5 * HOUR)
    entry = shown(app, practice)
    assert (entry.occurred_at, entry.local_date) == (at, local)
    assert entry.occurred_at.astimezone(ROME).date() == local


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        ("2025-03-30", "03:30", datetime(2025, 3, 30, 1, 30, tzinfo=UTC)),
        ("2025-10-26", "02:30", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_earlier_time_in_the_night_the_clocks_change_is_the_first_there_is(
    app: Flask, practice: Practice, phone: Phone, day: str, at: str, instant: datetime
) -> None:
    entered = instant + 9 * HOUR
    phone.clock.move_to(entered)
    phone.browser.sign_in(practice.patient)
    phone.put("/now", guilt(earlier_day=day, earlier_time=at), entered, sent=entered + HOUR)
    assert shown(app, practice).occurred_at == instant


def test_elsewhere_the_local_day_is_that_of_there(app: Flask, practice: Practice, phone: Phone) -> None:
    phone.zone = "Pacific/Auckland"
    phone.put("/now", guilt(), NOON + MINUTE, sent=LATER)
    entry = shown(app, practice)
    assert (entry.zone, entry.local_date) == ("Pacific/Auckland", date(2025, 3, 6))
    with app.app_context():
        assert str(zones_of([practice.patient.id])[practice.patient.id].at(LATER)) == "Pacific/Auckland"


def test_what_was_entered_before_a_journey_does_not_undo_it(app: Flask, practice: Practice, phone: Phone) -> None:
    """The first waited on another device; its zone is that of then, and the patient is where they are."""
    late = phone.sealed("/now", guilt(), NOON)
    phone.zone = "Asia/Tokyo"
    phone.put("/now", guilt(), NOON + HOUR)
    phone.zone = "Europe/Rome"
    phone.send(late, LATER)
    with app.app_context():
        assert str(zones_of([practice.patient.id])[practice.patient.id].at(LATER)) == "Asia/Tokyo"
        zones = {entry.zone for entry in queries.last_for(practice.patient, practice.patient.id, LATER)}
    assert zones == {"Asia/Tokyo", "Europe/Rome"}


# About what


@pytest.mark.parametrize(
    ("at", "is_about_it"),
    [(DINNER - 3 * HOUR, False), (DINNER - HOUR, True), (DINNER + HOUR, True), (DINNER + 3 * HOUR, False)],
)
@pytest.mark.parametrize("path", ["/now", "/now/words"])
def test_near_is_what_was_planned_for_that_moment(
    app: Flask, phone: Phone, dinner: UUID, path: str, at: datetime, *, is_about_it: bool
) -> None:
    fields = guilt(near="1") if path == "/now" else once(urge="7", outcome="not_yet", near="1")
    phone.put(path, fields, at, sent=DINNER + 2 * DAY)
    assert only(app, CheckIn).experiment_id == (dinner if is_about_it else None)


def test_near_is_so_also_where_its_outcome_came_first(
    app: Flask, practice: Practice, phone: Phone, dinner: UUID
) -> None:
    with app.app_context():
        told(practice.patient, dinner, at=DINNER + 2 * HOUR)
    phone.put("/now", guilt(near="1"), DINNER + HOUR, sent=DINNER + 4 * HOUR)
    assert only(app, CheckIn).experiment_id == dinner


@pytest.mark.parametrize("occasion", ["of nobody", "another's", "no id"])
def test_an_occasion_that_is_not_there_is_left_out(app: Flask, practice: Practice, phone: Phone, occasion: str) -> None:
    with app.app_context():
        others = practice.of_the_others
        task_id = agreed_contract(others).task_ids[0]
        theirs = planned(others.patient, task_id, DINNER, at=NOON - DAY)
    known = {"of nobody": str(new_id()), "another's": str(theirs), "no id": "tennis"}
    assert phone.put("/now", guilt(occasion=known[occasion]), NOON)["outcome"] == "new"
    assert only(app, CheckIn).experiment_id is None


@pytest.mark.parametrize(
    "earlier",
    [
        {"earlier_day": "2025-03-06", "earlier_time": "12:00"},
        {"earlier_day": "2023-03-05", "earlier_time": "12:00"},
        {"earlier_day": "2025-03-04"},
        {"earlier_day": "yesterday", "earlier_time": "12:00"},
        {"earlier_time": "25:00"},
        {"earlier_time": "14:00"},
    ],
)
def test_a_time_that_can_not_be_leaves_the_entry_at_its_own(
    app: Flask, practice: Practice, phone: Phone, earlier: dict[str, str]
) -> None:
    """The last lay ahead when it was entered, though no longer when it came."""
    assert phone.put("/now", guilt(**earlier), NOON, sent=NOON + DAY)["outcome"] == "new"
    assert shown(app, practice).occurred_at == NOON


@pytest.mark.parametrize("field", ["person", "trigger"])
@pytest.mark.parametrize("whose", ["another's", "nobody's", "no id"])
def test_somebody_elses_person_or_trigger_is_left_out(
    app: Flask, practice: Practice, phone: Phone, field: str, whose: str
) -> None:
    with app.app_context():
        made = make_check_in(practice.patient, NOON)
        with transaction():
            detail = Detail(trigger_id=services.trigger_named(practice.other_patient, "Phone"))
        make_moment(practice.other_patient, NOON, toward="Aunt")
        theirs = dict(experiments.people_of(practice.other_patient, practice.other_patient.id))
    ids = {"person": next(iter(theirs)), "trigger": detail.trigger_id}
    value = {"another's": str(ids[field]), "nobody's": str(new_id()), "no id": "aunt"}[whose]
    assert phone.put(f"/now/{made}/more", once(thought="Why", **{field: value}), NOON)["outcome"] == "new"
    entry = shown(app, practice)
    assert (entry.words, entry.person_id, entry.trigger_id) == ({"thought": "Why"}, None, None)


def test_what_no_page_asks_for_is_left_out(app: Flask, practice: Practice, phone: Phone) -> None:
    assert phone.put("/now", guilt(of_tomorrow="1", csrf_token="old"), NOON)["outcome"] == "new"
    assert shown(app, practice).guilt == Rated(7)


def test_a_late_choice_opens_nothing_that_was_closed_since(app: Flask, practice: Practice, phone: Phone) -> None:
    with app.app_context():
        made = make_check_in(practice.patient, NOON, visibility=Visibility.WORDS_PRIVATE)
    opens = phone.sealed(f"/now/{made}/sharing", once(visibility="shared"), NOON + MINUTE)
    more = once(thought="Why", visibility="shared", was_visible="words_private")
    detail = phone.sealed(f"/now/{made}/more", more, NOON + MINUTE)
    with app.app_context(), transaction():
        services.set_visibility(practice.patient, made, new_id(), Visibility.ONLY_ME, NOON + HOUR)
    assert phone.send(detail, LATER).get_json()["outcome"] == "new"
    assert phone.send(opens, LATER).get_json()["outcome"] == "set_aside"
    entry = shown(app, practice)
    assert (entry.visibility, entry.words) == (Visibility.ONLY_ME, {"thought": "Why"})
    assert "You have chosen to keep more of this to yourself since" in aside(app, practice).because


# Aside


REFUSED: list[tuple[str, dict[str, str], Aside]] = [
    ("/nowhere", {"thought": "Why"}, Aside.NO_SUCH_PAGE),
    ("", {"thought": "Why"}, Aside.NO_SUCH_PAGE),
    ("/cards/new", {"words": "I may"}, Aside.NO_SUCH_PAGE),
    ("/sign-out", {"thought": "Why"}, Aside.NO_SUCH_PAGE),
    ("//evil.example/now", {"thought": "Why"}, Aside.NO_SUCH_PAGE),
    ("/now/", {"thought": "Why"}, Aside.NO_SUCH_PAGE),
    ("/now/earlier", {"thought": "Why"}, Aside.NO_SUCH_PAGE),
    (f"/now/{new_id()}/more", {"thought": "Why"}, Aside.NO_ENTRY),
    (f"/plan/{new_id()}/after", {"how": "done"}, Aside.NO_ENTRY),
    ("/now", {"door": "guilt", "guilt": "11", "urge": "6"}, Aside.NOT_TAKEN),
    ("/now", {"door": "of tomorrow"}, Aside.NOT_TAKEN),
    ("/lines", {"want": "x" * 4001}, Aside.NOT_TAKEN),
    ("/lines", {"want": "  "}, Aside.NOT_TAKEN),
    ("/plan/already", {"how": "done", "learned": "It was fine"}, Aside.NOT_TAKEN),
]


@pytest.mark.parametrize(("path", "fields", "why"), REFUSED, ids=range(len(REFUSED)))
def test_what_can_not_be_taken_is_kept_as_it_came(
    app: Flask, practice: Practice, phone: Phone, path: str, fields: dict[str, str], why: Aside
) -> None:
    sealed = phone.sealed(path, once(**fields), NOON)
    for hours in range(2):
        answer = phone.send(sealed, LATER + hours * HOUR)
        assert (answer.status_code, answer.get_json()) == (200, {"outcome": "set_aside", "check_in": None})
    kept = aside(app, practice)
    assert (kept.why, kept.path, kept.at) == (why, path, NOON)
    assert dict(kept.fields).items() >= fields.items()
    assert rows(app, CheckIn) == []


def test_an_entry_of_somebody_else_is_not_there(app: Flask, practice: Practice, phone: Phone) -> None:
    with app.app_context():
        theirs = make_check_in(practice.other_patient, NOON)
        known_as = db.session.scalars(sa.select(CheckIn.client_id)).one()
    for either in (theirs, known_as):
        assert phone.put(f"/now/{either}/again", once(**BOTH), NOON)["outcome"] == "set_aside"
    assert rows(app, ReRating) == []


def test_a_moment_is_needed_for_what_came_of_one(app: Flask, practice: Practice, phone: Phone) -> None:
    with app.app_context():
        made = make_check_in(practice.patient, NOON)
    assert phone.put(f"/now/{made}/outcome", once(outcome="said_it"), NOON)["outcome"] == "set_aside"
    assert phone.put(f"/now/{made}/words", once(urge="3"), NOON)["outcome"] == "set_aside"
    assert rows(app, UrgeMoment) == []


def test_a_second_word_on_an_occasion_stands_aside_with_its_reason(
    app: Flask, practice: Practice, phone: Phone, dinner: UUID
) -> None:
    with app.app_context():
        told(practice.patient, dinner, at=DINNER + HOUR)
    said = {"id": str(new_id()), "how": "stopped_midway", "learned": "Too loud"}
    phone.put(f"/plan/{dinner}/after", said, DINNER + 2 * HOUR)
    page = phone.browser.get("/now/earlier")
    assert "You have said how this went already." in page.text
    assert "I stopped midway" in page.text
    assert "Too loud" in page.text


def test_what_stands_aside_is_read_and_taken_off_the_list(app: Flask, practice: Practice, phone: Phone) -> None:
    phone.put(f"/now/{new_id()}/more", once(thought="Why not", envy="8", person=str(new_id())), NOON, sent=LATER)
    page = phone.browser.get("/now/earlier")
    for text in ("What it belongs to is not here.", "Why not", "Envy 8", "5 Mar, 12:00"):
        assert text in page.text
    read = phone.browser.submit(page)
    assert read.path == "/now/earlier"
    assert "Why not" not in read.text
    assert len(rows(app, BoxItem)) == 1
    phone.browser.submit(page)


def test_nobody_else_takes_it_off(app: Flask, practice: Practice, phone: Phone) -> None:
    phone.put("/nowhere", once(thought="Why not"), NOON)
    other = Browser(app.test_client()).sign_in(practice.other_patient)
    path = f"/now/aside/{only(app, BoxItem).id}"
    assert other.client.post(path, data={"csrf_token": other.csrf_token()}).status_code == 404
    assert aside(app, practice).path == "/nowhere"


def test_what_was_taken_does_not_stand_aside(app: Flask, phone: Phone) -> None:
    phone.put("/now", guilt(), NOON)
    path = f"/now/aside/{only(app, BoxItem).id}"
    token = {"csrf_token": phone.browser.csrf_token()}
    assert phone.client.post(path, data=token).status_code == 404


def test_what_stands_aside_is_sealed_and_what_was_taken_says_nothing(
    app: Flask, practice: Practice, phone: Phone
) -> None:
    phone.put("/nowhere", once(thought="hornbeam"), NOON)
    phone.put("/now", guilt(), NOON)
    with app.app_context(), db.engine.connect() as connection:
        contents = connection.execute(sa.text("SELECT content FROM box_item")).scalars().all()
    assert sorted(bool(content) for content in contents) == [False, True]
    assert not [content for content in contents if b"hornbeam" in bytes(content)]


# The same id, another content


def test_another_content_under_the_same_id_is_kept_for_the_patient_to_settle(
    app: Flask, practice: Practice, phone: Phone
) -> None:
    first, item_id = guilt(), new_id()
    kept = phone.put("/now", first, NOON, item_id=item_id)["check_in"]
    other = phone.put("/now", first | {"guilt": "2"}, NOON + MINUTE, sent=LATER, item_id=item_id)
    assert other == {"outcome": "conflict", "check_in": kept}
    assert shown(app, practice).guilt == Rated(7)
    earlier = phone.browser.get("/now/earlier")
    assert "Something else came under one of these entries." in earlier.text
    both = phone.browser.get(f"/now/{kept}/both")
    assert "12:01" in both.text, "when it was entered, not when it came"


def conflict(phone: Phone) -> str:
    first = guilt()
    kept: str = phone.put("/now", first, NOON)["check_in"]
    phone.zone = "Asia/Tokyo"
    phone.put("/now", first | {"guilt": "2"}, NOON + MINUTE, sent=LATER)
    return kept


def test_it_can_be_counted_and_is_of_when_and_where_it_was_entered(
    app: Flask, practice: Practice, phone: Phone
) -> None:
    kept = conflict(phone)
    phone.browser.submit(phone.browser.get(f"/now/{kept}/both"), number=0)
    with app.app_context():
        latest = queries.last_for(practice.patient, practice.patient.id, LATER)[0]
    assert (latest.guilt, latest.occurred_at, latest.zone) == (Rated(2), NOON + MINUTE, "Asia/Tokyo")
    assert "Something else came" not in phone.browser.get("/now/earlier").text


def test_it_can_be_left_out_and_stays(app: Flask, practice: Practice, phone: Phone) -> None:
    kept = conflict(phone)
    page = phone.browser.get(f"/now/{kept}/both")
    left = phone.browser.submit(page, number=1)
    assert left.path == f"/now/{kept}"
    assert "Left out." in left.text
    assert "Something else came" not in left.text + phone.browser.get("/now/earlier").text
    assert len(rows(app, ConflictingEntry)) == len(rows(app, CheckIn)) == 1
    phone.browser.submit(page, number=1)
    with app.app_context():
        assert queries.check_ins_in_conflict(practice.patient) == []


# Lean


def test_a_drop_takes_few_statements(app: Flask, phone: Phone) -> None:
    sealed = phone.sealed("/now", guilt(), NOON)
    with app.app_context(), statements() as seen:
        phone.send(sealed, NOON)
    assert len(seen) <= 7, seen
